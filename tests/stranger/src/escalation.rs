//! Many reports in a short time are one to the board.
//!
//! # Rule
//!
//! When `reports` large traders were reported within `within`, the last included,
//! `SurveillanceEscalated` is left, and counting begins anew.
//!
//! # Why venues do it
//!
//! One large position is a client; several at once are a squeeze.
//!
//! # Parameters
//!
//! - `reports`: how many are enough, at least one.
//! - `within`: the time from the first to the last of them, not negative.
//!
//! # Known failure
//!
//! Where nothing answers with reports it hears nothing, and says nothing.
//!
//! # Sources
//!
//! None: it shows how one mechanism hears the facts of another.

use crate::{LargeTraderReported, Surveillance};
use facts::VenueId;
use market::{Description, Market, Mechanism, Place, Plan, Telling};
use serde::{Deserialize, Serialize};
use std::{collections::VecDeque, num::NonZeroUsize};
use units::{Duration, Time};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// How many reports are enough.
    reports: NonZeroUsize,
    /// The time from the first to the last of them.
    within: Duration,
}

/// When the reports came that still count.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Recent(VecDeque<Time>);

market::facts! {
    /// Several large traders were reported in a short time.
    SurveillanceEscalated {
        /// Where.
        venue: VenueId,
        /// The time from the first report to the last.
        within: Duration,
    } in Decide at |fact, _| Place::Venue(fact.venue);
}

impl Mechanism for Escalation {
    type Question = Surveillance;
    const NAME: &'static str = "Escalation";
    const SOURCE: &'static str = include_str!("escalation.rs");
    const FACTS: &'static [Description] = &[SurveillanceEscalated::DESCRIPTION];

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.state(Recent::default());
        plan.on(Self::hear);
    }
}

impl Escalation {
    fn hear(&self, market: &mut Market<'_>, report: &LargeTraderReported) {
        let (now, here) = (market.now(), market.here());
        let Recent(times) = market.state_mut(here);
        times.push_back(now);
        if times.len() < self.reports.get() {
            return;
        }
        let first = times.pop_front().unwrap_or(now);
        let within = now.since(first);
        if within <= self.within {
            times.clear();
            let venue = market.instrument(report.instrument).venue;
            market.tell(SurveillanceEscalated { venue, within });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;
    use units::Time;

    #[test]
    fn what_it_remembers_is_read_back_as_it_was_written() {
        let written = postcard::to_stdvec(&Recent([Time(5), Time(7)].into())).expect("it is plain");
        let again: Recent = postcard::from_bytes(&written).expect("it was written so");
        assert_eq!(again.0, [Time(5), Time(7)]);
    }
}
