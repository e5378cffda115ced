//! What bankrupt purses owed.

use crate::{Run, Value, run::facts_of};

/// Σ of what bankrupt purses owed, in whole units of the asset, not negative, whoever paid it.
///
/// What closing against winners at the price of ruin kept from arising is **not** in it: that is
/// part of `ProfitGivenUp`. Compare rules by the two together.
pub(crate) fn shortfall(run: &Run<'_>) -> Value {
    run.whole(facts_of!(run, BankruptcyIncurred).map(|f| f.shortfall).sum())
}
