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
    /// Average of the moves from a displacement of `from` depths to one of `to`; the move itself
    /// where these are one.
    pub(crate) fn average(self, from: f64, to: f64) -> f64 {
        match self {
            Self::Linear => from.midpoint(to),
            Self::SquareRoot => {
                let root = |depths: f64| math::sqrt(depths.abs()) * depths.signum();
                let (from, to) = (root(from), root(to));
                // The integral of a root, divided such that no digit cancels on one side of zero.
                let (above, below) = if from * to > 0.0 {
                    (from * from + from * to + to * to, from + to)
                } else {
                    (from * from * from + to * to * to, from * from + to * to)
                };
                if below.abs() > 0.0 { 2.0 / 3.0 * above / below } else { 0.0 }
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

#[cfg(test)]
mod tests {
    use super::Curve;
    use proptest::prelude::*;

    fn curve() -> impl Strategy<Value = Curve> {
        prop::sample::select(vec![Curve::Linear, Curve::SquareRoot])
    }

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() <= 1e-12 * (1.0 + one.abs())
    }

    #[test]
    fn one_depth_makes_one_move_and_four_make_four_or_two() {
        for (depths, linear, root) in [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (-4.0, -4.0, -2.0)] {
            assert!(close(Curve::Linear.average(depths, depths), linear));
            assert!(close(Curve::SquareRoot.average(depths, depths), root));
        }
    }

    proptest! {
        #[test]
        fn pieces_cost_what_the_whole_costs(
            curve in curve(), from in -1e3..1e3, middle in -1e3..1e3, to in -1e3..1e3,
        ) {
            let cost = |from: f64, to: f64| curve.average(from, to) * (to - from);
            prop_assert!((cost(from, middle) + cost(middle, to) - cost(from, to)).abs() < 1e-7);
        }

        #[test]
        fn a_larger_trade_never_pays_a_better_price(
            curve in curve(), from in -1e3..1e3, one in 0.0..1e3, more in 0.0..1e3,
        ) {
            let bought = |by: f64| curve.average(from, from + by);
            prop_assert!(bought(one + more) >= bought(one) - 1e-12);
            prop_assert!(bought(-one - more) <= bought(-one) + 1e-12);
        }

        #[test]
        fn sales_mirror_purchases(curve in curve(), from in -1e3..1e3, to in -1e3..1e3) {
            prop_assert!(close(curve.average(from, to), -curve.average(-from, -to)));
        }

        #[test]
        fn depths_are_what_makes_so_many_moves(curve in curve(), moves in -1e3..1e3) {
            let depths = curve.depths(moves);
            prop_assert!(close(curve.average(depths, depths), moves));
        }
    }
}
