//! How large the steps of a cascade are.

use crate::{Run, Undefined, Value, value::count};
use facts::Fact;
use units::Time;

/// Mean number of liquidations opened between one publication of a mark and the next, among those
/// that were followed by any.
///
/// Marks of all instruments count, those of one instant as one publication: accounts with cross
/// margin carry a cascade from one to another.
pub(crate) fn liquidations_per_publication(run: &Run<'_>) -> Value {
    let mut published: Option<Time> = None;
    let (mut opened, mut publications, mut is_first) = (0_usize, 0_usize, true);
    for record in run.records() {
        let now = record.stamp.time;
        if matches!(record.fact, Fact::MarkPricePublished(_)) && published != Some(now) {
            (published, is_first) = (Some(now), true);
        } else if matches!(record.fact, Fact::LiquidationOpened(_)) {
            opened += 1;
            publications += usize::from(is_first);
            is_first = false;
        }
    }
    if publications == 0 {
        return Err(Undefined("nothing was liquidated"));
    }
    Ok(count(opened) / count(publications))
}
