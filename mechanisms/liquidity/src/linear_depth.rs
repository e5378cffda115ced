//! Impact grows with what was sold, in proportion, until the book is empty; it recovers.
//!
//! # Rule
//!
//! The trade price is the fundamental times 1 + p·v ÷ d, where v is the notional traded so far,
//! bought less sold, forgotten with a half-life, and a notional of d moves the price by p: a book
//! with as many orders at every price. A trade pays the average of that price over the notionals it
//! goes through, half-way between the first and the last, to the nearest price unit. So selling in
//! one piece or in many at once costs the same. Bids end where the price would be nothing, after
//! sales of d ÷ p: what is more than that is not filled. The counterparty is a named liquidity
//! account with its own capital, which holds at most `inventory` times its equity; beyond that
//! nothing is filled, either. What lasts is the fundamental: forced sales carry no news.
//!
//! # Why venues do it
//!
//! They do not choose it. It is the impact with which one notices least that depth is a model: the
//! quoted depth near the price, taken as it is for all of the book.
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
//! Measured impact is concave: calibrated on large orders, small ones are too cheap; on quoted
//! depth, a cascade is too dear. Depth stays what it was, and the liquidity account is never
//! liquidated.
//!
//! # Sources
//!
//! Kyle, "Continuous auctions and insider trading", Econometrica 53 (1985) (linear impact);
//! Obizhaeva and Wang, "Optimal trading strategy and supply/demand dynamics", Journal of Financial
//! Markets 16 (2013) (a block of orders that comes back exponentially).

use crate::{Curve, displacement::Terms};
use market::{Liquidity, Mechanism, Plan};
use serde::Deserialize;
use units::{Amount, Depth, Duration, Leverage};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinearDepth {
    /// Notional that moves the price by a ratio.
    depth: Depth,
    /// Time in which half of the displacement is gone.
    recovery_half_life: Duration,
    /// What the liquidity account starts with.
    capital: Amount,
    /// Most it holds, as a multiple of its equity.
    inventory: Leverage,
}

impl Mechanism for LinearDepth {
    type Question = Liquidity;
    const NAME: &'static str = "LinearDepth";
    const SOURCE: &'static str = include_str!("linear_depth.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let terms = Terms {
            curve: Curve::Linear,
            depth: &self.depth,
            recovery_half_life: self.recovery_half_life,
            capital: &self.capital,
            inventory: self.inventory,
        };
        terms.install(plan, ());
    }
}
