//! How much a price has moved lately.

#![expect(
    clippy::float_arithmetic,
    reason = "an estimate is a float until it is asked for, and rounded then"
)]

use crate::{Duration, Price, Ratio, Time, math};
use serde::{Deserialize, Serialize};

/// A year of 365 days.
const YEAR: Duration = Duration(31_536_000 * Duration::SECOND.0);

/// Realised volatility of a price that is seen at uneven times.
///
/// Each pair of prices that follow each other gives a squared logarithmic return a year of the time
/// between them. The variance is their average, in which a moment weighs half as much for every
/// half-life that has passed since; before the first price nothing is taken to have moved, so the
/// estimate rises from zero and is too low by half of the variance after one half-life, by a
/// quarter after two. A jump without any time counts as one of an instant: whole.
///
/// Nothing depends on the unit of the prices.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Volatility {
    half_life: Duration,
    /// Squared returns a year.
    variance: f64,
    last: Option<(Time, Price)>,
}

impl Volatility {
    /// Nothing seen yet. A half-life of no time at all is taken as a nanosecond.
    pub fn new(half_life: Duration) -> Self {
        Self { half_life: half_life.max(Duration(1)), variance: 0.0, last: None }
    }

    /// Sees a price. One that is not positive has no return and is passed over; a time before the
    /// last one is taken as the last one.
    pub fn see(&mut self, now: Time, price: Price) {
        if price <= Price(0) {
            return;
        }
        let now = self.last.map_or(now, |(then, _)| now.max(then));
        if let Some((then, before)) = self.last.replace((now, price)) {
            let float = |price: Price| math::float(i128::from(price.0));
            let moved = math::ln(float(price) / float(before));
            self.average(now.since(then), moved * moved);
        }
    }

    /// The volatility a year of 365 days: the square root of the variance. Not negative; the
    /// highest ratio there is, 9.2 thousand million, where it would be more.
    pub fn per_year(&self) -> Ratio {
        Ratio(math::to_units(math::sqrt(self.variance), 9))
    }

    fn average(&mut self, elapsed: Duration, squared: f64) {
        let half_life = self.half_life.as_seconds() / YEAR.as_seconds();
        let years = elapsed.as_seconds() / YEAR.as_seconds();
        let new = math::forgotten(years / half_life);
        // For ever shorter times, what is forgotten in a year approaches ln 2 ÷ half-life.
        let a_year = if years > 0.0 { new / years } else { math::ln(2.0) / half_life };
        self.variance += squared * a_year - self.variance * new;
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers here are small")]
mod tests {
    use super::{Volatility, YEAR};
    use crate::{Duration, Price, Ratio, Time, math};
    use proptest::prelude::*;

    const HOUR: Duration = Duration(3_600 * Duration::SECOND.0);

    /// What is left after prices at milliseconds from the start.
    fn seen(half_life: Duration, prices: &[(i64, i64)]) -> Volatility {
        let mut volatility = Volatility::new(half_life);
        for &(at, price) in prices {
            volatility.see(Time(at * 1_000_000), Price(price));
        }
        volatility
    }

    /// Random numbers of a seed (Steele, Lea and Flood 2014).
    fn random(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        math::uniform(mixed ^ (mixed >> 31))
    }

    /// What is estimated of a geometric walk of a volatility after 20,000 prices, a minute apart on
    /// average, none at an even time.
    fn of_walk(volatility: f64, seed: u64) -> f64 {
        let (mut seed, mut now, mut price) = (seed, Time(0), 1e12);
        let mut estimate = Volatility::new(Duration(24 * HOUR.0));
        for _ in 0..20_000 {
            let elapsed = -60.0 * math::ln(random(&mut seed));
            let draw = math::normal(random(&mut seed), random(&mut seed));
            price *= math::exp(volatility * math::sqrt(elapsed / YEAR.as_seconds()) * draw);
            now = now + Duration(math::to_units(elapsed, 9));
            estimate.see(now, Price(math::nearest(price)));
        }
        math::to_float(i128::from(estimate.per_year().0), 9)
    }

    #[test]
    fn the_volatility_of_a_walk_is_found_again() {
        // With a half-life of 1,440 returns about 4,000 count: an error of 1 to 2 % is usual.
        for (volatility, seed) in [(0.05, 1), (0.6, 2), (0.6, 3), (3.0, 4)] {
            let found = of_walk(volatility, seed);
            assert!((found / volatility - 1.0).abs() < 0.05, "{volatility} is found as {found}");
        }
    }

    #[test]
    fn one_return_over_a_half_life_counts_one_half_and_then_fades() {
        let hours = |prices: &[i64]| {
            let prices: Vec<(i64, i64)> = (0..).step_by(3_600_000).zip(prices.to_vec()).collect();
            seen(HOUR, &prices).per_year()
        };
        // e^0.1 within an hour: 0.1² × 8,760 hours ÷ 2 = 43.8, and half of it an hour later.
        let close = |found: Ratio, variance: f64| {
            let found = math::to_float(i128::from(found.0), 9);
            (found / math::sqrt(variance) - 1.0).abs() < 1e-6
        };
        assert!(close(hours(&[10_000_000, 11_051_709]), 43.8));
        assert!(close(hours(&[10_000_000, 11_051_709, 11_051_709]), 21.9));
        assert!(close(hours(&[11_051_709, 10_000_000]), 43.8), "a fall is a move, too");
    }

    #[test]
    fn a_jump_of_no_time_is_that_of_a_short_one() {
        let jump = |after: i64| {
            let mut volatility = Volatility::new(HOUR);
            volatility.see(Time(0), Price(100));
            volatility.see(Time(after), Price(90));
            volatility.per_year().0
        };
        assert!(jump(0) > 0);
        assert!((jump(0) - jump(1)).abs() <= jump(0) / 1_000_000);
        assert_eq!(jump(-5), jump(0), "time does not run backwards");
    }

    proptest! {
        #[test]
        fn a_price_that_stands_still_has_none(
            price in 1..i64::MAX,
            steps in prop::collection::vec(0_i64..1_000_000, 0..20),
        ) {
            let prices: Vec<(i64, i64)> = steps.iter().map(|&at| (at, price)).collect();
            prop_assert_eq!(seen(HOUR, &prices).per_year(), Ratio::ZERO);
        }

        #[test]
        fn the_unit_of_prices_changes_nothing(
            prices in prop::collection::vec((0_i64..10_000_000, 1_i64..1_000_000), 0..20),
            scale in 1_i64..1_000_000,
        ) {
            let scaled: Vec<(i64, i64)> =
                prices.iter().map(|&(at, price)| (at, price * scale)).collect();
            prop_assert_eq!(seen(HOUR, &prices).per_year(), seen(HOUR, &scaled).per_year());
        }

        #[test]
        fn whatever_is_seen_gives_a_volatility(
            half_life in any::<i64>(),
            prices in prop::collection::vec((0..i64::MAX / 1_000_000, any::<i64>()), 0..20),
        ) {
            let volatility = seen(Duration(half_life), &prices);
            prop_assert!(volatility.variance.is_finite());
            prop_assert!(volatility.per_year() >= Ratio::ZERO);
        }
    }
}
