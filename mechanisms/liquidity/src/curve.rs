//! How far what is traded moves a price.

use serde::Deserialize;
use units::math;

/// How the price moves with the notional that displaces it: one depth makes one move, and a
/// displacement by sales, below zero, moves it as far down as purchases move it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Curve {
    /// Twice the notional, twice the move.
    Linear,
    /// Four times the notional, twice the move.
    SquareRoot,
}

impl Curve {
    /// The move at `from`, the average of the moves to `to`, and the move there.
    #[inline]
    pub(crate) fn moves(self, from: f64, to: f64) -> [f64; 3] {
        match self {
            Self::Linear => [from, from.midpoint(to), to],
            Self::SquareRoot => {
                let (from, to) = (root(from), root(to));
                [from, average_root(from, to), to]
            },
        }
    }

    /// Displacement, in depths, that makes so many moves.
    pub(crate) fn depths(self, moves: f64) -> f64 {
        match self {
            Self::Linear => moves,
            Self::SquareRoot => moves * moves.abs(),
        }
    }
}

#[inline]
fn root(depths: f64) -> f64 {
    math::sqrt(depths.abs()) * depths.signum()
}

/// The integral of a root over its way, divided such that no digit cancels on one side of zero.
#[inline]
fn average_root(from: f64, to: f64) -> f64 {
    let (above, below) = if from * to > 0.0 {
        (from * from + from * to + to * to, from + to)
    } else {
        (from * from * from + to * to * to, from * from + to * to)
    };
    if below.abs() > 0.0 { 2.0 / 3.0 * above / below } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::Curve;
    use proptest::prelude::*;

    fn average(curve: Curve, from: f64, to: f64) -> f64 {
        curve.moves(from, to)[1]
    }

    fn curve() -> impl Strategy<Value = Curve> {
        prop::sample::select(vec![Curve::Linear, Curve::SquareRoot])
    }

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() <= 1e-12 * (1.0 + one.abs())
    }

    #[test]
    fn one_depth_makes_one_move_and_four_make_four_or_two() {
        for (depths, linear, root) in [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (-4.0, -4.0, -2.0)] {
            assert!(close(average(Curve::Linear, depths, depths), linear));
            assert!(close(average(Curve::SquareRoot, depths, depths), root));
        }
    }

    proptest! {
        #[test]
        fn pieces_cost_what_the_whole_costs(
            curve in curve(), from in -1e3..1e3, middle in -1e3..1e3, to in -1e3..1e3,
        ) {
            let cost = |from: f64, to: f64| average(curve, from, to) * (to - from);
            prop_assert!((cost(from, middle) + cost(middle, to) - cost(from, to)).abs() < 1e-7);
        }

        #[test]
        fn a_larger_trade_never_pays_a_better_price(
            curve in curve(), from in -1e3..1e3, one in 0.0..1e3, more in 0.0..1e3,
        ) {
            let bought = |by: f64| average(curve, from, from + by);
            prop_assert!(bought(one + more) >= bought(one) - 1e-12);
            prop_assert!(bought(-one - more) <= bought(-one) + 1e-12);
        }

        #[test]
        fn sales_mirror_purchases(curve in curve(), from in -1e3..1e3, to in -1e3..1e3) {
            prop_assert!(close(average(curve, from, to), -average(curve, -from, -to)));
        }

        #[test]
        fn depths_are_what_makes_so_many_moves(curve in curve(), moves in -1e3..1e3) {
            let depths = curve.depths(moves);
            prop_assert!(close(average(curve, depths, depths), moves));
        }
    }
}
