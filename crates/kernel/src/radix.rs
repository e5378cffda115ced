//! A monotone radix queue by time: what is popped never precedes what was popped before.
//!
//! Source: Ahuja, Mehlhorn, Orlin and Tarjan, "Faster algorithms for the shortest path problem",
//! Journal of the ACM 37 (1990).

const BUCKETS: usize = 65;

/// Entries by time, in buckets of the highest bit in which their time differs from the last
/// instant taken.
#[derive(Debug)]
pub(crate) struct RadixQueue<E> {
    last: u64,
    buckets: [Vec<(u64, E)>; BUCKETS],
}

impl<E> RadixQueue<E> {
    pub(crate) fn new() -> Self {
        Self { last: 0, buckets: std::array::from_fn(|_| Vec::new()) }
    }

    /// Adds an entry at `time`, which is not before the last instant taken.
    pub(crate) fn push(&mut self, time: u64, entry: E) {
        assert!(time >= self.last, "the future never precedes the present");
        self.buckets[bucket(time, self.last)].push((time, entry));
    }

    /// Every entry with its time, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &E)> {
        self.buckets.iter().flatten().map(|(time, entry)| (*time, entry))
    }

    /// Takes every living entry of the earliest time that has one, when that is not after `limit`;
    /// drops the dead it meets.
    pub(crate) fn take_instant(
        &mut self,
        limit: u64,
        mut alive: impl FnMut(u64, &E) -> bool,
        mut each: impl FnMut(E),
    ) -> Option<u64> {
        let (place, earliest) =
            self.buckets.iter_mut().enumerate().find_map(|(place, bucket)| {
                bucket.retain(|(time, entry)| alive(*time, entry));
                bucket.iter().map(|&(time, _)| time).min().map(|earliest| (place, earliest))
            })?;
        if earliest > limit {
            return None;
        }
        self.last = earliest;
        for (time, entry) in std::mem::take(&mut self.buckets[place]) {
            if time == earliest {
                each(entry);
            } else {
                self.buckets[bucket(time, earliest)].push((time, entry));
            }
        }
        Some(earliest)
    }
}

fn bucket(time: u64, last: u64) -> usize {
    let differing = u64::BITS - (time ^ last).leading_zeros();
    usize::try_from(differing).expect("a bucket index is at most 64")
}
