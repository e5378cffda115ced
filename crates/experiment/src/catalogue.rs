//! Which answers exist.

use crate::{Example, example, raw::options};
use market::{Description, Mechanism, Question, Rule, Scope};
use ron::error::SpannedError;
use std::{any::type_name, collections::BTreeMap};

/// The answers that an experiment may give to each question.
///
/// The order in which they were added has no effect.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    questions: BTreeMap<&'static str, Asked>,
    facts: BTreeMap<&'static str, Description>,
}

/// A question and its answers.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) name: &'static str,
    meaning: &'static str,
    pub(crate) scope: Scope,
    pub(crate) many: bool,
    answers: BTreeMap<&'static str, Answering>,
}

#[derive(Clone, Copy, Debug)]
struct Answering {
    read: fn(&str) -> Result<Rule, SpannedError>,
    /// Its type, so that two that clash can be told apart.
    mechanism: &'static str,
    source: &'static str,
}

impl Catalogue {
    /// Every mechanism of the workspace.
    pub fn standard() -> Self {
        crate::standard::catalogue()
    }

    /// The same with one more mechanism.
    ///
    /// # Panics
    /// When another mechanism has the same name and question, or another question has the same name.
    #[must_use]
    pub fn with<M: Mechanism>(mut self) -> Self {
        let (name, scope, many) =
            (M::Question::NAME, M::Question::SCOPE, <M::Question as Question>::MANY);
        let asked = self.questions.entry(name).or_insert_with(|| Asked {
            name,
            meaning: M::Question::MEANING,
            scope,
            many,
            answers: BTreeMap::new(),
        });
        assert!(
            asked.scope == scope && asked.many == many,
            "{} answers another question that is named `{name}`, too",
            type_name::<M>()
        );
        let answering =
            Answering { read: read::<M>, mechanism: type_name::<M>(), source: M::SOURCE };
        let before = asked.answers.insert(M::NAME, answering);
        assert!(
            before.is_none(),
            "`{name}: {}` is both {} and {}",
            M::NAME,
            before.map_or("", |before| before.mechanism),
            answering.mechanism
        );
        self.facts.extend(M::FACTS.iter().map(|fact| (fact.name, *fact)));
        self
    }

    /// Kinds of facts that its mechanisms leave beside those of the standard set.
    pub fn facts(&self) -> impl Iterator<Item = &Description> {
        self.facts.values()
    }

    /// Every question with its answers, in the order of their names.
    pub fn questions(&self) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
        self.questions.values().map(|asked| (asked.name, asked.names().collect()))
    }

    /// What a question asks, in one line; none when nothing answers it.
    pub fn meaning(&self, question: &str) -> Option<&'static str> {
        self.asked(question).map(|asked| asked.meaning)
    }

    /// For what an answer to a question holds, and whether several may hold at once; none when
    /// nothing answers it.
    pub fn scope(&self, question: &str) -> Option<(Scope, bool)> {
        self.asked(question).map(|asked| (asked.scope, asked.many))
    }

    /// The documentation of an answer as its file begins with it, without the comment marks; none
    /// when there is no such answer.
    pub fn documentation(&self, question: &str, answer: &str) -> Option<String> {
        let source = self.asked(question)?.answers.get(answer)?.source;
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        Some(lines.join("\n"))
    }

    /// How a standard answer is written; none when it is a stranger's, or no answer at all.
    pub fn example(&self, question: &str, answer: &str) -> Option<Example> {
        self.asked(question)?.is_standard(answer).then(|| Example::of(question, answer))?
    }

    pub(crate) fn asked(&self, question: &str) -> Option<&Asked> {
        self.questions.get(question)
    }
}

impl Asked {
    /// Names of the answers.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.answers.keys().copied()
    }

    /// The answer of that name as its fixture shows it; none when there is none.
    pub(crate) fn shown(&self, answer: &str) -> Option<&'static str> {
        self.is_standard(answer).then(|| example::shown(self.name, answer))?
    }

    /// Whether the answer of that name is the one of the workspace.
    fn is_standard(&self, answer: &str) -> bool {
        let source = |asked: &Self| asked.answers.get(answer).map(|answering| answering.source);
        let standard = Catalogue::standard();
        source(self).is_some() && source(self) == standard.asked(self.name).and_then(source)
    }

    /// Reads `text` as the answer of that name; none when there is no such answer.
    pub(crate) fn read(&self, answer: &str, text: &str) -> Option<Result<Rule, SpannedError>> {
        self.answers.get(answer).map(|answering| (answering.read)(text))
    }
}

fn read<M: Mechanism>(text: &str) -> Result<Rule, SpannedError> {
    options().from_str::<M>(text).map(Rule::new)
}
