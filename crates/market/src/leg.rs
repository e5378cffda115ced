//! Legs: positions of one account in one instrument, in one slab.

use bevy_ecs::resource::Resource;
use facts::{AccountId, InstrumentId, Purse};
use serde::{Deserialize, Serialize};
use units::{Money, Size, Time};

/// Place of a leg in the slab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct LegRow(u32);

impl LegRow {
    pub(crate) fn slot(self) -> usize {
        usize::try_from(self.0).expect("a row fits the address space")
    }
}

/// A position of one account in one instrument. A closed one stays, with size zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Whose it is.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// Signed size.
    pub size: Size,
    /// Signed entry cost: what the size cost at the prices it was entered at.
    pub cost: Money,
    /// Margin posted to it alone; none under cross margin.
    pub isolated: Option<Money>,
    /// Since when it is long, short or flat: since the start for what was held then.
    pub since: Time,
    /// The instrument's cumulative funding when it was last settled.
    pub(crate) funding: i128,
    next: Option<LegRow>,
}

impl Leg {
    /// The money that stands behind it.
    pub fn purse(&self) -> Purse {
        match self.isolated {
            Some(_) => Purse::isolated(self.account, self.instrument),
            None => Purse::of(self.account),
        }
    }
}

/// All legs, chained per account and listed per instrument. Legs are never removed.
#[derive(Clone, Debug, Default, Resource, Serialize, Deserialize)]
pub(crate) struct Legs {
    slab: Vec<Leg>,
    members: Vec<Vec<LegRow>>,
}

impl Legs {
    pub(crate) fn new(instruments: usize) -> Self {
        Self { slab: Vec::new(), members: vec![Vec::new(); instruments] }
    }

    /// Opens a flat leg at the head of its account's chain, `next`.
    pub(crate) fn open(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        isolated: Option<Money>,
        next: Option<LegRow>,
    ) -> LegRow {
        let row = LegRow(u32::try_from(self.slab.len()).expect("a world has fewer than 2^32 legs"));
        let (size, cost, since) = (Size::ZERO, Money::ZERO, Time::default());
        self.slab.push(Leg { account, instrument, size, cost, isolated, since, funding: 0, next });
        self.members[instrument.row()].push(row);
        row
    }

    pub(crate) fn get(&self, row: LegRow) -> &Leg {
        &self.slab[row.slot()]
    }

    pub(crate) fn get_mut(&mut self, row: LegRow) -> &mut Leg {
        &mut self.slab[row.slot()]
    }

    /// Legs of an account, last opened first.
    pub(crate) fn chain(&self, first: Option<LegRow>) -> impl Iterator<Item = (LegRow, &Leg)> {
        std::iter::successors(first, |&row| self.get(row).next).map(|row| (row, self.get(row)))
    }

    /// Legs ever opened in an instrument, in the order they were opened.
    pub(crate) fn members(&self, instrument: InstrumentId) -> &[LegRow] {
        &self.members[instrument.row()]
    }

    pub(crate) fn all(&self) -> &[Leg] {
        &self.slab
    }
}
