//! How much was sold and bought by force.

use crate::{Run, Value, run::facts_of};

/// Σ size × price over all trades, in whole units of the asset, not negative.
///
/// Every trade of a run is forced, so each counts once, at the price it had and not at the mark.
/// Positions closed against winners are no trades: see `DeleveragedNotional`.
pub(crate) fn liquidated_notional(run: &Run<'_>) -> Value {
    let trades = facts_of!(run, Traded);
    run.whole(trades.map(|f| run.notional(f.instrument, f.size, f.price)).sum())
}
