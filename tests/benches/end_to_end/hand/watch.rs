//! Who re-checks margin.

use super::{Event, Kind, Leg, Marks, World, index, row, value};
use crate::scenario::{self, INITIAL, MAINTENANCE};
use market::ladder::Slot;
use units::{Duration, Money, PRICE_MAX, Ratio, Rounding, math, mul_div};

/// What a purse is worth and needs at the present marks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Risk {
    pub(super) equity: Money,
    pub(super) notional: Money,
    pub(super) maintenance: Money,
}

impl Risk {
    pub(super) fn must_close(&self) -> bool {
        self.notional > Money::ZERO && self.equity < self.maintenance
    }
}

fn weight(notional: Money) -> i128 {
    let root = math::sqrt(math::float(notional.0));
    math::nearest_wide(root * math::sqrt(root)).max(1)
}

pub(super) fn initial(notional: Money) -> Money {
    notional.share(INITIAL, Rounding::Up)
}

pub(super) fn maintenance(notional: Money) -> Money {
    notional.share(MAINTENANCE, Rounding::Up)
}

impl World<'_> {
    pub(super) fn slot_of_leg(&self, leg: u32) -> Slot {
        index(self.accounts.len()) + leg
    }

    /// The purse behind a leg.
    pub(super) fn slot_behind(&self, leg: u32) -> Slot {
        let Leg { is_isolated, account, .. } = self.legs[row(leg)];
        if is_isolated { self.slot_of_leg(leg) } else { account }
    }

    /// The leg that a slot is of; none for an account.
    pub(super) fn leg_in(&self, slot: Slot) -> Option<usize> {
        row(slot).checked_sub(self.accounts.len())
    }

    /// Where the legs lie that a purse may stand behind.
    fn span(&self, slot: Slot) -> (std::ops::Range<usize>, bool) {
        if let Some(leg) = self.leg_in(slot) {
            return (leg..leg + 1, true);
        }
        let account = &self.accounts[row(slot)];
        let first = row(account.first);
        (first..first + row(account.legs), false)
    }

    /// Open legs of a purse, with their places.
    pub(super) fn open(&self, slot: Slot) -> impl Iterator<Item = (usize, &Leg)> {
        let (span, is_isolated) = self.span(slot);
        let legs = (span.start..).zip(&self.legs[span]);
        legs.filter(move |(_, leg)| leg.is_isolated == is_isolated && leg.size != 0)
    }

    pub(super) fn is_flat(&self, slot: Slot) -> bool {
        self.open(slot).next().is_none()
    }

    pub(super) fn balance(&self, slot: Slot) -> Money {
        match self.leg_in(slot) {
            None => self.accounts[row(slot)].collateral,
            Some(leg) => self.legs[leg].margin,
        }
    }

    pub(super) fn balance_mut(&mut self, slot: Slot) -> &mut Money {
        match self.leg_in(slot) {
            None => &mut self.accounts[row(slot)].collateral,
            Some(leg) => &mut self.legs[leg].margin,
        }
    }

    pub(super) fn marks_mut(&mut self, slot: Slot) -> &mut Marks {
        match self.leg_in(slot) {
            None => &mut self.accounts[row(slot)].marks,
            Some(leg) => &mut self.legs[leg].marks,
        }
    }

    pub(super) fn marks_of(&self, slot: Slot) -> Marks {
        match self.leg_in(slot) {
            None => self.accounts[row(slot)].marks,
            Some(leg) => self.legs[leg].marks,
        }
    }

    pub(super) fn mark_of(&self, leg: &Leg) -> i64 {
        self.books[usize::from(leg.instrument)].mark
    }

    pub(super) fn equity(&self, slot: Slot) -> Money {
        let profit = |(_, leg): (usize, &Leg)| value(leg.size, self.mark_of(leg)) - leg.cost;
        self.balance(slot) + self.open(slot).map(profit).sum()
    }

    pub(super) fn risk(&self, slot: Slot) -> Risk {
        let mut risk = Risk { equity: self.balance(slot), ..Risk::default() };
        for (_, leg) in self.open(slot) {
            let worth = value(leg.size, self.mark_of(leg));
            risk.equity += worth - leg.cost;
            risk.notional += worth.magnitude();
            risk.maintenance += maintenance(worth.magnitude());
        }
        risk
    }

    /// Checks happen in the order of (account, leg).
    pub(super) fn order_of(&self, slot: Slot) -> u64 {
        match self.leg_in(slot) {
            None => u64::from(slot) << 17,
            Some(leg) => {
                let Leg { account, instrument, .. } = self.legs[leg];
                (u64::from(account) << 17) | (u64::from(instrument) + 1)
            },
        }
    }

    pub(super) fn touch(&mut self, slot: Slot) {
        if self.marks_mut(slot).set(Marks::CHECKED) {
            let order = self.order_of(slot);
            self.schedule_as(Kind::Check, Duration::ZERO, order, Event::Check(slot));
        }
    }

    /// Purses that the moves of marks may have left below what they need.
    fn crossed(&mut self) -> Vec<Slot> {
        let mut slots = std::mem::take(&mut self.due);
        for instrument in std::mem::take(&mut self.moved) {
            let book = &mut self.books[usize::from(instrument)];
            book.falls.crossed(book.mark, &self.generations, &mut slots);
            book.rises.crossed(-book.mark, &self.generations, &mut slots);
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    pub(super) fn on_mark_moved(&mut self) {
        for slot in self.crossed() {
            if self.is_below(slot) {
                self.touch(slot);
            }
        }
    }

    /// Looks at a purse whose box may no longer hold: whether it is below what it needs.
    fn is_below(&mut self, slot: Slot) -> bool {
        if self.is_flat(slot) || self.marks_of(slot).has(Marks::LIQUIDATED) {
            self.unbox(slot);
            return false;
        }
        let risk = self.risk(slot);
        let is_below = risk.equity < risk.maintenance;
        if is_below {
            self.unbox(slot);
        } else {
            self.enclose(slot, &risk);
        }
        is_below
    }

    /// Every mark is where the purses were opened, and all are boxed.
    pub(crate) fn begin(&mut self) {
        for (instrument, book) in (0..).zip(&mut self.books) {
            book.mark = scenario::opening(instrument);
            self.moved.push(instrument);
        }
        self.check_margin();
    }

    /// Moves a mark by millionths of it.
    pub(crate) fn move_mark(&mut self, instrument: u16, by: i64) {
        let mark = &mut self.books[usize::from(instrument)].mark;
        *mark = (*mark + *mark * by / 1_000_000).max(1);
        self.moved.push(instrument);
    }

    /// Looks at every purse that holds an instrument; how many are below what they need.
    pub(crate) fn scan(&self, instrument: u16) -> u32 {
        let members = self.books[usize::from(instrument)].members.iter();
        let open = members.filter(|&&leg| self.legs[row(leg)].size != 0);
        let below = open.filter(|&&leg| self.risk(self.slot_behind(leg)).must_close());
        index(below.count())
    }

    /// Closes whoever is below what it needs since marks moved, at no cost; how many there were.
    pub(crate) fn check_margin(&mut self) -> u32 {
        let mut closed = 0;
        for slot in self.crossed() {
            if self.is_below(slot) {
                closed += 1;
                let (span, _) = self.span(slot);
                for leg in &mut self.legs[span] {
                    leg.size = 0;
                }
            }
        }
        closed
    }

    pub(super) fn unbox(&mut self, slot: Slot) {
        let generation = &mut self.generations[row(slot)];
        *generation = generation.wrapping_add(1);
    }

    pub(super) fn on_check(&mut self, slot: Slot) {
        let marks = self.marks_mut(slot);
        marks.clear(Marks::CHECKED);
        if marks.has(Marks::LIQUIDATED) {
            return;
        }
        let risk = self.risk(slot);
        if risk.must_close() {
            self.open_liquidation(slot);
        } else if risk.notional > Money::ZERO {
            self.enclose(slot, &risk);
        }
    }

    fn enclose(&mut self, slot: Slot, risk: &Risk) {
        self.unbox(slot);
        let (span, is_isolated) = self.span(slot);
        let is_open = |leg: &Leg| leg.is_isolated == is_isolated && leg.size != 0;
        let mut weights = [0; 5];
        let (mut all, mut count) = (0, 0);
        for (leg, its) in self.legs[span.clone()].iter().zip(&mut weights) {
            if is_open(leg) {
                *its = weight(value(leg.size, self.mark_of(leg)).magnitude());
                all += *its;
                count += 1;
            }
        }
        let room = (risk.equity - risk.maintenance).0.saturating_sub(2 * count).max(0);
        let Self { legs, books, generations, .. } = self;
        for (leg, weight) in legs[span].iter().zip(weights).filter(|(leg, _)| is_open(leg)) {
            let part = if count == 1 {
                room
            } else {
                mul_div(room, weight, all, Rounding::Down).unwrap_or_default()
            };
            let book = &mut books[usize::from(leg.instrument)];
            let lots = i128::from(leg.size.abs());
            let grows = if leg.size < 0 { MAINTENANCE.0 } else { 0 };
            let a_unit = Money(value(1, 1).0 * lots);
            let a_unit = a_unit.share(Ratio(Ratio::ONE.0 + grows), Rounding::Up).0;
            let narrow = i64::try_from(part).ok().zip(i64::try_from(a_unit).ok());
            let distance = match narrow.and_then(|(part, a_unit)| part.checked_div(a_unit)) {
                Some(distance) => distance,
                None => i64::try_from(part / a_unit).unwrap_or(i64::MAX),
            };
            if leg.size > 0 {
                if let Some(at) = book.mark.checked_sub(distance).filter(|&at| at > 0) {
                    book.falls.put(at, slot, generations);
                }
            } else if let Some(at) = book.mark.checked_add(distance).filter(|&at| at < PRICE_MAX) {
                book.rises.put(-at, slot, generations);
            }
        }
    }
}
