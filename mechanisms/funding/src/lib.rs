//! Answers to *funding*: what do longs pay shorts?

mod clamped_premium;

pub use clamped_premium::ClampedPremium;
