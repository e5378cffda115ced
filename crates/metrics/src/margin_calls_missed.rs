//! How many margin calls were missed.

use crate::{Run, run::facts_of, value::count};

/// Margin calls whose deadline passed without what was asked for, enforced or not. Whoever was
/// liquidated by then has not missed it.
pub(crate) fn margin_calls_missed(run: &Run<'_>) -> f64 {
    count(facts_of!(run, MarginCallMissed).count())
}
