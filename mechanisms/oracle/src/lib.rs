//! Answers to *oracle*: what does a venue see of an exogenous price, and when?

mod direct;

pub use direct::Direct;
