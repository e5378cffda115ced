//! Rates that rise with notional, continuous at every edge.
//!
//! # Rule
//!
//! Requirement = notional × rate − amount, with the rate of the bracket the notional falls in and
//! amountₙ = amountₙ₋₁ + floorₙ × (rateₙ − rateₙ₋₁), for initial and maintenance margin alike;
//! rounded up, in favour of the venue. So a bracket's rate applies to what lies above its floor.
//!
//! # Why venues do it
//!
//! A large position moves the market when it is closed: it must be closed earlier.
//!
//! # Parameters
//!
//! - `brackets`: floors of notional from `"0 USDC"` upwards, each with `initial` and `maintenance`
//!   as shares of notional in (0 %, 100 %]; rates never fall, maintenance is at most initial.
//!
//! # Known failure
//!
//! Splitting a position over accounts stays in the low brackets.
//!
//! # Sources
//!
//! Hyperliquid documentation, "Margin tiers"; Binance, "Leverage and margin of USDⓈ-M futures"
//! (maintenance amount), both read November 2026.

use market::{Here, Margin, MarginAnswer, Market, Mechanism, Plan, Requirement};
use serde::Deserialize;
use std::sync::Arc;
use units::{Amount, Money, Ratio};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, try_from = "Unchecked")]
pub struct Brackets {
    brackets: Vec<Bracket>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "Brackets")]
struct Unchecked {
    brackets: Vec<Bracket>,
}

/// Rates of the notional above a floor.
#[derive(Debug, Deserialize)]
#[serde(try_from = "UncheckedBracket")]
struct Bracket {
    above: Amount,
    initial: Ratio,
    maintenance: Ratio,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedBracket {
    above: Amount,
    initial: Ratio,
    maintenance: Ratio,
}

impl TryFrom<UncheckedBracket> for Bracket {
    type Error = String;

    fn try_from(unchecked: UncheckedBracket) -> Result<Self, String> {
        let UncheckedBracket { above, initial, maintenance } = unchecked;
        if Ratio::ZERO < maintenance && maintenance <= initial && initial <= Ratio::ONE {
            return Ok(Self { above, initial, maintenance });
        }
        Err(format!(
            "the bracket above {above} must have 0% < maintenance ≤ initial ≤ 100%; found \
             maintenance {maintenance} and initial {initial}"
        ))
    }
}

impl TryFrom<Unchecked> for Brackets {
    type Error = String;

    fn try_from(Unchecked { brackets }: Unchecked) -> Result<Self, String> {
        let first = brackets.first().ok_or("`brackets` must have at least one, above 0")?;
        if first.above.in_units(18) != Some(Money::ZERO) {
            return Err(format!("the first bracket must be above 0; found `{}`", first.above));
        }
        for pair in brackets.windows(2) {
            let (low, high) = (&pair[0], &pair[1]);
            let rising = low.above.in_units(18) < high.above.in_units(18)
                && low.initial <= high.initial
                && low.maintenance <= high.maintenance;
            if !rising {
                return Err(format!(
                    "`brackets` must rise, floors and rates: the one above {} follows the one \
                     above {}",
                    high.above, low.above
                ));
            }
        }
        Ok(Self { brackets })
    }
}

impl Mechanism for Brackets {
    type Question = Margin;
    const NAME: &'static str = "Brackets";
    const SOURCE: &'static str = include_str!("brackets.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let mut table: Vec<Row> = Vec::new();
        for bracket in &self.brackets {
            let floor = plan.money(&bracket.above);
            table.push(Row {
                floor,
                initial: Line::above(floor, bracket.initial, table.last().map(|row| row.initial)),
                maintenance: Line::above(
                    floor,
                    bracket.maintenance,
                    table.last().map(|row| row.maintenance),
                ),
            });
        }
        plan.answer(Arc::new(Table { rows: table }));
    }
}

/// Brackets in the units of one asset.
#[derive(Debug)]
struct Table {
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    floor: Money,
    initial: Line,
    maintenance: Line,
}

/// Parts of a money unit that rates count.
const BILLION: i128 = 1_000_000_000;

/// notional × rate − amount, in billionths of a money unit.
#[derive(Clone, Copy, Debug)]
struct Line {
    rate: i128,
    amount: i128,
}

impl Line {
    fn above(floor: Money, rate: Ratio, below: Option<Self>) -> Self {
        let rate = i128::from(rate.0);
        let below = below.unwrap_or(Self { rate, amount: 0 });
        Self { rate, amount: below.amount + floor.0 * (rate - below.rate) }
    }

    /// Rounded up. Whole billions apart: the largest leg times a rate does not fit an `i128`.
    fn at(self, notional: Money) -> Money {
        let (billions, rest) = (notional.0.div_euclid(BILLION), notional.0.rem_euclid(BILLION));
        let billionths = rest * self.rate - self.amount;
        Money(billions * self.rate + (billionths + BILLION - 1).div_euclid(BILLION))
    }
}

impl MarginAnswer for Table {
    fn requirement(&self, _: &Market<'_>, _: Here, notional: Money) -> Requirement {
        let row = self.rows.iter().rev().find(|row| row.floor <= notional);
        row.map_or_else(Requirement::default, |row| Requirement {
            initial: row.initial.at(notional),
            maintenance: row.maintenance.at(notional),
        })
    }

    fn steepest(&self, _: &Market<'_>, _: Here) -> Ratio {
        let rate = self.rows.last().and_then(|row| i64::try_from(row.maintenance.rate).ok());
        rate.map_or(Ratio::ONE, Ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::Line;
    use units::{MONEY_MAX, Money, PRICE_MAX, Ratio, Rounding, SIZE_MAX, UNIT_VALUE_MAX};

    /// Floors, rates and maintenance amounts of a Binance bracket table in USDT.
    ///
    /// Source: freqtrade, `test_fill_leverage_tiers_binance` (figures of the exchange).
    #[test]
    fn maintenance_amounts_equal_the_published_ones() {
        let table = [
            (0, 10_000_000, 0),
            (50_000, 25_000_000, 750),
            (150_000, 50_000_000, 4_500),
            (250_000, 100_000_000, 17_000),
            (500_000, 125_000_000, 29_500),
            (1_000_000, 250_000_000, 154_500),
            (2_000_000, 500_000_000, 654_500),
        ];
        let mut below = None;
        for (floor, rate, amount) in table {
            let line = Line::above(Money(floor), Ratio(rate), below);
            assert_eq!(line.amount, amount * 1_000_000_000);
            let edge = below.unwrap_or(line);
            assert_eq!(line.at(Money(floor)), edge.at(Money(floor)), "continuous at {floor}");
            below = Some(line);
        }
    }

    #[test]
    fn the_largest_leg_has_a_requirement_whatever_its_brackets() {
        let largest = i128::from(PRICE_MAX) * i128::from(SIZE_MAX) * i128::from(UNIT_VALUE_MAX);
        let low = Line::above(Money(0), Ratio(1), None);
        let high = Line::above(Money(MONEY_MAX), Ratio::ONE, Some(low));
        let below = Money(MONEY_MAX).share(Ratio(1), Rounding::Up).0;
        assert_eq!(low.at(Money(MONEY_MAX)).0, below);
        assert_eq!(high.at(Money(MONEY_MAX)).0, below);
        assert_eq!(high.at(Money(largest)).0, below + largest - MONEY_MAX);
    }
}
