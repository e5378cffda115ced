//! Rules: `question: Answer(parameters)`.

use crate::{
    catalogue::Asked,
    diagnostic::meant,
    normal::Node,
    reader::Reader,
    tokens::{is_mark, tokens},
    world::{Answer, Rules, World},
};
use market::{Question, Scope};
use std::sync::Arc;

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
        let Some(asked) = self.catalogue.asked(key) else {
            let names = self.catalogue.questions().map(|(name, _)| name);
            self.unknown(key, ("question", "questions"), key, names);
            return None;
        };
        let answers = self.answers(asked, value)?;
        Some(Setting { question: asked.name, scope: asked.scope, answers, key })
    }

    /// Reads the one answer to a question that is asked of a single place.
    pub(crate) fn answer_to<Q: Question>(&self, value: &'a str) -> Option<Answer> {
        let Some(asked) = self.catalogue.asked(Q::NAME) else {
            self.refuse(value, format!("no mechanism answers the question `{}`", Q::NAME));
            return None;
        };
        self.answer(asked, value)
    }

    fn answers(&self, asked: &Asked, value: &'a str) -> Option<Vec<Answer>> {
        let question = asked.name;
        if tokens(value).eq(["None"]) {
            return Some(Vec::new());
        }
        match (asked.many, value.starts_with('[')) {
            (true, true) => {
                let mut answers = self
                    .list(value)
                    .into_iter()
                    .map(|text| self.answer(asked, text))
                    .collect::<Option<Vec<_>>>()?;
                answers.sort_by_cached_key(|answer| answer.node.inline());
                Some(answers)
            },
            (false, false) => self.answer(asked, value).map(|answer| vec![answer]),
            (true, false) => {
                let help = format!("write `{question}: [Answer(…), …]`, or `[]` for none");
                let message = format!("`{question}` takes a list of answers");
                self.refuse_helping(value, message, help);
                None
            },
            (false, true) => {
                self.refuse(value, format!("`{question}` takes one answer, not a list"));
                None
            },
        }
    }

    fn answer(&self, asked: &Asked, text: &'a str) -> Option<Answer> {
        let question = asked.name;
        let name = tokens(text).next().filter(|token| !is_mark(token) && !token.contains('"'));
        let Some(name) = name else {
            let help = format!("write `{question}: Answer(parameters)`");
            self.refuse_helping(text, format!("expected an answer to `{question}`"), help);
            return None;
        };
        let Some(read) = asked.read(name, text) else {
            let message = format!("unknown answer `{name}` to `{question}`");
            self.refuse_helping(text, message, meant(name, "answers", asked.names()));
            return None;
        };
        let rule = self.understood(read, text, "parameter")?;
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
        self.refuse_helping(setting.key, message, format!("write it {place}"));
    }
}
