//! An oracle that fails at known times: it is silent, or it says the same again and again.
//!
//! # Rule
//!
//! Every `every`, the fundamental is observed, and `lag` later it is the index price, unless a fault
//! lasts at that moment. During an `Outage` nothing is published. During a `Stuck` feed the last price
//! that was published is published again in place of what was observed (the first one, when there is
//! none yet): a venue that does not ask when it was observed takes it for fresh. The log says when:
//! `observed` stays what it was.
//!
//! # Why venues do it
//!
//! They do not want it. It happens on the days of large moves, when chains are congested, sources
//! disagree or a feed's own limits stop it, and rules must do on these days.
//!
//! # Parameters
//!
//! - `every`: time between two observations, above zero.
//! - `lag`: from observation to publication; may be zero.
//! - `faults`: `Outage(from: …, lasts: …)` and `Stuck(from: …, lasts: …)`, from a time since the start
//!   until just before it has lasted so long, above zero; in order, without overlaps.
//!
//! # Known failure
//!
//! Who should have been liquidated during a fault is liquidated when it ends, all at once and at the
//! prices of then: what a margin was meant to bear is gone. No mark price here asks how old an index
//! price is; one that did would see an outage, but not a stuck feed that claims to be fresh.
//!
//! # Sources
//!
//! Venus Protocol, "LUNA incident update", May 2022 (the feed stopped at a lowest price, the market
//! fell on); Drift v2, `math/oracle.rs` (a price older than 120 slots is stale for margin), read
//! November 2026.

use crate::{ObservationDue, PublicationDue};
use market::{Market, Mechanism, Observation, Oracle, Plan};
use serde::{Deserialize, Serialize};
use units::{Duration, Time};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faulty {
    /// Time between two observations.
    every: Duration,
    /// From observation to publication.
    lag: Duration,
    /// When it fails, and how; in order.
    faults: Vec<Fault>,
}

/// A way to fail and its time.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
enum Fault {
    /// Nothing is published.
    Outage {
        /// Since the start.
        from: Duration,
        /// How long.
        lasts: Duration,
    },
    /// The last price is published again.
    Stuck {
        /// Since the start.
        from: Duration,
        /// How long.
        lasts: Duration,
    },
}

/// The feed's past.
#[derive(Debug, Serialize, Deserialize)]
struct Feed {
    start: Time,
    published: Option<Observation>,
}

impl Mechanism for Faulty {
    type Question = Oracle;
    const NAME: &'static str = "Faulty";
    const SOURCE: &'static str = include_str!("faulty.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let times = || self.faults.iter().map(|fault| fault.time());
        let overlap = times().zip(times().skip(1)).any(|((_, end), (from, _))| from < end);
        if overlap || times().any(|(from, end)| end <= from) {
            plan.refuse(
                "`faults` must be in order: each lasts some time, and begins when the one before it has \
                 ended, or later",
            );
        }
        for (from, _) in times() {
            plan.waits("from", from);
        }
        plan.waits("lag", self.lag);
        plan.state(Feed { start: plan.start(), published: None });
        plan.on(Self::observe);
        plan.on(Self::publish);
        crate::begin(plan, self.every);
    }
}

impl Faulty {
    fn observe(&self, market: &mut Market<'_>, due: &ObservationDue) {
        if let Some(observation) = crate::look(market, due, self.every) {
            crate::publish_after(market, observation, self.lag);
        }
    }

    fn publish(&self, market: &mut Market<'_>, due: &PublicationDue) {
        let (here, now) = (market.here(), market.now());
        let feed: &mut Feed = market.state_mut(here);
        let elapsed = now.since(feed.start);
        let lasting = |fault: &&Fault| {
            let (from, end) = fault.time();
            (from..end).contains(&elapsed)
        };
        let published = match self.faults.iter().find(lasting) {
            Some(Fault::Outage { .. }) => return,
            Some(Fault::Stuck { .. }) => *feed.published.get_or_insert(due.observation),
            None => *feed.published.insert(due.observation),
        };
        market.publish_index(published);
    }
}

impl Fault {
    /// When it begins and when it is over, since the start.
    fn time(self) -> (Duration, Duration) {
        let (Self::Outage { from, lasts } | Self::Stuck { from, lasts }) = self;
        (from, Duration(from.0 + lasts.0))
    }
}
