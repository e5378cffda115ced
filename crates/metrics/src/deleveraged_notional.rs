//! How much of winners' positions was closed.

use crate::{Run, Value, run::facts_of};

/// Σ |size| × mark over positions closed against winners, in whole units of the asset, not
/// negative. One side counts; a cut of profit closes nothing.
pub(crate) fn deleveraged_notional(run: &Run<'_>) -> Value {
    let closed = facts_of!(run, PositionDeleveraged);
    run.whole(closed.map(|f| run.notional(f.instrument, f.size, f.mark)).sum())
}
