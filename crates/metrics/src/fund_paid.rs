//! What insurance funds paid.

use crate::{Run, Value, run::facts_of};

/// Σ of what insurance funds paid into bankrupt purses, in whole units of the asset, not negative.
/// Penalties they received are not set off.
pub(crate) fn fund_paid(run: &Run<'_>) -> Value {
    run.whole(facts_of!(run, InsurancePaid).map(|f| f.amount).sum())
}
