//! How much was sold and bought by force.

use crate::{Run, Value, run::facts_of};

/// Σ size × price over all trades that a liquidation forced, in whole units of the asset, not
/// negative.
///
/// Each counts once, at the price it had and not at the mark; what traders order themselves does
/// not. Positions closed against winners are no trades: see `DeleveragedNotional`.
pub(crate) fn liquidated_notional(run: &Run<'_>) -> Value {
    let trades = facts_of!(run, Traded).filter(|f| f.forced.is_some());
    run.whole(trades.map(|f| run.notional(f.instrument, f.size, f.price)).sum())
}
