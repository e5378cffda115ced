//! Who re-checks margin: every purse whose risk was touched, and every purse a mark may have
//! pushed below its maintenance margin.
//!
//! The one place that knows how those purses are found; the rest of the market sees
//! `touch` and the checks that it schedules.

use crate::{Event, Leg, Market, Phase, Place, desk::OpenLiquidation};
use bevy_ecs::resource::Resource;
use facts::{AccountId, FactId, InstrumentId, LiquidationOpened, Purse, RequirementChanged};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use units::{Money, Rounding, Size, mul_div};

/// Until which drift of the marks the margin check has nothing to do for each purse.
///
/// A purse whose equity is H from where there is something to do, and notional N, is not looked at
/// again before marks and funding have drifted by H ÷ 4N: a relative drift x ≤ ¼ moves no price by
/// more than eˣ − 1 < 4x/3, which is worth at most so much of each leg's notional, and moves what is
/// needed or asked for by no more than twice that. A change of what is needed opens the watch for
/// every purse that holds the instrument.
#[derive(Debug, Default, Resource)]
pub(crate) struct Watch {
    /// Sum of the largest relative moves of marks so far, in 10⁻¹².
    drift: u64,
    /// By account, for its cross legs.
    cross: Vec<u64>,
    /// By leg; the whole range for legs under cross margin.
    isolated: Vec<u64>,
    /// Instruments whose mark moved since purses were last looked at.
    pub(crate) moved: Moves,
}

/// What happened to an instrument since purses were last looked at, and how far it drifted in all,
/// in 10⁻¹².
type Moves = BTreeMap<InstrumentId, (Vec<Move>, u64)>;

/// A fact that may leave purses below what they need; in billionths of a money unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    pub(crate) fact: FactId,
    /// What it cost one lot held long.
    pub(crate) loss: i128,
    /// How much more one lot needs, on either side.
    pub(crate) needs: i128,
}

/// Where a purse's slack is kept.
#[derive(Clone, Copy, Debug)]
enum Slot {
    Cross(usize),
    Isolated(usize),
}

impl Watch {
    /// Every purse of `accounts` and their `legs` is looked at when marks first move.
    pub(crate) fn over(accounts: usize, legs: &[Leg]) -> Self {
        let until = |leg: &Leg| if leg.isolated.is_some() { 0 } else { u64::MAX };
        let isolated = legs.iter().map(until).collect();
        Self { cross: vec![0; accounts], isolated, ..Self::default() }
    }

    fn set(&mut self, slot: Slot, until: u64) {
        let kept = match slot {
            Slot::Cross(row) => self.cross.get_mut(row),
            Slot::Isolated(row) => self.isolated.get_mut(row),
        };
        if let Some(kept) = kept {
            *kept = until;
        }
    }
}

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
pub(crate) struct PurseCheckDue(Purse);

impl Event for PurseCheckDue {
    const NAME: &'static str = "PurseCheckDue";
    const PHASE: Phase = Phase::Margin;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::System
    }
}

impl Market<'_> {
    /// The risk of a purse was touched: it is checked in the next margin phase.
    pub(crate) fn touch(&mut self, purse: Purse) {
        self.watch.set(self.slot(purse), 0);
        self.check_because(purse, self.course.cause.unwrap_or(FactId(0)));
    }

    fn check_because(&mut self, purse: Purse, cause: FactId) {
        if self.is_trader(purse.account) && self.desk.checks.insert(purse) {
            self.schedule_in_order(self.now(), PurseCheckDue(purse), cause, order_of(purse));
        }
    }

    /// Schedules a check of every purse that the moved marks gave the check something to do for.
    pub(crate) fn on_mark_moved(&mut self, _: &MarkMovedDue) {
        let moved = std::mem::take(&mut self.watch.moved);
        self.watch.drift += moved.values().map(|&(_, drift)| drift).max().unwrap_or_default();
        for purse in self.crossed() {
            if let Some(cause) = self.worst_move(purse, &moved) {
                self.check_because(purse, cause);
            }
        }
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
        let distance = self.distance(instrument, step.loss);
        let (steps, drift) = self.watch.moved.entry(instrument).or_default();
        steps.push(step);
        *drift += distance;
    }

    /// A venue's answer to *margin* asks for another share of the notional of an instrument from now
    /// on; every purse that holds it is checked in the next margin phase.
    pub fn change_requirement(&mut self, change: RequirementChanged) {
        let instrument = change.instrument;
        let listing = self.instrument(instrument);
        let a_lot = listing.mark_price.map_or(0, |mark| listing.notional(Size(1), mark).0);
        let needs = a_lot * (i128::from(change.maintenance.0) - i128::from(change.was.0));
        let fact = self.record(change);
        for &row in self.legs.members(instrument) {
            let slot = self.slot(self.legs.get(row).purse());
            self.watch.set(slot, 0);
        }
        self.moved(instrument, Move { fact, loss: 0, needs });
    }

    /// The move that cost a purse most.
    fn worst_move(&self, purse: Purse, moved: &Moves) -> Option<FactId> {
        let costs = self.open_legs(purse).flat_map(|leg| {
            let steps = moved.get(&leg.instrument).map_or(&[][..], |(steps, _)| steps);
            let cost = |step: &Move| {
                let loss = step.loss.saturating_mul(i128::from(leg.size.0));
                let needs = step.needs.saturating_mul(i128::from(leg.size.magnitude().0));
                loss.saturating_add(needs)
            };
            steps.iter().map(move |step| (cost(step), step.fact))
        });
        costs.max().map(|(_, fact)| fact)
    }

    /// Purses that the margin check has something to do for and no liquidation is open for, in order.
    fn crossed(&mut self) -> Vec<Purse> {
        let mut found: Vec<Purse> = Vec::new();
        for purse in self.due() {
            let Some(risk) = self.risk(purse) else { continue };
            let room = self.room(purse, &risk);
            if room >= Money::ZERO || risk.notional == Money::ZERO {
                let until = self.watch.drift.saturating_add(slack(room, risk.notional));
                self.watch.set(self.slot(purse), until);
            } else if !self.is_liquidated(purse) {
                found.push(purse);
            }
        }
        found.sort();
        found
    }

    /// Purses whose slack the marks may have used up.
    fn due(&self) -> Vec<Purse> {
        let drift = self.watch.drift;
        let due = |slack: &[u64]| -> Vec<usize> {
            let rows = slack.iter().enumerate();
            rows.filter(|&(_, &until)| until <= drift).map(|(row, _)| row).collect()
        };
        let cross = due(&self.watch.cross).into_iter();
        let cross = cross.map(|row| Purse::of(AccountId::from_row(row)));
        let isolated = due(&self.watch.isolated).into_iter();
        let isolated = isolated.filter_map(|row| self.legs.all().get(row));
        // What was isolated and was opened again is behind the account's collateral now.
        let isolated = isolated.filter(|leg| leg.isolated.is_some()).map(Leg::purse);
        cross.filter(|purse| self.is_trader(purse.account)).chain(isolated).collect()
    }

    /// Where a purse's slack is kept.
    fn slot(&self, purse: Purse) -> Slot {
        let leg = purse.isolated.and_then(|instrument| self.leg_row(purse.account, instrument));
        leg.map_or(Slot::Cross(purse.account.row()), |row| Slot::Isolated(row.slot()))
    }

    /// What a lot gained or lost, relative to what it is worth at the lower of the last two marks, in
    /// 10⁻¹², rounded up; any distance while there is no mark.
    fn distance(&self, instrument: InstrumentId, loss: i128) -> u64 {
        let listing = self.instrument(instrument);
        let marks = [listing.previous_mark_price, listing.mark_price];
        let least = marks.into_iter().flatten().map(|mark| listing.value(Size(1), mark).0).min();
        let distance = least.and_then(|worth| {
            let part = loss.checked_abs()?;
            mul_div(part, i128::from(WHOLE / 1_000_000_000), worth, Rounding::Up).ok()
        });
        distance.and_then(|distance| u64::try_from(distance).ok()).unwrap_or(WHOLE).min(WHOLE)
    }

    /// Opens a liquidation when the purse is below what it needs and none is open; otherwise looks
    /// whether it is called for more.
    pub(crate) fn on_purse_check(&mut self, check: &PurseCheckDue) {
        let purse = check.0;
        self.desk.checks.remove(&purse);
        if self.is_liquidated(purse) {
            return;
        }
        let Some(risk) = self.risk(purse) else { return };
        if risk.must_close() {
            let opened = self.record(LiquidationOpened {
                purse,
                equity: risk.equity,
                needed: risk.close_out,
                legs: self.leg_marks(purse),
            });
            self.desk.calls.remove(&purse);
            let liquidation = OpenLiquidation { opened, ..OpenLiquidation::default() };
            self.desk.liquidations.insert(purse, liquidation);
        } else {
            self.review_call(purse, &risk);
        }
    }
}

/// A relative drift of marks by the whole of a price.
const WHOLE: u64 = 1_000_000_000_000;

/// The longest drift that is foreseen.
const QUARTER: u64 = WHOLE / 4;

/// Parts of a money unit.
const BILLION: i128 = 1_000_000_000;

/// What the first mark costs: more than any move.
const ANY_DISTANCE: i128 = i128::MAX;

/// Drift that cannot use up the room of a purse of this notional.
fn slack(room: Money, notional: Money) -> u64 {
    if notional == Money::ZERO {
        return u64::MAX;
    }
    let drift = mul_div(room.0, i128::from(QUARTER), notional.0, Rounding::Down);
    drift.ok().and_then(|drift| u64::try_from(drift).ok()).unwrap_or(QUARTER).min(QUARTER)
}

/// Checks happen in order of (account, leg), so that whoever finds them finds the same order.
fn order_of(purse: Purse) -> u64 {
    let leg = purse.isolated.map_or(0, |instrument| u64::from(instrument.0) + 1);
    (u64::from(purse.account.0) << 17) | leg
}
