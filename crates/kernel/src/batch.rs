//! The events of one turn, in their order.

use crate::{Key, KindRank};
use std::collections::BTreeSet;
use units::Time;

/// Events of one rank in one round of one instant, lent by an agenda while they happen. There may be a
/// hundred thousand.
#[derive(Debug)]
pub struct Batch<T> {
    time: Time,
    round: u32,
    rank: KindRank,
    /// Sequence and place of each.
    order: Vec<(u64, u32)>,
    payloads: Vec<T>,
    /// How many of them are over.
    taken: usize,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Self {
            time: Time(0),
            round: 0,
            rank: KindRank { phase: 0, kind: 0 },
            order: Vec::new(),
            payloads: Vec::new(),
            taken: 0,
        }
    }
}

impl<T> Batch<T> {
    /// The next event; none when all are over. It happens unless [`crate::Agenda::happens`] says that it
    /// was cancelled.
    #[inline]
    #[expect(clippy::should_implement_trait, reason = "what it gives is borrowed from it")]
    pub fn next(&mut self) -> Option<(Key, &T)> {
        let &(sequence, place) = self.order.get(self.taken)?;
        self.taken += 1;
        Some((self.key(sequence), self.payloads.get(row(place))?))
    }

    /// What the next events carry, to be looked at.
    #[inline]
    pub fn ahead(&self) -> impl Iterator<Item = &T> {
        let next = self.order.get(self.taken..).unwrap_or_default();
        next.iter().filter_map(|&(_, place)| self.payloads.get(row(place)))
    }

    /// The key of the next event; none when all are over.
    pub(crate) fn next_key(&self) -> Option<Key> {
        let &(sequence, _) = self.order.get(self.taken)?;
        Some(self.key(sequence))
    }

    pub(crate) fn is_over(&self) -> bool {
        self.taken == self.order.len()
    }

    /// Everything that is left, with its sequence, in the order in which it stands.
    pub(crate) fn left(&self) -> impl Iterator<Item = (u64, &T)> {
        let left = self.order.get(self.taken..).unwrap_or_default();
        left.iter()
            .filter_map(|&(sequence, place)| Some((sequence, self.payloads.get(row(place))?)))
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a payload is made where it is to stand, not copied there"
    )]
    pub(crate) fn push(&mut self, sequence: u64, payload: T) {
        let place = u32::try_from(self.payloads.len()).expect("a batch has fewer than 2^32 events");
        self.order.push((sequence, place));
        self.payloads.push(payload);
    }

    pub(crate) fn clear(&mut self) {
        self.order.clear();
        self.payloads.clear();
        self.taken = 0;
    }

    /// Puts it in order of sequence, less what was cancelled, for the turn that it has.
    pub(crate) fn begin(
        &mut self,
        time: Time,
        (round, rank): (u32, KindRank),
        cancelled: &BTreeSet<Key>,
    ) {
        (self.time, self.round, self.rank) = (time, round, rank);
        if !cancelled.is_empty() {
            let key = |sequence| Key { time, round, rank, sequence };
            self.order.retain(|&(sequence, _)| !cancelled.contains(&key(sequence)));
        }
        if !self.order.is_sorted() {
            self.order.sort_unstable();
        }
    }

    #[inline]
    fn key(&self, sequence: u64) -> Key {
        Key { time: self.time, round: self.round, rank: self.rank, sequence }
    }
}

#[inline]
fn row(place: u32) -> usize {
    usize::try_from(place).expect("a place fits the address space")
}
