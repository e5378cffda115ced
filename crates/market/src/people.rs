//! Whose accounts are whose, and what traders do with their own money.

use crate::{Market, genesis::OUTSIDE};
use facts::{AccountId, CollateralAdded, GroupId, Purse, VenueId};
use units::Money;

/// The accounts of a group: they are opened one after the other, all at one venue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) accounts: std::ops::Range<u32>,
    pub(crate) venue: Option<VenueId>,
}

impl Market<'_> {
    /// Accounts of a group, in order.
    pub fn members(&self, group: GroupId) -> impl ExactSizeIterator<Item = AccountId> + use<> {
        self.rules.groups[group.row()].accounts.clone().map(AccountId)
    }

    /// The group that an account belongs to, and its place in it, from zero: together with the
    /// group's name the address of its random numbers.
    pub fn membership(&self, account: AccountId) -> (GroupId, u64) {
        let trader = self.traders[self.account(account).trader.row()];
        (trader.group, trader.ordinal)
    }

    /// The venue at which a group holds its accounts; none for a group without any.
    pub fn venue_of_group(&self, group: GroupId) -> Option<VenueId> {
        self.rules.groups[group.row()].venue
    }

    /// A trader puts `amount`, positive, from outside into a purse.
    pub fn add_collateral(&mut self, purse: Purse, amount: Money) {
        if amount > Money::ZERO {
            self.record(CollateralAdded { from: OUTSIDE, purse, amount });
            self.relieve(purse, amount.min(self.outstanding(purse)));
            self.touch(purse);
        }
    }
}
