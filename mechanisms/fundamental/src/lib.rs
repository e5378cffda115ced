//! Answers to *fundamental*: how does an exogenous price move?
//!
//! **Invariant:** an answer reads nothing of any venue, and its draws are addressed by its name and
//! an ordinal of its own clock: the path is the same whatever the market does.

mod historical_bars;

pub use historical_bars::HistoricalBars;
