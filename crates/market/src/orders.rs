//! Orders of traders: filled at once as far as depth, limit, band and margin allow; what is left rests
//! or is cancelled.

use crate::{
    Event, Market, Phase, Place, Quote,
    trade::{Party, Standing, reducing},
};
use facts::{
    AccountId, FactId, InstrumentId, LimitOrderPlaced, Obstacle, OrderCancelled, OrderPlaced,
    Purse, TimeInForce,
};
use serde::{Deserialize, Serialize};
use units::{Price, Rounding, SIZE_MAX, Side, Size};

/// An order to trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Whose.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// Signed size: negative sells.
    pub size: Size,
    /// At what price.
    pub kind: OrderKind,
    /// Whether it may only reduce what is held: what is more is cancelled.
    pub reduce_only: bool,
}

/// At what price an order trades, and what becomes of what does not trade at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderKind {
    /// At any price. What cannot be filled at once is cancelled.
    Market,
    /// At no worse price than this. In a book it is rounded to a whole tick, down for a bid and up for
    /// an ask.
    Limit(Price, TimeInForce),
}

impl Order {
    /// An order at the market.
    pub fn at_market(account: AccountId, instrument: InstrumentId, size: Size) -> Self {
        Self { account, instrument, size, kind: OrderKind::Market, reduce_only: false }
    }

    /// An order with a limit.
    pub fn with_limit(
        (account, instrument): (AccountId, InstrumentId),
        size: Size,
        limit: Price,
        time_in_force: TimeInForce,
    ) -> Self {
        let kind = OrderKind::Limit(limit, time_in_force);
        Self { account, instrument, size, kind, reduce_only: false }
    }

    /// The same, but it may only reduce what is held.
    pub fn reducing(self) -> Self {
        Self { reduce_only: true, ..self }
    }
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

impl OrderDue {
    pub(crate) fn whose(&self) -> AccountId {
        self.0.account
    }
}

/// What becomes of an order.
#[derive(Clone, Copy, Debug)]
struct Answer {
    /// What is filled now.
    quote: Quote,
    /// How far it reaches, where it asks for more than there is to trade with.
    reach: Option<(Side, Option<Price>)>,
    /// What is left, up to the size that it may trade at all, and the price at which it is to rest.
    rests: Option<(Size, Price)>,
    /// Why what neither is filled nor rests is cancelled.
    obstacle: Obstacle,
}

impl Market<'_> {
    /// Sends an order, to be filled in the trade phase. It is for no more than a leg may hold.
    pub fn place(&mut self, order: Order) {
        let Order { account, instrument, kind, reduce_only, .. } = order;
        let size = Size(order.size.0.clamp(-SIZE_MAX, SIZE_MAX));
        let order = Order { size, ..order };
        if size == Size::ZERO {
            return;
        }
        let fact = match kind {
            OrderKind::Market => {
                self.record(OrderPlaced { account, instrument, size, reduce_only })
            },
            OrderKind::Limit(limit, time_in_force) => self.record(LimitOrderPlaced {
                account,
                instrument,
                size,
                limit,
                time_in_force,
                reduce_only,
            }),
        };
        self.schedule_because(self.now(), OrderDue(order), fact);
    }

    /// The money behind an account's leg in an instrument, or behind the one it would open: the
    /// account's collateral, unless the margin of a closed leg still owes.
    pub fn purse_behind(&self, account: AccountId, instrument: InstrumentId) -> Purse {
        self.party_of(account, instrument).purse
    }

    pub(crate) fn on_order(&mut self, due: &OrderDue) {
        let Order { account, instrument, size, reduce_only, .. } = due.0;
        let party = self.party_of(account, instrument);
        let order = self.cause();
        let answer = match self.answer(&due.0, party) {
            Ok(answer) => answer,
            Err(obstacle) => return self.drop_order(party, size, obstacle),
        };
        if answer.quote.size != Size::ZERO {
            self.require_asked(&due.0, answer.quote);
            self.trade_ordered(party, answer.quote);
            self.because(order);
        }
        if let Some((side, limit)) = answer.reach {
            self.clear_way(account, instrument, (side, limit));
        }
        let (mut left, mut obstacle) = (size - answer.quote.size, answer.obstacle);
        if let Some((rests, price)) = answer.rests {
            let of = Resting { order, account, reduce_only };
            match self.rest(instrument, of, (rests, price)) {
                Ok(()) => left = left - rests,
                Err(why) => obstacle = why,
            }
        }
        if left != Size::ZERO {
            self.drop_order(party, left, obstacle);
        }
    }

    fn drop_order(&mut self, party: Party, size: Size, obstacle: Obstacle) {
        let Party { purse, instrument, .. } = party;
        self.record(OrderCancelled { purse, instrument, size, obstacle });
    }

    /// What of an order is filled now, what rests, and why the rest does neither.
    fn answer(&self, order: &Order, party: Party) -> Result<Answer, Obstacle> {
        let Order { instrument, size, kind, reduce_only, .. } = *order;
        if !self.may_trade(instrument) {
            return Err(Obstacle::Halted);
        }
        if self.is_liquidated_in(party.slot) {
            return Err(Obstacle::UnderLiquidation);
        }
        let wanted = if reduce_only { reducing(self.held_by(&party), size) } else { size };
        let side = wanted.side().ok_or(Obstacle::NothingToReduce)?;
        let has_book = self.tick_size(instrument).is_some();
        let (limit, force) = match kind {
            OrderKind::Market => (None, TimeInForce::ImmediateOrCancel),
            OrderKind::Limit(limit, force) => (Some(self.on_tick(instrument, side, limit)), force),
        };
        let best = self.best_price(instrument, side.opposite());
        let meets = !has_book || best.is_some_and(|price| reaches(side, limit, price));
        if force == TimeInForce::PostOnly && meets {
            return Err(if has_book { Obstacle::WouldTrade } else { Obstacle::NoBook });
        }
        let (quote, obstacle) = if meets {
            self.offered(party, (wanted, limit))
        } else {
            (Quote::NOTHING, Obstacle::NoDepth)
        };
        let left = wanted - quote.size;
        if left != Size::ZERO && force == TimeInForce::FillOrKill {
            return Err(Obstacle::NotWhole);
        }
        let ended = left != Size::ZERO && obstacle == Obstacle::NoDepth;
        let waits = matches!(force, TimeInForce::Rests | TimeInForce::PostOnly);
        let price = limit.filter(|_| waits && ended);
        let obstacle = match price {
            Some(_) if !has_book => Obstacle::NoBook,
            None if left != Size::ZERO => obstacle,
            _ => Obstacle::NothingToReduce,
        };
        let rests = price.filter(|_| has_book).map(|price| (left, price));
        Ok(Answer { quote, reach: ended.then_some((side, limit)), rests, obstacle })
    }

    /// What of a size is filled within a limit, and why the rest is not.
    fn offered(&self, party: Party, (wanted, limit): (Size, Option<Price>)) -> (Quote, Obstacle) {
        let Party { purse, instrument, .. } = party;
        let of = (purse, instrument);
        let no_depth = (Quote::NOTHING, Obstacle::NoDepth);
        let liquidity = self.liquidity(instrument);
        let (Some(liquidity), Some(side)) = (liquidity, wanted.side()) else { return no_depth };
        let whole = liquidity.answer.quote(self, liquidity.here, (purse, wanted));
        if whole.size == Size::ZERO || !reaches(side, limit, whole.first) {
            return no_depth;
        }
        let whole = self.largest(of, whole, |quote| reaches(side, limit, quote.last));
        let offer = self.within_band(of, whole);
        if offer.size == Size::ZERO {
            return no_depth;
        }
        let Some(standing) = self.standing(party) else {
            return (Quote::NOTHING, Obstacle::Margin);
        };
        let quote = self.largest(of, offer, |quote| self.has_margin_for(&standing, quote));
        let is_cut = quote.size != offer.size;
        (quote, if is_cut { Obstacle::Margin } else { Obstacle::NoDepth })
    }

    fn has_margin_for(&self, standing: &Standing<'_>, quote: Quote) -> bool {
        let rate = self.venue(standing.listing.venue).taker_fee;
        let fee = quote.worth.magnitude().share(rate, Rounding::Up);
        self.affords(standing, (quote.size, quote.worth), fee)
    }

    fn trade_ordered(&mut self, mut party: Party, quote: Quote) {
        let Party { purse, slot, instrument, .. } = party;
        let held = self.held_by(&party);
        let (fact, _) = self.trade(&mut party, quote, None);
        self.because(fact);
        self.charge_fee(purse, instrument, quote.worth.magnitude());
        self.require_margin(&party, held);
        self.touch_in(purse, slot);
        if let Some(side) = held.side() {
            self.settle_if_flat(purse, (instrument, side));
        }
    }
}

/// Whether a limit of a side, if there is one, allows a price.
pub(crate) fn reaches(side: Side, limit: Option<Price>, price: Price) -> bool {
    limit.is_none_or(|limit| match side {
        Side::Long => price <= limit,
        Side::Short => price >= limit,
    })
}

/// An order that is to rest: what is known of it beside its size and price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resting {
    pub(crate) order: FactId,
    pub(crate) account: AccountId,
    pub(crate) reduce_only: bool,
}
