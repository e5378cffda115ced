//! Large positions are closed in slices, with a pause between them.
//!
//! # Rule
//!
//! When a purse falls below maintenance, a leg whose notional is above `above` is reduced by
//! `slice` of its size; a smaller one is closed whole. After `cooldown` the purse is looked at
//! again: it is done when its equity is at least `until`, and otherwise the next slice follows. A
//! purse that has no equity left is closed whole. Nothing is closed during the cooldown, however
//! bad it gets.
//!
//! # Why venues do it
//!
//! A slice moves the price less than the whole; often one is enough, and the trader keeps the rest.
//!
//! # Parameters
//!
//! - `slice`: share of a leg that one act closes, in (0 %, 100 %]; rounded down to whole lots, at
//!   least one.
//! - `above`: notional up to which a leg is closed whole.
//! - `cooldown`: time between two acts, above zero.
//! - `until`: equity at which it ends, as `"maintenance + x%"` of the notional.
//! - `penalty`: share of the notional closed, paid while equity is left: to the insurance
//!   fund, or to the venue where nothing is insured.
//!
//! # Known failure
//!
//! In a fall faster than the cooldown the rest of the position loses more than the slice saved, and
//! the loss beyond margin is larger than with a full close.
//!
//! # Sources
//!
//! Hyperliquid documentation, "Liquidations" (20 % above 100,000 USDC, 30 s; there, orders during the
//! cooldown are for the whole position, here there are none); Drift v2, `controller/liquidation.rs`
//! (exit buffer of 2 %), both read November 2026.

use facts::{FactId, LiquidationOpened, Purse};
use market::{Liquidation, Market, Mechanism, Place, Plan, RiskReport, Sale};
use serde::Deserialize;
use std::str::FromStr;
use units::{Amount, Duration, Money, Ratio, Rounding, Size};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiered {
    /// Share of a leg that one act closes.
    slice: Ratio,
    /// Notional up to which a leg is closed whole.
    above: Amount,
    /// Time between two acts.
    cooldown: Duration,
    /// Equity at which it ends.
    until: Exit,
    /// Share of the notional closed, to the insurance fund.
    penalty: Ratio,
}

/// Maintenance margin plus a share of the notional.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Exit {
    buffer: Ratio,
}

impl TryFrom<String> for Exit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let expected = || format!("`{text}` is no exit: expected one such as \"maintenance + 2%\"");
        let rest = text.strip_prefix("maintenance").ok_or_else(expected)?.trim();
        let buffer = match rest.strip_prefix('+') {
            Some(share) => Ratio::from_str(share.trim()).map_err(|error| error.to_string())?,
            None if rest.is_empty() => Ratio::ZERO,
            None => return Err(expected()),
        };
        if buffer.is_share() { Ok(Self { buffer }) } else { Err(expected()) }
    }
}

market::timers! {
    /// The cooldown of a purse is over.
    SliceDue { purse: Purse, liquidation: FactId } in Liquidate
        at |timer, _| Place::Account(timer.purse.account);
}

impl Mechanism for Tiered {
    type Question = Liquidation;
    const NAME: &'static str = "Tiered";
    const SOURCE: &'static str = include_str!("tiered.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(
            self.slice > Ratio::ZERO && self.slice.is_share(),
            "`slice` must be above 0% and at most 100%",
        );
        plan.require(self.penalty.is_share(), "`penalty` must be within 0% and 100%");
        plan.require(self.cooldown > Duration::ZERO, "`cooldown` must be above zero, e.g. \"30s\"");
        let above = plan.money(&self.above);
        plan.state(above);
        plan.waits("cooldown", self.cooldown);
        plan.on(Self::begin);
        plan.on(Self::go_on);
    }
}

impl Tiered {
    fn begin(&self, market: &mut Market<'_>, opened: &LiquidationOpened) {
        if let Some(risk) = crate::still_below(market, opened.purse) {
            self.act(market, opened.purse, &risk);
        }
    }

    fn go_on(&self, market: &mut Market<'_>, due: &SliceDue) {
        let purse = due.purse;
        if market.liquidation(purse) != Some(due.liquidation) {
            return;
        }
        let Some(risk) = market.risk(purse) else { return };
        let needed = self.exit(&risk);
        if risk.equity >= needed {
            market.end_liquidation(purse, needed);
        } else {
            self.act(market, purse, &risk);
        }
    }

    /// Closes a slice of each leg, unless a halt still holds the last one.
    fn act(&self, market: &mut Market<'_>, purse: Purse, risk: &RiskReport) {
        if !market.has_open_sales(purse) {
            let ruined = risk.equity <= Money::ZERO;
            for (instrument, held) in crate::largest_first(market, purse) {
                let size = if ruined { -held } else { -self.slice_of(market, instrument, held) };
                let penalty = self.penalty;
                market.order_sale(Sale { purse, instrument, size, penalty });
            }
        }
        if let Some(liquidation) = market.liquidation(purse) {
            market.schedule(market.now() + self.cooldown, SliceDue { purse, liquidation });
        }
    }

    fn slice_of(&self, market: &Market<'_>, instrument: facts::InstrumentId, size: Size) -> Size {
        let above: Money = *market.state(market.here());
        let listing = market.instrument(instrument);
        let notional = listing.mark_price.map_or(Money::ZERO, |mark| listing.notional(size, mark));
        let Some(side) = size.side().filter(|_| notional > above) else { return size };
        let lots = Money(i128::from(size.magnitude().0)).share(self.slice, Rounding::Down);
        Size(i64::try_from(lots.0).unwrap_or(i64::MAX).max(1)).on(side)
    }

    fn exit(&self, risk: &RiskReport) -> Money {
        let exit = risk.maintenance + risk.notional.share(self.until.buffer, Rounding::Up);
        exit.max(risk.close_out)
    }
}
