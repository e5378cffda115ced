//! Full close: every leg of a purse below its maintenance margin, again until it is done.

use super::{Duration, Event, Kind, Marks, World, depth::Quote, row, side, trade, value, watch};
use crate::scenario::{FEE, PENALTY, RETRY};
use market::ladder::Slot;
use std::{cmp::Reverse, collections::BTreeMap};
use units::{Money, Rounding, Side};

/// Where losses of a purse came from, positive.
pub(super) type Losses = BTreeMap<(u16, Side), Money>;

#[derive(Debug, Default)]
pub(super) struct Liquidation {
    id: u64,
    pub(super) losses: Losses,
    sales: u32,
}

impl World<'_> {
    pub(super) fn open_liquidation(&mut self, slot: Slot) {
        self.desk.opened += 1;
        let liquidation = Liquidation { id: self.desk.opened, ..Liquidation::default() };
        self.desk.liquidations.insert(slot, liquidation);
        self.marks_mut(slot).set(Marks::LIQUIDATED);
        self.unbox(slot);
        self.schedule(Kind::Opened, Duration::ZERO, Event::Opened(slot));
    }

    pub(super) fn take_liquidation(&mut self, slot: Slot) -> Option<Liquidation> {
        if !self.marks_mut(slot).clear(Marks::LIQUIDATED) {
            return None;
        }
        self.desk.liquidations.remove(&slot)
    }

    /// Ends a liquidation whose purse has what it needs.
    fn end(&mut self, slot: Slot) {
        let was_open = self.take_liquidation(slot).is_some();
        self.release_promise(slot);
        if was_open {
            self.touch(slot);
        }
    }

    pub(super) fn on_opened(&mut self, slot: Slot) {
        if self.risk(slot).must_close() {
            self.close(slot);
        } else {
            self.end(slot);
        }
    }

    pub(super) fn on_retry(&mut self, slot: Slot, liquidation: u64) {
        let present = self.desk.liquidations.get(&slot).map(|present| present.id);
        if present != Some(liquidation) {
            return;
        }
        self.on_opened(slot);
    }

    fn close(&mut self, slot: Slot) {
        let Some(liquidation) = self.desk.liquidations.get(&slot) else { return };
        let (id, sales) = (liquidation.id, liquidation.sales);
        if sales == 0 {
            let mut legs = [(Reverse(Money::ZERO), 0, 0); 5];
            let mut count = 0;
            for (place, (_, leg)) in legs.iter_mut().zip(self.open(slot)) {
                let notional = value(leg.size, self.mark_of(leg)).magnitude();
                *place = (Reverse(notional), leg.instrument, leg.size);
                count += 1;
            }
            let legs = &mut legs[..count];
            legs.sort_unstable();
            for &mut (_, instrument, size) in legs {
                let sale = Event::Sale { slot, instrument, size: -size };
                self.schedule(Kind::Sale, Duration::ZERO, sale);
            }
            if let Some(liquidation) = self.desk.liquidations.get_mut(&slot) {
                liquidation.sales = u32::try_from(count).expect("an account has few legs");
            }
        }
        self.schedule(Kind::Retry, RETRY, Event::Retry { slot, liquidation: id });
    }

    fn place_of(&self, slot: Slot, instrument: u16) -> u32 {
        match self.leg_in(slot) {
            Some(leg) => super::index(leg),
            None => self.leg_of(slot, instrument),
        }
    }

    pub(super) fn on_sale(&mut self, slot: Slot, instrument: u16, size: i64) {
        let Some(liquidation) = self.desk.liquidations.get_mut(&slot) else { return };
        liquidation.sales = liquidation.sales.saturating_sub(1);
        let leg = self.place_of(slot, instrument);
        let held = self.legs[row(leg)].size;
        let size = trade::reducing(held, size);
        let Some(closed) = side(held).filter(|_| size != 0) else { return };
        let book = &self.books[usize::from(instrument)];
        let quote = book.depth.quote(book.fundamental, self.agenda.now(), size);
        self.promise(slot, leg, quote);
        if quote.size != 0 {
            self.trade_forced(slot, leg, quote);
        }
        self.settle_if_flat(slot, (instrument, closed));
    }

    /// The price at which closing a leg costs its share of the equity.
    fn bankruptcy_price(&self, slot: Slot, leg: u32) -> i64 {
        let leg = &self.legs[row(leg)];
        let mark = self.mark_of(leg);
        let risk = self.risk(slot);
        let reserved = self.desk.reserved.get(&self.order_of(slot)).copied().unwrap_or_default();
        let notional = value(leg.size, mark).magnitude();
        let needs = watch::maintenance(notional);
        let share = (risk.equity + reserved).portion(needs, risk.maintenance, Rounding::Down);
        let distance = share.0.div_euclid(value(leg.size, 1).magnitude().0);
        let distance = i64::try_from(distance).expect("a price fits");
        if leg.size > 0 { mark - distance } else { mark + distance }
    }

    /// The fund promises what a sale loses beyond the purse's equity, as far as it has it.
    fn promise(&mut self, slot: Slot, leg: u32, quote: Quote) {
        let price = self.bankruptcy_price(slot, leg);
        let notional = value(quote.size, quote.price).magnitude();
        let loss = value(quote.size, quote.price - price) + notional.share(FEE, Rounding::Up);
        let promised = loss.min(self.free_fund()).or_zero();
        if promised > Money::ZERO {
            let order = self.order_of(slot);
            *self.desk.reserved.entry(order).or_default() += promised;
            self.desk.promised += promised;
        }
    }

    fn trade_forced(&mut self, slot: Slot, leg: u32, quote: Quote) {
        let instrument = self.legs[row(leg)].instrument;
        let own = self.trade_with_depth(slot, leg, quote);
        let notional = value(quote.size, quote.price).magnitude();
        let fee = self.charge_fee(slot, notional);
        let closed = side(-quote.size);
        if let (Some(liquidation), Some(side)) = (self.desk.liquidations.get_mut(&slot), closed) {
            let loss = liquidation.losses.entry((instrument, side)).or_default();
            *loss += (-own).or_zero() + fee;
        }
        let equity = self.equity(slot).or_zero();
        let amount = notional.share(PENALTY, Rounding::Up).min(equity);
        if amount > Money::ZERO {
            let balance = self.balance_mut(slot);
            *balance -= amount;
            self.house.fund += amount;
            self.repay_debt();
        }
        self.touch(slot);
    }
}
