//! Exact decimals as people write and read them.

use rust_decimal::Decimal as Wide;
use std::fmt;

/// Why a number could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseDecimalError {
    /// It is not a decimal number.
    #[error("`{0}` is not a decimal number such as \"62_350.5\"")]
    NotANumber(String),
    /// It is finer than what it counts.
    #[error(
        "`{text}` has {digits} digit{} after the point, at most {most} {} kept",
        if *digits == 1 { "" } else { "s" },
        if *most == 1 { "is" } else { "are" }
    )]
    TooFine {
        /// The number as written.
        text: String,
        /// Digits after its point.
        digits: u32,
        /// Digits that can be kept.
        most: u32,
    },
    /// It counts tens, hundreds, …, and is no whole number of them.
    #[error("`{text}` is no multiple of {unit}")]
    NotWhole {
        /// The number as written.
        text: String,
        /// What is counted.
        unit: Decimal,
    },
    /// It does not fit.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// A whole number of units of 10^−`decimals`, to be printed.
///
/// Trailing zeros after the point are left out; `decimals` may be negative (units of ten, hundred…).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    units: i128,
    decimals: i8,
}

impl Decimal {
    /// `units` of 10^−`decimals`.
    pub fn new(units: i128, decimals: i8) -> Self {
        Self { units, decimals }
    }

    /// Reads `text` as a whole number of units of 10^−`decimals`.
    ///
    /// # Errors
    /// When it is not a number, is finer than a unit, or does not fit.
    pub fn parse(text: &str, decimals: i8) -> Result<i128, ParseDecimalError> {
        let number =
            Wide::from_str_exact(text).map_err(|_| unreadable(text, decimals))?.normalize();
        let digits = number.scale();
        let shift = i64::from(decimals).checked_sub(i64::from(digits));
        match shift.map(|shift| (u32::try_from(shift), shift)) {
            Some((Ok(shift), _)) => 10_i128
                .checked_pow(shift)
                .and_then(|power| number.mantissa().checked_mul(power))
                .ok_or_else(|| ParseDecimalError::TooLarge(text.to_owned())),
            Some((Err(_), shift)) if digits == 0 => coarse(number.mantissa(), shift, text),
            _ => Err(too_fine(text, digits, decimals)),
        }
    }
}

/// Why what no decimal holds could not be read.
fn unreadable(text: &str, decimals: i8) -> ParseDecimalError {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '_');
    if digits(whole) == 0 || !is_number(whole) || !is_number(part) {
        return ParseDecimalError::NotANumber(text.to_owned());
    }
    // The widest decimal has 28 digits.
    match u32::try_from(digits(part)) {
        Ok(digits) if digits > 18 => too_fine(text, digits, decimals),
        _ => ParseDecimalError::TooLarge(text.to_owned()),
    }
}

fn too_fine(text: &str, digits: u32, decimals: i8) -> ParseDecimalError {
    let most = u32::try_from(decimals).unwrap_or(0);
    ParseDecimalError::TooFine { text: text.to_owned(), digits, most }
}

/// A whole number counted in tens, hundreds, …: refused when it is no whole number of them.
fn coarse(mantissa: i128, shift: i64, text: &str) -> Result<i128, ParseDecimalError> {
    let places = i8::try_from(shift).unwrap_or(i8::MIN);
    let refused =
        || ParseDecimalError::NotWhole { text: text.to_owned(), unit: Decimal::new(1, places) };
    let unit = 10_i128.checked_pow(u32::from(places.unsigned_abs())).ok_or_else(refused)?;
    match mantissa.checked_rem(unit) {
        Some(0) => mantissa.checked_div(unit).ok_or_else(refused),
        _ => Err(refused()),
    }
}

/// Reads `text` as a whole number of units of 10^−`decimals`.
pub(crate) fn parse_scaled(text: &str, decimals: i8) -> Result<i128, ParseDecimalError> {
    Decimal::parse(text, decimals)
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(places) = usize::try_from(self.decimals) else {
            let zeros = usize::from(self.decimals.unsigned_abs());
            let zeros = if self.units == 0 { 0 } else { zeros };
            return write!(f, "{}{}", self.units, "0".repeat(zeros));
        };
        let sign = if self.units < 0 { "-" } else { "" };
        let width = places.saturating_add(1);
        let digits = format!("{:0>width$}", self.units.unsigned_abs());
        let (whole, part) = digits.split_at(digits.len().saturating_sub(places));
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        f.pad(&format!("{sign}{whole}{point}{part}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, ParseDecimalError};

    #[test]
    fn what_is_printed_is_what_was_read() {
        for (text, decimals, units) in
            [("62350.5", 2, 6_235_050), ("-0.07", 2, -7), ("0", 6, 0), ("1200", -2, 12)]
        {
            assert_eq!(Decimal::parse(text, decimals), Ok(units));
            assert_eq!(Decimal::new(units, decimals).to_string(), text);
        }
    }

    #[test]
    fn underscores_group_digits() {
        assert_eq!(Decimal::parse("62_350.5", 1), Ok(623_505));
    }

    #[test]
    fn finer_than_a_unit_is_refused_and_trailing_zeros_are_not_finer() {
        assert!(matches!(Decimal::parse("1.001", 2), Err(ParseDecimalError::TooFine { .. })));
        assert_eq!(Decimal::parse("1.100", 1), Ok(11));
        let refused = Decimal::parse("150", -2).map_err(|error| error.to_string());
        assert_eq!(refused, Err("`150` is no multiple of 100".to_owned()));
    }

    #[test]
    fn what_no_decimal_holds_is_too_large_or_too_fine() {
        let large = "9".repeat(40);
        let fine = format!("0.{}1", "0".repeat(40));
        assert_eq!(Decimal::parse(&large, 2), Err(ParseDecimalError::TooLarge(large)));
        let text = fine.clone();
        let too_fine = ParseDecimalError::TooFine { text, digits: 41, most: 2 };
        assert_eq!(Decimal::parse(&fine, 2), Err(too_fine));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "NaN", "inf", "1e5", "1.2.3", "12 USDC", "-", ".", "five"] {
            let refused = Decimal::parse(text, 6);
            assert_eq!(refused, Err(ParseDecimalError::NotANumber(text.to_owned())));
        }
    }
}
