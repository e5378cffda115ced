//! Values by type, found in a few nanoseconds: a run looks one up for every fact and every event.

use std::{
    any::TypeId,
    hash::{Hash, Hasher},
};

/// One value a type, in a table that is at most half full.
#[derive(Debug)]
pub(crate) struct ByType<V> {
    cells: Vec<Option<(TypeId, V)>>,
    count: usize,
}

impl<V> Default for ByType<V> {
    fn default() -> Self {
        Self { cells: Vec::new(), count: 0 }
    }
}

impl<V> ByType<V> {
    pub(crate) fn get(&self, of: TypeId) -> Option<&V> {
        let cell = self.cells.get(self.place(of)?)?.as_ref();
        cell.map(|(_, value)| value)
    }

    pub(crate) fn insert(&mut self, of: TypeId, value: V) {
        if self.get(of).is_none() {
            self.make_room();
        }
        if let Some(cell) = self.place(of).and_then(|place| self.cells.get_mut(place)) {
            *cell = Some((of, value));
        }
    }

    pub(crate) fn get_or_default(&mut self, of: TypeId) -> &mut V
    where
        V: Default,
    {
        if self.get(of).is_none() {
            self.insert(of, V::default());
        }
        let place = self.place(of).expect("it was put there");
        self.cells[place].as_mut().map(|(_, value)| value).expect("it was put there")
    }

    /// Where a type is, or would be: the first cell from its own that is its or nobody's.
    fn place(&self, of: TypeId) -> Option<usize> {
        let mask = self.cells.len().checked_sub(1)?;
        let mut at = usize::try_from(word(of)).unwrap_or_default() & mask;
        while self.cells[at].as_ref().is_some_and(|(its, _)| *its != of) {
            at = (at + 1) & mask;
        }
        Some(at)
    }

    /// Makes sure that one more leaves half of the cells empty.
    fn make_room(&mut self) {
        self.count += 1;
        let cells = (2 * self.count).next_power_of_two();
        if cells <= self.cells.len() {
            return;
        }
        let old = std::mem::take(&mut self.cells);
        self.cells.resize_with(cells, || None);
        for (of, value) in old.into_iter().flatten() {
            if let Some(place) = self.place(of) {
                self.cells[place] = Some((of, value));
            }
        }
    }
}

/// A type's own hash. It says where a value lies and nothing else.
fn word(of: TypeId) -> u64 {
    let mut word = Word(0);
    of.hash(&mut word);
    word.0
}

struct Word(u64);

impl Hasher for Word {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 ^= word;
    }
}

#[cfg(test)]
mod tests {
    use super::ByType;
    use std::any::TypeId;

    #[test]
    fn every_type_has_its_own_value() {
        let types = [
            TypeId::of::<u8>(),
            TypeId::of::<u16>(),
            TypeId::of::<u32>(),
            TypeId::of::<u64>(),
            TypeId::of::<i8>(),
            TypeId::of::<String>(),
        ];
        let mut by_type = ByType::default();
        assert_eq!(by_type.get(types[0]), None);
        for (value, of) in types.into_iter().enumerate() {
            by_type.insert(of, value);
        }
        by_type.insert(types[0], 9);
        *by_type.get_or_default(types[1]) += 10;
        *by_type.get_or_default(TypeId::of::<char>()) += 1;
        let values = types.map(|of| by_type.get(of).copied());
        assert_eq!(values, [9, 11, 2, 3, 4, 5].map(Some));
        assert_eq!(by_type.get(TypeId::of::<char>()), Some(&1));
        assert_eq!(by_type.get(TypeId::of::<bool>()), None);
    }
}
