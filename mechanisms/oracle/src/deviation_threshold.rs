//! An observation is published when it is far enough from the last one, or when that is old.
//!
//! # Rule
//!
//! Every `every`, the fundamental is observed. The observation is sent when it differs from the one
//! sent last by at least `threshold` of that, or when that was observed `heartbeat` ago or more; the
//! first is always sent. `lag` later it is the index price. A threshold of 0% is `Direct`.
//!
//! # Why venues do it
//!
//! A publication costs: a transaction, its place in a block. Nobody is liquidated by a move that is
//! small against the margin, so only moves that matter are paid for, and the heartbeat shows that the
//! feed is alive.
//!
//! # Parameters
//!
//! - `every`: time between two observations, above zero.
//! - `threshold`: move that is published, as a share of the last price sent; 0% to 100%.
//! - `heartbeat`: age of the last observation at which the next is published anyway, above zero.
//! - `lag`: from observation to publication; may be zero.
//!
//! # Known failure
//!
//! The venue does not know a price better than to within the threshold: a purse may be below its
//! maintenance margin, or below nothing, for as long as a heartbeat. Whoever sees the world's price
//! trades against the venue's in the meantime.
//!
//! # Sources
//!
//! Chainlink documentation, "Decentralized data model" and "Price feed contract addresses" (deviation
//! threshold and heartbeat of each feed: ETH / USD on Ethereum 0.5% and one hour).

use crate::{ObservationDue, PublicationDue};
use market::{Market, Mechanism, Observation, Oracle, Plan};
use serde::{Deserialize, Serialize};
use units::{Duration, Ratio};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviationThreshold {
    /// Time between two observations.
    every: Duration,
    /// Move that is published.
    threshold: Ratio,
    /// Age of the last observation at which the next is published anyway.
    heartbeat: Duration,
    /// From observation to publication.
    lag: Duration,
}

/// The observation that was sent last.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Sent {
    last: Option<Observation>,
}

impl Mechanism for DeviationThreshold {
    type Question = Oracle;
    const NAME: &'static str = "DeviationThreshold";
    const SOURCE: &'static str = include_str!("deviation_threshold.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(self.threshold.is_share(), "`threshold` must be within 0% and 100%");
        plan.require(
            self.heartbeat > Duration::ZERO,
            "`heartbeat` must be above zero, e.g. \"1h\"",
        );
        plan.state(Sent::default());
        plan.waits("lag", self.lag);
        plan.on(Self::observe);
        plan.on(Self::publish);
        crate::begin(plan, self.every);
    }
}

impl DeviationThreshold {
    fn observe(&self, market: &mut Market<'_>, due: &ObservationDue) {
        let Some(observation) = crate::look(market, due, self.every) else { return };
        let here = market.here();
        let sent: &mut Sent = market.state_mut(here);
        if sent.last.is_none_or(|last| self.is_due(last, observation)) {
            sent.last = Some(observation);
            crate::publish_after(market, observation, self.lag);
        }
    }

    fn is_due(&self, last: Observation, seen: Observation) -> bool {
        let moved = i128::from(seen.price.minus(last.price).0.abs()) * i128::from(Ratio::ONE.0);
        moved >= i128::from(last.price.0) * i128::from(self.threshold.0)
            || seen.at.since(last.at) >= self.heartbeat
    }

    #[expect(clippy::unused_self, reason = "a handler is a method of its mechanism")]
    fn publish(&self, market: &mut Market<'_>, due: &PublicationDue) {
        market.publish_index(due.observation);
    }
}
