//! The average premium, pulled towards an interest rate by so much at most.
//!
//! # Rule
//!
//! Every `sampled_every` the premium is trade price ÷ index price − 1. Every `every` longs owe
//! shorts, on notional at the index price, (A + clamp(`interest` − A, ±`clamp`)) × `every` ÷ `per`,
//! at most `cap` of it either way, where A is the average of the premiums sampled since the last
//! charge; shorts owe longs where that is negative. Samples, their average and the charge are each
//! rounded down to a billionth. Nothing is sampled or charged before the first index price; where
//! nobody quotes a price there is no sample, and without any A is zero.
//!
//! So within `clamp` of `interest` the rate is `interest`, and beyond it is the premium less
//! `clamp`.
//!
//! # Why venues do it
//!
//! A contract that never expires has nothing else that ties it to its index: whoever holds the
//! crowded side pays the other.
//!
//! # Parameters
//!
//! - `every`: time between two charges, a multiple of `sampled_every`.
//! - `sampled_every`: time between two samples, above zero; the first is one such time after the
//!   start.
//! - `per`: the time that `interest`, `clamp` and a premium are for, above zero: eight hours on most
//!   venues.
//! - `interest`: rate where there is no premium, within ±100 %.
//! - `clamp`: most that the premium is pulled, within 0 % and 100 %.
//! - `cap`: most of the notional that one charge takes, above 0 % and at most 100 %.
//!
//! # Known failure
//!
//! In a cascade the contract trades below its index, and whoever is short pays: the charge comes
//! out of margin, on either side, and can be what leaves a purse below maintenance.
//!
//! # Sources
//!
//! Hyperliquid documentation, "Funding" (premium of an impact price over the oracle's, sampled every
//! 5 s; 0.01 % and ±0.05 % per 8 h; paid every hour as an eighth, at most 4 %); BitMEX, "Funding"
//! (the same family), both read November 2026.

use facts::InstrumentId;
use market::{Funding, Market, Mechanism, Plan};
use serde::{Deserialize, Serialize};
use units::{Duration, Price, Ratio, Rounding, Time, mul_div};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClampedPremium {
    /// Time between two charges.
    every: Duration,
    /// Time between two samples of the premium.
    sampled_every: Duration,
    /// The time that interest, clamp and a premium are for.
    per: Duration,
    /// Rate where there is no premium.
    interest: Ratio,
    /// Most that the premium is pulled towards the interest.
    clamp: Ratio,
    /// Most of the notional that one charge takes.
    cap: Ratio,
}

/// Premiums since the last charge, in billionths.
#[derive(Debug, Serialize, Deserialize)]
struct Samples {
    since: Time,
    sum: i128,
    count: i128,
}

market::timers! {
    /// The premium is sampled, and charged when the interval is over.
    PremiumDue { instrument: InstrumentId } in Funding;
}

impl Mechanism for ClampedPremium {
    type Question = Funding;
    const NAME: &'static str = "ClampedPremium";
    const SOURCE: &'static str = include_str!("clamped_premium.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(self.clamp.is_share(), "`clamp` must be within 0% and 100%");
        plan.require(
            self.cap.is_share() && self.cap > Ratio::ZERO,
            "`cap` must be above 0% and at most 100%",
        );
        plan.require(
            self.interest.0.abs() <= Ratio::ONE.0,
            "`interest` must be within -100% and 100%",
        );
        plan.require(self.per > Duration::ZERO, "`per` must be above zero, e.g. \"8h\"");
        plan.require(
            self.sampled_every > Duration::ZERO,
            "`sampled_every` must be above zero, e.g. \"5s\"",
        );
        let rest = self.every.0.checked_rem(self.sampled_every.0);
        plan.require(
            self.every > Duration::ZERO && rest.is_none_or(|rest| rest == 0),
            "`every` must be a whole number of samples, e.g. \"1h\"",
        );
        plan.state(Samples { since: plan.start(), sum: 0, count: 0 });
        plan.on(Self::sample);
        let instrument = plan.instrument();
        plan.beats(self.sampled_every);
        plan.waits("every", self.every);
        plan.first(plan.start() + self.sampled_every, PremiumDue { instrument });
    }
}

impl ClampedPremium {
    fn sample(&self, market: &mut Market<'_>, due: &PremiumDue) {
        let instrument = due.instrument;
        market.tick(self.sampled_every, PremiumDue { instrument });
        let (here, now) = (market.here(), market.now());
        let prices = market.trade_price(instrument).zip(market.instrument(instrument).index_price);
        let samples: &mut Samples = market.state_mut(here);
        if let Some((trade, index)) = prices {
            samples.sum += i128::from(premium(trade, index).0);
            samples.count += 1;
        }
        if now.since(samples.since) >= self.every {
            let average = samples.average();
            *samples = Samples { since: now, sum: 0, count: 0 };
            market.charge_funding(instrument, self.charge(average), average);
        }
    }

    /// What an interval with this average premium charges.
    fn charge(&self, average: Ratio) -> Ratio {
        let pull = self.interest.0.saturating_sub(average.0).clamp(-self.clamp.0, self.clamp.0);
        let rate = i128::from(average.0) + i128::from(pull);
        let charge = mul_div(rate, self.every.0.into(), self.per.0.into(), Rounding::Down);
        let cap = i128::from(self.cap.0);
        let charge = charge.expect("a rate times ten years fits").clamp(-cap, cap);
        Ratio(i64::try_from(charge).expect("the cap is a share"))
    }
}

impl Samples {
    /// Their average; zero where there are none.
    fn average(&self) -> Ratio {
        narrow(mul_div(self.sum, 1, self.count, Rounding::Down).unwrap_or_default())
    }
}

/// How far a trade is above the index, in billionths of it.
fn premium(trade: Price, index: Price) -> Ratio {
    let above = i128::from(trade.0) - i128::from(index.0);
    let premium = mul_div(above, Ratio::ONE.0.into(), index.0.into(), Rounding::Down);
    narrow(premium.unwrap_or_default())
}

/// A ratio of so many billionths, or the nearest there is.
fn narrow(billionths: i128) -> Ratio {
    let nearest = if billionths < 0 { i64::MIN } else { i64::MAX };
    Ratio(i64::try_from(billionths).unwrap_or(nearest))
}

#[cfg(test)]
mod tests {
    use super::{ClampedPremium, Samples, premium};
    use units::{Duration, Price, Ratio, Time};

    const HOUR: i64 = 3_600;

    fn rule((every, per): (i64, i64), shares: [&str; 3]) -> ClampedPremium {
        let hours = |hours: i64| Duration(hours * HOUR * Duration::SECOND.0);
        let [interest, clamp, cap] = shares.map(|share| share.parse().expect("it is a percentage"));
        ClampedPremium {
            every: hours(every),
            sampled_every: hours(every),
            per: hours(per),
            interest,
            clamp,
            cap,
        }
    }

    /// What is charged after premiums of trades over an index.
    fn charged(rule: &ClampedPremium, samples: &[(i64, i64)]) -> String {
        let sum = samples.iter().map(|&(trade, index)| premium(Price(trade), Price(index)).0);
        let count = samples.len().try_into().expect("they are few");
        let samples = Samples { since: Time(0), sum: sum.map(i128::from).sum(), count };
        rule.charge(samples.average()).to_string()
    }

    /// Source: Hyperliquid documentation, "Funding" (its numerical example, 10,100 USD over 10,000).
    #[test]
    fn one_per_cent_of_premium_is_95_hundredths_in_eight_hours_and_an_eighth_of_that_in_one() {
        let eight_hours = rule((8, 8), ["0.01%", "0.05%", "4%"]);
        assert_eq!(charged(&eight_hours, &[(10_100, 10_000)]), "0.95%");
        let hourly = rule((1, 8), ["0.01%", "0.05%", "4%"]);
        assert_eq!(charged(&hourly, &[(10_100, 10_000)]), "0.11875%");
        assert_eq!(charged(&hourly, &[(10_000, 10_000)]), "0.00125%");
        assert_eq!(charged(&hourly, &[(20_000, 10_000)]), "4%", "at most so much an hour");
    }

    /// Source: flox, `venue/tests/test_venue_funding_rate.cpp` at d2dc5ec (flat, cap down, none).
    #[test]
    fn within_the_clamp_the_interest_is_charged_and_beyond_the_cap_the_cap() {
        let rule = rule((8, 8), ["0.01%", "0.05%", "0.75%"]);
        assert_eq!(charged(&rule, &[(100, 100)]), "0.01%");
        assert_eq!(charged(&rule, &[(50, 100)]), "-0.75%");
        assert_eq!(charged(&rule, &[]), "0.01%");
    }

    /// Source: Dango, `perps/src/core/funding.rs` at c1468da (`funding_delta_*`: 10 % for a day).
    #[test]
    fn without_interest_and_clamp_the_premium_is_charged_up_to_the_cap() {
        let rule = rule((24, 24), ["0%", "0%", "5%"]);
        assert_eq!(charged(&rule, &[(110, 100)]), "5%");
        assert_eq!(charged(&rule, &[(90, 100)]), "-5%");
        assert_eq!(charged(&rule, &[(98, 100), (101, 100)]), "-0.5%");
    }

    #[test]
    fn what_is_not_whole_is_rounded_down() {
        let rule = rule((1, 8), ["0%", "0%", "100%"]);
        assert_eq!(premium(Price(1), Price(3)), Ratio(-666_666_667));
        assert_eq!(rule.charge(Ratio(9)), Ratio(1));
        assert_eq!(rule.charge(Ratio(-9)), Ratio(-2));
        assert_eq!(rule.charge(Ratio(i64::MAX)), Ratio::ONE);
        assert_eq!(rule.charge(Ratio(i64::MIN)), Ratio(-Ratio::ONE.0));
    }
}
