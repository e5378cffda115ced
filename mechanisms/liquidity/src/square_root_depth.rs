//! Impact grows with the square root of what was sold; arbitrage brings the price back.
//!
//! # Rule
//!
//! The trade price is the fundamental times 1 + p·√(|v| ÷ d) with the sign of v, where v is the
//! notional traded so far, bought less sold, forgotten with a half-life, and a notional of d moves
//! the price by p. A trade pays the average of that price over the notionals it goes through, to
//! the nearest price unit. So selling in one piece or in many at once costs the same, and the law
//! for a fresh market is exactly the square root. The counterparty is a named liquidity account
//! with its own capital, which holds at most `inventory` times its equity; beyond that nothing is
//! filled, nor below a price of nothing.
//!
//! # Why venues do it
//!
//! They do not choose it: it is how markets answer large orders. Arbitrage towards outside prices
//! refills the book in seconds to minutes.
//!
//! # Parameters
//!
//! - `depth`: notional that moves the price by a ratio, e.g. `"40_000_000 USDC per 1%"`.
//! - `recovery_half_life`: time in which half of the displacement is gone, above zero.
//! - `capital`: what the liquidity account starts with.
//! - `inventory`: most it holds, as a multiple of its equity.
//!
//! # Known failure
//!
//! Depth stays what it was. In a real crash it thins as volatility rises and as those who provide
//! it lose money: see `ThinningDepth`. The liquidity account itself is never liquidated: one that
//! held much when the price fell further ends with less than nothing, and nobody covers it.
//!
//! # Sources
//!
//! Sato and Kanazawa, arXiv 2411.13965 (exponent 0.489); Tóth et al., "Anomalous price impact and
//! the critical nature of liquidity", Physical Review X 1 (2011).

use crate::{Curve, displacement::Terms};
use market::{Liquidity, Mechanism, Plan};
use serde::Deserialize;
use units::{Amount, Depth, Duration, Leverage};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SquareRootDepth {
    /// Notional that moves the price by a ratio.
    depth: Depth,
    /// Time in which half of the displacement is gone.
    recovery_half_life: Duration,
    /// What the liquidity account starts with.
    capital: Amount,
    /// Most it holds, as a multiple of its equity.
    inventory: Leverage,
}

impl Mechanism for SquareRootDepth {
    type Question = Liquidity;
    const NAME: &'static str = "SquareRootDepth";
    const SOURCE: &'static str = include_str!("square_root_depth.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let terms = Terms {
            curve: Curve::SquareRoot,
            depth: &self.depth,
            recovery_half_life: self.recovery_half_life,
            capital: &self.capital,
            inventory: self.inventory,
        };
        terms.install(plan, ());
    }
}
