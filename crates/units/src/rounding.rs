//! Division that says whom it favours.

use ethnum::I256;

/// Where a quotient that is not whole goes.
///
/// The names are directions; a caller says in its own doc whom the direction favours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Towards negative infinity: a receipt rounded so favours the payer.
    Down,
    /// Towards positive infinity: a charge rounded so favours the receiver.
    Up,
}

/// The result does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quantity grew past what the ledger can hold")]
pub struct Overflow;

/// `a × b ÷ divisor` with a 256-bit product.
///
/// # Errors
/// [`Overflow`] when the quotient does not fit an `i128`, or the divisor is zero.
#[inline]
pub fn mul_div(a: i128, b: i128, divisor: i128, rounding: Rounding) -> Result<i128, Overflow> {
    if divisor == 0 {
        return Err(Overflow);
    }
    if let Some(product) = a.checked_mul(b) {
        return divide(product, divisor, rounding).ok_or(Overflow);
    }
    let wide = I256::from(a).checked_mul(I256::from(b)).ok_or(Overflow)?;
    let divisor = I256::from(divisor);
    let quotient = match rounding {
        Rounding::Down => wide.div_euclid(divisor),
        Rounding::Up => wide
            .checked_neg()
            .and_then(|negative| negative.div_euclid(divisor).checked_neg())
            .ok_or(Overflow)?,
    };
    // Euclidean division rounds towards the sign of the divisor; a negative divisor turns it.
    let remainder = wide.checked_sub(quotient.checked_mul(divisor).ok_or(Overflow)?);
    let exact = remainder.is_some_and(|left| left == I256::ZERO);
    let turned = match (divisor < I256::ZERO && !exact, rounding) {
        (false, _) => quotient,
        (true, Rounding::Down) => quotient.checked_sub(I256::ONE).ok_or(Overflow)?,
        (true, Rounding::Up) => quotient.checked_add(I256::ONE).ok_or(Overflow)?,
    };
    i128::try_from(turned).map_err(|_| Overflow)
}

#[inline]
fn divide(product: i128, divisor: i128, rounding: Rounding) -> Option<i128> {
    // What fits a machine word is divided in one instruction.
    let narrow = i64::try_from(product).ok().zip(i64::try_from(divisor).ok());
    let quotient = match narrow.and_then(|(product, divisor)| product.checked_div(divisor)) {
        Some(quotient) => i128::from(quotient),
        None => product.checked_div(divisor)?,
    };
    let remainder = product.checked_sub(quotient.checked_mul(divisor)?)?;
    let same_sign = (remainder < 0) == (divisor < 0);
    match rounding {
        Rounding::Down if remainder != 0 && !same_sign => quotient.checked_sub(1),
        Rounding::Up if remainder != 0 && same_sign => quotient.checked_add(1),
        Rounding::Down | Rounding::Up => Some(quotient),
    }
}

#[cfg(test)]
mod tests {
    use super::{Overflow, Rounding, mul_div};

    #[test]
    fn down_and_up_bracket_the_quotient_for_every_pair_of_signs() {
        let wide = i128::MAX / 2;
        for (a, b) in [(7, 3), (-7, 3), (7, -3), (wide, 7), (-wide, 7), (wide, -7)] {
            for divisor in [2, -2, 11, -11, wide, -wide] {
                let down = mul_div(a, b, divisor, Rounding::Down);
                let up = mul_div(a, b, divisor, Rounding::Up);
                let (Ok(down), Ok(up)) = (down, up) else {
                    assert_eq!(down.is_err(), up.is_err(), "both overflow or neither");
                    continue;
                };
                assert!(up - down <= 1, "{a} × {b} ÷ {divisor}");
                if let Some(product) = a.checked_mul(b)
                    && let (Some(low), Some(high)) =
                        (down.checked_mul(divisor), up.checked_mul(divisor))
                {
                    assert!(low.min(high) <= product && product <= low.max(high));
                }
            }
        }
    }

    #[test]
    fn a_product_wider_than_the_ledger_divides_exactly() {
        let wide = i128::MAX / 3;
        assert_eq!(mul_div(wide, 9, 9, Rounding::Down), Ok(wide));
        assert_eq!(mul_div(-wide, 9, 9, Rounding::Up), Ok(-wide));
        assert_eq!(mul_div(wide, -9, -9, Rounding::Down), Ok(wide));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert_eq!(mul_div(i128::MAX, 2, 1, Rounding::Down), Err(Overflow));
        assert_eq!(mul_div(1, 1, 0, Rounding::Down), Err(Overflow));
    }
}
