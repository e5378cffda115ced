//! Amounts of an asset in its smallest unit.

use crate::{Overflow, Ratio, Rounding, mul_div};
use serde::{Deserialize, Serialize};
use std::{
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub, SubAssign},
};

/// Smallest units of an asset; positive is owned, negative is owed.
///
/// The operators panic past the range of an `i128`, which no market within the
/// [limits](crate::SIZE_MAX) reaches; the ledger itself uses [`Money::checked_add`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Money(pub i128);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    #[inline]
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    #[inline]
    pub fn checked_sub(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// This much of it, rounded as said.
    #[inline]
    pub fn share(self, ratio: Ratio, rounding: Rounding) -> Self {
        // Most products fit a machine word, and a division by a constant is none.
        let narrow = i64::try_from(self.0).ok().and_then(|amount| amount.checked_mul(ratio.0));
        if let Some(product) = narrow {
            const WHOLE: i64 = Ratio::ONE.0;
            let rest = i64::from(product.rem_euclid(WHOLE) != 0 && rounding == Rounding::Up);
            return Self(i128::from(product.div_euclid(WHOLE).wrapping_add(rest)));
        }
        self.portion(Self(i128::from(ratio.0)), Self(i128::from(Ratio::ONE.0)), rounding)
    }

    /// `self × part ÷ whole`, rounded as said. A `whole` of nothing has no portion: zero.
    ///
    /// # Panics
    /// When the quotient leaves the range of an `i128`: no portion of a market does.
    pub fn portion(self, part: Self, whole: Self, rounding: Rounding) -> Self {
        if whole == Self::ZERO {
            return Self::ZERO;
        }
        Self(mul_div(self.0, part.0, whole.0, rounding).expect("a portion fits the ledger"))
    }

    /// What is owned: zero where it is owed.
    #[inline]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }

    /// Its distance from nothing.
    #[inline]
    pub fn magnitude(self) -> Self {
        Self(self.0.checked_abs().expect("money is far from the edge of an i128"))
    }
}

impl Add for Money {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        self.checked_add(other).expect("money is far from the edge of an i128")
    }
}

impl Sub for Money {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        self.checked_sub(other).expect("money is far from the edge of an i128")
    }
}

impl AddAssign for Money {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = self.add(other);
    }
}

impl SubAssign for Money {
    #[inline]
    fn sub_assign(&mut self, other: Self) {
        *self = self.sub(other);
    }
}

impl Neg for Money {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self::ZERO.sub(self)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Self::add)
    }
}
