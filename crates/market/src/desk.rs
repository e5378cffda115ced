//! Business that is open: liquidations, sales that wait, bankruptcies of the present instant.

use crate::{
    calls::Call,
    resting::Books,
    rows::Row,
    sale::Kept,
    waterfall::{Bankruptcy, Shortfall, Unfilled},
};
use bevy_ecs::resource::Resource;
use facts::{FactId, InstrumentId, Purse};
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

/// Open business of all venues.
#[derive(Clone, Debug, Default, Resource, Serialize, Deserialize)]
pub(crate) struct Desk {
    pub(crate) liquidations: BTreeMap<Purse, OpenLiquidation>,
    /// Sales that a halt or a band keeps waiting, in the order in which they were to be filled.
    pub(crate) kept: BTreeMap<InstrumentId, Vec<Kept>>,
    /// Fund money promised to a sale that was filled on the strength of it.
    pub(crate) reserved: BTreeMap<Purse, Money>,
    pub(crate) bankruptcies: BTreeMap<Purse, Bankruptcy>,
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
