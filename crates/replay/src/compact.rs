//! Values as the bytes that postcard makes of them.
//!
//! A fact is a dozen numbers, most of them short. Postcard makes each in a buffer of its own, byte by byte,
//! and hands it on; here one of up to 56 bits is made in a register and written in one store where it is to
//! stand, without a branch that depends on its length. What is written is read with postcard.

use serde::ser::{self, Serialize};
use std::fmt;

/// Appends what serialises.
#[derive(Debug)]
pub(crate) struct Compact<'a>(pub(crate) &'a mut Vec<u8>);

/// A list has no length before it is written: those of facts and headers have one. Nothing that is
/// written fails for a reason of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a list has no length before it is written")]
pub(crate) struct NoLength;

impl ser::Error for NoLength {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// What fits seven bits in each of eight bytes.
const SHORT: u64 = (1 << 56) - 1;

/// The bit of each byte that says that more come.
const MORE: u64 = 0x8080_8080_8080_8080;

/// Appends seven bits a byte, the lowest first; the highest bit of a byte says that more come.
#[inline]
fn put_number(number: u64, out: &mut Vec<u8>) {
    if number > SHORT {
        return put_wide(u128::from(number), out);
    }
    let groups = groups(number);
    let last = (groups | 1).ilog2() / 8;
    let end = out.len() + usize::try_from(last + 1).expect("there are eight");
    out.extend_from_slice(&(groups | MORE & ((1 << (8 * last)) - 1)).to_le_bytes());
    out.truncate(end);
}

/// The same of what may take more than eight bytes.
#[inline(never)]
fn put_wide(mut number: u128, out: &mut Vec<u8>) {
    while number > u128::from(SHORT) {
        let low = u64::try_from(number & u128::from(SHORT)).expect("these are 56 bits");
        out.extend_from_slice(&(groups(low) | MORE).to_le_bytes());
        number >>= 56;
    }
    put_number(u64::try_from(number).expect("56 bits are left at most"), out);
}

/// Eight groups of seven bits, each in a byte of its own: they are set apart in three steps, each of
/// which halves their width.
#[inline]
fn groups(number: u64) -> u64 {
    let halves = (number & 0x0fff_ffff) | (number << 4 & 0x0fff_ffff_0000_0000);
    let quarters = (halves & 0x0000_3fff_0000_3fff) | (halves << 2 & 0x3fff_0000_3fff_0000);
    (quarters & 0x007f_007f_007f_007f) | (quarters << 1 & 0x7f00_7f00_7f00_7f00)
}

/// A signed number as one without a sign: those near zero are short.
#[inline]
fn zigzag(number: i64) -> u64 {
    (number << 1 ^ (number >> 63)).cast_unsigned()
}

impl Compact<'_> {
    #[inline]
    fn length(&mut self, length: usize) -> Result<(), NoLength> {
        put_number(u64::try_from(length).map_err(|_| NoLength)?, self.0);
        Ok(())
    }
}

/// Methods that write a number.
macro_rules! numbers {
    ($($method:ident $type:ty, $as_number:expr;)*) => {
        $(#[inline]
        fn $method(self, value: $type) -> Result<(), NoLength> {
            put_number($as_number(value), self.0);
            Ok(())
        })*
    };
}

/// Parts that are written one after the other, with nothing around them.
macro_rules! bare {
    ($($parts:ident $method:ident ($($name:ident)?);)*) => {
        $(impl ser::$parts for Compact<'_> {
            type Ok = ();
            type Error = NoLength;

            #[inline]
            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> Result<(), NoLength> {
                $(let _: &str = $name;)?
                value.serialize(Compact(self.0))
            }

            #[inline]
            fn end(self) -> Result<(), NoLength> {
                Ok(())
            }
        })*
    };
}

bare! {
    SerializeSeq serialize_element();
    SerializeTuple serialize_element();
    SerializeTupleStruct serialize_field();
    SerializeTupleVariant serialize_field();
    SerializeStruct serialize_field(_name);
    SerializeStructVariant serialize_field(_name);
}

impl ser::SerializeMap for Compact<'_> {
    type Ok = ();
    type Error = NoLength;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NoLength> {
        key.serialize(Compact(self.0))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoLength> {
        value.serialize(Compact(self.0))
    }

    fn end(self) -> Result<(), NoLength> {
        Ok(())
    }
}

impl ser::Serializer for Compact<'_> {
    type Ok = ();
    type Error = NoLength;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_i16 i16, |value| zigzag(i64::from(value));
        serialize_i32 i32, |value| zigzag(i64::from(value));
        serialize_i64 i64, zigzag;
        serialize_u16 u16, u64::from;
        serialize_u32 u32, u64::from;
        serialize_u64 u64, u64::from;
    }

    #[inline]
    fn serialize_i128(self, value: i128) -> Result<(), NoLength> {
        match i64::try_from(value) {
            Ok(narrow) => put_number(zigzag(narrow), self.0),
            Err(_) => put_wide((value << 1 ^ (value >> 127)).cast_unsigned(), self.0),
        }
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Result<(), NoLength> {
        put_wide(value, self.0);
        Ok(())
    }

    #[inline]
    fn serialize_u8(self, value: u8) -> Result<(), NoLength> {
        self.0.push(value);
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), NoLength> {
        self.serialize_u8(value.cast_unsigned())
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), NoLength> {
        self.serialize_u8(u8::from(value))
    }

    fn serialize_f32(self, value: f32) -> Result<(), NoLength> {
        self.0.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), NoLength> {
        self.0.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), NoLength> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), NoLength> {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_bytes(mut self, value: &[u8]) -> Result<(), NoLength> {
        self.length(value.len())?;
        self.0.extend_from_slice(value);
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result<(), NoLength> {
        self.serialize_u8(0)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NoLength> {
        self.0.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NoLength> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NoLength> {
        Ok(())
    }

    #[inline]
    fn serialize_unit_variant(self, _: &str, index: u32, _: &str) -> Result<(), NoLength> {
        self.serialize_u32(index)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), NoLength> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), NoLength> {
        put_number(u64::from(index), self.0);
        value.serialize(self)
    }

    #[inline]
    fn serialize_seq(mut self, length: Option<usize>) -> Result<Self, NoLength> {
        self.length(length.ok_or(NoLength)?)?;
        Ok(self)
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Self, NoLength> {
        Ok(self)
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, NoLength> {
        Ok(self)
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, NoLength> {
        put_number(u64::from(index), self.0);
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, NoLength> {
        self.serialize_seq(length)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, NoLength> {
        Ok(self)
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self, NoLength> {
        self.serialize_tuple_variant(name, index, variant, length)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
