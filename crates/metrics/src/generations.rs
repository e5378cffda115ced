//! Liquidations between publications of the mark: the generations of a cascade.

use crate::Run;
use facts::Fact;
use units::Time;

/// Liquidations opened before the first instant at which a mark was published, after it and before
/// the second, and so on to the end: one number for each instant and one before them.
///
/// Marks of all instruments count: accounts with cross margin carry a cascade from one to another.
pub(crate) fn generations(run: &Run<'_>) -> Vec<u32> {
    let mut generations = vec![0];
    let mut published: Option<Time> = None;
    for record in run.records() {
        let now = record.stamp.time;
        if matches!(record.fact, Fact::MarkPricePublished(_)) && published != Some(now) {
            published = Some(now);
            generations.push(0);
        } else if matches!(record.fact, Fact::LiquidationOpened(_))
            && let Some(opened) = generations.last_mut()
        {
            *opened += 1;
        }
    }
    generations
}
