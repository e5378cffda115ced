//! Answers to *halt*: when does trading stop?

mod circuit_breaker;

pub use circuit_breaker::CircuitBreaker;
