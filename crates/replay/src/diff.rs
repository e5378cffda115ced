//! Whether two logs tell the same story, and where they part.

mod world;

use crate::{Log, Names, causes};
use facts::{Fact, FactId, Record};
use std::collections::{BTreeMap, BTreeSet};

/// Something that both logs have a name for, and what it is in each; none where it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What it is called.
    pub name: String,
    /// What it is in each log.
    pub values: [Option<String>; 2],
}

impl Compared {
    /// Whether it is the same in both.
    pub fn is_same(&self) -> bool {
        let [one, other] = &self.values;
        one == other
    }
}

/// What two logs do not have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What the logs say about themselves, where it is not the same.
    pub header: Vec<Compared>,
    /// Rules and listed things that only one world has: which of the two, and what.
    pub declared: Vec<(usize, String)>,
    /// Groups of accounts that are not the same, each with what it holds in total.
    pub groups: Vec<Compared>,
    /// Number of facts after genesis that both tell alike, from the first on: at the same time, for
    /// the same cause, in the same words.
    pub alike: usize,
    /// The first fact that they do not tell alike: its words, those that are the same among them; or
    /// the facts as wholes where they are of different kinds or only one log has any left. Empty when
    /// both tell the same facts.
    pub parting: Vec<Compared>,
    /// Causes of that fact in each log which are none of it in the other, the earliest first.
    pub branches: [Vec<FactId>; 2],
    /// The latest fact that both go back to.
    pub fork: Option<FactId>,
    /// Kinds of facts that are not equally many: name, and number in each log.
    pub kinds: Vec<(&'static str, [usize; 2])>,
}

/// Compares two logs.
///
/// Facts are compared by what they say, each in the names of its own world. They are numbered
/// without genesis, so a rule that does nothing leaves the same facts.
pub fn diff(logs: [&Log; 2]) -> Difference {
    let names = logs.map(|log| Names::of(&log.genesis));
    let is_same_world = world::is_same(logs);
    let is_alike = |(one, other): &(&Record, &Record)| {
        if is_same_world {
            one.stamp.time == other.stamp.time && one.cause == other.cause && one.fact == other.fact
        } else {
            words(&names[0], one) == words(&names[1], other)
        }
    };
    let pairs = logs[0].records.iter().zip(&logs[1].records);
    let alike = pairs.take_while(is_alike).count();
    let parted = logs.map(|log| log.records.get(alike));
    let (branches, fork) = why(logs, parted);
    Difference {
        header: header(logs),
        declared: world::declared(logs, &names),
        groups: if is_same_world { Vec::new() } else { world::groups(logs, &names) },
        alike,
        parting: parting(&names, parted),
        branches,
        fork,
        kinds: kinds(logs),
    }
}

/// When and why, in the names of its world.
fn origin(record: &Record) -> Vec<(String, String)> {
    let cause = record.cause.map_or_else(|| "none".to_owned(), |cause| format!("#{cause}"));
    vec![("time".to_owned(), record.stamp.time.to_string()), ("cause".to_owned(), cause)]
}

/// When, why and what, word by word.
fn words(names: &Names, record: &Record) -> Vec<(String, String)> {
    let mut words = origin(record);
    words.push(("kind".to_owned(), record.fact.name().to_owned()));
    words.extend(names.words(&record.fact));
    words
}

/// When, why and what, as a whole.
fn sentence(names: &Names, record: &Record) -> Vec<(String, String)> {
    let mut words = origin(record);
    words.push(("fact".to_owned(), names.tell(&record.fact)));
    words
}

/// The first facts that are not alike, as far as there are any.
fn parting(names: &[Names; 2], parted: [Option<&Record>; 2]) -> Vec<Compared> {
    let kinds = parted.map(|record| record.map(|record| record.fact.tag()));
    let tell = if kinds[0] == kinds[1] { words } else { sentence };
    side_by_side([0, 1].map(|side| parted[side].map(|record| tell(&names[side], record))))
}

/// Every word that one of two sides has.
fn side_by_side(told: [Option<Vec<(String, String)>>; 2]) -> Vec<Compared> {
    let [one, other] = told.map(Option::unwrap_or_default);
    let value = |words: &[(String, String)], name: &str| {
        words.iter().find(|(known, _)| known == name).map(|(_, word)| word.clone())
    };
    let only_other = other.iter().filter(|(name, _)| value(&one, name).is_none());
    let names = one.iter().chain(only_other).map(|(name, _)| name.clone());
    let compared = names.map(|name| {
        let values = [value(&one, &name), value(&other, &name)];
        Compared { name, values }
    });
    compared.collect()
}

/// The causes that two parting facts do not share, and the latest that they do. All are facts that
/// both logs tell alike.
fn why(logs: [&Log; 2], parted: [Option<&Record>; 2]) -> ([Vec<FactId>; 2], Option<FactId>) {
    let chains = [0, 1].map(|side| -> Vec<FactId> {
        let first = parted[side].and_then(|record| record.cause);
        let chain = first.map(|cause| causes(logs[side], cause)).unwrap_or_default();
        chain.iter().map(|record| record.id).collect()
    });
    let sets = [0, 1].map(|side| chains[side].iter().copied().collect::<BTreeSet<FactId>>());
    let fork = match (sets[0].is_empty(), sets[1].is_empty()) {
        (false, false) => sets[0].intersection(&sets[1]).last().copied(),
        // Where a log has ended, the other goes on from what both have told.
        (true, _) => sets[1].last().copied(),
        (false, true) => sets[0].last().copied(),
    };
    let branches = chains.map(|chain| {
        let own = chain.into_iter().take_while(|id| fork.is_none_or(|fork| *id > fork));
        let mut own: Vec<FactId> = own.collect();
        own.reverse();
        own
    });
    (branches, fork)
}

fn header(logs: [&Log; 2]) -> Vec<Compared> {
    let values = logs.map(|log| {
        let header = &log.header;
        [
            ("experiment", header.experiment.clone()),
            ("arm", header.arm.clone()),
            ("seed", header.seed.to_string()),
            ("engine", header.engine.clone()),
            ("text of the experiment", digest(&header.source)),
            ("sealed", log.seal.reason.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    });
    let all = side_by_side(values.map(Some)).into_iter();
    all.filter(|compared| !compared.is_same()).collect()
}

fn digest(text: &str) -> String {
    crate::Digest::of(&[text.as_bytes()]).short()
}

fn kinds(logs: [&Log; 2]) -> Vec<(&'static str, [usize; 2])> {
    let tallies = logs.map(|log| {
        let mut tally: BTreeMap<u16, usize> = BTreeMap::new();
        for record in &log.records {
            *tally.entry(record.fact.tag()).or_default() += 1;
        }
        tally
    });
    let counts = Fact::KINDS.iter().map(|kind| {
        let count = |side: usize| tallies[side].get(&kind.tag).copied().unwrap_or_default();
        (kind.name, [count(0), count(1)])
    });
    counts.filter(|(_, [one, other])| one != other).collect()
}

#[cfg(test)]
mod tests;
