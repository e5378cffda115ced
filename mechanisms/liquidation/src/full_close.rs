//! Everything is closed at once.
//!
//! # Rule
//!
//! When a purse falls below maintenance, every leg is sold (or bought back) whole, the one with the
//! largest notional first. What the market does not take is tried again after `retry`, until
//! nothing is left or the purse has its maintenance margin again.
//!
//! # Why venues do it
//!
//! It is simple, and the earlier a position is gone the smaller the loss beyond its margin.
//!
//! # Parameters
//!
//! - `penalty`: share of the notional closed, paid while equity is left: to the insurance
//!   fund, or to the venue where nothing is insured.
//! - `retry`: time after which what was not filled is tried again, above zero.
//!
//! # Known failure
//!
//! A large position sold at once moves the price against itself and against everyone near their
//! own liquidation price.
//!
//! # Sources
//!
//! Binance, "Liquidation protocols" (full liquidation of what remains); GMX v2, `LiquidationHandler`
//! (commit c5c0c88), both read November 2026.

use facts::{FactId, LiquidationOpened, Purse};
use market::{Liquidation, Market, Mechanism, Place, Plan, Sale};
use serde::Deserialize;
use units::{Duration, Ratio};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullClose {
    /// Share of the notional closed, to the insurance fund.
    penalty: Ratio,
    /// Time after which what was not filled is tried again.
    retry: Duration,
}

market::timers! {
    /// What was not filled is tried again.
    RetryDue { purse: Purse, liquidation: FactId } in Liquidate
        at |timer, _| Place::Account(timer.purse.account);
}

impl Mechanism for FullClose {
    type Question = Liquidation;
    const NAME: &'static str = "FullClose";
    const SOURCE: &'static str = include_str!("full_close.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(self.retry > Duration::ZERO, "`retry` must be above zero, e.g. \"3s\"");
        plan.require(self.penalty.is_share(), "`penalty` must be within 0% and 100%");
        plan.waits("retry", self.retry);
        plan.on(Self::begin);
        plan.on(Self::retry);
    }
}

impl FullClose {
    fn begin(&self, market: &mut Market<'_>, opened: &LiquidationOpened) {
        if crate::still_below(market, opened.purse).is_some() {
            self.close(market, opened.purse);
        }
    }

    fn retry(&self, market: &mut Market<'_>, due: &RetryDue) {
        let purse = due.purse;
        let Some(risk) = market.risk(purse) else { return };
        if market.liquidation(purse) != Some(due.liquidation) {
            return;
        }
        if risk.must_close() {
            self.close(market, purse);
        } else {
            market.end_liquidation(purse, risk.close_out);
        }
    }

    fn close(&self, market: &mut Market<'_>, purse: Purse) {
        if !market.has_open_sales(purse) {
            for (instrument, size) in crate::largest_first(market, purse) {
                let penalty = self.penalty;
                market.order_sale(Sale { purse, instrument, size: -size, penalty });
            }
        }
        if let Some(liquidation) = market.liquidation(purse) {
            market.schedule(market.now() + self.retry, RetryDue { purse, liquidation });
        }
    }
}
