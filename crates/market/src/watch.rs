//! Who re-checks margin: every purse whose risk was touched, and every purse a mark may have
//! pushed below its maintenance margin.
//!
//! The one place that knows how those purses are found; the rest of the market sees
//! [`Market::touch`] and [`Market::below_maintenance`].

use crate::{Event, Market, Phase, Place, desk::OpenLiquidation};
use facts::{FactId, InstrumentId, LiquidationOpened, Purse};
use units::Size;

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
        self.desk.scans += 1;
        for (instrument, fact) in moved {
            for purse in self.below_maintenance(instrument) {
                self.check_because(purse, fact);
            }
        }
    }

    /// Members of an instrument below maintenance, without those looked at in this scan already.
    fn below_maintenance(&mut self, instrument: InstrumentId) -> Vec<Purse> {
        let scan = self.desk.scans;
        let mut found = Vec::new();
        for &row in self.legs.members(instrument) {
            let leg = self.legs.get(row);
            let purse = leg.purse();
            let account = &mut self.accounts[leg.account.row()];
            let seen = purse.isolated.is_none() && account.seen == scan;
            if leg.size == Size::ZERO || seen {
                continue;
            }
            account.seen = if purse.isolated.is_none() { scan } else { account.seen };
            if self.risk(purse).is_some_and(|risk| risk.is_below_maintenance()) {
                found.push(purse);
            }
        }
        found
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

/// Checks happen in order of (account, leg), so that whoever finds them finds the same order.
fn order_of(purse: Purse) -> u64 {
    let leg = purse.isolated.map_or(0, |instrument| u64::from(instrument.0) + 1);
    (u64::from(purse.account.0) << 17) | leg
}
