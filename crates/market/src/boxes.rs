//! The margin index: boxes of prices and funding in which the margin check has nothing to do for a
//! purse.

use crate::{
    Instrument, Leg,
    ladder::{Generation, Rungs, Slot},
    leg::LegRow,
    rows::{self, Column},
};
use bevy_ecs::resource::Resource;
use facts::{FactId, InstrumentId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use units::Money;

/// Which purses a move may give the margin check something to do for.
///
/// A purse whose equity is H from where the margin check has something to do gets a box around the
/// prices and funding indices of its legs: parts sᵢ ≥ 0 of H, at most all of it in sum, and distances
/// dᵢ = ⌊sᵢ ÷ aᵢ⌋, where aᵢ is the most that a step of that price moves the purse by, with what it
/// needs. While none has moved by more than its dᵢ, there is nothing to do. Each dᵢ is a threshold in
/// a ladder; one that is crossed means that the purse is looked at again, exactly, and boxed anew.
/// Which parts are chosen says how often a purse is looked at, and nothing else.
#[derive(Clone, Debug, Default, Resource)]
pub(crate) struct Watch {
    pub(crate) accounts: usize,
    pub(crate) ladders: Vec<Ladders>,
    /// By slot; the thresholds of an older generation no longer hold.
    pub(crate) generations: Vec<Generation>,
    /// Purses without a box that are looked at whenever anything moves.
    pub(crate) due: Vec<Slot>,
    /// What happened since purses were last looked at.
    pub(crate) moved: Moves,
    /// Open legs of the purse that is looked at: nothing between two looks but its capacity.
    pub(crate) found: Vec<(LegRow, Money)>,
}

/// Thresholds of one instrument: falls and rises of its mark price and of its cumulative funding.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ladders {
    pub(crate) falls: Rungs<i64>,
    pub(crate) rises: Rungs<i64>,
    pub(crate) funding_falls: Rungs<i128>,
    pub(crate) funding_rises: Rungs<i128>,
}

/// What happened to an instrument since purses were last looked at.
pub(crate) type Moves = BTreeMap<InstrumentId, Vec<Move>>;

/// A fact that may leave purses below what they need; in billionths of a money unit.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Move {
    pub(crate) fact: FactId,
    /// What it cost one lot held long.
    pub(crate) loss: i128,
    /// How much more one lot needs, on either side.
    pub(crate) needs: i128,
}

impl Watch {
    /// Every purse of `accounts` and their `legs` is looked at when marks first move.
    pub(crate) fn over(accounts: usize, legs: &[Leg], instruments: usize) -> Self {
        let first_leg = Slot::try_from(accounts).expect("a world has fewer than 2^32 legs");
        let mut due = Vec::with_capacity(legs.len());
        for (slot, leg) in (first_leg..).zip(legs) {
            let slot = if leg.is_isolated() { slot } else { leg.account.0 };
            if due.last() != Some(&slot) {
                due.push(slot);
            }
        }
        due.sort_unstable();
        due.dedup();
        let mut sides = vec![[0; 2]; instruments];
        for leg in legs {
            sides[leg.instrument.row()][usize::from(leg.size.0 < 0)] += 1;
        }
        let ladders = sides.into_iter().map(|[long, short]| Ladders {
            falls: Rungs::with_capacity(long),
            rises: Rungs::with_capacity(short),
            ..Ladders::default()
        });
        let ladders = ladders.collect();
        Self {
            accounts,
            ladders,
            generations: vec![0; accounts + legs.len()],
            due,
            moved: Moves::new(),
            found: Vec::new(),
        }
    }

    /// Appends the columns that [`Self::read`] takes.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        rows::write(bytes, self.generations.iter().copied());
        rows::write(bytes, self.due.iter().copied());
        for ladders in &self.ladders {
            let Ladders { falls, rises, funding_falls, funding_rises } = ladders;
            falls.write(bytes);
            rises.write(bytes);
            funding_falls.write(bytes);
            funding_rises.write(bytes);
        }
    }

    /// The index over so many accounts, slots and instruments, with what `moved` since purses were
    /// last looked at.
    pub(crate) fn read(
        bytes: &mut &[u8],
        ((accounts, slots), instruments): ((usize, usize), usize),
        moved: Moves,
    ) -> Option<Self> {
        let generations: Vec<Generation> = Column::read(bytes)?.all()?;
        let due: Vec<Slot> = Column::read(bytes)?.all()?;
        let exists = |&slot: &Slot| usize::try_from(slot).is_ok_and(|slot| slot < slots);
        if !(accounts..=slots).contains(&generations.len()) || !due.iter().all(exists) {
            return None;
        }
        let mut ladders = Vec::with_capacity(instruments);
        for _ in 0..instruments {
            ladders.push(Ladders {
                falls: Rungs::read(bytes)?,
                rises: Rungs::read(bytes)?,
                funding_falls: Rungs::read(bytes)?,
                funding_rises: Rungs::read(bytes)?,
            });
        }
        Some(Self { accounts, ladders, generations, due, moved, found: Vec::new() })
    }

    /// The same, with what happened since purses were last looked at.
    pub(crate) fn anew(self, accounts: usize, legs: &[Leg], instruments: usize) -> Self {
        Self { moved: self.moved, ..Self::over(accounts, legs, instruments) }
    }

    /// How often a purse was watched anew.
    #[inline]
    pub(crate) fn generation(&self, slot: Slot) -> Option<Generation> {
        self.generations.get(usize::try_from(slot).ok()?).copied()
    }

    /// An empty list, to be given back as `found`.
    pub(crate) fn take_found(&mut self) -> Vec<(LegRow, Money)> {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        found
    }

    /// Takes a purse out of all ladders.
    pub(crate) fn unbox(&mut self, slot: Slot) {
        let row = usize::try_from(slot).ok();
        if let Some(generation) = row.and_then(|row| self.generations.get_mut(row)) {
            *generation = generation.wrapping_add(1);
        }
    }

    /// A purse is looked at whenever anything moves, until it has a box.
    pub(crate) fn expose(&mut self, slot: Slot) {
        self.unbox(slot);
        self.due.push(slot);
    }

    /// Purses whose box the present price and funding of an instrument are outside of.
    pub(crate) fn crossed(&mut self, listing: &Instrument, found: &mut Vec<Slot>) {
        let Self { ladders, generations, .. } = self;
        let ladders = &mut ladders[listing.id.row()];
        if let Some(mark) = listing.mark_price {
            ladders.falls.crossed(mark.0, generations, found);
            ladders.rises.crossed(-mark.0, generations, found);
        }
        let funding = listing.cumulative_funding;
        ladders.funding_falls.crossed(funding, generations, found);
        ladders.funding_rises.crossed(-funding, generations, found);
    }
}
