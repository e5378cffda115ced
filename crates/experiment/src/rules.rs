//! Rules: `question: Answer(parameters)`.

use crate::{
    Code,
    belongs::{Place, Within, whereabouts},
    catalogue::Asked,
    diagnostic::{meant, nearest},
    form::Form,
    kind::Kind,
    normal::Node,
    noun::Noun,
    reader::{ANY, Reader, found},
    site::Site,
    tokens::{is_mark, tokens},
    world::{Answer, Rules, Venue, World},
};
use market::{Question, Scope};
use std::sync::Arc;

/// What may stand instead of an answer.
pub(crate) const FORMS: &[Form] = &[Form {
    name: "None",
    doc: "Instead of an answer: nobody answers the question, `insurance: None`. In an arm it takes away \
          the answer of the base. What takes a list has `[]` instead. Oracle, mark price, liquidity, \
          margin and liquidation must be answered.",
    fields: &[],
}];

/// Most answers to a question that takes several.
const ANSWERS_MAX: usize = 100;

/// What is written for one question.
pub(crate) struct Setting {
    pub(crate) question: &'static str,
    pub(crate) scope: Scope,
    /// None of them: what was answered before holds no longer.
    pub(crate) answers: Vec<Answer>,
}

impl Setting {
    /// Makes it the answer among `rules`.
    pub(crate) fn put(&self, rules: &mut Rules) {
        if self.answers.is_empty() {
            rules.remove(self.question);
        } else {
            rules.insert(self.question, self.answers.clone());
        }
    }

    /// Makes it the answer where its question is asked, in every venue of the world.
    pub(crate) fn put_everywhere(&self, world: &mut World) {
        if self.scope == Scope::System {
            self.put(&mut world.rules);
        } else {
            world.venues.values_mut().for_each(|venue| self.put_in_venue(venue));
        }
    }

    /// Makes it the answer of a venue, and of all its instruments where it is asked of them.
    pub(crate) fn put_in_venue(&self, venue: &mut Venue) {
        if self.scope == Scope::Venue {
            self.put(&mut venue.rules);
        } else {
            venue.instruments.values_mut().for_each(|it| self.put(&mut it.rules));
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads the settings among fields with open names.
    pub(crate) fn settings(&self, text: &'a str, site: Site) -> Vec<Setting> {
        let fields = self.fields(text).into_iter();
        fields.filter_map(|(key, value)| self.setting(key, value, site)).collect()
    }

    /// Reads what is written for one question.
    pub(crate) fn setting(&self, key: &'a str, value: &'a str, site: Site) -> Option<Setting> {
        let Some(asked) = self.catalogue.asked(key) else {
            self.no_question(key, value, site);
            return None;
        };
        let answers = self.answers(asked, value);
        let takes = site.takes(asked.scope);
        if answers.is_some() && !takes {
            self.misplaced(asked, key, site);
        }
        let Some(answers) = answers.filter(|_| takes) else {
            self.spoil(Kind::QUESTION.one, key);
            return None;
        };
        Some(Setting { question: asked.name, scope: asked.scope, answers })
    }

    /// Refuses a word that is no question.
    fn no_question(&self, key: &'a str, value: &'a str, site: Site) {
        let questions = self.catalogue.questions().map(|(name, _)| name);
        let is_answered =
            |name: &&str| self.catalogue.asked(name).is_some_and(|asked| site.takes(asked.scope));
        let names = questions.filter(is_answered).chain(site.others.iter().copied());
        let names: Vec<&str> = names.collect();
        let near = nearest(key, names.iter().copied());
        let list = meant(key, Kind::QUESTION.many, &names);
        let help = match self.belongs(Within::Site(site), key, value) {
            Some(Place::Rules(help)) => help,
            Some(Place::Elsewhere(help) | Place::Loan(help)) if near.is_none() => help,
            _ => list,
        };
        let message = format!("unknown {} `{key}`", Kind::QUESTION.one);
        self.refuse_helping(Kind::QUESTION.unknown, key, message, help);
        self.spoil(Kind::QUESTION.one, ANY);
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
                let help = match tokens(inside).next() {
                    Some("]") => format!("write `{question}: None`, so that nobody answers"),
                    _ => format!("write `{question}: {}`", shape(inside)),
                };
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
        let noun = Noun::Parameter { shown: asked.shown(name) };
        let rule = self.understood(read, text, noun, again)?;
        Some(Answer { rule, node: Arc::new(Node::parse(text)), spot: self.spot(text) })
    }

    /// Refuses a question that is answered elsewhere than where it is asked.
    fn misplaced(&self, asked: &Asked, key: &str, site: Site) {
        let whose = match asked.scope {
            Scope::Fundamental => "an exogenous price",
            Scope::Group => "a group of accounts",
            Scope::Venue => "a whole venue",
            Scope::Instrument => "an instrument",
            Scope::System => "the whole system",
        };
        let message = format!("`{}` is asked of {whose}, not here", asked.name);
        let patched = self.answered_in_arm(key, asked.scope).filter(|_| site.is_arm());
        let help = format!("write it {}", patched.as_deref().unwrap_or(whereabouts(asked.scope)));
        self.refuse_helping(Code::WrongScope, key, message, help);
    }
}

/// An answer without its parameters.
fn shape(text: &str) -> String {
    let name = tokens(text).next().filter(|token| !is_mark(token) && !token.contains('"'));
    format!("{}(…)", name.unwrap_or("Answer"))
}
