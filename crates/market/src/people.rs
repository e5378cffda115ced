//! Whose accounts are whose, and what traders do with their own money.

use crate::{Market, genesis::OUTSIDE, rules::Rules};
use facts::{AccountId, CollateralAdded, GroupId, Purse, VenueId};
use units::Money;

/// The accounts of a group: they are opened one after the other, all at one venue.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) accounts: std::ops::Range<u32>,
    pub(crate) venue: Option<VenueId>,
}

/// Groups by their id: the accounts of the house come first, then those of one group after the other.
#[derive(Debug, Default)]
pub(crate) struct People {
    pub(crate) groups: Vec<Group>,
    /// The group of the house's accounts.
    pub(crate) house: GroupId,
    pub(crate) first_trader: AccountId,
}

impl People {
    fn of(&self, group: GroupId) -> &Group {
        &self.groups[group.row()]
    }

    /// How many accounts there are.
    pub(crate) fn accounts(&self) -> u32 {
        self.groups.last().map_or(self.first_trader.0, |last| last.accounts.end)
    }

    /// The group that an account belongs to, and its place in it.
    pub(crate) fn membership(&self, account: AccountId) -> (GroupId, u64) {
        if account.0 < self.first_trader.0 {
            return (self.house, u64::from(account.0));
        }
        let row = self.groups.partition_point(|group| group.accounts.end <= account.0);
        (GroupId::from_row(row), u64::from(account.0 - self.groups[row].accounts.start))
    }
}

impl<'w> Market<'w> {
    /// The name of a group, which addresses its random numbers.
    pub fn group_name(&self, group: GroupId) -> &'w str {
        let rules: &'w Rules = self.rules;
        &rules.people.of(group).name
    }

    /// Accounts of a group, in order.
    pub fn members(&self, group: GroupId) -> impl ExactSizeIterator<Item = AccountId> + use<> {
        self.rules.people.of(group).accounts.clone().map(AccountId)
    }

    /// The member of a group at this place in it, from zero: what [`Market::membership`] says of it.
    pub fn member(&self, group: GroupId, ordinal: u64) -> Option<AccountId> {
        let accounts = &self.rules.people.of(group).accounts;
        let id = accounts.start.checked_add(u32::try_from(ordinal).ok()?)?;
        accounts.contains(&id).then_some(AccountId(id))
    }

    /// The group that an account belongs to, and its place in it, from zero: together with the
    /// group's name the address of its random numbers.
    pub fn membership(&self, account: AccountId) -> (GroupId, u64) {
        self.rules.people.membership(account)
    }

    /// The venue at which a group holds its accounts; none for a group without any.
    pub fn venue_of_group(&self, group: GroupId) -> Option<VenueId> {
        self.rules.people.of(group).venue
    }

    /// A trader puts `amount`, positive, from outside into a purse: into the account's collateral
    /// where the purse is the margin of a leg that is closed.
    pub fn add_collateral(&mut self, purse: Purse, amount: Money) {
        let is_needed = purse.isolated.is_none() || !self.is_flat(purse);
        let purse = if is_needed { purse } else { Purse::of(purse.account) };
        if amount > Money::ZERO {
            let fact = self.record(CollateralAdded { from: OUTSIDE, purse, amount });
            self.relieve(purse, amount.min(self.outstanding(purse)));
            self.touch_because(purse, fact);
        }
    }
}
