//! Thresholds of purses on the way of one price or one funding index, found without visiting any
//! that is not crossed.

use serde::{Deserialize, Serialize};
use std::collections::BinaryHeap;

/// A purse under watch: its account's row, or after all accounts its isolated leg's row.
pub type Slot = u32;

/// A threshold. It holds as long as the generation is the slot's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Rung<K> {
    at: K,
    slot: Slot,
    generation: u32,
}

/// Thresholds that are crossed when a value falls below them. For those that are crossed when it
/// rises above, thresholds and values are told with the opposite sign.
///
/// A slot that is watched anew leaves its old thresholds behind; they are dropped when they are met,
/// and all at once when they may be as many as the others.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Ord + Deserialize<'de>"))]
pub struct Rungs<K> {
    heap: BinaryHeap<Rung<K>>,
    /// Rungs from which on those that no longer hold are dropped.
    crowded: usize,
}

/// Fewest rungs that are looked through for those that no longer hold.
const FEW: usize = 64;

impl<K: Ord> Default for Rungs<K> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), crowded: FEW }
    }
}

impl<K: Ord + Copy> Rungs<K> {
    /// Watches for the value to fall below `at`.
    pub fn put(&mut self, at: K, slot: Slot, generations: &[u32]) {
        if self.heap.len() >= self.crowded {
            self.heap.retain(|rung| holds(rung.slot, rung.generation, generations));
            self.crowded = FEW.max(2 * self.heap.len());
        }
        if let Some(generation) = generation(slot, generations) {
            self.heap.push(Rung { at, slot, generation });
        }
    }

    /// Slots whose threshold the value has fallen below.
    pub fn crossed(&mut self, value: K, generations: &[u32], found: &mut Vec<Slot>) {
        while let Some(rung) = self.heap.peek().filter(|rung| rung.at > value) {
            if holds(rung.slot, rung.generation, generations) {
                found.push(rung.slot);
            }
            self.heap.pop();
        }
    }
}

fn generation(slot: Slot, generations: &[u32]) -> Option<u32> {
    generations.get(usize::try_from(slot).ok()?).copied()
}

fn holds(slot: Slot, its: u32, generations: &[u32]) -> bool {
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
            let mut generations = vec![0_u32; 20];
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
