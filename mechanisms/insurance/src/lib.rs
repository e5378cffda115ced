//! Answers to *insurance*: which losses beyond margin does the venue pay?

mod pooled_fund;

pub use pooled_fund::PooledFund;
