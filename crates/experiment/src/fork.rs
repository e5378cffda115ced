//! Where the arms of an experiment part.

use crate::{
    Code,
    diagnostic::plain,
    form::Form,
    normal::Node,
    reader::{Reader, found},
};
use serde::Deserialize;
use std::fmt;
use units::Duration;

/// The moment up to which every arm is the first one, and from which on it goes on under rules of its
/// own: the same market, with the same past to the last unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Fork {
    /// One event before the first liquidation of the first arm opens. On a seed on which none does,
    /// all arms are that arm.
    BeforeFirstLiquidation,
    /// So long after the start, when everything up to then has happened.
    At(Duration),
}

/// A moment as `--checkpoint-at first-liquidation` has it.
const FIRST_LIQUIDATION: &str = "firstliquidation";

/// Moments, as `fork` takes them.
pub(crate) const FORMS: &[Form] = &[
    Form {
        name: "BeforeFirstLiquidation",
        doc: "A moment to `fork` at: one event before the first liquidation of the first arm opens. On \
              a seed on which none does, all arms are that arm.",
        fields: &[],
    },
    Form {
        name: "At",
        doc: "A moment to `fork` at: so long after the start, when all up to then has happened, \
              `At(\"10min\")`.",
        fields: &[],
    },
];

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeFirstLiquidation => f.write_str("before the first liquidation"),
            Self::At(after) => write!(f, "{after} after the start"),
        }
    }
}

impl Fork {
    pub(crate) fn node(self) -> Node {
        Node::parse(&match self {
            Self::BeforeFirstLiquidation => "BeforeFirstLiquidation".to_owned(),
            Self::At(after) => format!("At(\"{after}\")"),
        })
    }
}

impl<'a> Reader<'a> {
    /// Where the arms part: within the run.
    pub(crate) fn fork(&self, text: &'a str, horizon: Option<Duration>) -> Option<Fork> {
        if plain(text) == FIRST_LIQUIDATION {
            let message = format!("{} is how the command line says it", found(text));
            let help = "write `BeforeFirstLiquidation`".to_owned();
            self.refuse_helping(Code::UnknownChoice, text, message, help);
            return None;
        }
        let fork = self.read::<Fork>(text)?;
        let is_within = |after: Duration| {
            after >= Duration::ZERO && horizon.is_none_or(|horizon| after < horizon)
        };
        if let Fork::At(after) = fork
            && !is_within(after)
        {
            let message = format!("`{after}` is not within the run");
            let help =
                "a time from the start on and before the horizon: `At(\"10min\")`".to_owned();
            self.refuse_helping(Code::OutOfRange, text, message, help);
            return None;
        }
        Some(fork)
    }

    /// Refuses what an arm may not change any more once it has a past.
    pub(crate) fn only_rules(&self, arm: &'a str) {
        for (key, _) in self.fields(arm) {
            if ["traders", "fundamentals"].contains(&key) {
                let message =
                    format!("arms that `fork` have one past: `{key}` cannot change in them");
                let help =
                    "change rules, or leave `fork` out and let the arms differ from the start";
                self.refuse_helping(Code::ForkChangesPast, key, message, help.to_owned());
            }
        }
    }
}
