//! Distributions that sizes and delays are drawn from.

use market::Draw;
use serde::{Deserialize, Serialize};
use units::math;

/// Draws of a log-normal before it is cut to its bound: two numbers each, and others are drawn in
/// the same decision.
const ATTEMPTS: u32 = 12;

/// A distribution of `T`, as it is written.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) enum Drawn<T> {
    /// Always the same.
    Fixed(T),
    /// Its logarithm is normal around that of the median, with standard deviation `spread`; drawn
    /// again where it is above `most`.
    LogNormal { median: T, spread: f64, most: T },
}

impl<T> Drawn<T> {
    /// The same distribution over whole units.
    pub(crate) fn in_units(&self, mut units: impl FnMut(&T) -> i128) -> Drawn<i128> {
        match self {
            Self::Fixed(value) => Drawn::Fixed(units(value)),
            Self::LogNormal { median, spread, most } => {
                Drawn::LogNormal { median: units(median), spread: *spread, most: units(most) }
            },
        }
    }
}

impl Drawn<i128> {
    /// What is wrong with it.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match *self {
            Self::Fixed(value) if value < 0 => Some("what is drawn must not be negative"),
            Self::LogNormal { median, most, .. } if median <= 0 || median > most => {
                Some("`median` must be above zero and at most `most`")
            },
            Self::LogNormal { spread, .. } if !spread.is_finite() || spread < 0.0 => {
                Some("`spread` must not be negative")
            },
            Self::Fixed(_) | Self::LogNormal { .. } => None,
        }
    }

    /// The least that can be drawn.
    pub(crate) fn least(&self) -> i128 {
        match *self {
            Self::Fixed(value) => value,
            Self::LogNormal { median, spread, .. } if spread <= 0.0 => median,
            Self::LogNormal { .. } => 0,
        }
    }

    /// What half of the draws are below, before any is drawn again.
    pub(crate) fn median(&self) -> i128 {
        match *self {
            Self::Fixed(value) => value,
            Self::LogNormal { median, .. } => median,
        }
    }

    /// A draw, to the nearest unit.
    pub(crate) fn sample(&self, draw: &mut Draw) -> i128 {
        match *self {
            Self::Fixed(value) => value,
            Self::LogNormal { median, spread, most } => {
                let (middle, bound) = (math::float(median), math::float(most));
                let mut attempt = || middle * math::exp(spread * draw.normal());
                let found = (0..ATTEMPTS).map(|_| attempt()).find(|&value| value <= bound);
                found.map_or(most, math::nearest_wide).min(most)
            },
        }
    }
}
