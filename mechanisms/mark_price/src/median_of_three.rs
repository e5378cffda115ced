//! The median of the index, the last trade, and the index plus an averaged basis.
//!
//! # Rule
//!
//! At every publication: median of the index price, the trade price, and the index price plus the
//! basis, where the basis is trade price less index price, averaged with weights that decay as
//! exp(−age ÷ `basis_averaged_over`). Before the first index price nothing is published.
//!
//! # Why venues do it
//!
//! One print on a thin book must not liquidate anyone; a persistent discount of the whole market
//! must be seen in the end.
//!
//! # Parameters
//!
//! - `every`: time between two publications, above zero.
//! - `basis_averaged_over`: time constant of the average, above zero.
//!
//! # Known failure
//!
//! In a long cascade the averaged basis learns the forced sales, and the mark follows them down. The
//! trade price is that of the next small trade, so it knows outside prices before a lagged index does.
//!
//! # Sources
//!
//! Hyperliquid documentation, "Robust price indices" (150 s average), read November 2026.

use crate::MarkPriceDue;
use facts::MarkPricePublished;
use market::{MarkPrice, Market, Mechanism, Plan};
use serde::{Deserialize, Serialize};
use units::{Duration, Price, math};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedianOfThree {
    /// Time between two publications.
    every: Duration,
    /// Time constant of the averaged basis.
    basis_averaged_over: Duration,
}

/// The averaged basis, in 1/1,024 of a price unit; none before the first publication.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Basis {
    averaged: Option<i64>,
}

const FINE: i64 = 1_024;

impl Mechanism for MedianOfThree {
    type Question = MarkPrice;
    const NAME: &'static str = "MedianOfThree";
    const SOURCE: &'static str = include_str!("median_of_three.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(
            self.basis_averaged_over > Duration::ZERO,
            "`basis_averaged_over` must be above zero, e.g. \"150s\"",
        );
        plan.state(Basis::default());
        plan.on(Self::publish);
        crate::begin(plan, self.every);
    }
}

impl MedianOfThree {
    fn publish(&self, market: &mut Market<'_>, due: &MarkPriceDue) {
        let Some((index, last)) = crate::look(market, due, self.every) else { return };
        let instrument = due.instrument;
        let here = market.here();
        let basis = self.average(market.state_mut(here), last.minus(index));
        let price = median([index, last, index.plus(basis)]);
        let mark = MarkPricePublished { instrument, price, index, last, basis: Some(basis) };
        market.publish_mark(mark);
    }

    fn average(&self, basis: &mut Basis, sample: Price) -> Price {
        let sample = sample.0.saturating_mul(FINE);
        let before = basis.averaged.unwrap_or(sample);
        let weight =
            1.0 - math::exp(-self.every.as_seconds() / self.basis_averaged_over.as_seconds());
        let step = math::nearest(weight * math::float(i128::from(sample - before)));
        basis.averaged = Some(before + step);
        Price((before + step + FINE / 2).div_euclid(FINE))
    }
}

fn median(mut prices: [Price; 3]) -> Price {
    prices.sort();
    prices[1]
}
