//! Who re-checks margin: every purse whose risk was touched, and every purse a mark may have
//! pushed below its maintenance margin.
//!
//! The one place that knows how those purses are found; the rest of the market sees
//! `touch` and the checks that it schedules.

use crate::{Event, Leg, Market, Phase, Place, RiskReport, desk::OpenLiquidation};
use bevy_ecs::resource::Resource;
use facts::{AccountId, FactId, InstrumentId, LiquidationOpened, Purse};
use std::collections::BTreeMap;
use units::{Money, Rounding, mul_div};

/// Until which drift of the marks each purse cannot fall below maintenance.
///
/// A purse with equity H above its maintenance margin and notional N is not looked at again before
/// marks have drifted by H ÷ 4N: a relative drift x ≤ 1 moves no price by more than eˣ − 1 < 2x,
/// which costs at most so much of each leg's notional, and raises what it needs by no more than that
/// again, since no rate is above the whole of a notional.
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

/// The last fact that says a mark moved, and how far it moved in all, in 10⁻¹².
type Moves = BTreeMap<InstrumentId, (FactId, u64)>;

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
#[derive(Debug)]
pub(crate) struct MarkMovedDue;

impl Event for MarkMovedDue {
    const NAME: &'static str = "MarkMovedDue";
    const PHASE: Phase = Phase::Margin;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::System
    }
}

/// A purse is checked against its maintenance margin.
#[derive(Debug)]
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

    /// Schedules a check of every purse that the moved marks left below maintenance.
    pub(crate) fn on_mark_moved(&mut self, _: &MarkMovedDue) {
        let moved = std::mem::take(&mut self.watch.moved);
        self.watch.drift += moved.values().map(|&(_, distance)| distance).max().unwrap_or_default();
        for purse in self.below_maintenance() {
            if let Some(cause) = self.worst_move(purse, &moved) {
                self.check_because(purse, cause);
            }
        }
    }

    /// A mark moved: purses are looked at in the next margin phase.
    pub(crate) fn mark_moved(&mut self, instrument: InstrumentId, fact: FactId) {
        if self.watch.moved.is_empty() {
            self.schedule_because(self.now(), MarkMovedDue, fact);
        }
        let distance = self.move_of(instrument);
        let moved = self.watch.moved.entry(instrument).or_insert((fact, 0));
        *moved = (fact, moved.1 + distance);
    }

    /// The move that cost a purse most.
    fn worst_move(&self, purse: Purse, moved: &Moves) -> Option<FactId> {
        let costs = self.open_legs(purse).filter_map(|leg| {
            let &(fact, _) = moved.get(&leg.instrument)?;
            let listing = self.instrument(leg.instrument);
            let (before, now) = listing.previous_mark_price.zip(listing.mark_price)?;
            Some((listing.value(leg.size, before.minus(now)), fact))
        });
        let any = || self.open_legs(purse).find_map(|leg| moved.get(&leg.instrument));
        costs.max().map(|(_, fact)| fact).or_else(|| any().map(|&(fact, _)| fact))
    }

    /// Purses below maintenance that no liquidation is open for, in order.
    fn below_maintenance(&mut self) -> Vec<Purse> {
        let mut found: Vec<Purse> = Vec::new();
        for purse in self.due() {
            let Some(risk) = self.risk(purse) else { continue };
            if !risk.is_below_maintenance() {
                self.watch.set(self.slot(purse), self.watch.drift.saturating_add(slack(&risk)));
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
        let isolated = isolated.filter_map(|row| self.legs.all().get(row)).map(Leg::purse);
        cross.filter(|purse| self.is_trader(purse.account)).chain(isolated).collect()
    }

    /// Where a purse's slack is kept.
    fn slot(&self, purse: Purse) -> Slot {
        let leg = purse.isolated.and_then(|instrument| self.leg_row(purse.account, instrument));
        leg.map_or(Slot::Cross(purse.account.row()), |row| Slot::Isolated(row.slot()))
    }

    /// How far the mark of an instrument moved at its last publication, relative to the mark
    /// before, in 10⁻¹², rounded up; any distance at the first.
    fn move_of(&self, instrument: InstrumentId) -> u64 {
        let listing = self.instrument(instrument);
        let moved = listing.previous_mark_price.zip(listing.mark_price).map(|(before, now)| {
            let distance = u128::from(now.0.abs_diff(before.0)) * u128::from(WHOLE);
            distance.div_ceil(u128::from(before.0.unsigned_abs()))
        });
        moved.and_then(|moved| u64::try_from(moved).ok()).unwrap_or(WHOLE).min(WHOLE)
    }

    /// Opens a liquidation when the purse is below maintenance and none is open.
    pub(crate) fn on_purse_check(&mut self, check: &PurseCheckDue) {
        let purse = check.0;
        self.desk.checks.remove(&purse);
        if self.is_liquidated(purse) {
            return;
        }
        let Some(risk) = self.risk(purse) else { return };
        if risk.is_below_maintenance() {
            self.record(LiquidationOpened {
                purse,
                equity: risk.equity,
                maintenance: risk.maintenance,
                legs: self.leg_marks(purse),
            });
            self.desk.liquidations.insert(purse, OpenLiquidation::default());
        }
    }
}

/// A relative drift of marks by the whole of a price.
const WHOLE: u64 = 1_000_000_000_000;

/// Drift of marks that cannot use up what a healthy purse has above its maintenance margin.
fn slack(risk: &RiskReport) -> u64 {
    if risk.notional == Money::ZERO {
        return u64::MAX;
    }
    let above = (risk.equity - risk.maintenance).or_zero();
    let drift = mul_div(above.0, i128::from(WHOLE / 4), risk.notional.0, Rounding::Down);
    drift.ok().and_then(|drift| u64::try_from(drift).ok()).unwrap_or(WHOLE).min(WHOLE)
}

/// Checks happen in order of (account, leg), so that whoever finds them finds the same order.
fn order_of(purse: Purse) -> u64 {
    let leg = purse.isolated.map_or(0, |instrument| u64::from(instrument.0) + 1);
    (u64::from(purse.account.0) << 17) | leg
}
