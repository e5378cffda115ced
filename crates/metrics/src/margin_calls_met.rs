//! How many margin calls were met.

use crate::{Run, run::facts_of, value::count};

/// Margin calls after which a purse had what was asked for by the deadline, whatever met them: its
/// holder's cash, a smaller position, or a price that came back. The cause of each `MarginCallMet` says
/// which.
pub(crate) fn margin_calls_met(run: &Run<'_>) -> f64 {
    count(facts_of!(run, MarginCallMet).count())
}
