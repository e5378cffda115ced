//! Orders and what a trade does to a leg.

use super::{Marks, World, depth::Quote, row, side, value, watch};
use crate::scenario::FEE;
use market::ladder::Slot;
use units::{Money, Rounding, SIZE_MAX, Side};

/// Cost of a leg of size and cost `before` after trading `size` worth `bought`.
fn cost_after(before: (i64, Money), size: i64, bought: Money) -> Money {
    let (held, cost) = before;
    let after = held + size;
    if held == 0 || side(held) == side(size) {
        return cost + bought;
    }
    let lots = |size: i64| Money(i128::from(size));
    if after == 0 {
        return Money::ZERO;
    }
    if side(after) == side(held) {
        return cost.portion(lots(after), lots(held), Rounding::Down);
    }
    bought.portion(lots(after), lots(size), Rounding::Down)
}

/// As much of `size` as reduces what is held.
pub(super) fn reducing(held: i64, size: i64) -> i64 {
    match (side(held), side(size)) {
        (Some(open), Some(traded)) if open != traded => size.abs().min(held.abs()) * size.signum(),
        _ => 0,
    }
}

impl World<'_> {
    pub(super) fn leg_of(&self, account: u32, instrument: u16) -> u32 {
        let account = &self.accounts[row(account)];
        let legs = account.first..account.first + account.legs;
        let mut legs = legs.filter(|&leg| self.legs[row(leg)].instrument == instrument);
        legs.next().expect("it held the instrument at first")
    }

    pub(super) fn on_order(&mut self, account: u32, instrument: u16, size: i64) {
        let leg = self.leg_of(account, instrument);
        let own = self.slot_behind(leg);
        let held = self.legs[row(leg)].size;
        let slot = if held != 0 || self.outstanding(own) > Money::ZERO { own } else { account };
        let Some(quote) = self.admit(slot, leg, size) else { return };
        self.trade_with_depth(slot, leg, quote);
        self.charge_fee(slot, value(quote.size, quote.price).magnitude());
        self.touch(slot);
        if let Some(side) = side(held) {
            self.settle_if_flat(slot, (instrument, side));
        }
    }

    /// What of an order is filled.
    fn admit(&self, slot: Slot, leg: u32, size: i64) -> Option<Quote> {
        if self.marks_of(slot).has(Marks::LIQUIDATED) {
            return None;
        }
        let leg = &self.legs[row(leg)];
        let book = &self.books[usize::from(leg.instrument)];
        let now = self.agenda.now();
        let offer = book.depth.quote(book.fundamental, now, size);
        if offer.size == 0 {
            return None;
        }
        let (mut equity, mut needed) = (self.balance(slot), Money::ZERO);
        let reduces = reducing(leg.size, offer.size) == offer.size;
        for (_, other) in self.open(slot) {
            let worth = value(other.size, self.mark_of(other));
            equity += worth - other.cost;
            if !reduces {
                needed += watch::initial(worth.magnitude());
            }
        }
        let held_needs = watch::initial(value(leg.size, book.mark).magnitude());
        let fits = |quote: Quote| {
            let lost = value(quote.size, quote.price - book.mark);
            let fee = value(quote.size, quote.price).magnitude().share(FEE, Rounding::Up);
            let equity = equity - lost - fee;
            if reducing(leg.size, quote.size) == quote.size {
                return equity >= Money::ZERO;
            }
            let after = leg.size + quote.size;
            let needs = watch::initial(value(after, book.mark).magnitude());
            after.abs() <= SIZE_MAX && equity >= needed - held_needs + needs
        };
        if fits(offer) {
            return Some(offer);
        }
        let quote = |lots: i64| book.depth.quote(book.fundamental, now, lots * offer.size.signum());
        let (mut fit, mut too_large) = (0, offer.size.abs());
        while too_large - fit > 1 {
            let middle = fit + (too_large - fit) / 2;
            if fits(quote(middle)) {
                fit = middle;
            } else {
                too_large = middle;
            }
        }
        (fit != 0).then(|| quote(fit))
    }

    /// Trades with depth; what the purse realised.
    pub(super) fn trade_with_depth(&mut self, slot: Slot, leg: u32, quote: Quote) -> Money {
        let Quote { size, price } = quote;
        let now = self.agenda.now();
        let leg = &mut self.legs[row(leg)];
        let book = &mut self.books[usize::from(leg.instrument)];
        let bought = value(size, price);
        if leg.size == 0 {
            leg.is_isolated &= leg.margin != Money::ZERO;
        }
        let cost = cost_after((leg.size, leg.cost), size, bought);
        let own = cost - leg.cost - bought;
        leg.size += size;
        leg.cost = cost;
        let depth = &mut book.depth;
        let cost = cost_after((depth.size, depth.cost), -size, -bought);
        let other = cost - depth.cost + bought;
        depth.size -= size;
        depth.cost = cost;
        depth.balance += other;
        book.clearing -= own + other;
        book.depth.filled(book.fundamental, now, size);
        *self.balance_mut(slot) += own;
        own
    }

    pub(super) fn charge_fee(&mut self, slot: Slot, notional: Money) -> Money {
        let fee = notional.share(FEE, Rounding::Up);
        let balance = self.balance_mut(slot);
        *balance -= fee;
        self.house.revenue += fee;
        fee
    }

    pub(super) fn settle_if_flat(&mut self, slot: Slot, closed: (u16, Side)) {
        if !self.is_flat(slot) {
            return;
        }
        let equity = self.balance(slot);
        let liquidation = self.take_liquidation(slot);
        if equity < Money::ZERO {
            let mut losses = liquidation.map(|liquidation| liquidation.losses).unwrap_or_default();
            if losses.values().all(|&loss| loss == Money::ZERO) {
                losses.insert(closed, -equity);
            }
            self.incur(slot, -equity, losses);
            return;
        }
        self.release_promise(slot);
        if let Some(leg) = self.leg_in(slot).filter(|_| equity > Money::ZERO) {
            self.legs[leg].margin = Money::ZERO;
            let owner = self.legs[leg].account;
            *self.balance_mut(owner) += equity;
            let owed = self.outstanding(owner);
            self.relieve(owner, equity.min(owed));
            self.touch(owner);
        }
    }
}
