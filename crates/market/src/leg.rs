//! Legs: positions of one account in one instrument, in one slab.

use crate::desk::Business;
use bevy_ecs::resource::Resource;
use facts::{AccountId, InstrumentId, Purse};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;
use units::{Money, Size, Time};

/// Place of a leg in the slab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct LegRow(NonZeroU32);

impl LegRow {
    #[inline]
    pub(crate) fn slot(self) -> usize {
        usize::try_from(self.0.get() - 1).expect("a row fits the address space")
    }

    fn of_slot(slot: usize) -> Self {
        let number = u32::try_from(slot + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("a world has fewer than 2^32 legs"))
    }
}

/// A position of one account in one instrument. A closed one stays, with size zero. It fills a line of
/// cache: millions of them are looked at in no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(align(64))]
pub struct Leg {
    /// Whose it is.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// Signed size.
    pub size: Size,
    /// Signed entry cost: what the size cost at the prices it was entered at.
    pub cost: Money,
    /// Margin posted to it alone; nothing under cross margin.
    margin: Money,
    /// Since when it is long, short or flat: since the start for what was held then.
    pub since: Time,
    /// Charges of funding that it has settled.
    pub(crate) charges: u32,
    next: Option<LegRow>,
    is_isolated: bool,
    /// What is under way for its own margin.
    pub(crate) business: Business,
}

const _: () = assert!(size_of::<Leg>() == 64);

impl Leg {
    /// The money that stands behind it.
    #[inline]
    pub fn purse(&self) -> Purse {
        if self.is_isolated {
            Purse::isolated(self.account, self.instrument)
        } else {
            Purse::of(self.account)
        }
    }

    /// Whether, of the purses of its account, the money that stands behind it is this one.
    #[inline]
    pub(crate) fn has_behind(&self, isolated: Option<InstrumentId>) -> bool {
        match isolated {
            None => !self.is_isolated,
            Some(instrument) => self.is_isolated && self.instrument == instrument,
        }
    }

    /// Margin posted to it alone; none under cross margin.
    #[inline]
    pub fn isolated(&self) -> Option<Money> {
        self.is_isolated.then_some(self.margin)
    }

    pub(crate) fn set_isolated(&mut self, margin: Option<Money>) {
        self.is_isolated = margin.is_some();
        self.margin = margin.unwrap_or_default();
    }
}

/// All legs, chained per account and listed per instrument. Legs are never removed.
#[derive(Clone, Debug, Default, Resource, Serialize, Deserialize)]
pub(crate) struct Legs {
    slab: Vec<Leg>,
    members: Vec<Vec<LegRow>>,
    /// Cumulative funding of each instrument after each of its charges.
    funding: Vec<Vec<i128>>,
}

impl Legs {
    pub(crate) fn new(instruments: usize) -> Self {
        let (members, funding) = (vec![Vec::new(); instruments], vec![Vec::new(); instruments]);
        Self { slab: Vec::new(), members, funding }
    }

    /// Notes the cumulative funding of an instrument after another charge.
    pub(crate) fn charge(&mut self, instrument: InstrumentId, cumulative: i128) {
        self.funding[instrument.row()].push(cumulative);
    }

    /// Charges of funding in an instrument so far.
    pub(crate) fn charges(&self, instrument: InstrumentId) -> u32 {
        let charges = self.funding[instrument.row()].len();
        u32::try_from(charges).expect("funding is charged fewer than 2^32 times")
    }

    /// Cumulative funding of an instrument after so many charges.
    pub(crate) fn funding(&self, instrument: InstrumentId, charges: u32) -> i128 {
        let last = usize::try_from(charges).ok().and_then(|charges| charges.checked_sub(1));
        last.and_then(|last| self.funding[instrument.row()].get(last).copied()).unwrap_or_default()
    }

    /// Opens a flat leg at the head of its account's chain, `next`.
    pub(crate) fn open(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        isolated: Option<Money>,
        next: Option<LegRow>,
    ) -> LegRow {
        let row = LegRow::of_slot(self.slab.len());
        self.slab.push(Leg {
            account,
            instrument,
            size: Size::ZERO,
            cost: Money::ZERO,
            margin: isolated.unwrap_or_default(),
            is_isolated: isolated.is_some(),
            since: Time::default(),
            charges: 0,
            business: Business::default(),
            next,
        });
        self.members[instrument.row()].push(row);
        row
    }

    #[inline]
    pub(crate) fn get(&self, row: LegRow) -> &Leg {
        &self.slab[row.slot()]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, row: LegRow) -> &mut Leg {
        &mut self.slab[row.slot()]
    }

    /// Legs of an account, last opened first.
    pub(crate) fn chain(&self, first: Option<LegRow>) -> impl Iterator<Item = (LegRow, &Leg)> {
        std::iter::successors(first, |&row| self.get(row).next).map(|row| (row, self.get(row)))
    }

    /// The leg of its account that was opened before this one.
    pub(crate) fn before(&self, row: LegRow) -> Option<LegRow> {
        self.get(row).next
    }

    /// Legs ever opened in an instrument, in the order they were opened.
    pub(crate) fn members(&self, instrument: InstrumentId) -> &[LegRow] {
        &self.members[instrument.row()]
    }

    pub(crate) fn all(&self) -> &[Leg] {
        &self.slab
    }
}
