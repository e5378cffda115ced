//! Who re-checks margin: every purse whose risk was touched, and every purse a mark may have
//! pushed below its maintenance margin.
//!
//! The one place that knows how those purses are found; the rest of the market sees
//! `touch` and the checks that it schedules.

use crate::{
    Event, Leg, Market, Phase, Place, RiskReport,
    boxes::{Move, Moves, Watch},
    desk::{Business, OpenLiquidation},
    ladder::Slot,
    leg::LegRow,
};
use facts::{FactId, InstrumentId, LiquidationOpened, Purse, RequirementChanged};
use serde::{Deserialize, Serialize};
use units::{Money, PRICE_MAX, Price, Ratio, Rounding, Size, math, mul_div};

/// Marks moved: every purse whose slack they may have used up is looked at.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MarkMovedDue;

impl Event for MarkMovedDue {
    const NAME: &'static str = "MarkMovedDue";
    const PHASE: Phase = Phase::Margin;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::System
    }
}

/// A purse is checked against its maintenance margin.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PurseCheckDue {
    purse: Purse,
    /// Where it is found; looked for again after a checkpoint.
    #[serde(skip)]
    slot: Option<Slot>,
}

impl Event for PurseCheckDue {
    const NAME: &'static str = "PurseCheckDue";
    const PHASE: Phase = Phase::Margin;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::System
    }
}

impl PurseCheckDue {
    /// Where the purse is found, if that is at hand.
    pub(crate) fn slot(&self) -> Option<Slot> {
        self.slot
    }
}

impl Market<'_> {
    /// The risk of a purse was touched: it is checked in the next margin phase.
    pub(crate) fn touch(&mut self, purse: Purse) {
        self.touch_because(purse, self.cause());
    }

    /// The same of a purse whose slot is at hand.
    pub(crate) fn touch_in(&mut self, purse: Purse, slot: Slot) {
        self.check_later((purse, slot), self.cause());
    }

    /// A fact touched the risk of a purse: it is checked in the next margin phase.
    pub(crate) fn touch_because(&mut self, purse: Purse, cause: FactId) {
        if let Some(slot) = self.slot(purse) {
            self.check_later((purse, slot), cause);
        }
    }

    fn check_later(&mut self, (purse, slot): (Purse, Slot), cause: FactId) {
        if !self.is_trader(purse.account) {
            return;
        }
        self.note_relief(purse, cause);
        if self.business_mut(slot).begin(Business::CHECK) {
            self.desk.checks += 1;
            let check = PurseCheckDue { purse, slot: Some(slot) };
            self.schedule_in_order(self.now(), check, cause, order_of(purse));
        }
    }

    /// Schedules a check of every purse that the moves gave the check something to do for.
    pub(crate) fn on_mark_moved(&mut self, _: &MarkMovedDue) {
        let moved = std::mem::take(&mut self.watch.moved);
        let mut slots = std::mem::take(&mut self.watch.due);
        for instrument in moved.keys() {
            self.watch.crossed(&self.instruments[instrument.row()], &mut slots);
        }
        slots.sort_unstable();
        slots.dedup();
        for slot in slots {
            self.look(slot, &moved);
        }
    }

    /// Looks at a purse whose box may no longer hold.
    fn look(&mut self, slot: Slot, moved: &Moves) {
        let purse = self.purse_in(slot);
        // A leg that was isolated may have been opened again behind the collateral of its account.
        let own = purse.isolated.map_or(purse.account.0, |_| slot);
        if self.is_liquidated_in(own) {
            self.watch.unbox(slot);
            return;
        }
        let mut found = self.watch.take_found();
        match &self.look_at((purse, own), &mut found) {
            Some(risk) if risk.notional > Money::ZERO => {
                let room = self.room(purse, risk);
                if room >= Money::ZERO {
                    if own != slot {
                        self.watch.unbox(slot);
                    }
                    self.enclose(own, room, &mut found);
                } else if let Some(cause) = self.decisive_move(purse, risk, moved) {
                    self.watch.unbox(slot);
                    self.check_later((purse, own), cause);
                } else {
                    self.watch.expose(slot);
                }
            },
            Some(_) => self.watch.unbox(slot),
            None => self.watch.expose(slot),
        }
        self.watch.found = found;
    }

    /// A mark moved: purses are looked at in the next margin phase.
    pub(crate) fn mark_moved(&mut self, instrument: InstrumentId, fact: FactId) {
        let listing = self.instrument(instrument);
        let loss = match (listing.previous_mark_price, listing.mark_price) {
            (Some(before), Some(now)) => listing.value(Size(1), before.minus(now)).0 * BILLION,
            _ => ANY_DISTANCE,
        };
        self.moved(instrument, Move { fact, loss, needs: 0 });
    }

    /// What an instrument's legs are worth changed: purses are looked at in the next margin phase.
    pub(crate) fn moved(&mut self, instrument: InstrumentId, step: Move) {
        if self.watch.moved.is_empty() {
            self.schedule_because(self.now(), MarkMovedDue, step.fact);
        }
        self.watch.moved.entry(instrument).or_default().push(step);
    }

    /// A venue's answer to *margin* asks for another share of the notional of an instrument from now
    /// on; every purse that holds it is checked in the next margin phase.
    pub fn change_requirement(&mut self, change: RequirementChanged) {
        let instrument = change.instrument;
        let listing = self.instrument(instrument);
        let a_lot = listing.mark_price.map_or(0, |mark| listing.notional(Size(1), mark).0);
        let needs = a_lot * (i128::from(change.maintenance.0) - i128::from(change.was.0));
        let fact = self.record(change);
        self.expose_members(instrument);
        self.moved(instrument, Move { fact, loss: 0, needs });
    }

    /// Every purse that holds an instrument is looked at when anything next moves.
    pub(crate) fn expose_members(&mut self, instrument: InstrumentId) {
        for row in self.legs.members(instrument).iter() {
            self.watch.expose(self.slot_behind(row));
        }
    }

    /// The move that cost a purse most, or that brought it most where that meets its margin call.
    fn decisive_move(&self, purse: Purse, risk: &RiskReport, moved: &Moves) -> Option<FactId> {
        let costs = self.open_legs(purse).flat_map(|leg| {
            let steps = moved.get(&leg.instrument).map_or(&[][..], Vec::as_slice);
            let cost = |step: &Move| {
                let loss = step.loss.saturating_mul(i128::from(leg.size.0));
                let needs = step.needs.saturating_mul(i128::from(leg.size.magnitude().0));
                loss.saturating_add(needs)
            };
            steps.iter().map(move |step| (cost(step), step.fact))
        });
        let decisive = if self.meets_call(purse, risk) { costs.min() } else { costs.max() };
        decisive.map(|(_, fact)| fact)
    }

    /// Puts a purse that the check has nothing to do for into a box: its open legs, each with its
    /// notional, and by how much its equity may move.
    fn enclose(&mut self, slot: Slot, room: Money, legs: &mut [(LegRow, Money)]) {
        self.watch.unbox(slot);
        let Some(&(first, _)) = legs.first() else { return };
        let is_called = self.call_answer(self.legs.get(first).purse()).is_some();
        // What each leg owes in funding is rounded up, and so is what it needs.
        let count = i128::try_from(legs.len()).unwrap_or(i128::MAX);
        let room = room.0.saturating_sub(2 * count).max(0);
        if let [(row, _)] = *legs {
            return self.put_rungs(slot, row, (room, is_called));
        }
        let mut all = 0;
        for (_, notional) in legs.iter_mut() {
            notional.0 = weight(*notional);
            all += notional.0;
        }
        for &mut (row, Money(weight)) in legs {
            let part = mul_div(room, weight, all, Rounding::Down).unwrap_or_default();
            self.put_rungs(slot, row, (part, is_called));
        }
    }

    /// What a purse loses at most of what it has above what it needs, as a share of what its leg loses.
    ///
    /// What a long needs falls with its worth, so it only helps; what a short needs grows with it.
    fn steepness(&self, leg: &Leg) -> Ratio {
        let margin = self.margins[leg.instrument.row()].as_ref().filter(|_| leg.size.0 < 0);
        let grows = margin.map(|margin| margin.answer.steepest(self, margin.here));
        Ratio(Ratio::ONE.0 + grows.map_or(0, |grows| grows.0))
    }

    /// Puts the thresholds of one leg whose price and funding may move its purse by `part`: those
    /// against it, and where margin is called for those in its favour, too, since a call is met from
    /// below, and what it asks for may rise faster than equity.
    fn put_rungs(&mut self, slot: Slot, row: LegRow, (part, is_called): (i128, bool)) {
        let leg = self.legs.get(row);
        // What a call asks for moves by no more than twice the worth of a leg.
        let steepness = if is_called { Ratio(3 * Ratio::ONE.0) } else { self.steepness(leg) };
        let listing = &self.instruments[leg.instrument.row()];
        let Some(mark) = listing.mark_price else { return };
        let (falls, rises) = (leg.size.0 > 0 || is_called, leg.size.0 < 0 || is_called);
        let lots = leg.size.magnitude();
        let to_funding = if listing.is_funded { part / FUNDING_SHARE } else { 0 };
        let Watch { ladders, generations, .. } = &mut *self.watch;
        let ladders = &mut ladders[listing.id.row()];
        let a_unit = listing.value(lots, Price(1)).share(steepness, Rounding::Up).0;
        let distance = quotient(part - to_funding, a_unit);
        if let Some(at) = mark.0.checked_sub(distance).filter(|&at| falls && at > 0) {
            ladders.falls.put(at, slot, generations);
        }
        if let Some(at) = mark.0.checked_add(distance).filter(|&at| rises && at < PRICE_MAX) {
            ladders.rises.put(-at, slot, generations);
        }
        if listing.is_funded {
            let distance = to_funding.saturating_mul(BILLION) / i128::from(lots.0);
            let funding = listing.cumulative_funding;
            if falls {
                ladders.funding_rises.put(-(funding + distance), slot, generations);
            }
            if rises {
                ladders.funding_falls.put(funding - distance, slot, generations);
            }
        }
    }

    /// Opens a liquidation when the purse is below what it needs and none is open; otherwise looks
    /// whether it is called for more.
    pub(crate) fn on_purse_check(&mut self, check: &PurseCheckDue) {
        let PurseCheckDue { purse, slot } = *check;
        self.desk.checks -= 1;
        let Some(slot) = slot.or_else(|| self.slot(purse)) else { return };
        let business = self.business_mut(slot);
        business.end(Business::CHECK);
        if business.has(Business::LIQUIDATION) {
            return;
        }
        let mut found = self.watch.take_found();
        match &self.look_at((purse, slot), &mut found) {
            Some(risk) if risk.must_close() => self.open_liquidation((purse, slot), risk),
            Some(risk) => {
                self.review_call(purse, risk);
                if risk.notional > Money::ZERO {
                    self.enclose(slot, self.room(purse, risk), &mut found);
                }
            },
            None => self.watch.expose(slot),
        }
        self.watch.found = found;
    }

    fn open_liquidation(&mut self, (purse, slot): (Purse, Slot), risk: &RiskReport) {
        let opened = self.record(LiquidationOpened {
            purse,
            equity: risk.equity,
            needed: risk.close_out,
            legs: self.leg_marks(purse),
        });
        self.desk.calls.remove(&purse);
        self.course.note_liquidation(opened);
        let liquidation = OpenLiquidation { opened, ..OpenLiquidation::default() };
        self.put_liquidation(purse, liquidation);
        self.watch.unbox(slot);
        self.because(opened);
        self.cancel_orders_of(purse);
    }
}

/// What the first mark costs: more than any move.
const ANY_DISTANCE: i128 = i128::MAX;

/// Parts of a money unit.
const BILLION: i128 = 1_000_000_000;

/// One in so many parts of what a leg may lose is kept for funding.
const FUNDING_SHARE: i128 = 8;

/// `part ÷ a_unit` as a distance between prices; the largest where it is more.
fn quotient(part: i128, a_unit: i128) -> i64 {
    let narrow = i64::try_from(part).ok().zip(i64::try_from(a_unit).ok());
    match narrow.and_then(|(part, a_unit)| part.checked_div(a_unit)) {
        Some(distance) => distance,
        None => i64::try_from(part / a_unit).unwrap_or(i64::MAX),
    }
}

/// Weight of a leg of this notional in the sharing of what a purse has above what it needs.
///
/// Source: measured over powers of the notional; ¾ had the fewest looks.
#[expect(clippy::float_arithmetic, reason = "weights say how often a purse is looked at, no more")]
fn weight(notional: Money) -> i128 {
    let root = math::sqrt(math::float(notional.0));
    math::nearest_wide(root * math::sqrt(root)).max(1)
}

/// Checks happen in order of (account, leg), so that whoever finds them finds the same order.
fn order_of(purse: Purse) -> u64 {
    let leg = purse.isolated.map_or(0, |instrument| u64::from(instrument.0) + 1);
    (u64::from(purse.account.0) << 17) | leg
}
