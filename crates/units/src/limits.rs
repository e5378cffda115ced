//! The largest market in which no product overflows, checked when a world is built.

/// Highest price an instrument may have, in price units.
pub const PRICE_MAX: i64 = 1 << 45;

/// Largest size of a leg, in lots.
pub const SIZE_MAX: i64 = 1 << 45;

/// Highest value of one lot at one price unit, in money units.
pub const UNIT_VALUE_MAX: i64 = 1 << 20;

const _: () = assert!(45 + 45 + 20 < 127 - 16, "the value of 65,536 largest legs fits an i128");
