//! Who re-checks margin: every purse whose risk was touched, and every purse a mark may have
//! pushed below its maintenance margin.
//!
//! The one place that knows how those purses are found; the rest of the market sees
//! [`Market::touch`] and [`Market::below_maintenance`].

use crate::{Event, Leg, Market, Phase, Place, RiskReport, desk::OpenLiquidation};
use facts::{FactId, InstrumentId, LiquidationOpened, Purse};
use units::{Rounding, Size, mul_div};

/// Marks moved: members of their instruments are looked at.
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
        self.set_safe_until(purse, 0);
        self.check_because(purse, self.course.cause.unwrap_or(FactId(0)));
    }

    fn check_because(&mut self, purse: Purse, cause: FactId) {
        if self.is_trader(purse.account) && self.desk.checks.insert(purse) {
            self.schedule_in_order(self.now(), PurseCheckDue(purse), cause, order_of(purse));
        }
    }

    /// Schedules a check of every purse that the moved marks left below maintenance.
    pub(crate) fn on_mark_moved(&mut self, _: &MarkMovedDue) {
        let moved = std::mem::take(&mut self.desk.moved);
        let moves = moved.keys().map(|&instrument| self.move_of(instrument));
        self.desk.drift += moves.max().unwrap_or_default();
        for (instrument, fact) in moved {
            for purse in self.below_maintenance(instrument) {
                self.check_because(purse, fact);
            }
        }
    }

    /// Members of an instrument below maintenance that no liquidation is open for.
    ///
    /// A purse with equity H above its maintenance margin and notional N is not looked at again
    /// before marks have drifted by H ÷ 4N: a relative drift x ≤ 1 moves no price by more than
    /// eˣ − 1 < 2x, which costs at most so much of each leg's notional, and raises what it needs by
    /// no more than that again.
    fn below_maintenance(&mut self, instrument: InstrumentId) -> Vec<Purse> {
        let drift = self.desk.drift;
        let mut found = Vec::new();
        for at in 0..self.legs.members(instrument).len() {
            let row = self.legs.members(instrument)[at];
            let leg = self.legs.get(row);
            if leg.size == Size::ZERO || drift < self.safe_until(leg) {
                continue;
            }
            let purse = leg.purse();
            let Some(risk) = self.risk(purse) else { continue };
            if !risk.is_below_maintenance() {
                self.set_safe_until(purse, drift + slack(&risk));
            } else if !self.is_liquidated(purse) {
                found.push(purse);
            }
        }
        found
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

    fn safe_until(&self, leg: &Leg) -> u64 {
        match leg.isolated {
            Some(_) => leg.safe_until,
            None => self.account(leg.account).safe_until,
        }
    }

    fn set_safe_until(&mut self, purse: Purse, drift: u64) {
        match purse.isolated {
            None => self.accounts[purse.account.row()].safe_until = drift,
            Some(instrument) => {
                if let Some(row) = self.leg_row(purse.account, instrument) {
                    self.legs.get_mut(row).safe_until = drift;
                }
            },
        }
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
    let above = (risk.equity - risk.maintenance).or_zero();
    let drift = mul_div(above.0, i128::from(WHOLE / 4), risk.notional.0, Rounding::Down);
    drift.ok().and_then(|drift| u64::try_from(drift).ok()).unwrap_or(WHOLE).min(WHOLE)
}

/// Checks happen in order of (account, leg), so that whoever finds them finds the same order.
fn order_of(purse: Purse) -> u64 {
    let leg = purse.isolated.map_or(0, |instrument| u64::from(instrument.0) + 1);
    (u64::from(purse.account.0) << 17) | leg
}
