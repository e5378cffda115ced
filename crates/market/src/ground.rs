//! What a run is of, by name: to know it again.

use crate::Place;
use serde::{Deserialize, Serialize};
use units::Time;

/// A rule that is installed: which answer with which parameters, and for what it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Installed {
    pub(crate) question: String,
    pub(crate) place: Place,
    pub(crate) answer: String,
    pub(crate) parameters: String,
}

/// What no rule changes: lists, names, seed, the number of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ground {
    pub(crate) seed: u64,
    pub(crate) start: Time,
    pub(crate) assets: Vec<(String, i8)>,
    pub(crate) fundamentals: Vec<String>,
    pub(crate) venues: Vec<String>,
    pub(crate) instruments: Vec<(String, String)>,
    pub(crate) groups: Vec<String>,
    pub(crate) accounts: u64,
}

impl Ground {
    /// The first part that is another.
    pub(crate) fn differs_in(&self, other: &Self) -> Option<&'static str> {
        let parts = [
            ("seeds", self.seed == other.seed),
            ("starts", self.start == other.start),
            ("assets", self.assets == other.assets),
            ("fundamentals", self.fundamentals == other.fundamentals),
            ("venues", self.venues == other.venues),
            ("instruments", self.instruments == other.instruments),
            ("groups of traders", self.groups == other.groups),
            ("numbers of accounts", self.accounts == other.accounts),
        ];
        parts.into_iter().find_map(|(part, same)| (!same).then_some(part))
    }
}
