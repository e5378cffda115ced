//! Accounts one by one, however they were written: kept small, as a venue may have millions.

use crate::world::Venue;
use market::{AccountPlan, LegPlan};
use std::sync::OnceLock;
use units::{Money, Price, Size};

/// Accounts in order, each with its legs.
#[derive(Clone, Debug)]
pub(crate) struct Roster {
    /// What the venue lists, in order of name.
    instruments: Vec<String>,
    /// Own names of all accounts, one after the other.
    names: String,
    accounts: Vec<Entry>,
    legs: Vec<Held>,
    /// Places of accounts in the order of their names, once anybody asks.
    by_name: OnceLock<Vec<usize>>,
}

/// An account: what it holds in cash, and where its part of names and legs ends.
#[derive(Clone, Copy, Debug)]
struct Entry {
    collateral: Money,
    names_end: usize,
    legs_end: usize,
}

/// A leg.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// Its place among what the venue lists.
    pub(crate) instrument: usize,
    pub(crate) size: Size,
    pub(crate) entry: Price,
    /// Margin posted to it alone; none for cross margin.
    pub(crate) isolated: Option<Money>,
}

/// An account of a roster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder<'r> {
    pub(crate) name: &'r str,
    pub(crate) collateral: Money,
    pub(crate) legs: &'r [Held],
}

impl Roster {
    /// A roster of a venue, without accounts.
    pub(crate) fn at(venue: &Venue) -> Self {
        let instruments = venue.instruments.keys().cloned().collect();
        Self {
            instruments,
            names: String::new(),
            accounts: Vec::new(),
            legs: Vec::new(),
            by_name: OnceLock::new(),
        }
    }

    /// Opens an account behind all others.
    pub(crate) fn open(
        &mut self,
        name: &str,
        collateral: Money,
        legs: impl IntoIterator<Item = Held>,
    ) {
        self.names.push_str(name);
        self.legs.extend(legs);
        let (names_end, legs_end) = (self.names.len(), self.legs.len());
        self.accounts.push(Entry { collateral, names_end, legs_end });
    }

    /// Gives back what was kept for accounts that did not come.
    pub(crate) fn close(mut self) -> Self {
        self.names.shrink_to_fit();
        self.accounts.shrink_to_fit();
        self.legs.shrink_to_fit();
        self
    }

    /// Number of accounts.
    pub(crate) fn len(&self) -> u64 {
        u64::try_from(self.accounts.len()).unwrap_or(u64::MAX)
    }

    /// Place of an instrument among what the venue lists.
    pub(crate) fn place(&self, instrument: &str) -> Option<usize> {
        self.instruments.binary_search_by(|name| name.as_str().cmp(instrument)).ok()
    }

    /// Name of an instrument.
    pub(crate) fn name(&self, place: usize) -> &str {
        &self.instruments[place]
    }

    /// The accounts, in order.
    pub(crate) fn holders(&self) -> impl Iterator<Item = Holder<'_>> {
        (0..self.accounts.len()).map(|place| self.holder(place))
    }

    /// Whether there is an account of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        let name_of = |place: usize| self.holder(place).name;
        let by_name = self.by_name.get_or_init(|| {
            let mut places: Vec<usize> = (0..self.accounts.len()).collect();
            places.sort_by_key(|&place| name_of(place));
            places
        });
        by_name.binary_search_by(|&place| name_of(place).cmp(name)).is_ok()
    }

    /// The account at this place, from zero.
    pub(crate) fn holder(&self, place: usize) -> Holder<'_> {
        let before = place.checked_sub(1).map(|before| self.accounts[before]);
        let (name, leg) = before.map_or((0, 0), |before| (before.names_end, before.legs_end));
        let Entry { collateral, names_end, legs_end } = self.accounts[place];
        Holder { name: &self.names[name..names_end], collateral, legs: &self.legs[leg..legs_end] }
    }

    /// Instrument and size of every leg.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = (&str, Size)> {
        self.legs.iter().map(|leg| (self.name(leg.instrument), leg.size))
    }

    /// The accounts as a market takes them.
    pub(crate) fn plans(&self) -> Vec<AccountPlan> {
        let leg = |leg: &Held| LegPlan {
            instrument: self.name(leg.instrument).to_owned(),
            size: leg.size,
            entry: leg.entry,
            isolated: leg.isolated,
        };
        let plan = |it: Holder<'_>| AccountPlan {
            name: it.name.to_owned(),
            collateral: it.collateral,
            legs: it.legs.iter().map(leg).collect(),
        };
        self.holders().map(plan).collect()
    }
}
