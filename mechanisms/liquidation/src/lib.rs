//! Answers to *liquidation*: what is closed when the equity is not there?

mod full_close;
mod tiered;

pub use full_close::FullClose;
pub use tiered::Tiered;

use facts::{InstrumentId, Purse};
use market::{Market, RiskReport};
use std::cmp::Reverse;
use units::Size;

/// Live risk of a purse whose liquidation was opened earlier in the round; one that has its
/// maintenance margin again is spared.
fn still_below(market: &mut Market<'_>, purse: Purse) -> Option<RiskReport> {
    let risk = market.risk(purse)?;
    if risk.must_close() {
        return Some(risk);
    }
    market.spare(purse, risk.close_out);
    None
}

/// Legs of a purse, the largest notional first, then in order of instrument.
fn largest_first(market: &Market<'_>, purse: Purse) -> Vec<(InstrumentId, Size)> {
    let legs = market.open_legs(purse).filter_map(|leg| {
        let listing = market.instrument(leg.instrument);
        let notional = listing.notional(leg.size, listing.mark_price?);
        Some((Reverse(notional), leg.instrument, leg.size))
    });
    let mut legs: Vec<_> = legs.collect();
    legs.sort();
    legs.into_iter().map(|(_, instrument, size)| (instrument, size)).collect()
}
