//! Rules: `question: Answer(parameters)`.

use crate::{
    Code,
    catalogue::Asked,
    diagnostic::meant,
    explain_ron::Noun,
    kind::Kind,
    normal::Node,
    reader::{ANY, Reader, found},
    tokens::{is_mark, tokens},
    world::{Answer, Rules, World},
};
use market::{Question, Scope};
use std::sync::Arc;

/// Most answers to a question that takes several.
const ANSWERS_MAX: usize = 100;

/// What is written for one question.
pub(crate) struct Setting<'a> {
    pub(crate) question: &'static str,
    pub(crate) scope: Scope,
    /// None of them: what was answered before holds no longer.
    pub(crate) answers: Vec<Answer>,
    /// The question where it is written.
    pub(crate) key: &'a str,
}

impl Setting<'_> {
    /// Makes it the answer among `rules`.
    pub(crate) fn put(&self, rules: &mut Rules) {
        if self.answers.is_empty() {
            rules.remove(self.question);
        } else {
            rules.insert(self.question, self.answers.clone());
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads the settings among fields with open names.
    pub(crate) fn settings(&self, text: &'a str) -> Vec<Setting<'a>> {
        let fields = self.fields(text).into_iter();
        fields.filter_map(|(key, value)| self.setting(key, value)).collect()
    }

    /// Reads what is written for one question.
    pub(crate) fn setting(&self, key: &'a str, value: &'a str) -> Option<Setting<'a>> {
        self.setting_or(key, value, &[])
    }

    /// Reads what is written for one question, where these words may be written, too.
    pub(crate) fn setting_or(
        &self,
        key: &'a str,
        value: &'a str,
        others: &[&str],
    ) -> Option<Setting<'a>> {
        let Some(asked) = self.catalogue.asked(key) else {
            let names = self.catalogue.questions().map(|(name, _)| name);
            self.unknown(key, Kind::QUESTION, key, names.chain(others.iter().copied()));
            self.spoil(Kind::QUESTION.one, ANY);
            return None;
        };
        let Some(answers) = self.answers(asked, value) else {
            self.spoil(Kind::QUESTION.one, key);
            return None;
        };
        Some(Setting { question: asked.name, scope: asked.scope, answers, key })
    }

    /// Reads the one answer to a question that is asked of a single place.
    pub(crate) fn answer_to<Q: Question>(&self, value: &'a str) -> Option<Answer> {
        let Some(asked) = self.catalogue.asked(Q::NAME) else {
            let message = format!("no mechanism answers the question `{}`", Q::NAME);
            self.refuse(Code::UnknownQuestion, value, message);
            return None;
        };
        self.answer(asked, value)
    }

    fn answers(&self, asked: &Asked, value: &'a str) -> Option<Vec<Answer>> {
        let question = asked.name;
        if tokens(value).eq(["None"]) {
            return Some(Vec::new());
        }
        if value.is_empty() {
            return None;
        }
        match (asked.many, value.starts_with('[')) {
            (true, true) => {
                let answers = self
                    .list(value)
                    .into_iter()
                    .map(|text| self.answer(asked, text))
                    .collect::<Vec<_>>();
                if answers.len() > ANSWERS_MAX {
                    let message = format!("`{question}` has more than {ANSWERS_MAX} answers");
                    self.refuse(Code::TooMany, value, message);
                    return None;
                }
                let mut answers = answers.into_iter().collect::<Option<Vec<_>>>()?;
                answers.sort_by_cached_key(|answer| answer.node.inline());
                Some(answers)
            },
            (false, false) => self.answer(asked, value).map(|answer| vec![answer]),
            (true, false) => {
                let help = format!("write `{question}: [{}]`, or `[]` for none", shape(value));
                let message = format!("`{question}` takes a list of answers");
                self.refuse_helping(Code::TakesAList, value, message, help);
                None
            },
            (false, true) => {
                let inside = value.get(1..).unwrap_or_default();
                let help = format!("write `{question}: {}`", shape(inside));
                let message = format!("`{question}` takes one answer, not a list");
                self.refuse_helping(Code::TakesOneAnswer, value, message, help);
                None
            },
        }
    }

    fn answer(&self, asked: &Asked, text: &'a str) -> Option<Answer> {
        if text.is_empty() {
            return None;
        }
        let question = asked.name;
        let name = tokens(text).next().filter(|token| !is_mark(token) && !token.contains('"'));
        let Some(name) = name else {
            let names: Vec<&str> = asked.names().collect();
            let help = format!("write `{question}: Answer(…)`; answers: {}", names.join(", "));
            let message = format!("expected an answer to `{question}`, found {}", found(text));
            self.refuse_helping(Code::WrongType, text, message, help);
            return None;
        };
        let Some(read) = asked.read(name, text) else {
            let elsewhere = self.catalogue.questions().find(|(_, answers)| answers.contains(&name));
            let message = match elsewhere {
                Some((other, _)) => format!("`{name}` answers `{other}`, not `{question}`"),
                None => format!("no mechanism `{name}` answers `{question}`"),
            };
            let help = meant(name, "answers", asked.names());
            self.refuse_helping(Code::UnknownMechanism, text, message, help);
            return None;
        };
        let again = |text: &str| asked.read(name, text).and_then(Result::err);
        let rule = self.understood(read, text, Noun::Parameter, again)?;
        Some(Answer { rule, node: Arc::new(Node::parse(text)), spot: self.spot(text) })
    }

    /// Puts a setting where its question is answered, in every venue of the world.
    pub(crate) fn put_everywhere(&self, setting: &Setting<'_>, world: &mut World) {
        match setting.scope {
            Scope::System => setting.put(&mut world.rules),
            Scope::Venue | Scope::Instrument => {
                for venue in world.venues.values_mut() {
                    self.put_in_venue(setting, venue);
                }
            },
            Scope::Fundamental | Scope::Group => self.misplaced(setting),
        }
    }

    /// Refuses a setting that is written where its question is not answered.
    pub(crate) fn misplaced(&self, setting: &Setting<'_>) {
        let question = setting.question;
        let (whose, place) = match setting.scope {
            Scope::Fundamental => ("an exogenous price", "as the value of a fundamental"),
            Scope::Group => ("a group of accounts", "in the group among `traders`"),
            Scope::Venue => ("a whole venue", "in the `rules` of the venue"),
            Scope::Instrument => ("an instrument", "in the `rules` of a venue or an instrument"),
            Scope::System => ("the whole system", "in `rules` of the experiment"),
        };
        let message = format!("`{question}` is asked of {whose}, not here");
        self.refuse_helping(Code::WrongScope, setting.key, message, format!("write it {place}"));
    }
}

/// An answer without its parameters.
fn shape(text: &str) -> String {
    let name = tokens(text).next().filter(|token| !is_mark(token) && !token.contains('"'));
    format!("{}(…)", name.unwrap_or("Answer"))
}
