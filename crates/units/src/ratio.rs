//! Shares and rates.

use crate::decimal::{Decimal, parse_scaled};
use crate::quantity::ParseQuantityError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Parts per billion: a rate, a share, a relative move. A person writes `"0.5%"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(pub i64);

impl Ratio {
    /// None of it.
    pub const ZERO: Self = Self(0);
    /// All of it.
    pub const ONE: Self = Self(1_000_000_000);
    /// One hundredth.
    pub const PERCENT: Self = Self(10_000_000);

    /// Whether it is a part of the whole: within [0, 1].
    pub fn is_share(self) -> bool {
        (Self::ZERO..=Self::ONE).contains(&self)
    }
}

const _: () = assert!(Ratio::ONE.0 / 100 == Ratio::PERCENT.0);

impl FromStr for Ratio {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let number = text.trim().strip_suffix('%').ok_or(ParseQuantityError::Unit {
            found: text.into(),
            expected: "a percentage such as \"0.5%\"",
        })?;
        let parts = parse_scaled(number.trim_end(), 7)?;
        i64::try_from(parts).map(Self).map_err(|_| ParseQuantityError::TooLarge(text.to_owned()))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", Decimal::new(i128::from(self.0), 7))
    }
}

impl Serialize for Ratio {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            crate::quantity::from_text(deserializer, "a percentage such as \"0.5%\"")
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ratio;

    #[test]
    fn a_percentage_reads_and_prints_the_same() {
        for text in ["0.5%", "100%", "-3.25%", "0.0000001%", "0%"] {
            assert_eq!(text.parse::<Ratio>().expect("it is valid").to_string(), text);
        }
    }

    #[test]
    fn too_many_digits_and_a_missing_sign_are_refused() {
        assert!("0.00000001%".parse::<Ratio>().is_err());
        assert!("0.5".parse::<Ratio>().is_err());
        assert!("five%".parse::<Ratio>().is_err());
    }
}
