//! Where a run leaves its facts.

use crate::{Fact, Record};

/// Takes facts as they happen. The engine writes to one and never reads it back.
pub trait Sink {
    /// Takes a fact that declares the world; all of them come before the first record.
    fn genesis(&mut self, fact: &Fact);

    /// Takes a fact of the run; ids come without gaps, from zero.
    fn record(&mut self, record: &Record);
}
