//! What nobody paid.

use crate::{Run, Value, run::facts_of};

/// Σ of shortfalls that venues booked as their own debt, in whole units of the asset, not
/// negative.
pub(crate) fn debt_booked(run: &Run<'_>) -> Value {
    run.whole(facts_of!(run, DebtBooked).map(|f| f.amount).sum())
}
