//! Orders of traders: filled at once as far as depth, band and margin allow.

use crate::{Event, Liquidity, Market, Phase, Place, Quote};
use facts::{AccountId, InstrumentId, Obstacle, OrderCancelled, OrderPlaced, Purse};
use serde::{Deserialize, Serialize};
use units::{Money, Rounding, SIZE_MAX, Size};

/// An order to trade at the market. What cannot be filled at once is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Whose.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// Signed size: negative sells.
    pub size: Size,
    /// Whether it may only reduce what is held: what is more is cancelled.
    pub reduce_only: bool,
}

/// An order meets the market.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OrderDue(Order);

impl Event for OrderDue {
    // Before `SaleDue` in the order of names: traders trade before engines close them.
    const NAME: &'static str = "OrderDue";
    const PHASE: Phase = Phase::Trade;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::Instrument(self.0.instrument)
    }
}

impl Market<'_> {
    /// Sends an order, to be filled in the trade phase. It is for no more than a leg may hold.
    pub fn place(&mut self, order: Order) {
        let Order { account, instrument, reduce_only, .. } = order;
        let size = Size(order.size.0.clamp(-SIZE_MAX, SIZE_MAX));
        let order = Order { size, ..order };
        if size != Size::ZERO {
            let purse = self.purse_behind(account, instrument);
            let fact = self.record(OrderPlaced { purse, instrument, size, reduce_only });
            self.schedule_because(self.now(), OrderDue(order), fact);
        }
    }

    /// The money behind an account's leg in an instrument, or behind the one it would open: the
    /// account's collateral, unless the margin of a closed leg still owes.
    pub fn purse_behind(&self, account: AccountId, instrument: InstrumentId) -> Purse {
        let leg = self.leg(account, instrument);
        let held =
            leg.filter(|leg| leg.size != Size::ZERO || self.outstanding(leg.purse()) > Money::ZERO);
        held.map_or(Purse::of(account), crate::Leg::purse)
    }

    pub(crate) fn on_order(&mut self, due: &OrderDue) {
        let Order { account, instrument, size, .. } = due.0;
        let purse = self.purse_behind(account, instrument);
        let order = self.course.cause;
        let (filled, obstacle) = match self.admit(&due.0, purse) {
            Ok((quote, obstacle)) => {
                self.trade_ordered(purse, instrument, quote);
                (quote.size, obstacle)
            },
            Err(obstacle) => (Size::ZERO, obstacle),
        };
        let size = size - filled;
        if size != Size::ZERO {
            self.course.cause = order;
            self.record(OrderCancelled { purse, instrument, size, obstacle });
        }
    }

    /// What of an order is filled now, and why the rest is not.
    fn admit(&self, order: &Order, purse: Purse) -> Result<(Quote, Obstacle), Obstacle> {
        let Order { instrument, size, reduce_only, .. } = *order;
        if !self.may_trade(instrument) {
            return Err(Obstacle::Halted);
        }
        if self.is_liquidated(purse) {
            return Err(Obstacle::UnderLiquidation);
        }
        let wanted = if reduce_only { self.reducing(purse, instrument, size) } else { size };
        if wanted == Size::ZERO {
            return Err(Obstacle::NothingToReduce);
        }
        let liquidity = self.ask::<Liquidity>(Place::Instrument(instrument));
        let liquidity = liquidity.ok_or(Obstacle::NoDepth)?;
        let offer = liquidity.answer.quote(self, liquidity.here, wanted);
        let offer = self.within_band(instrument, offer);
        if offer.size == Size::ZERO {
            return Err(Obstacle::NoDepth);
        }
        let quote =
            self.largest(instrument, offer, |quote| self.has_margin_for(purse, instrument, quote));
        match quote.size {
            Size::ZERO => Err(Obstacle::Margin),
            size if size != offer.size => Ok((quote, Obstacle::Margin)),
            size if size != wanted => Ok((quote, Obstacle::NoDepth)),
            _ => Ok((quote, Obstacle::NothingToReduce)),
        }
    }

    /// Whether a trade with its fee leaves a purse its initial margin, or, where it only reduces a
    /// leg, not less than nothing.
    ///
    /// Source: Paradex (equity at least the initial requirement to add); Lighter, whose accounts
    /// below it may only reduce.
    fn has_margin_for(&self, purse: Purse, instrument: InstrumentId, quote: Quote) -> bool {
        let listing = self.instrument(instrument);
        let (Some(risk), Some(mark)) = (self.risk(purse), listing.mark_price) else { return false };
        let held = self.leg(purse.account, instrument).map_or(Size::ZERO, |leg| leg.size);
        let lost = listing.value(quote.size, quote.price.minus(mark));
        let fee = listing
            .notional(quote.size, quote.price)
            .share(self.venue(listing.venue).taker_fee, Rounding::Up);
        let equity = risk.equity - lost - fee;
        if self.reducing(purse, instrument, quote.size) == quote.size {
            // A backstop that is under water must still get rid of what it holds.
            return equity >= Money::ZERO || !self.is_trader(purse.account);
        }
        let after = held + quote.size;
        let initial = |size| self.requirement(instrument, listing.notional(size, mark)).initial;
        after.magnitude().0 <= SIZE_MAX && equity >= risk.initial - initial(held) + initial(after)
    }

    fn trade_ordered(&mut self, purse: Purse, instrument: InstrumentId, quote: Quote) {
        let held = self.leg(purse.account, instrument).map_or(Size::ZERO, |leg| leg.size);
        let (fact, _) = self.trade_with_depth((purse, instrument), quote, None);
        self.because(fact);
        let notional = self.instrument(instrument).notional(quote.size, quote.price);
        self.charge_fee(purse, instrument, notional);
        self.require_margin(purse, instrument, held);
        self.touch(purse);
        if let Some(side) = held.side() {
            self.settle_if_flat(purse, (instrument, side));
        }
    }
}
