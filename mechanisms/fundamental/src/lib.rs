//! Answers to *fundamental*: how does an exogenous price move?
//!
//! **Invariant:** an answer reads nothing of any venue, and its draws are addressed by its name and
//! its own clock: the path is the same whatever the market does.

mod synthetic;
mod historical_bars;
mod jump_diffusion;
mod scripted_shock;

pub use historical_bars::HistoricalBars;
pub use jump_diffusion::JumpDiffusion;
pub use scripted_shock::ScriptedShock;

use facts::FundamentalId;
use market::FUNDAMENTAL_DECIMALS;
use units::{Decimal, Duration};

market::timers! {
    /// The next synthetic price is due, so long after the start.
    PriceDue { fundamental: FundamentalId, elapsed: Duration } in Fundamental;
}

/// A price as a person writes it, in units of 10^−8.
fn price(text: &str) -> Result<i64, String> {
    let units = Decimal::parse(text, FUNDAMENTAL_DECIMALS).map_err(|e| e.to_string())?;
    i64::try_from(units).map_err(|_| format!("`{text}` is too large"))
}
