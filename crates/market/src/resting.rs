//! Orders that rest: the books of all instruments, and what their owners do with them.

use crate::{
    Fill, FilledOrder, Fills, Law, Market, Quote, makers::Makers, orders::Resting, orders::reaches,
};
use book::{Book, Refusal, Step, Taker, Ticket, Verdict};
use facts::{
    AccountId, FactId, InstrumentId, Obstacle, OrderFilled, OrderRested, Purse,
    RestingOrderCancelled,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use units::{PRICE_MAX, Price, Side, Size};

/// Books, and where each account's orders rest.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Books {
    pub(crate) listed: BTreeMap<InstrumentId, Listed>,
    pub(crate) orders: BTreeMap<(AccountId, InstrumentId, FactId), Rested>,
    /// Prices whose levels the present event changed.
    pub(crate) touched: Vec<(InstrumentId, Price)>,
}

/// A book and the last price at which an order in it was filled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) book: Book<Owned>,
    pub(crate) last: Option<Price>,
}

/// Whose a resting order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owned {
    pub(crate) account: AccountId,
    pub(crate) reduce_only: bool,
}

/// Where an order rests, and what became of it since it first did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rested {
    pub(crate) ticket: Ticket,
    /// Lots that rested.
    pub(crate) lots: i64,
    /// Lots of them that were filled.
    pub(crate) filled: i64,
}

/// A resting order, as its owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestingOrder {
    /// The fact that placed it.
    pub order: FactId,
    /// Signed size that is left of it: negative sells.
    pub size: Size,
    /// The price it rests at.
    pub price: Price,
    /// Whether it may only reduce what is held.
    pub reduce_only: bool,
}

/// What a resting order and a taker come to.
pub(crate) type Met = Step<Owned, Obstacle>;

/// What can be read.
impl Market<'_> {
    /// Price units between two prices at which orders may rest in an instrument; none where they do not
    /// rest.
    pub fn tick_size(&self, instrument: InstrumentId) -> Option<Price> {
        self.instrument(instrument).book.map(|book| book.tick)
    }

    /// The highest bid, or the lowest ask, that rests in an instrument.
    pub fn best_price(&self, instrument: InstrumentId, side: Side) -> Option<Price> {
        self.desk.books.listed.get(&instrument)?.book.best(side)
    }

    /// An account's resting orders in an instrument, the oldest first.
    pub fn resting(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> impl Iterator<Item = RestingOrder> {
        let all = (account, instrument, FactId(0))..=(account, instrument, FactId(u64::MAX));
        let listed = self.desk.books.listed.get(&instrument);
        self.desk.books.orders.range(all).filter_map(move |(&(.., order), rested)| {
            let resting = listed?.book.get(rested.ticket)?;
            let size = Size(resting.lots).on(resting.side);
            let reduce_only = resting.of.reduce_only;
            Some(RestingOrder { order, size, price: resting.price, reduce_only })
        })
    }

    /// What a purse that trades `size` would get of what rests in an instrument: for an answer to
    /// *liquidity* that keeps a book.
    pub fn quote_resting(&self, purse: Purse, instrument: InstrumentId, size: Size) -> Quote {
        let (Some(listed), Some(side)) = (self.desk.books.listed.get(&instrument), size.side())
        else {
            return Quote::NOTHING;
        };
        let mut makers = Makers::new(self, purse.account, instrument);
        let taker = Taker { side, lots: size.magnitude().0, limit: None };
        let steps = listed.book.plan(taker, |order, lots| makers.judge(order, lots));
        let fills: Vec<Fill> = steps.filter_map(|met| fill_of(side, purse, &met)).collect();
        Quote::of(self.instrument(instrument), &fills)
    }

    /// The median of the best bid, the best ask and the last price at which a resting order was filled:
    /// the last price, kept within the spread. With nothing on one side that side does not bound it;
    /// before the first trade it is the middle of the spread, or the one side that there is.
    ///
    /// Source: Hyperliquid, "Robust price indices", of which this is one of three parts.
    pub fn price_resting(&self, instrument: InstrumentId) -> Option<Price> {
        let listed = self.desk.books.listed.get(&instrument)?;
        let (bid, ask) = (listed.book.best(Side::Long), listed.book.best(Side::Short));
        match (listed.last, bid, ask) {
            (Some(last), bid, ask) => {
                let above = bid.map_or(last, |bid| last.max(bid));
                Some(ask.map_or(above, |ask| above.min(ask)))
            },
            (None, Some(bid), Some(ask)) => Some(Price(bid.0.midpoint(ask.0))),
            (None, bid, ask) => bid.or(ask),
        }
    }

    /// A limit, rounded away from the market to a whole tick where orders rest.
    pub fn on_tick(&self, instrument: InstrumentId, side: Side, limit: Price) -> Price {
        let Some(Price(tick)) = self.tick_size(instrument) else { return limit };
        let down = |price: i64| price / tick * tick;
        Price(match side {
            Side::Long => down(limit.0.clamp(0, PRICE_MAX)),
            Side::Short => down(limit.0.clamp(1, PRICE_MAX) + tick - 1),
        })
    }
}

/// What can be done.
impl Market<'_> {
    /// Withdraws a resting order at once, in a halt, too; nothing happens when it rests no longer.
    ///
    /// Source: Hyperliquid, whose blocks execute cancels before orders that may trade.
    pub fn cancel(&mut self, account: AccountId, instrument: InstrumentId, order: FactId) {
        self.cancel_because((account, instrument, order), Obstacle::Withdrawn);
    }

    /// Cancels every resting order that a purse stands behind: its liquidation opened.
    pub(crate) fn cancel_orders_of(&mut self, purse: Purse) {
        let account = purse.account;
        let first = (account, InstrumentId(0), FactId(0));
        let orders = self.desk.books.orders.range(first..).map(|(&key, _)| key);
        let own = orders.take_while(|&(its, ..)| its == account);
        let behind =
            own.filter(|&(_, instrument, _)| self.purse_behind(account, instrument) == purse);
        for key in behind.collect::<Vec<_>>() {
            self.cancel_because(key, Obstacle::UnderLiquidation);
        }
    }

    /// Cancels every resting order of an instrument: nothing rests in it from here on, or by other terms.
    pub(crate) fn close_book(&mut self, instrument: InstrumentId) {
        let orders = self.desk.books.orders.keys().copied();
        let here = orders.filter(|&(_, its, _)| its == instrument);
        for key in here.collect::<Vec<_>>() {
            self.cancel_because(key, Obstacle::NoBook);
        }
        self.desk.books.listed.remove(&instrument);
    }

    fn cancel_because(&mut self, key: (AccountId, InstrumentId, FactId), obstacle: Obstacle) {
        let (_, instrument, _) = key;
        let books = &mut self.desk.books;
        let Some(rested) = books.orders.get(&key).copied() else { return };
        let Some(listed) = books.listed.get_mut(&instrument) else { return };
        if let Some(order) = listed.book.cancel(rested.ticket) {
            let cancelled = Some((order.lots, obstacle));
            let met = Step { order, filled: 0, cancelled };
            self.note_met(instrument, &met);
            self.tell_cancelled(instrument, &met);
        }
    }

    /// Puts an order into the book of an instrument, behind all others at its price: if its purse
    /// would have its initial margin were it and all others of its account on that side filled.
    ///
    /// Source: Hyperliquid, "Order book": margin is checked when an order is opened, and again of the
    /// resting side when it is matched. Paradex: open orders of the larger side count as held.
    pub(crate) fn rest(
        &mut self,
        instrument: InstrumentId,
        of: Resting,
        (size, price): (Size, Price),
    ) -> Result<(), Obstacle> {
        let Resting { order, account, reduce_only } = of;
        let party = self.party_of(account, instrument);
        let (Some(side), Some(terms)) = (size.side(), self.instrument(instrument).book) else {
            return Err(Obstacle::NoBook);
        };
        if !reduce_only && !self.has_margin_to_rest(party, (size, price)) {
            return Err(Obstacle::Margin);
        }
        let listed =
            self.desk.books.listed.entry(instrument).or_insert_with(|| Listed {
                book: Book::new(terms.tick, terms.orders),
                last: None,
            });
        let lots = size.magnitude().0;
        let owned = Owned { account, reduce_only };
        let ticket = listed.book.rest(book::Order { id: order.0, side, price, lots, of: owned });
        let ticket = ticket.map_err(|refusal| match refusal {
            Refusal::Full => Obstacle::BookFull,
            Refusal::OffTick => Obstacle::OffTick,
            // What it would meet is outside the band.
            Refusal::Crosses | Refusal::Lots | Refusal::Late => Obstacle::NoDepth,
        })?;
        let rested = Rested { ticket, lots, filled: 0 };
        self.desk.books.orders.insert((account, instrument, order), rested);
        self.desk.books.touched.push((instrument, price));
        let purse = party.purse;
        self.record(OrderRested { order, purse, instrument, size, price });
        Ok(())
    }

    /// An order asked for more than it could trade with: what it reached and nothing can be filled of
    /// is cancelled, so that it stands in nobody's way.
    pub(crate) fn clear_way(
        &mut self,
        taker: AccountId,
        instrument: InstrumentId,
        (side, limit): (Side, Option<Price>),
    ) {
        while let Some(listed) = self.desk.books.listed.get(&instrument) {
            let front = listed.book.orders(side.opposite()).next().copied();
            let Some(front) = front.filter(|front| reaches(side, limit, front.price)) else {
                return;
            };
            let mut makers = Makers::new(self, taker, instrument);
            let Verdict::Only(0, obstacle) = makers.judge(&front, 1) else { return };
            let key = (front.of.account, instrument, FactId(front.id));
            self.cancel_because(key, obstacle);
        }
    }

    /// Takes from the book of an instrument what was quoted to a purse, for an answer to *liquidity*
    /// that keeps a book. What of an order that was reached may not be filled is cancelled.
    pub fn take_resting(&mut self, purse: Purse, instrument: InstrumentId, size: Size) -> Fills {
        let Some(side) = size.side() else { return Fills::new() };
        let Some(mut listed) = self.desk.books.listed.remove(&instrument) else {
            return Fills::new();
        };
        let taker = Taker { side, lots: size.magnitude().0, limit: None };
        let (mut makers, mut steps) = (Makers::new(self, purse.account, instrument), Vec::new());
        let judge = |order: &_, lots| makers.judge(order, lots);
        listed.book.take(taker, judge, |met: Met| steps.push(met));
        let priority = listed.book.check_priority(side.opposite(), &steps);
        let fills: Fills = steps
            .iter()
            .filter_map(|met| {
                let purse = makers.purse_of(met.order.of.account);
                fill_of(side, purse, met)
            })
            .collect();
        listed.last = fills.last().map_or(listed.last, |fill| Some(fill.price));
        self.desk.books.listed.insert(instrument, listed);
        if let Err(detail) = priority {
            self.course.fail(Law::PRIORITY.broken(format!("{instrument:?}: {detail}")));
        }
        for met in &steps {
            self.note_met(instrument, met);
            if met.filled == 0 {
                self.tell_cancelled(instrument, met);
            }
        }
        fills
    }

    /// Notes what became of a resting order.
    fn note_met(&mut self, instrument: InstrumentId, met: &Met) {
        let order = FactId(met.order.id);
        let Owned { account, .. } = met.order.of;
        let key = (account, instrument, order);
        self.require_bounds(key, met);
        self.desk.books.touched.push((instrument, met.order.price));
        if met.filled + met.cancelled.map_or(0, |(lots, _)| lots) == met.order.lots {
            self.desk.books.orders.remove(&key);
        } else if let Some(rested) = self.desk.books.orders.get_mut(&key) {
            rested.filled += met.filled;
        }
    }

    /// Tells what of a resting order was cancelled.
    fn tell_cancelled(&mut self, instrument: InstrumentId, met: &Met) {
        let Some((lots, obstacle)) = met.cancelled else { return };
        let (order, price) = (FactId(met.order.id), met.order.price);
        let purse = self.purse_behind(met.order.of.account, instrument);
        let size = Size(lots).on(met.order.side);
        self.record(RestingOrderCancelled { order, purse, instrument, size, price, obstacle });
    }

    /// Tells that a resting order was filled, and why what is left of it is cancelled, where it is; the
    /// present cause is the trade.
    pub(crate) fn tell_filled(&mut self, instrument: InstrumentId, fill: &Fill) {
        let Fill { with: purse, size, price, order } = *fill;
        let Some(FilledOrder { order, left, cancelled }) = order else { return };
        self.record(OrderFilled { order, purse, instrument, size: -size, price, left });
        if let Some(obstacle) = cancelled {
            let size = left;
            self.record(RestingOrderCancelled { order, purse, instrument, size, price, obstacle });
        }
    }
}

/// What a taker of a side trades of a resting order that it met; none where that is nothing.
fn fill_of(side: Side, with: Purse, met: &Met) -> Option<Fill> {
    let (size, price) = (Size(met.filled).on(side), met.order.price);
    let order = FilledOrder {
        order: FactId(met.order.id),
        left: Size(met.order.lots - met.filled).on(met.order.side),
        cancelled: met.cancelled.map(|(_, obstacle)| obstacle),
    };
    (size != Size::ZERO).then_some(Fill { with, size, price, order: Some(order) })
}
