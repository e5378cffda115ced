//! A written path: falls and rises at their times, with as much noise as wanted.
//!
//! # Rule
//!
//! The price stays where it is but for the `moves`. Each multiplies it by 1 + `by`: at once, or
//! evenly in the logarithm until `over` has passed. What a move ends at is exact to the nearest
//! 10^−8, from the exact end of the move before it; between its ends the path is rounded to the same.
//! On top of the script lies noise, a Brownian motion with the given `volatility` that leaves the
//! expected price where the script has it, and whose `common` share is the one of every other
//! synthetic price of the experiment. With a volatility of 0% the price is the script.
//!
//! # Why venues do it
//!
//! They do not choose prices, but they test their rules with such ones: "what if it falls by 30% in
//! five minutes", "what does a fall by 5% liquidate".
//!
//! # Parameters
//!
//! - `opening`: price when time starts.
//! - `between`: lowest and highest price; the script stays within them. Where noise would lead beyond,
//!   the price stays at the bound.
//! - `tick`: time between two prices, a whole number of milliseconds above zero.
//! - `moves`: `at`, since the start; `by`, above -100%; `over`, `"0s"` for at once. In order, each
//!   beginning when the one before it has ended.
//! - `volatility`: of the noise, in a year of 365 days; not negative.
//! - `common`: share of its variance that is common, 0% to 100%.
//!
//! # Known failure
//!
//! Whoever writes the script decides what survives it. A design that is best in one script may be
//! worst in the next.
//!
//! # Sources
//!
//! Perez, Werner, Xu and Livshits, "Liquidations: DeFi on a knife-edge", arXiv 2009.13235 (what a
//! fall of a few percent makes liquidable on a lending venue).

use crate::{
    PriceDue,
    synthetic::{Between, Noise, Opening, Terms, Volatility},
};
use market::{FUNDAMENTAL_DECIMALS, Fundamental, FundamentalAnswer, Market, Mechanism, Plan};
use serde::Deserialize;
use units::{Decimal, Duration, Price, Ratio, math};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedShock {
    /// Price when time starts.
    opening: Opening,
    /// Lowest and highest price.
    between: Between,
    /// Time between two prices.
    tick: Duration,
    /// What happens, in order.
    moves: Vec<Move>,
    /// Of the noise, in a year.
    volatility: Ratio,
    /// Share of its variance that is common.
    common: Ratio,
}

/// A fall or a rise.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    /// When it begins, since the start.
    at: Duration,
    /// What it adds to the price, as a share of it.
    by: Ratio,
    /// How long it takes.
    over: Duration,
}

impl Mechanism for ScriptedShock {
    type Question = Fundamental;
    const NAME: &'static str = "ScriptedShock";
    const SOURCE: &'static str = include_str!("scripted_shock.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        if let Some(message) = self.wrong_move() {
            plan.refuse(message);
        }
        for step in &self.moves {
            plan.waits("at", step.at);
            plan.lasts("over", step.at, step.over);
        }
        plan.answer(plan.this());
        plan.state(Noise::default());
        plan.on(Self::move_on);
        self.terms().begin(plan);
    }
}

impl FundamentalAnswer for ScriptedShock {
    fn opening_price(&self) -> Price {
        self.opening.0
    }

    fn price_range(&self) -> (Price, Price) {
        (self.between.least, self.between.most)
    }
}

impl ScriptedShock {
    fn move_on(&self, market: &mut Market<'_>, due: &PriceDue) {
        let here = market.here();
        let mut noise: Noise = std::mem::take(market.state_mut(here));
        let log = noise.log(market, due, self.terms().volatility);
        *market.state_mut(here) = noise;
        self.terms().set(market, due, self.script(due.elapsed), log);
    }

    fn terms(&self) -> Terms {
        let volatility = Volatility { yearly: self.volatility, common: self.common };
        Terms { opening: self.opening, between: self.between, tick: self.tick, volatility }
    }

    /// The price without noise.
    fn script(&self, elapsed: Duration) -> Price {
        let mut price = self.opening.0;
        for step in &self.moves {
            if elapsed < step.at {
                break;
            }
            let passed = Duration(elapsed.0 - step.at.0);
            if passed < step.over {
                return step.underway(price, passed);
            }
            price = step.end(price);
        }
        price
    }

    /// What is wrong with the first move that is, and what to do about it.
    fn wrong_move(&self) -> Option<String> {
        let (mut price, mut ended) = (self.opening.0, Duration::ZERO);
        for (step, number) in self.moves.iter().zip(1..) {
            if step.by <= Ratio(-Ratio::ONE.0) {
                return Some(format!("move {number} leaves no price: `by` must be above -100%"));
            }
            if step.at < ended || step.end_at() == Duration::ZERO {
                return Some(format!(
                    "`moves` must be in order and after the start: number {number} begins before \
                     the one before it has ended, or ends at the start"
                ));
            }
            price = step.end(price);
            ended = step.end_at();
            // An opening beyond the bounds is told by itself.
            if self.between.holds(self.opening.0) && !self.between.holds(price) {
                let price = Decimal::new(i128::from(price.0), FUNDAMENTAL_DECIMALS);
                return Some(format!(
                    "`moves` must stay within the bounds, {}: number {number} ends at {price}",
                    self.between
                ));
            }
        }
        None
    }
}

impl Move {
    fn end_at(self) -> Duration {
        Duration(self.at.0 + self.over.0)
    }

    /// What it makes of a price: to the nearest unit.
    fn end(self, price: Price) -> Price {
        let (whole, moved) = (i128::from(Ratio::ONE.0), i128::from(self.by.0));
        let end = (i128::from(price.0) * (whole + moved) + whole / 2).div_euclid(whole);
        Price(i64::try_from(end).unwrap_or(i64::MAX))
    }

    /// What it has made of a price when part of its time has passed.
    fn underway(self, price: Price, passed: Duration) -> Price {
        let log = |price: Price| math::ln(math::float(i128::from(price.0)));
        let share = passed.as_seconds() / self.over.as_seconds();
        let level = log(price) + (log(self.end(price)) - log(price)) * share;
        Price(math::nearest(math::exp(level)))
    }
}
