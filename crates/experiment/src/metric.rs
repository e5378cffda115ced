//! The metrics that an experiment asks for.

use crate::{
    Code,
    diagnostic::meant,
    kind::Kind,
    reader::{Reader, found},
    tokens::tokens,
};
use facts::Fact;
use std::collections::BTreeMap;

impl<'a> Reader<'a> {
    /// Their names, of those that are known.
    pub(crate) fn metrics(&self, text: &'a str, known: &[&str]) -> Vec<String> {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        let mut read = Vec::new();
        for metric in self.list(text) {
            let name = tokens(metric).next().unwrap_or_default();
            if metric != name {
                let message = format!("a metric is a name alone, found {}", found(metric));
                self.refuse(Code::WrongType, metric, message);
            } else if !known.contains(&name) {
                self.no_metric(metric, name, known);
            } else if let Some(first) = seen.insert(name, metric) {
                self.twice(metric, format!("`{name}` is asked for twice"), first);
            } else {
                read.push(name.to_owned());
            }
        }
        read
    }

    /// Refuses what is no metric. A kind of fact is none: it happens, a metric is of a whole run.
    fn no_metric(&self, text: &'a str, name: &str, known: &[&str]) {
        if Fact::KINDS.iter().all(|kind| kind.name != name) {
            self.unknown(text, Kind::METRIC, name, known);
            return;
        }
        let message = format!("`{name}` is a kind of fact, not a metric");
        let list = meant(name, Kind::METRIC.many, known);
        let help = format!("{list}; `delever replay show LOG --kind {name}` prints such facts");
        self.refuse_helping(Code::UnknownMetric, text, message, help);
    }
}
