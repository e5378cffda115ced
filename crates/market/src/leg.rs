//! Legs: positions of one account in one instrument, in one slab.

use crate::{
    desk::Business,
    rows::{self, Column},
};
use bevy_ecs::resource::Resource;
use facts::{AccountId, InstrumentId, Purse};
use std::{hint::black_box, num::NonZeroU32};
use units::{Money, Size, Time};

/// Place of a leg in the slab.
pub(crate) type LegRow = Nth;

/// A place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Nth(NonZeroU32);

impl Nth {
    #[inline]
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0.get() - 1).expect("a row fits the address space")
    }

    #[inline]
    pub(crate) fn at(index: usize) -> Self {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("a world has fewer than 2^32 legs"))
    }

    /// The place of this number, counted from zero; the last number there is has none.
    #[inline]
    pub(crate) fn of(number: u32) -> Option<Self> {
        number.checked_add(1).and_then(NonZeroU32::new).map(Self)
    }

    /// Its number, counted from zero.
    #[inline]
    pub(crate) fn number(self) -> u32 {
        self.0.get() - 1
    }
}

/// A position of one account in one instrument. A closed one stays, with size zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, packed(8))]
pub struct Leg {
    /// Whose it is.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// What is under way for its own margin.
    pub(crate) business: Business,
    /// Signed size.
    pub size: Size,
    /// Signed entry cost: what the size cost at the prices it was entered at.
    pub cost: Money,
    /// Where the margin posted to it alone is kept; none under cross margin.
    margin: Option<Nth>,
    /// Which turn made it long, short or flat.
    turn: u32,
    /// Charges of funding that it has settled.
    pub(crate) charges: u32,
    next: Option<LegRow>,
}

// There may be millions, looked at in no order: what few of them have or share is kept elsewhere.
const _: () = assert!(size_of::<Leg>() == 48);

impl Leg {
    /// The money that stands behind it.
    #[inline]
    pub fn purse(&self) -> Purse {
        if self.is_isolated() {
            Purse::isolated(self.account, self.instrument)
        } else {
            Purse::of(self.account)
        }
    }

    /// The leg of its account that was opened before it.
    #[inline]
    pub(crate) fn next(&self) -> Option<LegRow> {
        self.next
    }

    /// Whether margin of its own stands behind it.
    #[inline]
    pub fn is_isolated(&self) -> bool {
        self.margin.is_some()
    }
}

/// Places of legs in the order in which they were opened, each as its distance from the one before, in
/// groups of seven bits, the lowest first: one byte where an instrument is held by many.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    bytes: Vec<u8>,
    last: u32,
}

impl Members {
    fn push(&mut self, row: LegRow) {
        let mut distance = row.0.get() - self.last;
        self.last = row.0.get();
        while distance >= 0x80 {
            let [low, ..] = distance.to_le_bytes();
            self.bytes.push(low | 0x80);
            distance >>= 7;
        }
        let [low, ..] = distance.to_le_bytes();
        self.bytes.push(low);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = LegRow> {
        let mut bytes = self.bytes.iter();
        let mut last = 0;
        std::iter::from_fn(move || {
            let mut places = 0;
            loop {
                let byte = *bytes.next()?;
                last += u32::from(byte & 0x7f) << places;
                places += 7;
                if byte < 0x80 {
                    return NonZeroU32::new(last).map(Nth);
                }
            }
        })
    }
}

/// All legs, chained per account and listed per instrument. Legs are never removed.
#[derive(Debug, Resource)]
pub(crate) struct Legs {
    slab: Vec<Leg>,
    members: Vec<Members>,
    /// Margin of each leg that was ever isolated.
    margins: Vec<Money>,
    /// When legs became long, short or flat, each time once.
    turns: Vec<Time>,
    /// Cumulative funding of each instrument after each of its charges.
    funding: Vec<Vec<i128>>,
}

/// A leg in a checkpoint: account, instrument, size, cost, place of its margin, turn, charges, business.
/// The chain of its account and the list of its instrument follow from the order of legs.
type SavedLeg = (AccountId, InstrumentId, Size, Money, u32, u32, u32, Business);

/// Legs and the first of each account.
type Restored = (Legs, Vec<Option<LegRow>>);

impl Legs {
    /// Appends the columns that [`Self::read`] takes.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let saved = |leg: &Leg| -> SavedLeg {
            let Leg { account, instrument, size, cost, margin, turn, charges, business, .. } = *leg;
            let margin = margin.map_or(0, |place| place.0.get());
            (account, instrument, size, cost, margin, turn, charges, business)
        };
        rows::write(bytes, self.slab.iter().map(saved));
        rows::write(bytes, self.margins.iter().copied());
        rows::write(bytes, self.turns.iter().map(|turn| turn.0));
        for charges in &self.funding {
            rows::write(bytes, charges.iter().copied());
        }
    }

    /// Legs in so many instruments of so many accounts.
    pub(crate) fn read(bytes: &mut &[u8], instruments: usize, accounts: usize) -> Option<Restored> {
        let saved = Column::<SavedLeg>::read(bytes)?;
        let mut legs = Self::new(instruments, (saved.len(), 0));
        legs.margins = Column::read(bytes)?.all()?;
        legs.turns = Column::read(bytes)?.all()?.into_iter().map(Time).collect();
        for charges in &mut legs.funding {
            *charges = Column::read(bytes)?.all()?;
        }
        let mut firsts = vec![None; accounts];
        let mut is_taken = vec![false; legs.margins.len()];
        for (index, leg) in saved.iter().enumerate() {
            let (account, instrument, size, cost, margin, turn, charges, business) = leg?;
            let margin = NonZeroU32::new(margin).map(Nth);
            if let Some(place) = margin
                && std::mem::replace(is_taken.get_mut(place.index())?, true)
            {
                return None;
            }
            let (row, first) = (Nth::at(index), firsts.get_mut(account.row())?);
            legs.members.get_mut(instrument.row())?.push(row);
            let next = first.replace(row);
            let leg =
                Leg { account, instrument, business, size, cost, margin, turn, charges, next };
            legs.slab.push(leg);
        }
        Some((legs, firsts))
    }

    /// Room for so many legs, so many of them isolated.
    pub(crate) fn new(instruments: usize, (legs, isolated): (usize, usize)) -> Self {
        Self {
            slab: Vec::with_capacity(legs),
            members: vec![Members::default(); instruments],
            margins: Vec::with_capacity(isolated),
            turns: Vec::new(),
            funding: vec![Vec::new(); instruments],
        }
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
        next: Option<LegRow>,
    ) -> LegRow {
        let row = self.push(account, instrument, None, next);
        self.members[instrument.row()].push(row);
        row
    }

    /// Opens a leg that is listed with the others by [`Self::list_members`].
    pub(crate) fn push(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        isolated: Option<Money>,
        next: Option<LegRow>,
    ) -> LegRow {
        let row = Nth::at(self.slab.len());
        let margin = isolated.map(|margin| {
            self.margins.push(margin);
            Nth::at(self.margins.len() - 1)
        });
        self.slab.push(Leg {
            account,
            instrument,
            size: Size::ZERO,
            cost: Money::ZERO,
            margin,
            turn: 0,
            charges: 0,
            business: Business::default(),
            next,
        });
        row
    }

    /// Lists all legs per instrument.
    pub(crate) fn list_members(&mut self) {
        for (index, leg) in self.slab.iter().enumerate() {
            self.members[leg.instrument.row()].push(Nth::at(index));
        }
    }

    /// Margin posted to a leg alone; none under cross margin.
    #[inline]
    pub(crate) fn margin(&self, leg: &Leg) -> Option<Money> {
        leg.margin.map(|row| self.margins[row.index()])
    }

    /// The margin of an isolated leg, to change it.
    pub(crate) fn margin_mut(&mut self, row: LegRow) -> Option<&mut Money> {
        let place = self.get(row).margin?;
        Some(&mut self.margins[place.index()])
    }

    /// A leg that is flat is traded again: it owes funding from here on, and where it was isolated and
    /// nothing is left of its margin, its account's collateral stands behind it.
    pub(crate) fn reopen(&mut self, row: LegRow) {
        let leg = *self.get(row);
        let charges = self.charges(leg.instrument);
        let margin = leg.margin.filter(|place| self.margins[place.index()] != Money::ZERO);
        *self.get_mut(row) = Leg { margin, charges, ..leg };
    }

    /// A leg is long, short or flat from `now` on.
    pub(crate) fn turn(&mut self, row: LegRow, now: Time) {
        if self.turns.last() != Some(&now) {
            self.turns.push(now);
        }
        let turn = u32::try_from(self.turns.len() - 1);
        self.get_mut(row).turn = turn.expect("legs turn at fewer than 2^32 times");
    }

    /// Since when a leg is long, short or flat: since the start for what was held then.
    pub(crate) fn since(&self, leg: &Leg) -> Time {
        let turn = usize::try_from(leg.turn).ok();
        turn.and_then(|turn| self.turns.get(turn).copied()).unwrap_or_default()
    }

    /// Whether there is such a leg.
    #[inline]
    pub(crate) fn has(&self, row: LegRow) -> bool {
        row.index() < self.slab.len()
    }

    #[inline]
    pub(crate) fn get(&self, row: LegRow) -> &Leg {
        &self.slab[row.index()]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, row: LegRow) -> &mut Leg {
        &mut self.slab[row.index()]
    }

    /// Legs of an account, last opened first.
    #[inline]
    pub(crate) fn chain(&self, first: Option<LegRow>) -> impl Iterator<Item = (LegRow, &Leg)> {
        let mut next = first;
        std::iter::from_fn(move || {
            let row = next?;
            let leg = self.get(row);
            next = leg.next;
            Some((row, leg))
        })
    }

    /// Reads legs, and then what stands behind each: its margin, or else the few legs before it, where those
    /// are that were opened with it. Each loop is short, so that memory hears of all its rows at once.
    #[inline]
    pub(crate) fn approach(&self, rows: &[Option<LegRow>]) {
        for row in rows.iter().flatten() {
            let leg = self.get(*row);
            black_box((leg.size, leg.next));
        }
        for row in rows.iter().flatten() {
            self.approach_behind(*row);
        }
    }

    #[inline]
    fn approach_behind(&self, row: LegRow) {
        if let Some(place) = self.get(row).margin {
            black_box(self.margins[place.index()].0 == 0);
            return;
        }
        for back in 1..=4 {
            black_box(self.slab[row.index().saturating_sub(back)].size.0 == 0);
        }
    }

    /// Legs ever opened in an instrument, in the order they were opened.
    pub(crate) fn members(&self, instrument: InstrumentId) -> &Members {
        &self.members[instrument.row()]
    }

    pub(crate) fn all(&self) -> &[Leg] {
        &self.slab
    }
}
