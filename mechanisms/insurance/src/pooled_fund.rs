//! One fund pays for everyone until it is empty.
//!
//! # Rule
//!
//! Before a forced sale is filled at a price worse than bankruptcy, the fund is asked: it stands
//! behind a loss as far as it holds money it has not promised to another sale. After the fill it
//! pays what the purse owes, in the order in which purses went bankrupt. Penalties flow in.
//!
//! When it is empty, what happens depends on `deleveraging`. Where that takes over positions, what
//! nobody stands behind is not sold, and winners are closed against it. Where it cuts profits, or
//! there is no such rule, a position is sold at any price that depth offers; what is then owed is cut
//! from winners, or booked as the venue's debt, which the next penalties pay back.
//!
//! # Why venues do it
//!
//! Losses of a few are small beside the penalties of many; a fund keeps winners whole in all but
//! the worst hours.
//!
//! # Parameters
//!
//! - `balance`: what it starts with; may be nothing, `"0 USDC"`.
//!
//! # Known failure
//!
//! First come, first served: one large account in one market can empty it for all others.
//!
//! # Sources
//!
//! dYdX v4, `x/clob/keeper/liquidations.go` (fills are refused when the fund cannot pay); BitMEX
//! and OKX documentation of their funds, read November 2026.

use facts::{BankruptcyIncurred, Purse};
use market::{Here, Insurance, InsuranceAnswer, Market, Mechanism, Place, Plan};
use serde::Deserialize;
use units::{Amount, Money};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PooledFund {
    /// What it starts with.
    balance: Amount,
}

impl Mechanism for PooledFund {
    type Question = Insurance;
    const NAME: &'static str = "PooledFund";
    const SOURCE: &'static str = include_str!("pooled_fund.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let balance = plan.money(&self.balance);
        plan.deposit(plan.insurance_fund(), balance);
        plan.answer(plan.this());
        plan.on(Self::settle);
    }
}

impl InsuranceAnswer for PooledFund {
    fn quote(&self, market: &Market<'_>, here: Here, _: Purse, loss: Money) -> Money {
        self.left(market, here).min(loss)
    }

    fn left(&self, market: &Market<'_>, here: Here) -> Money {
        match here.place {
            Place::Venue(venue) => market.unreserved_fund(venue).or_zero(),
            Place::System
            | Place::Fundamental(_)
            | Place::Instrument(_)
            | Place::Group(_)
            | Place::Account(_) => Money::ZERO,
        }
    }
}

impl PooledFund {
    fn settle(&self, market: &mut Market<'_>, bankruptcy: &BankruptcyIncurred) {
        let purse = bankruptcy.purse;
        let free = self.left(market, market.here()) + market.reserved(purse);
        market.pay_insurance(purse, market.outstanding(purse).min(free));
    }
}
