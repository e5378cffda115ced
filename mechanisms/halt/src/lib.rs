//! Answers to *halt*: when does trading stop?

mod circuit_breaker;
mod price_band;

pub use circuit_breaker::CircuitBreaker;
pub use price_band::PriceBand;
