//! Liquidations under way: one a purse, from maintenance margin to its exit.

use crate::{
    Market, Sale,
    desk::{Business, OpenLiquidation},
    ladder::Slot,
};
use facts::{FactId, LiquidationEnded, LiquidationSpared, Purse, SaleWithdrawn};
use units::Money;

impl Market<'_> {
    /// Whether a liquidation of a purse is under way.
    pub fn is_liquidated(&self, purse: Purse) -> bool {
        self.slot(purse).is_some_and(|slot| self.is_liquidated_in(slot))
    }

    /// The same of the purse in a slot.
    #[inline]
    pub(crate) fn is_liquidated_in(&self, slot: Slot) -> bool {
        self.business(slot).has(Business::LIQUIDATION)
    }

    /// The fact that opened the liquidation of a purse that is under way. A timer of a liquidation
    /// carries it, so that it does nothing in the next one of the same purse.
    pub fn liquidation(&self, purse: Purse) -> Option<FactId> {
        self.desk.liquidations.get(&purse).map(|liquidation| liquidation.opened)
    }

    /// Drops a liquidation that has not acted: the purse has the equity it `needed` again.
    pub fn spare(&mut self, purse: Purse, needed: Money) {
        if self.close_liquidation(purse) {
            let equity = self.equity(purse).unwrap_or_default();
            self.record(LiquidationSpared { purse, equity, needed });
            self.touch(purse);
        }
    }

    /// Ends a liquidation that has reached its exit: the equity it `needed`. One whose purse has
    /// nothing left to close ends by itself.
    pub fn end_liquidation(&mut self, purse: Purse, needed: Money) {
        if self.close_liquidation(purse) {
            let equity = self.equity(purse).unwrap_or_default();
            self.record(LiquidationEnded { purse, equity, needed });
            self.touch(purse);
        }
    }

    /// Opens the liquidation of a purse.
    pub(crate) fn put_liquidation(&mut self, purse: Purse, liquidation: OpenLiquidation) {
        self.desk.liquidations.insert(purse, liquidation);
        if let Some(slot) = self.slot(purse) {
            self.business_mut(slot).begin(Business::LIQUIDATION);
        }
    }

    /// Takes the liquidation of a purse off the desk; none where it is not open.
    pub(crate) fn take_liquidation(&mut self, purse: Purse) -> Option<OpenLiquidation> {
        let business = self.slot(purse).map(|slot| self.business_mut(slot))?;
        if !business.has(Business::LIQUIDATION) {
            return None;
        }
        business.end(Business::LIQUIDATION);
        self.desk.liquidations.remove(&purse)
    }

    fn close_liquidation(&mut self, purse: Purse) -> bool {
        let was_open = self.take_liquidation(purse).is_some();
        self.desk.enforced.remove(&purse);
        self.release_promise(purse);
        self.withdraw_kept(purse);
        was_open
    }

    /// Withdraws the sales of a purse that wait for a halt to end or a band to move.
    pub(crate) fn withdraw_kept(&mut self, purse: Purse) {
        let mut withdrawn = Vec::new();
        for kept in self.desk.kept.values_mut() {
            withdrawn.extend(kept.extract_if(.., |(_, due)| due.sale.purse == purse));
        }
        for (_, due) in withdrawn {
            let Sale { instrument, size, .. } = due.sale;
            self.record(SaleWithdrawn { purse, instrument, size });
        }
    }
}
