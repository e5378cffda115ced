//! The same rates for every notional.
//!
//! # Rule
//!
//! Requirement = notional × rate, for initial and maintenance margin; rounded up, in favour of the
//! venue.
//!
//! # Why venues do it
//!
//! Everybody can compute it. Where depth is large against every position, size is no risk.
//!
//! # Parameters
//!
//! - `initial`: share of notional needed to open, at most 100 %.
//! - `maintenance`: share of notional needed to keep, above 0 % and at most `initial`.
//!
//! # Known failure
//!
//! A large position needs no more than many small ones, and moves the price by more than its margin
//! when it is closed.
//!
//! # Sources
//!
//! Dango, `book/perps` of left-curve/left-curve (one initial and one maintenance ratio for each pair),
//! read November 2026.

use market::{Here, Margin, MarginAnswer, Market, Mechanism, Plan, Requirement};
use serde::Deserialize;
use units::{Money, Ratio, Rounding};

/// Margins above it are rather loan-to-values.
const HALF: Ratio = Ratio(50 * Ratio::PERCENT.0);

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flat {
    /// Share of notional needed to open.
    initial: Ratio,
    /// Share of notional needed to keep.
    maintenance: Ratio,
}

impl Mechanism for Flat {
    type Question = Margin;
    const NAME: &'static str = "Flat";
    const SOURCE: &'static str = include_str!("flat.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let Self { initial, maintenance } = *self;
        plan.require(
            Ratio::ZERO < maintenance && maintenance <= initial && initial <= Ratio::ONE,
            format!(
                "margins must be 0% < maintenance ≤ initial ≤ 100%; found maintenance {maintenance} \
                 and initial {initial}{}",
                self.of_loans()
            ),
        );
        plan.answer(plan.this());
    }
}

impl MarginAnswer for Flat {
    fn requirement(&self, _: &Market<'_>, _: Here, notional: Money) -> Requirement {
        self.of(notional)
    }

    fn initial(&self, _: &Market<'_>, _: Here, notional: Money) -> Money {
        notional.share(self.initial, Rounding::Up)
    }

    fn maintenance(&self, _: &Market<'_>, _: Here, notional: Money) -> Money {
        notional.share(self.maintenance, Rounding::Up)
    }

    fn steepest(&self, _: &Market<'_>, _: Here) -> Ratio {
        self.maintenance
    }
}

impl Flat {
    /// What to write for margins that are rather the loan-to-values at which a loan is given and closed.
    fn of_loans(&self) -> String {
        let Self { initial, maintenance } = *self;
        let is_loan = initial < maintenance && maintenance < Ratio::ONE && initial > HALF;
        if !is_loan {
            return String::new();
        }
        let [initial_margin, maintenance_margin] =
            [initial, maintenance].map(|loan| Ratio(Ratio::ONE.0 - loan.0));
        format!(
            "; for loan-to-values of {initial} and {maintenance} write initial: \"{initial_margin}\", \
             maintenance: \"{maintenance_margin}\""
        )
    }

    fn of(&self, notional: Money) -> Requirement {
        Requirement {
            initial: notional.share(self.initial, Rounding::Up),
            maintenance: notional.share(self.maintenance, Rounding::Up),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Flat;
    use units::{Money, Ratio};

    #[test]
    fn what_is_not_whole_is_rounded_up_and_nothing_needs_nothing() {
        let flat = Flat { initial: Ratio(100_000_000), maintenance: Ratio(50_000_000) };
        let needs = |notional| {
            let needs = flat.of(Money(notional));
            (needs.initial.0, needs.maintenance.0)
        };
        assert_eq!([0, 1, 20, 21].map(needs), [(0, 0), (1, 1), (2, 1), (3, 2)]);
    }
}
