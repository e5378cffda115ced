//! Answers to *margin*: how much equity does a position need?

mod brackets;

pub use brackets::Brackets;
