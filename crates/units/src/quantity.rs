//! Quantities as a person writes them in an experiment: a number and its unit in one text.

use crate::{Decimal, Money, ParseDecimalError, Ratio};
use serde::{Deserialize, Serialize};
use std::{fmt, marker::PhantomData, str::FromStr};

/// Why a quantity could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseQuantityError {
    /// The number itself.
    #[error(transparent)]
    Number(#[from] ParseDecimalError),
    /// Another unit, or none.
    #[error("`{found}` is not {expected}")]
    Unit {
        /// The text as written.
        found: String,
        /// What it should look like.
        expected: &'static str,
    },
    /// Outside what it may be.
    #[error("`{found}` is out of range: expected {expected}")]
    Range {
        /// The text as written.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// It does not fit.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// An amount of a named asset, in 10⁻¹⁸ of it, not negative. A person writes `"200 USDC"`.
///
/// It becomes [`Money`] where the asset's decimals are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    units: i128,
    asset: String,
}

impl Amount {
    const DECIMALS: i8 = 18;

    /// Name of the asset.
    pub fn asset(&self) -> &str {
        &self.asset
    }

    /// The same amount in the smallest units of an asset with this many decimals; none when it is
    /// finer than such a unit.
    pub fn in_units(&self, decimals: i8) -> Option<Money> {
        let shift = u32::try_from(Self::DECIMALS.checked_sub(decimals)?).ok()?;
        let unit = 10_i128.checked_pow(shift)?;
        (self.units.checked_rem(unit)? == 0).then(|| self.units.checked_div(unit).map(Money))?
    }
}

impl FromStr for Amount {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        const EXPECTED: &str = "an amount of an asset such as \"200 USDC\"";
        let unit = || ParseQuantityError::Unit { found: text.to_owned(), expected: EXPECTED };
        let (number, asset) = text.trim().split_once(' ').ok_or_else(unit)?;
        let asset = asset.trim();
        if asset.is_empty() || !asset.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(unit());
        }
        let units = Decimal::parse(number, Self::DECIMALS)?;
        if units < 0 {
            let expected = "an amount that is not negative";
            return Err(ParseQuantityError::Range { found: text.to_owned(), expected });
        }
        Ok(Self { units, asset: asset.to_owned() })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Decimal::new(self.units, Self::DECIMALS), self.asset)
    }
}

/// Notional that moves a price by a given ratio. A person writes `"40_000_000 USDC per 1%"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depth {
    /// Notional, positive.
    pub notional: Amount,
    /// The move it makes, in (0, 1].
    pub per: Ratio,
}

impl FromStr for Depth {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        const EXPECTED: &str = "a depth such as \"40_000_000 USDC per 1%\"";
        let unit = || ParseQuantityError::Unit { found: text.to_owned(), expected: EXPECTED };
        let (notional, per) = text.split_once(" per ").ok_or_else(unit)?;
        // Without a unit in one of its parts, it is the whole that is not written as a depth.
        let whole = |error| {
            let is_unit = matches!(error, ParseQuantityError::Unit { .. });
            if is_unit { unit() } else { error }
        };
        let depth =
            Self { notional: notional.parse().map_err(whole)?, per: per.parse().map_err(whole)? };
        if depth.notional.units == 0 || depth.per <= Ratio::ZERO || depth.per > Ratio::ONE {
            let expected = "a depth above zero, per a move above 0% and at most 100%";
            return Err(ParseQuantityError::Range { found: text.to_owned(), expected });
        }
        Ok(depth)
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} per {}", self.notional, self.per)
    }
}

/// Notional over equity, in thousandths, positive. A person writes `"6x"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leverage(pub i64);

impl FromStr for Leverage {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let number = text.trim().strip_suffix('x').ok_or(ParseQuantityError::Unit {
            found: text.to_owned(),
            expected: "a leverage such as \"6x\"",
        })?;
        let thousandths = Decimal::parse(number, 3)?;
        match i64::try_from(thousandths) {
            Ok(thousandths) if thousandths > 0 => Ok(Self(thousandths)),
            Ok(_) => Err(ParseQuantityError::Range {
                found: text.to_owned(),
                expected: "a leverage above zero",
            }),
            Err(_) => Err(ParseQuantityError::TooLarge(text.to_owned())),
        }
    }
}

impl fmt::Display for Leverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x", Decimal::new(i128::from(self.0), 3))
    }
}

/// Reads a text through its `FromStr`; `expected` is said when it is no text.
pub(crate) fn from_text<'de, D, T>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    struct Text<T>(&'static str, PhantomData<T>);
    impl<T: FromStr<Err: fmt::Display>> serde::de::Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    // Text that describes itself says what it holds instead, so that the error names both.
    if deserializer.is_human_readable() {
        deserializer.deserialize_any(Text(expected, PhantomData))
    } else {
        deserializer.deserialize_str(Text(expected, PhantomData))
    }
}

macro_rules! written_as_text {
    ($($type:ty, $expected:literal;)*) => {$(
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                from_text(deserializer, $expected)
            }
        }
    )*};
}

written_as_text! {
    Amount, "an amount of an asset such as \"200 USDC\"";
    Depth, "a depth such as \"40_000_000 USDC per 1%\"";
    Leverage, "a leverage such as \"6x\"";
}

#[cfg(test)]
mod tests {
    use super::{Amount, Depth, Leverage};
    use crate::Money;

    #[test]
    fn an_amount_becomes_money_where_the_decimals_are_known() {
        let amount: Amount = "1_200.25 USDC".parse().expect("it is valid");
        assert_eq!(amount.in_units(6), Some(Money(1_200_250_000)));
        assert_eq!(amount.in_units(1), None, "finer than the unit");
        assert_eq!(amount.to_string(), "1200.25 USDC");
    }

    #[test]
    fn a_wrong_unit_or_range_is_refused() {
        assert!("200".parse::<Amount>().is_err());
        assert!("-2 USDC".parse::<Amount>().is_err());
        assert!("0 USDC per 1%".parse::<Depth>().is_err());
        assert!("5 USDC per 0%".parse::<Depth>().is_err());
        assert!("0x".parse::<Leverage>().is_err());
        assert!("6".parse::<Leverage>().is_err());
    }
}
