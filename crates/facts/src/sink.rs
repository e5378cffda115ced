//! Where a run leaves its facts.

use crate::{Fact, Record};

/// Takes facts as they happen. The engine writes to one and never reads it back.
pub trait Sink {
    /// Whether it keeps facts of the run. For one that does not they are not made: only to measure what
    /// a log costs.
    fn keeps(&self) -> bool {
        true
    }

    /// Takes a fact that declares the world; all of them come before the first record.
    fn genesis(&mut self, fact: &Fact);

    /// Takes a fact of the run; ids come without gaps, from zero.
    fn record(&mut self, record: &Record);
}
