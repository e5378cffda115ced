//! What winners lost to deleveraging.

use crate::{Run, Value, run::facts_of};
use facts::PositionDeleveraged;
use units::Money;

/// Cuts of profit, plus what closings at a price other than the mark cost winners; in whole units
/// of the asset. Negative where closings were, on the whole, better than the mark.
pub(crate) fn profit_given_up(run: &Run<'_>) -> Value {
    let cut: Money = facts_of!(run, ProfitCut).map(|f| f.amount).sum();
    let closed: Money = facts_of!(run, PositionDeleveraged).map(|f| given_up(run, f)).sum();
    run.whole(cut + closed)
}

/// `size × (price − mark)`, where `size` is what the winner traded: positive is lost by the winner
/// and gained by the bankrupt purse.
pub(crate) fn given_up(run: &Run<'_>, closing: &PositionDeleveraged) -> Money {
    run.value(closing.instrument, closing.size, closing.price.minus(closing.mark))
}
