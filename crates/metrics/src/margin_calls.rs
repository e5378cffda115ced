//! How many margin calls were made.

use crate::{Run, run::facts_of, value::count};

/// Margin calls made, a call that is repeated counted each time.
///
/// Each ends once: it is met, it is missed, its purse is liquidated or bankrupt before, or it stands
/// when the run ends.
pub(crate) fn margin_calls(run: &Run<'_>) -> f64 {
    count(facts_of!(run, MarginCalled).count())
}
