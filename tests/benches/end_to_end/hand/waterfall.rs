//! Insurance, winners in proportion to profit, debt.

use super::{Duration, Event, Kind, Marks, World, liquidate::Losses, row, side, value};
use deleveraging::allocation;
use kernel::APPROACHED;
use market::ladder::Slot;
use std::{collections::BTreeMap, hint::black_box};
use units::{Money, Rounding, Side};

/// What a purse without legs owes.
#[derive(Debug)]
pub(super) struct Bankruptcy {
    slot: Slot,
    outstanding: Money,
    losses: Losses,
    is_asked: bool,
}

/// Splits what a purse owes over where it was lost.
fn attribute(bankruptcy: &Bankruptcy) -> Vec<((u16, Side), Money)> {
    let total: Money = bankruptcy.losses.values().copied().sum();
    let (mut lost, mut given) = (Money::ZERO, Money::ZERO);
    let parts = bankruptcy.losses.iter().map(|(&key, &loss)| {
        lost += loss;
        let until = bankruptcy.outstanding.portion(lost, total, Rounding::Down);
        let part = until - given;
        given = until;
        (key, part)
    });
    parts.filter(|&(_, part)| part > Money::ZERO).collect()
}

impl World<'_> {
    pub(super) fn outstanding(&self, slot: Slot) -> Money {
        if self.desk.bankruptcies.is_empty() {
            return Money::ZERO;
        }
        let bankruptcy = self.desk.bankruptcies.get(&self.order_of(slot));
        bankruptcy.map_or(Money::ZERO, |bankruptcy| bankruptcy.outstanding)
    }

    /// What the fund has not promised.
    pub(super) fn free_fund(&self) -> Money {
        self.house.fund - self.desk.promised
    }

    pub(super) fn incur(&mut self, slot: Slot, outstanding: Money, losses: Losses) {
        self.desk.ruined += 1;
        let bankruptcy = Bankruptcy { slot, outstanding, losses, is_asked: false };
        self.desk.bankruptcies.insert(self.order_of(slot), bankruptcy);
        self.schedule(Kind::Bankrupt, Duration::ZERO, Event::Bankrupt(slot));
        if !std::mem::replace(&mut self.desk.is_tallied, true) {
            self.schedule(Kind::Tally, Duration::ZERO, Event::Tally);
        }
    }

    pub(super) fn release_promise(&mut self, slot: Slot) {
        if self.desk.reserved.is_empty() {
            return;
        }
        if let Some(promised) = self.desk.reserved.remove(&self.order_of(slot)) {
            self.desk.promised -= promised;
            self.repay_debt();
        }
    }

    pub(super) fn repay_debt(&mut self) {
        let owed = -self.house.debt;
        if owed > Money::ZERO {
            let amount = owed.min(self.free_fund());
            if amount > Money::ZERO {
                self.house.fund -= amount;
                self.house.debt += amount;
            }
        }
    }

    pub(super) fn relieve(&mut self, slot: Slot, amount: Money) {
        let order = self.order_of(slot);
        if let Some(bankruptcy) = self.desk.bankruptcies.get_mut(&order) {
            bankruptcy.outstanding -= amount;
            if bankruptcy.outstanding == Money::ZERO {
                self.desk.bankruptcies.remove(&order);
            }
        }
    }

    pub(super) fn on_bankrupt(&mut self, slot: Slot) {
        let reserved = self.desk.reserved.get(&self.order_of(slot)).copied().unwrap_or_default();
        let free = self.free_fund().or_zero() + reserved;
        self.pay_insurance(slot, self.outstanding(slot).min(free));
    }

    fn pay_insurance(&mut self, slot: Slot, amount: Money) {
        let amount = amount.min(self.outstanding(slot)).min(self.house.fund);
        if amount > Money::ZERO {
            self.house.fund -= amount;
            *self.balance_mut(slot) += amount;
            self.relieve(slot, amount);
        }
        self.release_promise(slot);
    }

    pub(super) fn on_tally(&mut self) {
        self.desk.is_tallied = false;
        let bankrupt: Vec<Slot> = self.desk.bankruptcies.values().map(|one| one.slot).collect();
        for slot in bankrupt {
            let offered = self.free_fund().or_zero().min(self.outstanding(slot));
            if offered > Money::ZERO {
                self.pay_insurance(slot, offered);
            }
        }
        let mut shortfalls: BTreeMap<(u16, Side), Money> = BTreeMap::new();
        for bankruptcy in self.desk.bankruptcies.values_mut() {
            bankruptcy.is_asked = true;
            for (key, part) in attribute(bankruptcy) {
                *shortfalls.entry(key).or_default() += part;
            }
        }
        for (&(instrument, losers), &deficit) in &shortfalls {
            let event = Event::Shortfall { instrument, losers, deficit };
            self.schedule(Kind::Shortfall, Duration::ZERO, event);
        }
        if !self.desk.bankruptcies.is_empty() {
            self.schedule(Kind::Debt, Duration::ZERO, Event::Debt);
        }
    }

    pub(super) fn on_shortfall(&mut self, instrument: u16, losers: Side, deficit: Money) {
        let book = &self.books[usize::from(instrument)];
        let mark = book.mark;
        let mut winners: Vec<(u64, u32, Money, Money)> = Vec::new();
        let mut gains = Vec::with_capacity(APPROACHED);
        for places in book.members.chunks(APPROACHED) {
            for &place in places {
                black_box(self.legs[row(place)].size);
            }
            for &place in places {
                let leg = &self.legs[row(place)];
                let profit = value(leg.size, mark) - leg.cost;
                if side(leg.size) == Some(losers.opposite()) && profit > Money::ZERO {
                    gains.push((place, profit));
                }
            }
            for (place, _) in &gains {
                let leg = &self.legs[row(*place)];
                if !leg.is_isolated {
                    let account = &self.accounts[row(leg.account)];
                    black_box(account.collateral);
                    self.approach_legs(row(account.first));
                }
            }
            for (place, profit) in gains.drain(..) {
                let slot = self.slot_behind(place);
                if !self.marks_of(slot).has(Marks::LIQUIDATED) {
                    winners.push((self.order_of(slot), place, profit, self.equity(slot)));
                }
            }
        }
        winners.sort_unstable();
        let weights: Vec<i128> = winners.iter().map(|(_, _, profit, _)| profit.0).collect();
        let most = winners.iter().map(|&(_, _, profit, equity)| profit.min(equity.or_zero()).0);
        let capacities: Vec<i128> = most.collect();
        let shares = allocation::in_proportion(&weights, &capacities, deficit.0);
        for (at, ((_, place, ..), share)) in winners.iter().zip(shares).enumerate() {
            let place = *place;
            if at.is_multiple_of(APPROACHED) {
                for (_, next, ..) in winners[at..].iter().take(APPROACHED) {
                    let leg = &self.legs[row(*next)];
                    black_box((leg.cost, self.accounts[row(leg.account)].collateral));
                }
            }
            if share > 0 {
                let share = Money(share);
                self.desk.cut += 1;
                let slot = self.slot_behind(place);
                self.legs[row(place)].cost += share;
                let book = &mut self.books[usize::from(instrument)];
                book.clearing -= share;
                self.house.settlement += share;
                *self.desk.cuts.entry((instrument, losers)).or_default() += share;
                self.touch(slot);
            }
        }
    }

    pub(super) fn on_debt(&mut self) {
        let asked = self.desk.bankruptcies.values().filter(|bankruptcy| bankruptcy.is_asked);
        let asked: Vec<Slot> = asked.map(|bankruptcy| bankruptcy.slot).collect();
        for slot in asked {
            self.settle(slot);
            let amount = self.outstanding(slot);
            if amount > Money::ZERO {
                self.house.debt -= amount;
                *self.balance_mut(slot) += amount;
                self.relieve(slot, amount);
            }
            self.release_promise(slot);
        }
    }

    /// Covers a bankrupt purse from the profits cut for the losses that it made.
    fn settle(&mut self, slot: Slot) {
        let bankruptcy = self.desk.bankruptcies.get(&self.order_of(slot));
        let mut amount = Money::ZERO;
        for (key, part) in bankruptcy.map(attribute).unwrap_or_default() {
            let cut = self.desk.cuts.entry(key).or_default();
            let paid = part.min(*cut);
            *cut -= paid;
            amount += paid;
        }
        if amount > Money::ZERO {
            self.house.settlement -= amount;
            *self.balance_mut(slot) += amount;
            self.relieve(slot, amount);
        }
    }
}
