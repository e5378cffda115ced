//! Thresholds of purses on the way of one price or one funding index, found without visiting any
//! that is not crossed.

use crate::rows::{self, Column, Row};
use std::{cmp::Ordering, collections::BinaryHeap, fmt::Debug};

/// A purse under watch: its account's row, or after all accounts its isolated leg's row.
pub type Slot = u32;

/// How often a slot was watched anew. After 65,536 times an old threshold would hold again, if it were
/// still there: its purse is looked at once more, and nothing else.
pub type Generation = u16;

/// A value as the rungs of a ladder keep it: there may be millions, so in no more bytes than it needs.
pub trait Level: Copy + Ord {
    /// Its bytes.
    type Bytes: Copy + Debug;

    /// Its bytes.
    fn bytes(self) -> Self::Bytes;

    /// The value of these bytes.
    fn of(bytes: Self::Bytes) -> Self;
}

/// Prices and their negatives: both are below 2⁴⁶. What is not within 2⁴⁷ of nought is none.
impl Level for i64 {
    type Bytes = [u8; 6];

    #[inline]
    fn bytes(self) -> [u8; 6] {
        let [_, _, bytes @ ..] = (self << 16).to_le_bytes();
        debug_assert!(Self::of(bytes) == self, "a price is below 2⁴⁶");
        bytes
    }

    #[inline]
    fn of(bytes: [u8; 6]) -> Self {
        let mut wide = [0; 8];
        wide[2..].copy_from_slice(&bytes);
        Self::from_le_bytes(wide) >> 16
    }
}

impl Level for i128 {
    type Bytes = [u8; 16];

    #[inline]
    fn bytes(self) -> [u8; 16] {
        self.to_le_bytes()
    }

    #[inline]
    fn of(bytes: [u8; 16]) -> Self {
        Self::from_le_bytes(bytes)
    }
}

/// A threshold. It holds as long as the generation is the slot's.
#[derive(Clone, Copy, Debug)]
struct Rung<K: Level> {
    at: K::Bytes,
    slot: Slot,
    generation: Generation,
}

const _: () = assert!(size_of::<Rung<i64>>() == 12);

impl<K: Level> Rung<K> {
    fn order(&self) -> (K, Slot, Generation) {
        (K::of(self.at), self.slot, self.generation)
    }
}

impl<K: Level> PartialEq for Rung<K> {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl<K: Level> Eq for Rung<K> {}

impl<K: Level> PartialOrd for Rung<K> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Level> Ord for Rung<K> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

/// Thresholds that are crossed when a value falls below them. For those that are crossed when it
/// rises above, thresholds and values are told with the opposite sign.
///
/// A slot that is watched anew leaves its old thresholds behind; they are dropped when they are met,
/// and all at once when they may be an eighth as many as the others.
#[derive(Clone, Debug)]
pub struct Rungs<K: Level> {
    heap: BinaryHeap<Rung<K>>,
    /// Rungs from which on those that no longer hold are dropped.
    crowded: usize,
}

/// Fewest rungs that are looked through for those that no longer hold.
const FEW: usize = 64;

/// How many rungs there are when one in nine may hold no longer.
fn crowded(rungs: usize) -> usize {
    FEW.max(rungs + rungs / 8)
}

impl<K: Level> Default for Rungs<K> {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl<K: Level> Rungs<K> {
    /// Room for so many, with those that they leave behind.
    pub fn with_capacity(rungs: usize) -> Self {
        let crowded = crowded(rungs);
        Self { heap: BinaryHeap::with_capacity(crowded), crowded }
    }

    /// Watches for the value to fall below `at`.
    pub fn put(&mut self, at: K, slot: Slot, generations: &[Generation]) {
        if self.heap.len() >= self.crowded {
            self.drop_stale(generations);
        }
        if let Some(generation) = generation(slot, generations) {
            self.heap.push(Rung { at: at.bytes(), slot, generation });
        }
    }

    /// Drops the rungs that no longer hold. Out of line, so that what is done once in thousands of times
    /// leaves what is always done its registers.
    #[cold]
    #[inline(never)]
    fn drop_stale(&mut self, generations: &[Generation]) {
        self.heap.retain(|rung| holds(rung.slot, rung.generation, generations));
        self.crowded = crowded(self.heap.len());
        self.heap.reserve_exact(self.crowded - self.heap.len());
    }

    /// Slots whose threshold the value has fallen below.
    pub fn crossed(&mut self, value: K, generations: &[Generation], found: &mut Vec<Slot>) {
        while let Some(rung) = self.heap.peek().filter(|rung| K::of(rung.at) > value) {
            if holds(rung.slot, rung.generation, generations) {
                found.push(rung.slot);
            }
            self.heap.pop();
        }
    }
}

impl<K: Level> Rungs<K> {
    /// Appends the columns that [`Self::read`] takes.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>)
    where
        K::Bytes: Row,
    {
        rows::write_one(bytes, u64::try_from(self.crowded).unwrap_or(u64::MAX));
        let rungs = self.heap.iter();
        rows::write(bytes, rungs.map(|rung| (rung.at, rung.slot, rung.generation)));
    }

    pub(crate) fn read(bytes: &mut &[u8]) -> Option<Self>
    where
        K::Bytes: Row,
    {
        let crowded = usize::try_from(rows::read_one::<u64>(bytes)?).ok()?;
        let saved = Column::<(K::Bytes, Slot, Generation)>::read(bytes)?;
        let room = crowded.min(self::crowded(saved.len()));
        let mut rungs = Vec::with_capacity(room.max(saved.len()));
        for rung in saved.iter() {
            let (at, slot, generation) = rung?;
            rungs.push(Rung { at, slot, generation });
        }
        Some(Self { heap: rungs.into(), crowded })
    }
}

fn generation(slot: Slot, generations: &[Generation]) -> Option<Generation> {
    generations.get(usize::try_from(slot).ok()?).copied()
}

fn holds(slot: Slot, its: Generation, generations: &[Generation]) -> bool {
    generation(slot, generations) == Some(its)
}

#[cfg(test)]
mod tests {
    use super::Rungs;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Against a map of each slot's one threshold.
        #[test]
        fn what_is_crossed_is_what_a_scan_finds(
            steps in prop::collection::vec((0_u32..20, 0_i64..100, any::<bool>()), 1..400)
        ) {
            let mut generations = vec![0; 20];
            let mut rungs = Rungs::default();
            let mut map: BTreeMap<u32, i64> = BTreeMap::new();
            for (slot, number, is_price) in steps {
                if is_price {
                    let mut found = Vec::new();
                    rungs.crossed(number, &generations, &mut found);
                    found.sort_unstable();
                    let scanned: Vec<u32> =
                        map.iter().filter(|(_, at)| **at > number).map(|(slot, _)| *slot).collect();
                    prop_assert_eq!(&found, &scanned);
                    map.retain(|slot, _| !found.contains(slot));
                } else {
                    generations[usize::try_from(slot).expect("it is small")] += 1;
                    rungs.put(number, slot, &generations);
                    map.insert(slot, number);
                }
                prop_assert!(rungs.heap.len() <= 2 * 20 + 65);
            }
        }
    }
}
