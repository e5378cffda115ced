//! How a book is kept: its slab as it is, so that tickets stay good, and where its queues begin.

use crate::{
    Book,
    ladder::{Half, Level, Node, offset},
    mask::LEVELS,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use units::{Price, Side};

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    tick: i64,
    most: u32,
    nodes: Vec<Node<T>>,
    free: u32,
    last: u64,
    start: i64,
    /// Side, tick, head and tail of each level.
    levels: Vec<(Side, i64, u32, u32)>,
}

impl<T: Copy + Serialize> Serialize for Book<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let near = |side| {
            let places = (0..LEVELS).filter(move |&at| self.half(side).near.contains(at));
            places.map(move |place| (side, self.start + offset(place), self.window[place]))
        };
        let far = |side| self.half(side).far.iter().map(move |(&at, &level)| (side, at, level));
        let sides = [Side::Long, Side::Short].into_iter();
        let levels = sides.flat_map(|side| near(side).chain(far(side)));
        let kept = Kept {
            tick: self.tick,
            most: self.most,
            nodes: self.nodes.clone(),
            free: self.free,
            last: self.last,
            start: self.start,
            levels: levels.map(|(side, at, level)| (side, at, level.head, level.tail)).collect(),
        };
        kept.serialize(serializer)
    }
}

impl<'de, T: Copy + Deserialize<'de>> Deserialize<'de> for Book<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = Kept::<T>::deserialize(deserializer)?;
        let mut book = Self::new(Price(kept.tick), kept.most);
        let rests = kept.nodes.iter().filter(|node| node.order.is_some()).count();
        book.count = u32::try_from(rests).map_err(de::Error::custom)?;
        (book.nodes, book.free) = (kept.nodes, kept.free);
        (book.last, book.start) = (kept.last, kept.start);
        for (side, at, head, tail) in kept.levels {
            let queue = Level { head, tail, lots: 0 };
            let lots = book.queue(&queue).take(rests).map(|(_, order)| order.lots).sum();
            let level = Level { lots, ..queue };
            let place = book.near(at);
            let half: &mut Half = book.half_mut(side);
            match place {
                Some(place) => {
                    half.near.insert(place);
                    book.window[place] = level;
                },
                None => {
                    half.far.insert(at, level);
                },
            }
        }
        book.check().map_err(de::Error::custom)?;
        Ok(book)
    }
}
