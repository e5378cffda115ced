//! What arms of an experiment did differently, and how sure one can be.
//!
//! Arms run on the same seeds and share all outside noise, so they are compared **seed by seed**:
//! the difference from the baseline on one seed is one observation, and its spread over seeds is
//! much smaller than the spread of either arm.
//!
//! **Invariant:** the order in which samples arrive changes nothing.
//! **Invariant:** a seed on which either arm has no value takes no part in their difference.

mod sample;
mod paired;

pub use paired::{Arm, Comparison, Difference, Interval, Line, compare};
pub use sample::Sample;
