//! Who was liquidated for a call, and who for the maintenance margin.

use crate::{Run, Undefined, Value, value::count};
use facts::{Fact, Record};

/// Liquidations whose cause is a missed margin call, as a share of all that were opened; the others
/// are of purses below their maintenance margin.
///
/// Each counts, also the second of a purse.
pub(crate) fn missed_call_share_of_liquidations(run: &Run<'_>) -> Value {
    let opened = run.records().iter().filter(|it| matches!(it.fact, Fact::LiquidationOpened(_)));
    let cause = |opened: &Record| run.records().get(opened.cause?.row());
    let is_for_a_call =
        |opened| cause(opened).is_some_and(|cause| matches!(cause.fact, Fact::MarginCallMissed(_)));
    let is_for_a_call: Vec<bool> = opened.map(is_for_a_call).collect();
    if is_for_a_call.is_empty() {
        return Err(Undefined("nothing was liquidated"));
    }
    Ok(count(is_for_a_call.iter().filter(|&&it| it).count()) / count(is_for_a_call.len()))
}
