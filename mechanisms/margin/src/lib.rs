//! Answers to *margin*: how much equity does a position need?

mod brackets;
mod flat;
mod follows_volatility;

pub use brackets::Brackets;
pub use flat::Flat;
pub use follows_volatility::FollowsVolatility;
