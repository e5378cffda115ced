//! Floating point with the same bits on every machine: the one place where it is allowed.
//!
//! Square roots are exact by IEEE 754; everything else comes from the pinned `libm` crate, never
//! from the platform. A result that enters a market is rounded to whole units at once.

#![expect(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "this module turns floats into whole units and back, in range by its asserts"
)]

/// e to the power of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm of `x`.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `base` to the power of `exponent`.
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// What is left of one after `half_lives`.
pub fn halved(half_lives: f64) -> f64 {
    exp(-half_lives * ln(2.0))
}

/// What is gone of one after `half_lives`, exact where hardly any is.
pub fn forgotten(half_lives: f64) -> f64 {
    -libm::expm1(-half_lives * ln(2.0))
}

/// Square root of `x`.
#[inline]
pub fn sqrt(x: f64) -> f64 {
    libm::sqrt(x)
}

/// `units` of 10^−`decimals` as a float.
#[inline]
pub fn to_float(units: i128, decimals: i8) -> f64 {
    float(units) / libm::exp10(f64::from(decimals))
}

/// The whole number of units of 10^−`decimals` nearest to `value`, halves away from zero; the
/// nearest bound where `value` is out of range, zero where it is not a number.
pub fn to_units(value: f64, decimals: i8) -> i64 {
    nearest(value * libm::exp10(f64::from(decimals)))
}

/// The whole number nearest to `value`, halves away from zero; the nearest bound where it is out
/// of range, zero where it is not a number.
#[inline]
pub fn nearest(value: f64) -> i64 {
    nearest_narrow(value).unwrap_or_else(|| libm::round(value) as i64)
}

/// As [`nearest`], but no less than `least` and no more than `most`, which are within ±2⁵²; `least`
/// where `value` is not a number.
#[inline]
pub fn nearest_within(value: f64, (least, most): (i64, i64)) -> i64 {
    debug_assert!(
        -WHOLE <= least as f64 && least <= most && most as f64 <= WHOLE,
        "{least} to {most}"
    );
    rounded(value.max(least as f64).min(most as f64))
}

/// From here on a float holds no halves.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// As [`nearest`], for amounts of money.
#[inline]
pub fn nearest_wide(value: f64) -> i128 {
    nearest_narrow(value).map_or_else(|| libm::round(value) as i128, i128::from)
}

/// The nearest whole number where a float tells halves apart: both steps are exact there.
#[inline]
fn nearest_narrow(value: f64) -> Option<i64> {
    if value.abs() >= WHOLE || value.is_nan() {
        return None;
    }
    Some(rounded(value))
}

#[inline]
fn rounded(value: f64) -> i64 {
    let whole = value as i64;
    let rest = value - whole as f64;
    whole.wrapping_add(i64::from(rest >= 0.5)).wrapping_sub(i64::from(rest <= -0.5))
}

/// A whole number as a float.
#[inline]
pub fn float(units: i128) -> f64 {
    // A machine word has an instruction for it, which rounds alike.
    i64::try_from(units).map_or_else(|_| wide_float(units), |units| units as f64)
}

/// Out of line, so that nobody makes one of both ways.
#[cold]
#[inline(never)]
fn wide_float(units: i128) -> f64 {
    units as f64
}

/// Uniform in (0, 1): the middle of one of 2⁵² equal cells, never an end.
pub fn uniform(random: u64) -> f64 {
    ((random >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
}

/// A standard normal draw from two uniform ones (Box and Muller 1958).
pub fn normal(first: f64, second: f64) -> f64 {
    libm::sqrt(-2.0 * libm::log(first)) * libm::cos(2.0 * std::f64::consts::PI * second)
}

#[cfg(test)]
mod tests {
    use super::{
        float, forgotten, halved, nearest, nearest_wide, nearest_within, normal, to_float,
        to_units, uniform,
    };
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_nearest_whole_number_is_that_of_the_library(
            value in prop_oneof![any::<f64>(), -1e17..1e17, -1e3..1e3], whole in any::<i32>(),
            width in 0..=1_i64 << 51,
        ) {
            let half = f64::from(whole) + 0.5;
            for value in [value, half, half.next_up(), half.next_down(), value.trunc() + 0.5] {
                prop_assert_eq!(nearest(value), libm::round(value) as i64);
                prop_assert_eq!(nearest_wide(value), libm::round(value) as i128);
                let bounds = (i64::from(whole), i64::from(whole).saturating_add(width));
                let within = if value.is_nan() { bounds.0 } else { nearest(value) };
                prop_assert_eq!(nearest_within(value, bounds), within.clamp(bounds.0, bounds.1));
            }
        }

        #[test]
        fn a_whole_number_is_the_float_nearest_to_it(units in any::<i128>(), shift in 0_u32..127) {
            let units = units >> shift;
            prop_assert_eq!(float(units).to_bits(), (units as f64).to_bits());
        }
    }

    #[test]
    fn units_survive_the_way_through_floats() {
        for units in [0, 1, -1, 11_703_461, 4_503_599_627_370_497] {
            assert_eq!(to_units(to_float(i128::from(units), 2), 2), units);
        }
        assert_eq!(nearest(f64::NAN), 0);
        assert_eq!(nearest(f64::INFINITY), i64::MAX);
    }

    #[test]
    fn a_half_life_halves_and_what_is_not_left_is_forgotten() {
        assert_eq!((halved(0.0), forgotten(0.0)), (1.0, 0.0));
        for half_lives in [1e-3, 0.5, 1.0, 7.0, 2_000.0] {
            assert!((halved(half_lives) + forgotten(half_lives) - 1.0).abs() < 1e-15);
        }
        assert!((halved(3.0) - 0.125).abs() < 1e-15);
        let tiny = forgotten(1e-20) / (1e-20 * std::f64::consts::LN_2);
        assert!((tiny - 1.0).abs() < 1e-15, "no digit is lost");
    }

    #[test]
    fn uniform_draws_are_never_at_an_end() {
        assert!(uniform(0) > 0.0 && uniform(u64::MAX) < 1.0);
        assert!(normal(uniform(0), uniform(0)).is_finite());
    }
}
