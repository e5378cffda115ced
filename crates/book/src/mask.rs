//! A set of levels of the window, in words of bits and one word that says which of them hold any.

use units::Side;

/// Levels that a mask has a bit for.
pub(crate) const LEVELS: usize = BITS * BITS;

const BITS: usize = 64;

/// Levels with orders of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    words: [u64; BITS],
    /// A bit for each word that is not zero.
    summary: u64,
}

impl Mask {
    pub(crate) const EMPTY: Self = Self { words: [0; BITS], summary: 0 };

    #[inline]
    pub(crate) fn insert(&mut self, at: usize) {
        self.words[at / BITS] |= 1 << (at % BITS);
        self.summary |= 1 << (at / BITS);
    }

    #[inline]
    pub(crate) fn remove(&mut self, at: usize) {
        let word = &mut self.words[at / BITS];
        *word &= !(1 << (at % BITS));
        if *word == 0 {
            self.summary &= !(1 << (at / BITS));
        }
    }

    pub(crate) fn contains(&self, at: usize) -> bool {
        self.words[at / BITS] & (1 << (at % BITS)) != 0
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.summary == 0
    }

    /// The highest level of bids, the lowest of asks.
    #[inline]
    pub(crate) fn best(&self, side: Side) -> Option<usize> {
        let word = first(self.summary, side)?;
        first(self.words[word], side).map(|bit| word * BITS + bit)
    }

    /// The best level that is worse than `than`.
    pub(crate) fn next(&self, side: Side, than: usize) -> Option<usize> {
        let (word, bit) = (than / BITS, than % BITS);
        let same = self.words[word] & worse(side, bit);
        if let Some(bit) = first(same, side) {
            return Some(word * BITS + bit);
        }
        let word = first(self.summary & worse(side, word), side)?;
        first(self.words[word], side).map(|bit| word * BITS + bit)
    }
}

/// The best bit of a word.
#[inline]
fn first(word: u64, side: Side) -> Option<usize> {
    let place = match side {
        Side::Long => u64::BITS - 1 - word.leading_zeros().min(u64::BITS - 1),
        Side::Short => word.trailing_zeros(),
    };
    (word != 0).then_some(usize::try_from(place).unwrap_or_default())
}

/// The bits that are worse than `than`.
fn worse(side: Side, than: usize) -> u64 {
    match side {
        Side::Long => (1 << than) - 1,
        Side::Short => !1 << than,
    }
}

#[cfg(test)]
mod tests {
    use super::{LEVELS, Mask};
    use proptest::{collection::btree_set, prelude::*};
    use units::Side;

    proptest! {
        #[test]
        fn it_is_walked_from_the_best_to_the_worst(set in btree_set(0..LEVELS, 0..40)) {
            let mut mask = Mask::EMPTY;
            for &at in &set {
                mask.insert(at);
            }
            let walk = |side| {
                let next = |&at: &usize| mask.next(side, at);
                std::iter::successors(mask.best(side), next).collect::<Vec<_>>()
            };
            prop_assert_eq!(walk(Side::Short), set.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(walk(Side::Long), set.iter().rev().copied().collect::<Vec<_>>());
            prop_assert!((0..LEVELS).all(|at| mask.contains(at) == set.contains(&at)));
            for &at in &set {
                mask.remove(at);
            }
            prop_assert_eq!(mask, Mask::EMPTY);
        }
    }
}
