//! Prices and sizes of an instrument, in its own units.

use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign, Neg, Sub};

/// Price units of an instrument. A market's price is positive; a difference or a bankruptcy price
/// may be negative.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Price(pub i64);

/// Lots of an instrument; positive is long, negative is short.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Size(pub i64);

/// Which way a leg leans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    /// Gains when the price rises.
    Long,
    /// Gains when the price falls.
    Short,
}

impl Side {
    /// The other one.
    #[inline]
    pub fn opposite(self) -> Self {
        match self {
            Self::Long => Self::Short,
            Self::Short => Self::Long,
        }
    }
}

impl Price {
    /// `self − other`.
    #[inline]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect("prices are within their limit"))
    }

    /// `self + other`.
    #[inline]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.checked_add(other.0).expect("prices are within their limit"))
    }
}

impl Size {
    /// Nothing held.
    pub const ZERO: Self = Self(0);

    /// The side of a leg of this size; none when it is flat.
    #[inline]
    pub fn side(self) -> Option<Side> {
        match self.0 {
            0 => None,
            lots if lots > 0 => Some(Side::Long),
            _ => Some(Side::Short),
        }
    }

    /// Lots without their sign.
    #[inline]
    pub fn magnitude(self) -> Self {
        Self(self.0.checked_abs().expect("sizes are within their limit"))
    }

    /// This many lots of `side`.
    #[inline]
    pub fn on(self, side: Side) -> Self {
        match side {
            Side::Long => self.magnitude(),
            Side::Short => self.magnitude().neg(),
        }
    }
}

impl Add for Size {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        Self(self.0.checked_add(other.0).expect("sizes are within their limit"))
    }
}

impl AddAssign for Size {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = self.add(other);
    }
}

impl Sub for Size {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect("sizes are within their limit"))
    }
}

impl Neg for Size {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self(self.0.checked_neg().expect("sizes are within their limit"))
    }
}
