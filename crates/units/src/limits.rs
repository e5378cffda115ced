//! The largest market in which no product overflows, checked when a world is built.

#![expect(clippy::as_conversions, reason = "constants have no other way to widen")]

/// Highest price an instrument may have, in price units. With the other limits, the value of 65,536
/// of the largest legs fits an `i128`.
pub const PRICE_MAX: i64 = 1 << 45;

/// Largest size of a leg, in lots.
pub const SIZE_MAX: i64 = 1 << 45;

/// Highest value of one lot at one price unit, in money units.
pub const UNIT_VALUE_MAX: i64 = 1 << 20;

/// Largest amount that is put into a market, in money units: a billion times it fits an `i128`.
pub const MONEY_MAX: i128 = 1 << 96;

const LARGEST_LEG: i128 =
    (PRICE_MAX as i128).saturating_mul(SIZE_MAX as i128).saturating_mul(UNIT_VALUE_MAX as i128);

const _: () = assert!(LARGEST_LEG.checked_mul(65_536).is_some());
const _: () = assert!(MONEY_MAX.checked_mul(1_000_000_000).is_some());
