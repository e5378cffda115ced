//! Business that is open: liquidations, sales that wait, bankruptcies of the present instant.

use crate::{
    bankruptcies::Bankruptcies,
    calls::Call,
    resting::Books,
    rows::Row,
    sale::Kept,
    waterfall::{Shortfall, Unfilled},
};
use bevy_ecs::resource::Resource;
use facts::{FactId, InstrumentId, Purse, VenueId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use units::{Money, Side};

/// Where losses of a purse came from, positive.
pub(crate) type Losses = BTreeMap<(InstrumentId, Side), Money>;

/// A liquidation under way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct OpenLiquidation {
    /// The fact that opened it.
    pub(crate) opened: FactId,
    /// What its forced trades lost.
    pub(crate) losses: Losses,
    /// Sales ordered and not yet filled or refused.
    pub(crate) sales: u32,
}

/// Running totals of the waterfall: what was owed is what was covered plus what is outstanding.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Waterfall {
    pub(crate) incurred: Money,
    pub(crate) covered: Money,
}

/// What is under way for a purse: it stands in the row of its account, or of its isolated leg, where
/// whoever looks at the purse looks anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Business(u8);

impl Business {
    /// A check is scheduled.
    pub(crate) const CHECK: Self = Self(1);
    /// A liquidation is open.
    pub(crate) const LIQUIDATION: Self = Self(2);

    pub(crate) fn has(self, business: Self) -> bool {
        self.0 & business.0 != 0
    }

    /// Begins some; false when it was under way.
    pub(crate) fn begin(&mut self, business: Self) -> bool {
        let is_new = !self.has(business);
        self.0 |= business.0;
        is_new
    }

    pub(crate) fn end(&mut self, business: Self) {
        self.0 &= !business.0;
    }
}

impl Row for Business {
    const WIDTH: usize = u8::WIDTH;

    #[inline]
    fn put(self, bytes: &mut [u8]) {
        self.0.put(bytes);
    }

    #[inline]
    fn get(bytes: &[u8]) -> Option<Self> {
        u8::get(bytes).filter(|its| its & !(Self::CHECK.0 | Self::LIQUIDATION.0) == 0).map(Self)
    }
}

/// Fund money promised to sales that were filled on the strength of it, by venue.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Promises(BTreeMap<VenueId, Promised>);

/// What the fund of a venue promised.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Promised {
    to: BTreeMap<Purse, Money>,
    /// All of it: thousands of promises may stand at once, and whoever asks for one asks what is left.
    sum: Money,
}

impl Promises {
    /// What a venue's fund promised to a purse.
    pub(crate) fn to(&self, venue: VenueId, purse: Purse) -> Money {
        let promised = self.0.get(&venue).and_then(|promised| promised.to.get(&purse));
        promised.copied().unwrap_or_default()
    }

    /// What a venue's fund promised to anybody.
    pub(crate) fn sum(&self, venue: VenueId) -> Money {
        self.0.get(&venue).map_or(Money::ZERO, |promised| promised.sum)
    }

    pub(crate) fn add(&mut self, venue: VenueId, purse: Purse, amount: Money) {
        let promised = self.0.entry(venue).or_default();
        *promised.to.entry(purse).or_default() += amount;
        promised.sum += amount;
    }

    /// Takes a promise back; whether there was one.
    pub(crate) fn release(&mut self, venue: VenueId, purse: Purse) -> bool {
        let Some(promised) = self.0.get_mut(&venue) else { return false };
        let released = promised.to.remove(&purse);
        promised.sum -= released.unwrap_or_default();
        released.is_some()
    }

    /// Takes back all that a venue's fund promised.
    pub(crate) fn void(&mut self, venue: VenueId) {
        self.0.remove(&venue);
    }

    /// Everybody to whom something was promised.
    pub(crate) fn purses(&self) -> impl Iterator<Item = Purse> {
        self.0.values().flat_map(|promised| promised.to.keys().copied())
    }

    /// Whether each sum is that of its parts.
    pub(crate) fn add_up(&self) -> bool {
        self.0.values().all(|it| it.to.values().copied().sum::<Money>() == it.sum)
    }
}

/// Open business of all venues.
#[derive(Clone, Debug, Default, Resource, Serialize, Deserialize)]
pub(crate) struct Desk {
    pub(crate) liquidations: BTreeMap<Purse, OpenLiquidation>,
    /// Sales that a halt or a band keeps waiting, in the order in which they were to be filled.
    pub(crate) kept: BTreeMap<InstrumentId, Vec<Kept>>,
    pub(crate) promises: Promises,
    pub(crate) bankruptcies: Bankruptcies,
    pub(crate) unfilled: BTreeMap<(InstrumentId, Side), Vec<Unfilled>>,
    pub(crate) shortfalls: BTreeMap<(InstrumentId, Side), Shortfall>,
    /// Profits cut in this round and not yet paid out, by where the losses came from.
    pub(crate) cuts: Losses,
    pub(crate) waterfall: Waterfall,
    pub(crate) tally_due: bool,
    /// Margin calls that are neither met nor missed.
    pub(crate) calls: BTreeMap<Purse, Call>,
    /// Purses that missed a call and are closed until they have what was asked for.
    pub(crate) enforced: BTreeSet<Purse>,
    /// How many purses have a check scheduled.
    pub(crate) checks: u64,
    /// Orders that rest.
    pub(crate) books: Books,
}
