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

/// An order meets the market. Thousands may wait at once: what one is made of lies close together.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(from = "Order", into = "Order")]
pub(crate) struct OrderDue {
    pub(crate) size: Size,
    /// Zero of an order at the market.
    price: Price,
    pub(crate) account: AccountId,
    pub(crate) instrument: InstrumentId,
    reduce_only: bool,
    /// None of an order at the market.
    time_in_force: Option<TimeInForce>,
}

impl From<Order> for OrderDue {
    #[inline]
    fn from(order: Order) -> Self {
        let Order { account, instrument, size, kind, reduce_only } = order;
        let (price, time_in_force) = match kind {
            OrderKind::Market => (Price(0), None),
            OrderKind::Limit(limit, time_in_force) => (limit, Some(time_in_force)),
        };
        Self { size, price, account, instrument, reduce_only, time_in_force }
    }
}

impl From<OrderDue> for Order {
    #[inline]
    fn from(due: OrderDue) -> Self {
        let OrderDue { size, account, instrument, reduce_only, .. } = due;
        let kind = match due.limit() {
            None => OrderKind::Market,
            Some((limit, time_in_force)) => OrderKind::Limit(limit, time_in_force),
        };
        Self { account, instrument, size, kind, reduce_only }
    }
}

impl Event for OrderDue {
    // Before `SaleDue` in the order of names: traders trade before engines close them.
    const NAME: &'static str = "OrderDue";
    const PHASE: Phase = Phase::Trade;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::Instrument(self.instrument)
    }
}

impl OrderDue {
    /// At no worse price than this, and what becomes of the rest; none of an order at the market.
    #[inline]
    pub(crate) fn limit(&self) -> Option<(Price, TimeInForce)> {
        self.time_in_force.map(|time_in_force| (self.price, time_in_force))
    }
}

/// What an order asks for now.
#[derive(Clone, Copy, Debug)]
struct Terms {
    wanted: Size,
    side: Side,
    limit: Option<Price>,
    force: TimeInForce,
    /// Whether it may trade at once: there is no book, or its limit reaches the best price there.
    meets: bool,
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
        self.schedule_because(self.now(), OrderDue::from(order), fact);
    }

    /// The money behind an account's leg in an instrument, or behind the one it would open: the
    /// account's collateral, unless the margin of a closed leg still owes.
    pub fn purse_behind(&self, account: AccountId, instrument: InstrumentId) -> Purse {
        self.party_of(account, instrument).purse
    }

    pub(crate) fn on_order(&mut self, due: &OrderDue) {
        let party = self.party_of(due.account, due.instrument);
        match self.terms(due, &party) {
            Ok(terms) => self.meet(due, party, terms),
            Err(obstacle) => self.drop_order(party, due.size, obstacle),
        }
    }

    /// What an order asks for now; why it is dropped before anybody is asked.
    fn terms(&self, due: &OrderDue, party: &Party) -> Result<Terms, Obstacle> {
        let OrderDue { instrument, size, reduce_only, .. } = *due;
        if !self.may_trade(instrument) {
            return Err(Obstacle::Halted);
        }
        if self.is_liquidated_in(party.slot) {
            return Err(Obstacle::UnderLiquidation);
        }
        let wanted = if reduce_only { reducing(self.held_by(party), size) } else { size };
        let side = wanted.side().ok_or(Obstacle::NothingToReduce)?;
        let has_book = self.tick_size(instrument).is_some();
        let (limit, force) = match due.limit() {
            None => (None, TimeInForce::ImmediateOrCancel),
            Some((limit, force)) => (Some(self.on_tick(instrument, side, limit)), force),
        };
        let best = || self.best_price(instrument, side.opposite());
        let meets = !has_book || best().is_some_and(|price| reaches(side, limit, price));
        if force == TimeInForce::PostOnly && meets {
            return Err(if has_book { Obstacle::WouldTrade } else { Obstacle::NoBook });
        }
        Ok(Terms { wanted, side, limit, force, meets })
    }

    /// Fills of an order what can be filled now, lets rest what is to rest, and drops what is left.
    fn meet(&mut self, due: &OrderDue, party: Party, terms: Terms) {
        let OrderDue { account, instrument, size, reduce_only, .. } = *due;
        let Terms { wanted, side, limit, force, meets } = terms;
        let mut quote = Quote::NOTHING;
        let mut obstacle = Obstacle::NoDepth;
        if meets {
            obstacle = self.offer(party, (wanted, limit), &mut quote);
        }
        let left = wanted - quote.size;
        if left != Size::ZERO && force == TimeInForce::FillOrKill {
            return self.drop_order(party, size, Obstacle::NotWhole);
        }
        let placed = self.cause();
        let mut dropped = size - quote.size;
        if quote.size != Size::ZERO {
            self.require_asked(due, quote);
            self.trade_ordered(party, quote);
            self.because(placed);
        }
        if left == Size::ZERO {
            obstacle = Obstacle::NothingToReduce;
        } else if obstacle == Obstacle::NoDepth {
            self.clear_way(account, instrument, (side, limit));
            let waits = matches!(force, TimeInForce::Rests | TimeInForce::PostOnly);
            if let Some(price) = limit.filter(|_| waits) {
                let of = Resting { order: placed, account, reduce_only };
                match self.rest(instrument, of, (left, price)) {
                    Ok(()) => (dropped, obstacle) = (dropped - left, Obstacle::NothingToReduce),
                    Err(why) => obstacle = why,
                }
            }
        }
        if dropped != Size::ZERO {
            self.drop_order(party, dropped, obstacle);
        }
    }

    fn drop_order(&mut self, party: Party, size: Size, obstacle: Obstacle) {
        let Party { purse, instrument, .. } = party;
        self.record(OrderCancelled { purse, instrument, size, obstacle });
    }

    /// Quotes what of a size is filled within a limit; why the rest is not.
    fn offer(
        &self,
        party: Party,
        (wanted, limit): (Size, Option<Price>),
        quote: &mut Quote,
    ) -> Obstacle {
        let Party { purse, instrument, .. } = party;
        let of = (purse, instrument);
        let liquidity = self.liquidity(instrument);
        let (Some(liquidity), Some(side)) = (liquidity, wanted.side()) else {
            return Obstacle::NoDepth;
        };
        *quote = liquidity.answer.quote(self, liquidity.here, (purse, wanted));
        if !reaches(side, limit, quote.first) {
            quote.size = Size::ZERO;
        }
        self.cut_back(of, quote, |quote| reaches(side, limit, quote.last));
        self.keep_within_band(of, quote);
        let offered = quote.size;
        if offered == Size::ZERO {
            return Obstacle::NoDepth;
        }
        match self.standing(party) {
            Some(standing) => {
                self.cut_back(of, quote, |quote| self.has_margin_for(&standing, quote));
            },
            None => quote.size = Size::ZERO,
        }
        if quote.size == offered { Obstacle::NoDepth } else { Obstacle::Margin }
    }

    fn has_margin_for(&self, standing: &Standing<'_>, quote: &Quote) -> bool {
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
