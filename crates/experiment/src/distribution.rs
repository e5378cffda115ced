//! Distributions that collateral and leverage are drawn from.

use crate::{Code, form::chosen, reader::Reader};
use kernel::Draw;
use units::math;

/// Finest part of an asset that a draw is made of, in decimals: a float holds no finer one.
const FINEST: i8 = 6;

/// Draws of a log-normal before it is cut to its bound: two numbers each, within one decision.
const ATTEMPTS: u32 = 15;

chosen! {
    /// A distribution of `T`, as it is written.
    Written<T> {
        /// A distribution: always the same.
        ///
        /// ```ron
        /// leverage: Fixed("5x")
        /// ```
        Fixed(T),
        /// A distribution: half lie below the `median`. The logarithm is normal with standard
        /// deviation `spread`, a number without a unit: two thirds lie within the median divided and
        /// multiplied by e^spread. Drawn again where it is above `most`.
        ///
        /// ```ron
        /// leverage: LogNormal(median: "6x", spread: 0.6, most: "20x")
        /// after: LogNormal(median: "5min", spread: 1.0, most: "2h")
        /// ```
        LogNormal {
            /// What half of the draws are below.
            median: T = "\"6x\"",
            /// Standard deviation of the logarithm, a number without a unit: 0.5 is moderate, 1 is
            /// wide.
            spread: f64 = "0.6",
            /// What is above it is drawn again.
            most: T = "\"20x\"",
        },
        /// A distribution between `least` and `most` with few who have much: the chance of more than
        /// x falls like x^−tail, a number without a unit; the smaller, the richer the few.
        ///
        /// ```ron
        /// collateral: Pareto(least: "1_000 USDC", tail: 1.2, most: "2_000_000 USDC")
        /// ```
        Pareto {
            /// What nothing is below.
            least: T = "\"1_000 USDC\"",
            /// How fast the chance of more falls, a number without a unit: 1 is heavy, 3 is light.
            tail: f64 = "1.2",
            /// What nothing is above.
            most: T = "\"2_000_000 USDC\"",
        },
    }
}

/// A distribution over whole units of 10^−`decimals`, within `least..=most`.
#[derive(Clone, Debug)]
pub(crate) struct Distribution {
    shape: Shape,
    least: i128,
    most: i128,
    decimals: i8,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Fixed,
    LogNormal { median: f64, spread: f64 },
    Pareto { least: f64, tail: f64, most: f64 },
}

impl Distribution {
    /// The highest that is drawn.
    pub(crate) fn most(&self) -> i128 {
        self.most
    }

    /// A draw, rounded down to whole units.
    pub(crate) fn sample(&self, mut draw: Draw) -> i128 {
        let value = match self.shape {
            Shape::Fixed => return self.most,
            Shape::LogNormal { median, spread } => {
                let most = math::to_float(self.most, self.decimals);
                let mut attempt = || median * math::exp(spread * draw.normal());
                (0..ATTEMPTS).map(|_| attempt()).find(|&value| value <= most).unwrap_or(most)
            },
            Shape::Pareto { least, tail, most } => {
                let cut = 1.0 - math::pow(least / most, tail);
                least * math::pow(1.0 - draw.uniform() * cut, -1.0 / tail)
            },
        };
        self.rounded_down(value).clamp(self.least, self.most)
    }

    fn rounded_down(&self, value: f64) -> i128 {
        let decimals = self.decimals.min(FINEST);
        let nearest = i128::from(math::to_units(value, decimals));
        let above = math::to_float(nearest, decimals) > value;
        let down = if above { nearest - 1 } else { nearest };
        let finer = u32::from((self.decimals - decimals).unsigned_abs());
        down.saturating_mul(10_i128.saturating_pow(finer))
    }
}

impl<'a> Reader<'a> {
    /// The distribution written in `text`, over units of 10^−`decimals`.
    pub(crate) fn distribution<T>(
        &self,
        text: &'a str,
        written: &Written<T>,
        in_units: impl Fn(&T) -> Option<i128>,
        decimals: i8,
    ) -> Option<Distribution> {
        let float = |units| math::to_float(units, decimals);
        let (shape, least, most) = match written {
            Written::Fixed(value) => {
                let units = in_units(value)?;
                (Shape::Fixed, units, units)
            },
            Written::LogNormal { median, spread, most } => {
                let (middle, most) = (in_units(median)?, in_units(most)?);
                (Shape::LogNormal { median: float(middle), spread: *spread }, 1.min(middle), most)
            },
            Written::Pareto { least, tail, most } => {
                let (least, most) = (in_units(least)?, in_units(most)?);
                (Shape::Pareto { least: float(least), tail: *tail, most: float(most) }, least, most)
            },
        };
        let wrong = match shape {
            _ if least <= 0 => Some("zero could be drawn: the least must be above it"),
            Shape::LogNormal { spread, .. } if spread < 0.0 => Some("`spread` is below zero"),
            Shape::LogNormal { median, .. } if median > float(most) => {
                Some("`median` is above `most`")
            },
            Shape::Pareto { tail, .. } if tail <= 0.0 => Some("`tail` is not above zero"),
            Shape::Pareto { .. } if least > most => Some("`least` is above `most`"),
            Shape::Fixed | Shape::LogNormal { .. } | Shape::Pareto { .. } => None,
        };
        match wrong {
            Some(message) => {
                self.refuse(Code::WrongBounds, text, message);
                None
            },
            None => Some(Distribution { shape, least, most, decimals }),
        }
    }
}
