//! Answers to *margin*: how much equity does a position need?

mod flat;
mod brackets;

pub use brackets::Brackets;
pub use flat::Flat;
