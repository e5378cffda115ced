//! What a run did, in numbers: pure functions of its log.
//!
//! A metric is a function of a [`Run`], which arranges a log for reading. [`STANDARD`] lists them;
//! a metric that has no value says why ([`Undefined`]). Two results are no single number:
//! [`who_paid()`], whose rows sum to exactly zero, and [`price_lines`].
//!
//! Money is added up exactly and becomes a float once, at the end.
//!
//! **Invariant:** metrics see a log and nothing else; they cannot tell which mechanism wrote it.
//! **Invariant:** there is no NaN and no infinity among their values.

mod value;
mod run;
mod standard;
mod liquidated_notional;
mod deleveraged_notional;
mod profit_given_up;
mod accounts_liquidated;
mod accounts_deleveraged;
mod shortfall;
mod fund_paid;
mod debt_booked;
mod deepest_discount;
mod time_halted;
mod liquidations_per_publication;
mod undisplaced;
mod reproduction_ratio;
mod longest_causal_chain;
mod margin_calls;
mod margin_calls_met;
mod margin_calls_missed;
mod missed_call_share_of_liquidations;
mod collateral_brought;
mod top_ten_share_of_deleveraging;
mod funding;
mod who_paid;
mod price_line;

#[cfg(test)]
mod tests;

pub use price_line::{PriceLine, price_lines};
pub use run::Run;
pub use standard::{STANDARD, named};
pub use value::{Better, Definition, Undefined, Unit, Value};
pub use who_paid::{Payer, Unbalanced, WhoPaid, who_paid};
