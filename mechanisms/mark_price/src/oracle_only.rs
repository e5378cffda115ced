//! The index price, and nothing else.
//!
//! # Rule
//!
//! At every publication the mark price is the last index price. Before the first nothing is
//! published.
//!
//! # Why venues do it
//!
//! Nobody is liquidated by what happens on this venue: no print, no thin book and no forced sale
//! moves the mark, so that a cascade ends where outside prices end.
//!
//! # Parameters
//!
//! - `every`: time between two publications, above zero.
//!
//! # Known failure
//!
//! Positions are valued at a price at which nobody here trades. In a lasting discount a liquidation
//! begins late and sells below the bankruptcy price; and a fault of the oracle is one of the venue.
//!
//! # Sources
//!
//! dYdX v4, `x/clob/keeper/liquidations.go` (commit 84d4664: margin is computed with oracle prices),
//! read November 2026.

use crate::MarkPriceDue;
use facts::MarkPricePublished;
use market::{MarkPrice, Market, Mechanism, Plan};
use serde::Deserialize;
use units::Duration;

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OracleOnly {
    /// Time between two publications.
    every: Duration,
}

impl Mechanism for OracleOnly {
    type Question = MarkPrice;
    const NAME: &'static str = "OracleOnly";
    const SOURCE: &'static str = include_str!("oracle_only.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.on(Self::publish);
        crate::begin(plan, self.every);
    }
}

impl OracleOnly {
    fn publish(&self, market: &mut Market<'_>, due: &MarkPriceDue) {
        let Some((index, last)) = crate::look(market, due, self.every) else { return };
        let instrument = due.instrument;
        let mark = MarkPricePublished { instrument, price: index, index, last, basis: None };
        market.publish_mark(mark);
    }
}
