//! How much money holders brought.

use crate::{Run, Value, run::facts_of};

/// Collateral that holders added from outside after time started, in whole units of the asset.
///
/// It is a change of place and no payment: what they brought is theirs, and *who paid* has no row
/// for it. What they then lost of it is in their row there.
pub(crate) fn collateral_brought(run: &Run<'_>) -> Value {
    run.whole(facts_of!(run, CollateralAdded).map(|f| f.amount).sum())
}
