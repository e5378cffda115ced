//! The trade price, kept near the index price.
//!
//! # Rule
//!
//! At every publication the mark price is the trade price, but at most `within` of the index price
//! above or below it; the distance is rounded down to a whole price unit. Before the first index
//! price nothing is published.
//!
//! # Why venues do it
//!
//! Positions are valued at what they would fetch here, and one print on an empty book moves them no
//! further than the clamp.
//!
//! # Parameters
//!
//! - `every`: time between two publications, above zero.
//! - `within`: furthest distance from the index price, as a share of it; 0% to 100%.
//!
//! # Known failure
//!
//! It answers at once: a forced sale moves the mark by its whole impact, up to the clamp, and whoever
//! is within the clamp of a liquidation price can be pushed over it. Beyond the clamp the mark says
//! nothing of the market.
//!
//! # Sources
//!
//! Deribit, "Calculation of BTC mark price for calculating unrealised P&L" (an old rule: the last
//! price, within best bid and best ask, at most 3% from the index).

use crate::MarkPriceDue;
use facts::MarkPricePublished;
use market::{MarkPrice, Market, Mechanism, Plan};
use serde::Deserialize;
use units::{Duration, Price, Ratio};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clamped {
    /// Time between two publications.
    every: Duration,
    /// Furthest distance from the index price.
    within: Ratio,
}

impl Mechanism for Clamped {
    type Question = MarkPrice;
    const NAME: &'static str = "Clamped";
    const SOURCE: &'static str = include_str!("clamped.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(self.within.is_share(), "`within` must be within 0% and 100%");
        plan.on(Self::publish);
        crate::begin(plan, self.every);
    }
}

impl Clamped {
    fn publish(&self, market: &mut Market<'_>, due: &MarkPriceDue) {
        let Some((index, last)) = crate::look(market, due, self.every) else { return };
        let reach = self.reach(index);
        let price = last.clamp(index.minus(reach), index.plus(reach));
        let instrument = due.instrument;
        market.publish_mark(MarkPricePublished { instrument, price, index, last, basis: None });
    }

    /// Furthest distance from an index price, rounded towards it.
    fn reach(&self, index: Price) -> Price {
        let reach = i128::from(index.0) * i128::from(self.within.0) / i128::from(Ratio::ONE.0);
        Price(i64::try_from(reach).expect("a share of a price is no more than the price"))
    }
}
