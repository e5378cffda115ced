//! Who runs low is asked for more, and has a time to come up with it.
//!
//! # Rule
//!
//! A purse whose equity falls below `below`, and not below its maintenance margin, is called: by
//! `within` later it is to have that much again, whether the price comes back, its owner adds
//! collateral, or the position gets smaller. A call ends as soon as that is so. At the deadline a
//! purse that has not got it is liquidated until it has (`Liquidate`: how much is closed, and how
//! fast, is the answer to *liquidation*), or called again (`Nothing`). Whoever falls below
//! maintenance before the deadline, or with it, is liquidated for that, called or not.
//!
//! # Why venues do it
//!
//! Whoever has money elsewhere brings it, and nothing is sold into a falling market.
//!
//! # Parameters
//!
//! - `below`: equity below which a purse is called, and that it is asked to have, rounded up:
//!   `"initial"` or `"maintenance"`, alone, with a share of the notional up to 100 % as
//!   `"maintenance + 5%"`, or with a factor from 1 to 2 as `"maintenance × 1.5"` (or `*`); more than
//!   `"maintenance"` itself.
//! - `within`: time from the call to its deadline, above zero.
//! - `then`: `Liquidate` or `Nothing`.
//!
//! # Known failure
//!
//! In a fall faster than the deadline nobody is closed between the call and maintenance, and those
//! who miss their calls together are sold together. Many calls at once ask many for cash at once.
//!
//! # Sources
//!
//! BlockFi, "Prices dropped, what is the loan margin process?" (called at a loan of 70 % of the
//! collateral, 72 hours, sold at 80 %: here `"maintenance + 10%"` with a maintenance of 20 %), read
//! November 2026; Brunnermeier and Pedersen, "Market liquidity and funding liquidity", Review of
//! Financial Studies 22 (2009), on margins that are called when they are hardest to meet.

use market::{Here, MarginCall, MarginCallAnswer, Market, Mechanism, Plan, RiskReport};
use serde::Deserialize;
use std::str::FromStr;
use units::{Decimal, Duration, Money, Ratio, Rounding};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Equity below which a purse is called.
    below: Level,
    /// Time from the call to its deadline.
    within: Duration,
    /// What happens to whoever misses it.
    then: Then,
}

/// What happens to a purse that misses its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Then {
    /// It is liquidated until it has what was asked for.
    Liquidate,
    /// It is called again.
    Nothing,
}

/// An amount of equity, from what the margin of a purse is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Level {
    of: Margin,
    /// So often, from once to twice.
    times: Ratio,
    /// And this share of the notional.
    and: Ratio,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Margin {
    Initial,
    Maintenance,
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || {
            format!(
                "`{text}` is no level of equity: expected one such as \"initial\", \"maintenance + \
                 5%\" or \"maintenance × 1.5\""
            )
        };
        let names = [("initial", Margin::Initial), ("maintenance", Margin::Maintenance)];
        let named = |(name, of)| Some((of, text.trim().strip_prefix(name)?.trim_start()));
        let (of, rest) = names.into_iter().find_map(named).ok_or_else(expected)?;
        let (mut times, mut and) = (Ratio::ONE, Ratio::ZERO);
        if let Some(share) = rest.strip_prefix('+') {
            and = Ratio::from_str(share.trim()).map_err(|error| error.to_string())?;
        } else if let Some(factor) = rest.strip_prefix(['×', '*']) {
            let factor = Decimal::parse(factor.trim(), 9).map_err(|error| error.to_string())?;
            times = Ratio(i64::try_from(factor).map_err(|_| expected())?);
        } else if !rest.is_empty() {
            return Err(expected());
        }
        if !(Ratio::ONE..=Ratio(2 * Ratio::ONE.0)).contains(&times) || !and.is_share() {
            return Err(format!(
                "`{text}` is out of range: a factor must be 1 to 2, a share within 0% and 100%"
            ));
        }
        let level = Self { of, times, and };
        if level == (Self { of: Margin::Maintenance, times: Ratio::ONE, and: Ratio::ZERO }) {
            return Err(format!(
                "`{text}` calls nobody: whoever falls below maintenance is liquidated; ask for more, \
                 e.g. \"maintenance + 5%\""
            ));
        }
        Ok(level)
    }
}

impl TryFrom<String> for Level {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl Mechanism for Deadline {
    type Question = MarginCall;
    const NAME: &'static str = "Deadline";
    const SOURCE: &'static str = include_str!("deadline.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(self.within > Duration::ZERO, "`within` must be above zero, e.g. \"24h\"");
        plan.waits("within", self.within);
        plan.answer(plan.this());
    }
}

impl MarginCallAnswer for Deadline {
    fn level(&self, _: &Market<'_>, _: Here, risk: &RiskReport) -> Money {
        let margin = match self.below.of {
            Margin::Initial => risk.initial,
            Margin::Maintenance => risk.maintenance,
        };
        let more = risk.notional.share(self.below.and, Rounding::Up);
        margin.share(self.below.times, Rounding::Up) + more
    }

    fn within(&self) -> Duration {
        self.within
    }

    fn enforces(&self) -> bool {
        self.then == Then::Liquidate
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Margin};
    use units::Ratio;

    #[test]
    fn a_level_is_a_margin_and_what_is_asked_on_top() {
        let level = |of, times, and| Ok(Level { of, times: Ratio(times), and });
        let percent = |parts| Ratio(parts * Ratio::PERCENT.0);
        for (text, expected) in [
            ("initial", level(Margin::Initial, 1_000_000_000, percent(0))),
            (" maintenance + 5% ", level(Margin::Maintenance, 1_000_000_000, percent(5))),
            ("initial+5%", level(Margin::Initial, 1_000_000_000, percent(5))),
            ("maintenance × 1.5", level(Margin::Maintenance, 1_500_000_000, percent(0))),
            ("maintenance * 2", level(Margin::Maintenance, 2_000_000_000, percent(0))),
        ] {
            assert_eq!(text.parse::<Level>(), expected, "{text}");
        }
    }

    #[test]
    fn a_level_that_calls_nobody_or_is_unclear_is_refused() {
        for text in [
            "maintenance",
            "maintenance + 0%",
            "maintenance × 1",
            "maintenance × 0.5",
            "maintenance × 2.5",
            "maintenance + 101%",
            "maintenance + -5%",
            "maintenance + 5",
            "maintenance 5%",
            "initial × 1.5 + 5%",
            "initially",
            "margin + 5%",
            "",
        ] {
            assert!(text.parse::<Level>().is_err(), "{text}");
        }
    }
}
