//! What synthetic prices share: how they are written, their clock, their bounds, their noise.
//!
//! **Invariant:** noise is a function of time. Whoever asks for whichever instants sees the same
//! walk, so a finer tick shows the same path in more detail, and prices with different ticks share
//! what is common to them.

use crate::PriceDue;
use market::{Draw, FUNDAMENTAL_DECIMALS, Market, Mechanism, Place, Plan};
use serde::{Deserialize, Serialize};
use std::fmt;
use units::{Decimal, Duration, Price, Ratio, math};

/// Days of a year: prices move on all of them.
const DAYS_A_YEAR: f64 = 365.0;

const DAY: Duration = Duration(86_400 * Duration::SECOND.0);

const MILLISECOND: Duration = Duration(Duration::SECOND.0 / 1_000);

/// Price when time starts, in units of 10^−8, positive.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Opening(pub(crate) Price);

impl TryFrom<String> for Opening {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match crate::price(&text)? {
            price if price > 0 => Ok(Self(Price(price))),
            _ => Err(format!("a price must be above zero; found `{text}`")),
        }
    }
}

/// Lowest and highest price, in units of 10^−8, positive. A person writes `("10", "1_000")`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "(String, String)")]
pub(crate) struct Between {
    pub(crate) least: Price,
    pub(crate) most: Price,
}

impl TryFrom<(String, String)> for Between {
    type Error = String;

    fn try_from(texts: (String, String)) -> Result<Self, String> {
        let (least, most) = (crate::price(&texts.0)?, crate::price(&texts.1)?);
        if least <= 0 || most < least {
            return Err(format!(
                "bounds must be (lowest, highest) with 0 < lowest ≤ highest; found ({}, {})",
                texts.0, texts.1
            ));
        }
        Ok(Self { least: Price(least), most: Price(most) })
    }
}

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let price = |price: Price| Decimal::new(i128::from(price.0), FUNDAMENTAL_DECIMALS);
        write!(f, "{} to {}", price(self.least), price(self.most))
    }
}

impl Between {
    pub(crate) fn holds(self, price: Price) -> bool {
        (self.least..=self.most).contains(&price)
    }
}

/// How strong noise is, and how much of it is shared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Volatility {
    /// Standard deviation of the logarithm's move in a year.
    pub(crate) yearly: Ratio,
    /// Share of the variance that is common.
    pub(crate) common: Ratio,
}

/// Parameters that synthetic prices share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) opening: Opening,
    pub(crate) between: Between,
    pub(crate) tick: Duration,
    pub(crate) volatility: Volatility,
}

impl Terms {
    /// Starts the clock; refuses what cannot be.
    pub(crate) fn begin<M: Mechanism>(self, plan: &mut Plan<'_, M>) {
        let Volatility { yearly, common } = self.volatility;
        let is_whole = self.tick > Duration::ZERO && self.tick.0 % MILLISECOND.0 == 0;
        plan.require(
            self.between.holds(self.opening.0),
            format!("`opening` must be within the bounds, {}", self.between),
        );
        plan.require(
            is_whole,
            "`tick` must be a whole number of milliseconds above zero, e.g. \"1s\"",
        );
        plan.require(yearly >= Ratio::ZERO, "`volatility` must not be negative");
        plan.require(common.is_share(), "`common` must be within 0% and 100%");
        if let Place::Fundamental(fundamental) = plan.place() {
            plan.beats(self.tick);
            plan.first(plan.start(), PriceDue { fundamental, elapsed: Duration::ZERO });
        }
    }

    /// Sets `price` times e to the power of `log`, to the nearest unit, or the bound it would pass;
    /// and winds the clock.
    pub(crate) fn set(self, market: &mut Market<'_>, due: &PriceDue, price: Price, log: f64) {
        let fundamental = due.fundamental;
        let moved = math::nearest(math::float(i128::from(price.0)) * math::exp(log));
        let Between { least, most } = self.between;
        market.set_fundamental(fundamental, Price(moved).clamp(least, most));
        let elapsed = Duration(due.elapsed.0 + self.tick.0);
        market.tick(self.tick, PriceDue { fundamental, elapsed });
    }
}

/// A ratio as a float.
pub(crate) fn float(ratio: Ratio) -> f64 {
    math::to_float(i128::from(ratio.0), 9)
}

pub(crate) fn days(elapsed: Duration) -> f64 {
    elapsed.as_seconds() / DAY.as_seconds()
}

pub(crate) fn years(elapsed: Duration) -> f64 {
    days(elapsed) / DAYS_A_YEAR
}

/// Noise of one price: its own, and what all synthetic prices of an experiment have in common.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Noise {
    own: Walk,
    common: Walk,
}

impl Noise {
    /// Move of the logarithm since the start. The expectation of e to its power is one.
    pub(crate) fn log(
        &mut self,
        market: &Market<'_>,
        due: &PriceDue,
        volatility: Volatility,
    ) -> f64 {
        if volatility.yearly == Ratio::ZERO {
            return 0.0;
        }
        let purpose = format!("fundamental {}", market.fundamental(due.fundamental).name);
        let own = self.own.at(market, &purpose, due.elapsed);
        let common = self.common.at(market, "common to fundamentals", due.elapsed);
        let (yearly, shared) = (float(volatility.yearly), float(volatility.common));
        let walked = math::sqrt(shared) * common + math::sqrt(1.0 - shared) * own;
        yearly * walked - yearly * yearly / 2.0 * years(due.elapsed)
    }
}

/// Decades from the longest span, 31 years, to a millisecond.
const DECADES: usize = 12;

/// Milliseconds of the longest span.
const SPAN: u64 = 1_000_000_000_000;

/// A Brownian motion with the variance of a year in a year.
///
/// The longest span is cut into ten that move independently; each span is cut again into ten, whose
/// moves are drawn given their sum, down to a millisecond. A draw is addressed by the span.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Walk {
    /// The span of each length that was cut last: its number, and the moves of its ten parts.
    cuts: [Option<(u64, [f64; 10])>; DECADES],
}

impl Walk {
    fn at(&mut self, market: &Market<'_>, purpose: &str, elapsed: Duration) -> f64 {
        let time = u64::try_from(elapsed.0 / MILLISECOND.0).unwrap_or(0);
        let (mut span, mut value, mut moved) = (SPAN, 0.0, None);
        for (length, last) in (0..).zip(&mut self.cuts) {
            if time % span == 0 {
                break;
            }
            let (number, part) = (time / span, span / 10);
            let kept = last.filter(|&(its_number, _)| its_number == number);
            let (_, moves) = *last.insert(kept.unwrap_or_else(|| {
                (number, cut(&mut market.draw(purpose, length, number), part, moved))
            }));
            let whole = usize::try_from(time % span / part).unwrap_or(0);
            value += moves[..whole].iter().sum::<f64>();
            (span, moved) = (part, Some(moves[whole]));
        }
        value
    }
}

/// Moves of ten parts of a span, `part` milliseconds each: independent, given their sum if it has one.
fn cut(draw: &mut Draw, part: u64, sum: Option<f64>) -> [f64; 10] {
    let deviation = math::sqrt(years(Duration(MILLISECOND.0)) * math::float(i128::from(part)));
    let moves = [(); 10].map(|()| deviation * draw.normal());
    let missing = sum.map_or(0.0, |sum| sum - moves.iter().sum::<f64>());
    moves.map(|it| it + missing / 10.0)
}
