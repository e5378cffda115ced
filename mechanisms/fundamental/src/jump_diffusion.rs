//! A random walk with jumps: mostly small moves, now and then a crash.
//!
//! # Rule
//!
//! ln(price ÷ opening) = (drift − λ·k − σ²/2)·t + σ·(√c·W + √(1−c)·B) + the jumps until t, where λ is
//! the rate of `jumps`, k = e^(`jump_mean` + `jump_spread`²/2) − 1, σ the `volatility`, c the `common`
//! share, B a Brownian motion of this price and W one of the whole experiment. The size of a jump is
//! normal. The expected price grows by `drift`, jumps included: between falls it rises.
//!
//! A share c of the jumps, too, comes from candidates of the whole experiment with sizes drawn once:
//! prices with the same parameters have returns with a correlation of c, and fall together in that
//! share of their falls. Where c differs, the motions correlate with √(c·c′) and the rarer jumps of
//! one are jumps of the other. The path is a function of time: another `tick` shows the same in more
//! or less detail, a jump in the first price set at or after it.
//!
//! # Why venues do it
//!
//! They do not: the world does. A recorded crash is one day; rules must also do on the days that
//! have not happened.
//!
//! # Parameters
//!
//! - `opening`: price when time starts.
//! - `between`: lowest and highest price. Where the path would be beyond, the price stays at the
//!   bound until the path is back, and the expectation above holds no more: choose bounds that it
//!   does not reach. They are there because prices of an instrument are whole numbers of units.
//! - `tick`: time between two prices, a whole number of milliseconds above zero.
//! - `volatility`: of the motion without its jumps, in a year of 365 days; not negative.
//! - `drift`: expected growth of the price in a year, jumps included, continuously compounded.
//! - `jumps`: expected number, e.g. `"0.5 per day"`, up to 1,440.
//! - `jump_mean`, `jump_spread`: mean and standard deviation of the logarithm's move in a jump, up to
//!   1,000%. A mean of −5% is a price times 0.951.
//! - `common`: share of the variance that is common, 0% to 100%.
//!
//! # Known failure
//!
//! Days are alike: volatility does not gather, jumps do not bring jumps, and no fall lasts. Real
//! crashes do all three.
//!
//! # Sources
//!
//! Merton, "Option pricing when underlying stock returns are discontinuous", Journal of Financial
//! Economics 3 (1976); the motion is built as by Lévy, "Processus stochastiques et mouvement
//! brownien" (1948), with tenths in place of halves.

use crate::{
    PriceDue,
    synthetic::{Between, Noise, Opening, Terms, Volatility, days, float, years},
};
use market::{Fundamental, FundamentalAnswer, Market, Mechanism, Plan};
use serde::{Deserialize, Serialize};
use units::{Decimal, Duration, Price, Ratio, math};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JumpDiffusion {
    /// Price when time starts.
    opening: Opening,
    /// Lowest and highest price.
    between: Between,
    /// Time between two prices.
    tick: Duration,
    /// Of the motion without its jumps, in a year.
    volatility: Ratio,
    /// Expected growth in a year, jumps included.
    drift: Ratio,
    /// Expected number of jumps.
    jumps: PerDay,
    /// Mean of the logarithm's move in a jump.
    jump_mean: Ratio,
    /// Its standard deviation.
    jump_spread: Ratio,
    /// Share of the variance that is common.
    common: Ratio,
}

/// An expected number a day, in millionths, from zero to [`CANDIDATES_A_DAY`]. A person writes
/// `"0.5 per day"`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct PerDay(i128);

/// Candidates of jumps a day; a price takes each with a chance that makes its own number.
const CANDIDATES_A_DAY: i128 = 1_440;

/// Largest mean and standard deviation of a jump.
const JUMP_MAX: Ratio = Ratio(10 * Ratio::ONE.0);

impl TryFrom<String> for PerDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = text.strip_suffix(" per day").ok_or_else(|| {
            format!(
                "`{text}` has not the unit asked for: expected a number such as \"0.5 per day\""
            )
        })?;
        let millionths = Decimal::parse(number, 6).map_err(|e| e.to_string())?;
        if !(0..=CANDIDATES_A_DAY * 1_000_000).contains(&millionths) {
            return Err(format!(
                "`{text}` is out of range: expected 0 to {CANDIDATES_A_DAY} per day"
            ));
        }
        Ok(Self(millionths))
    }
}

impl PerDay {
    fn float(self) -> f64 {
        math::to_float(self.0, 6)
    }
}

/// The path up to the last price.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Path {
    noise: Noise,
    own: Jumps,
    common: Jumps,
}

/// Jumps up to the last price. Candidates are numbered, and each has a mark: a price takes those
/// whose mark is low enough for it, so that prices which take few and many still jump together.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Jumps {
    /// Candidates so far.
    candidates: u64,
    /// When the last of them came, in days since the start.
    last: f64,
    /// Sum of the jumps taken.
    sum: f64,
}

impl Mechanism for JumpDiffusion {
    type Question = Fundamental;
    const NAME: &'static str = "JumpDiffusion";
    const SOURCE: &'static str = include_str!("jump_diffusion.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(
            (Ratio(-JUMP_MAX.0)..=JUMP_MAX).contains(&self.jump_mean),
            "`jump_mean` must be within -1000% and 1000%",
        );
        plan.require(
            (Ratio::ZERO..=JUMP_MAX).contains(&self.jump_spread),
            "`jump_spread` must be within 0% and 1000%",
        );
        plan.answer(plan.this());
        plan.state(Path::default());
        plan.on(Self::move_on);
        self.terms().begin(plan);
    }
}

impl FundamentalAnswer for JumpDiffusion {
    fn opening_price(&self) -> Price {
        self.opening.0
    }

    fn price_range(&self) -> (Price, Price) {
        (self.between.least, self.between.most)
    }
}

impl JumpDiffusion {
    fn move_on(&self, market: &mut Market<'_>, due: &PriceDue) {
        let here = market.here();
        let mut path: Path = std::mem::take(market.state_mut(here));
        let log = self.drifted(due.elapsed)
            + path.noise.log(market, due, self.terms().volatility)
            + self.jumped(&mut path, market, due);
        *market.state_mut(here) = path;
        self.terms().set(market, due, self.opening.0, log);
    }

    fn terms(&self) -> Terms {
        let volatility = Volatility { yearly: self.volatility, common: self.common };
        Terms { opening: self.opening, between: self.between, tick: self.tick, volatility }
    }

    /// Growth of the logarithm, less what jumps are expected to add to the price.
    fn drifted(&self, elapsed: Duration) -> f64 {
        let (mean, spread) = (float(self.jump_mean), float(self.jump_spread));
        let gain = math::exp(mean + spread * spread / 2.0) - 1.0;
        float(self.drift) * years(elapsed) - self.jumps.float() * gain * days(elapsed)
    }

    /// Sum of all jumps of the logarithm since the start.
    fn jumped(&self, path: &mut Path, market: &Market<'_>, due: &PriceDue) -> f64 {
        let (day, common) = (days(due.elapsed), float(self.common));
        let own = format!("jumps of {}", market.fundamental(due.fundamental).name);
        self.until(market, "common jumps", &mut path.common, (day, common))
            + self.until(market, &own, &mut path.own, (day, 1.0 - common))
    }

    /// Sum of the jumps until a day, when a `share` of all comes from the candidates of a purpose.
    fn until(
        &self,
        market: &Market<'_>,
        purpose: &str,
        jumps: &mut Jumps,
        (day, share): (f64, f64),
    ) -> f64 {
        let rate = math::float(CANDIDATES_A_DAY);
        let chance = self.jumps.float() * share / rate;
        if chance <= 0.0 {
            return 0.0;
        }
        loop {
            let mut draw = market.draw(purpose, 0, jumps.candidates);
            let next = jumps.last - math::ln(draw.uniform()) / rate;
            if next > day {
                return jumps.sum;
            }
            (jumps.candidates, jumps.last) = (jumps.candidates + 1, next);
            if draw.uniform() < chance {
                jumps.sum += float(self.jump_mean) + float(self.jump_spread) * draw.normal();
            }
        }
    }
}
