//! Nothing trades further than so much from the average index.
//!
//! # Rule
//!
//! Every `every`, the reference of each instrument becomes the mean of the index prices published
//! in the last `averaged_over`, rounded down to a price unit, and of the last one where that is
//! older. Until the next renewal nothing trades below reference × (1 − `within`), rounded up, or
//! above reference × (1 + `within`), rounded down; not on average, and not with its last lot. A
//! forced sale is filled to the edge of the band; the rest is kept, and tried again at every
//! renewal. What an order cannot get within the band is cancelled. Before the first index price
//! there is no band.
//!
//! The reference is the index and not the mark or the last trade, which a cascade drags along: a
//! band around them follows the sales it should hold up.
//!
//! # Why venues do it
//!
//! Nobody sells at a price that is only an empty book, and the book has until the next renewal to
//! fill.
//!
//! # Parameters
//!
//! - `within`: share of the reference, above 0 % and below 100 %.
//! - `averaged_over`: how old an index price may be to count, above zero.
//! - `every`: time between two renewals, above zero.
//!
//! # Known failure
//!
//! In a fall that is real the reference is late by half of what it is averaged over. Whoever is
//! closed waits at the edge of the band, at prices that go on falling, and neither the fund nor
//! winners are asked before the rest may trade.
//!
//! # Sources
//!
//! US Limit Up-Limit Down plan (mean of the trades of five minutes, 5 % and 10 %; a new reference
//! every 30 s, there only when it is 1 % away); OKX, "Price limit rules" (around the index), both
//! read November 2026.

use facts::{IndexPricePublished, InstrumentId, PriceBandSet, VenueId};
use market::{Halt, Market, Mechanism, Plan};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use units::{Duration, PRICE_MAX, Price, Ratio, Rounding, Time, mul_div};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceBand {
    /// Share of the reference that prices may be away from it.
    within: Ratio,
    /// How old an index price may be to count.
    averaged_over: Duration,
    /// Time between two renewals.
    every: Duration,
}

/// Index prices of each instrument that may still count, the oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Published {
    prices: BTreeMap<InstrumentId, VecDeque<(Time, Price)>>,
}

market::timers! {
    /// Bands are renewed. After `IndexPricePublished` in the order of names: the index of the
    /// instant counts.
    PriceBandDue { venue: VenueId } in Mark;
}

impl Mechanism for PriceBand {
    type Question = Halt;
    const NAME: &'static str = "PriceBand";
    const SOURCE: &'static str = include_str!("price_band.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(
            Ratio::ZERO < self.within && self.within < Ratio::ONE,
            "`within` must be above 0% and below 100%, e.g. \"5%\"",
        );
        plan.require(
            self.averaged_over > Duration::ZERO,
            "`averaged_over` must be above zero, e.g. \"5min\"",
        );
        plan.require(self.every > Duration::ZERO, "`every` must be above zero, e.g. \"30s\"");
        plan.sets_bands();
        plan.state(Published::default());
        plan.on(Self::note);
        plan.on(Self::renew);
        let venue = plan.venue();
        plan.beats(self.every);
        plan.first(plan.start(), PriceBandDue { venue });
    }
}

impl PriceBand {
    fn note(&self, market: &mut Market<'_>, index: &IndexPricePublished) {
        let (here, now) = (market.here(), market.now());
        let published: &mut Published = market.state_mut(here);
        let prices = published.prices.entry(index.instrument).or_default();
        prices.push_back((now, index.price));
        self.forget(prices, now);
    }

    /// Drops what is too old to count, but for the last price.
    fn forget(&self, prices: &mut VecDeque<(Time, Price)>, now: Time) {
        let is_old = |prices: &VecDeque<(Time, Price)>| {
            prices.len() > 1
                && prices.front().is_some_and(|&(time, _)| now.since(time) > self.averaged_over)
        };
        while is_old(prices) {
            prices.pop_front();
        }
    }

    fn renew(&self, market: &mut Market<'_>, due: &PriceBandDue) {
        market.tick(self.every, PriceBandDue { venue: due.venue });
        let (here, now) = (market.here(), market.now());
        for instrument in market.instruments_of(due.venue) {
            let published: &mut Published = market.state_mut(here);
            let Some(prices) = published.prices.get_mut(&instrument) else { continue };
            self.forget(prices, now);
            if let Some(band) = self.around(instrument, prices) {
                market.set_band(band);
            }
        }
    }

    /// The band around the mean of prices; none while there are none.
    fn around(
        &self,
        instrument: InstrumentId,
        prices: &VecDeque<(Time, Price)>,
    ) -> Option<PriceBandSet> {
        let sum: i128 = prices.iter().map(|&(_, price)| i128::from(price.0)).sum();
        let mean = sum.checked_div(i128::try_from(prices.len()).ok()?)?;
        let edge = |parts: i64, rounding| {
            let price = mul_div(mean, parts.into(), Ratio::ONE.0.into(), rounding).ok()?;
            i64::try_from(price).ok().map(|price| Price(price.min(PRICE_MAX)))
        };
        Some(PriceBandSet {
            instrument,
            reference: Price(i64::try_from(mean).ok()?),
            low: edge(Ratio::ONE.0 - self.within.0, Rounding::Up)?,
            high: edge(Ratio::ONE.0 + self.within.0, Rounding::Down)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::PriceBand;
    use facts::InstrumentId;
    use units::{Duration, PRICE_MAX, Price, Ratio, Time};

    fn band(within: i64, prices: &[i64]) -> Option<[i64; 3]> {
        let (averaged_over, every) = (Duration::SECOND, Duration::SECOND);
        let rule = PriceBand { within: Ratio(within), averaged_over, every };
        let prices = prices.iter().map(|&price| (Time(0), Price(price))).collect();
        let band = rule.around(InstrumentId(0), &prices)?;
        Some([band.low, band.reference, band.high].map(|price| price.0))
    }

    /// A stock of 3.01 USD in cents, with 5 % and with the doubled 10 % of the opening.
    ///
    /// Source: Solomon Exam Prep, "Trading pauses on a security" (the percentages).
    #[test]
    fn the_band_is_never_wider_than_said() {
        assert_eq!(band(50_000_000, &[300, 301, 303]), Some([286, 301, 316]));
        assert_eq!(band(100_000_000, &[301]), Some([271, 301, 331]));
        assert_eq!(band(999_999_999, &[1]), Some([1, 1, 1]), "there is always a price");
        assert_eq!(band(50_000_000, &[PRICE_MAX]).map(|[_, _, high]| high), Some(PRICE_MAX));
        assert_eq!(band(50_000_000, &[]), None);
    }
}
