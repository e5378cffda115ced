//! How long trading was halted.

use crate::Run;
use facts::{Fact, InstrumentId};
use std::collections::BTreeMap;
use units::{Duration, Time};

/// Halted time of every instrument, added up, in seconds.
///
/// An instrument is halted from its first `Halted` to the next `Resumed`; further halts in between
/// only prolong it. One that never resumes is halted until its latest `until`, or the horizon.
pub(crate) fn time_halted(run: &Run<'_>) -> f64 {
    let mut halts: BTreeMap<InstrumentId, (Time, Time)> = BTreeMap::new();
    let mut halted = Duration::ZERO;
    for record in run.records() {
        let now = record.stamp.time;
        if let Fact::Halted(f) = &record.fact {
            let (_, until) = halts.entry(f.instrument).or_insert((now, f.until));
            *until = f.until.max(*until);
        } else if let Fact::Resumed(f) = &record.fact
            && let Some((since, _)) = halts.remove(&f.instrument)
        {
            halted = Duration(halted.0 + now.since(since).0);
        }
    }
    for (since, until) in halts.into_values() {
        halted = Duration(halted.0 + until.min(run.horizon()).since(since).0);
    }
    halted.as_seconds()
}
