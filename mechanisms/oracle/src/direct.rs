//! The exogenous price itself, seen at fixed intervals and published some time later.
//!
//! # Rule
//!
//! Every `every`, the fundamental is observed; `lag` later the observation is the index price.
//!
//! # Why venues do it
//!
//! An index from outside venues cannot be moved by a venue's own forced sales. Publication takes
//! time: collecting, signing, taking the median.
//!
//! # Parameters
//!
//! - `every`: time between two observations, above zero.
//! - `lag`: from observation to publication; may be zero.
//!
//! # Known failure
//!
//! A lag longer than the fall keeps everybody healthy on paper while the market is gone.
//!
//! # Sources
//!
//! Hyperliquid documentation, "Oracle" (publishes about every three seconds), read November 2026.

use crate::{ObservationDue, PublicationDue};
use market::{Market, Mechanism, Oracle, Plan};
use serde::Deserialize;
use units::Duration;

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direct {
    /// Time between two observations.
    every: Duration,
    /// From observation to publication.
    lag: Duration,
}

impl Mechanism for Direct {
    type Question = Oracle;
    const NAME: &'static str = "Direct";
    const SOURCE: &'static str = include_str!("direct.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.waits("lag", self.lag);
        plan.on(Self::observe);
        plan.on(Self::publish);
        crate::begin(plan, self.every);
    }
}

impl Direct {
    fn observe(&self, market: &mut Market<'_>, due: &ObservationDue) {
        if let Some(observation) = crate::look(market, due, self.every) {
            crate::publish_after(market, observation, self.lag);
        }
    }

    #[expect(clippy::unused_self, reason = "a handler is a method of its mechanism")]
    fn publish(&self, market: &mut Market<'_>, due: &PublicationDue) {
        market.publish_index(due.observation);
    }
}
