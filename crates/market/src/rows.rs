//! Columns of a checkpoint: rows of a fixed number of bytes, one after the other, the lowest byte first.
//! There may be millions, and what takes time is memory, not sense.

use facts::{AccountId, InstrumentId, Role, VenueId};
use std::marker::PhantomData;
use units::{Money, Size};

/// A value in a fixed number of bytes.
pub(crate) trait Row: Sized {
    /// How many.
    const WIDTH: usize;

    /// Fills as many bytes.
    fn put(self, bytes: &mut [u8]);

    /// The value that as many bytes are of; none where they are of none.
    fn get(bytes: &[u8]) -> Option<Self>;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Row for $number {
            const WIDTH: usize = size_of::<Self>();

            #[inline]
            fn put(self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn get(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self::from_le_bytes)
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, i64, i128);

macro_rules! wrapped {
    ($($name:ident($number:ty)),*) => {$(
        impl Row for $name {
            const WIDTH: usize = <$number>::WIDTH;

            #[inline]
            fn put(self, bytes: &mut [u8]) {
                self.0.put(bytes);
            }

            #[inline]
            fn get(bytes: &[u8]) -> Option<Self> {
                Row::get(bytes).map(Self)
            }
        }
    )*};
}

wrapped!(AccountId(u32), InstrumentId(u16), Size(i64), Money(i128));

macro_rules! tuples {
    ($($($part:ident)+;)*) => {$(
        impl<$($part: Row),+> Row for ($($part,)+) {
            const WIDTH: usize = 0 $(+ $part::WIDTH)+;

            #[inline]
            #[expect(non_snake_case, reason = "a part is called as its type")]
            fn put(self, bytes: &mut [u8]) {
                let ($($part,)+) = self;
                let rest = bytes;
                $(
                    let (its, rest) = rest.split_at_mut($part::WIDTH);
                    $part.put(its);
                )+
                debug_assert!(rest.is_empty(), "a row is as wide as its parts");
            }

            #[inline]
            #[expect(non_snake_case, reason = "a part is called as its type")]
            fn get(bytes: &[u8]) -> Option<Self> {
                let rest = bytes;
                $(
                    let (its, rest) = rest.split_at_checked($part::WIDTH)?;
                    let $part = $part::get(its)?;
                )+
                rest.is_empty().then_some(($($part,)+))
            }
        }
    )*};
}

tuples! {
    A B C;
    A B C D E;
    A B C D E F G H;
}

impl<const N: usize> Row for [u8; N] {
    const WIDTH: usize = N;

    #[inline]
    fn put(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self);
    }

    #[inline]
    fn get(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok()
    }
}

/// None is zero.
impl Row for Option<VenueId> {
    const WIDTH: usize = u32::WIDTH;

    #[inline]
    fn put(self, bytes: &mut [u8]) {
        self.map_or(0, |venue| u32::from(venue.0) + 1).put(bytes);
    }

    #[inline]
    fn get(bytes: &[u8]) -> Option<Self> {
        match u32::get(bytes)? {
            0 => Some(None),
            next => u16::try_from(next - 1).ok().map(|venue| Some(VenueId(venue))),
        }
    }
}

/// By its place in the list of all.
impl Row for Role {
    const WIDTH: usize = 1;

    #[inline]
    fn put(self, bytes: &mut [u8]) {
        let place = (0..).zip(Self::ALL).find(|&(_, role)| role == self);
        place.map_or(u8::MAX, |(place, _)| place).put(bytes);
    }

    #[inline]
    fn get(bytes: &[u8]) -> Option<Self> {
        Self::ALL.get(usize::from(u8::get(bytes)?)).copied()
    }
}

/// Appends one value by itself.
pub(crate) fn write_one<R: Row>(bytes: &mut Vec<u8>, value: R) {
    let start = bytes.len();
    bytes.resize(start + R::WIDTH, 0);
    value.put(&mut bytes[start..]);
}

/// Takes one value off the front of `bytes`; none where they are of none.
pub(crate) fn read_one<R: Row>(bytes: &mut &[u8]) -> Option<R> {
    let (value, rest) = bytes.split_at_checked(R::WIDTH)?;
    *bytes = rest;
    R::get(value)
}

/// Widest row of a column: on the way it is put together here.
const WIDEST: usize = 64;

/// Appends a column: how many rows, and then the rows.
pub(crate) fn write<R: Row>(bytes: &mut Vec<u8>, rows: impl ExactSizeIterator<Item = R>) {
    const { assert!(R::WIDTH <= WIDEST, "a row is narrow") };
    bytes.reserve(8 + rows.len() * R::WIDTH);
    write_one(bytes, u64::try_from(rows.len()).unwrap_or(u64::MAX));
    let mut row = [0; WIDEST];
    for value in rows {
        value.put(&mut row[..R::WIDTH]);
        bytes.extend_from_slice(&row[..R::WIDTH]);
    }
}

/// A column that was written.
#[derive(Debug)]
pub(crate) struct Column<'a, R> {
    bytes: &'a [u8],
    rows: PhantomData<R>,
}

impl<'a, R: Row> Column<'a, R> {
    /// Takes a column off the front of `bytes`; none where it is longer than they are.
    pub(crate) fn read(bytes: &mut &'a [u8]) -> Option<Self> {
        let length = usize::try_from(read_one::<u64>(bytes)?).ok()?;
        let (column, rest) = bytes.split_at_checked(length.checked_mul(R::WIDTH)?)?;
        *bytes = rest;
        Some(Self { bytes: column, rows: PhantomData })
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len() / R::WIDTH
    }

    /// A row; none where there is none, or its bytes are of none.
    pub(crate) fn get(&self, row: usize) -> Option<R> {
        let start = row.checked_mul(R::WIDTH)?;
        self.bytes.get(start..start.checked_add(R::WIDTH)?).and_then(R::get)
    }

    /// All rows, each none where its bytes are of none.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Option<R>> + use<'a, R> {
        self.bytes.chunks_exact(R::WIDTH).map(R::get)
    }

    /// All rows; none where the bytes of one are of none.
    pub(crate) fn all(&self) -> Option<Vec<R>> {
        let mut rows = Vec::with_capacity(self.len());
        for row in self.iter() {
            rows.push(row?);
        }
        Some(rows)
    }
}
