//! Purses as the market finds them without a search: by the row of an account, or of an isolated leg.

use crate::{Leg, Market, desk::Business, ladder::Slot, leg::LegRow};
use facts::{AccountId, Purse};
use units::{Money, Size};

impl Market<'_> {
    /// Where a purse is found; nowhere where it is the margin of a leg that never was.
    #[inline]
    pub(crate) fn slot(&self, purse: Purse) -> Option<Slot> {
        match purse.isolated {
            None => Some(purse.account.0),
            Some(instrument) => {
                self.leg_row(purse.account, instrument).map(|row| self.slot_of(row))
            },
        }
    }

    /// Where the margin of a leg is found.
    #[inline]
    pub(crate) fn slot_of(&self, row: LegRow) -> Slot {
        at(self.watch.accounts + row.index())
    }

    /// Where the money that stands behind a leg is found.
    #[inline]
    pub(crate) fn slot_behind(&self, row: LegRow) -> Slot {
        let leg = self.legs.get(row);
        if leg.is_isolated() { self.slot_of(row) } else { leg.account.0 }
    }

    /// The leg whose margin is found here; none where it is the collateral of an account.
    #[inline]
    pub(crate) fn leg_in(&self, slot: Slot) -> Option<LegRow> {
        let row = usize::try_from(slot).expect("a slot fits the address space");
        row.checked_sub(self.watch.accounts).map(LegRow::at)
    }

    /// The purse that is found here; that of the account where a leg has no margin of its own any more.
    pub(crate) fn purse_in(&self, slot: Slot) -> Purse {
        self.leg_in(slot).map_or(Purse::of(AccountId(slot)), |row| self.legs.get(row).purse())
    }

    /// Every purse and where it is found: the collateral of each account, then the margin of each leg that
    /// has some of its own.
    pub(crate) fn purses(&self) -> impl Iterator<Item = (Purse, Slot)> {
        let accounts = self.accounts.iter().zip(0..);
        let isolated = self.legs.all().iter().zip(self.watch.accounts..);
        let isolated = isolated.filter(|(leg, _)| leg.is_isolated());
        let accounts = accounts.map(|(_, slot)| (Purse::of(AccountId(slot)), slot));
        accounts.chain(isolated.map(|(leg, place)| (leg.purse(), at(place))))
    }

    /// What the purse that is found here holds.
    #[inline]
    pub(crate) fn balance_in(&self, slot: Slot) -> Money {
        match self.leg_in(slot) {
            None => self.account(AccountId(slot)).collateral,
            Some(row) => self.legs.margin(self.legs.get(row)).unwrap_or_default(),
        }
    }

    /// Legs behind which a purse stands, open or closed, last opened first.
    #[inline]
    pub(crate) fn legs_behind(&self, slot: Slot) -> impl Iterator<Item = (LegRow, &Leg)> {
        let own = self.leg_in(slot);
        let mut next = own.or_else(|| self.account(AccountId(slot)).first_leg);
        std::iter::from_fn(move || {
            loop {
                let row = next?;
                let leg = self.legs.get(row);
                next = if own.is_some() { None } else { leg.next() };
                if leg.is_isolated() == own.is_some() {
                    return Some((row, leg));
                }
            }
        })
    }

    /// Open legs behind which a purse stands, last opened first.
    pub fn open_legs(&self, purse: Purse) -> impl Iterator<Item = &Leg> {
        let legs = self.slot(purse).into_iter().flat_map(|slot| self.legs_behind(slot));
        legs.map(|(_, leg)| leg).filter(|leg| leg.size != Size::ZERO)
    }

    /// Whether a purse stands behind no open leg.
    pub(crate) fn is_flat(&self, purse: Purse) -> bool {
        let is_open = |slot| self.legs_behind(slot).any(|(_, leg)| leg.size != Size::ZERO);
        !self.slot(purse).is_some_and(is_open)
    }

    /// What a purse holds besides the margin of its leg, which is found with the leg.
    #[inline]
    pub(crate) fn cash(&self, slot: Slot) -> Money {
        if self.leg_in(slot).is_some() {
            return Money::ZERO;
        }
        self.account(AccountId(slot)).collateral
    }

    /// What is under way for a purse.
    #[inline]
    pub(crate) fn business(&self, slot: Slot) -> Business {
        match self.leg_in(slot) {
            None => self.account(AccountId(slot)).business,
            Some(row) => self.legs.get(row).business,
        }
    }

    /// The same, to begin or end some of it.
    #[inline]
    pub(crate) fn business_mut(&mut self, slot: Slot) -> &mut Business {
        match self.leg_in(slot) {
            None => &mut self.accounts[AccountId(slot).row()].business,
            Some(row) => &mut self.legs.get_mut(row).business,
        }
    }
}

#[inline]
fn at(place: usize) -> Slot {
    Slot::try_from(place).expect("a world has fewer than 2^32 legs")
}
