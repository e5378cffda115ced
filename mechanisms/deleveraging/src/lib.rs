//! Answers to *deleveraging*: which winners pay for what margin and insurance do not cover?
//!
//! An answer decides who gives how much. What giving means is shared: see [`Act`] and [`Terms`].

mod terms;
pub mod allocation;
mod rank;
mod ranked_queue;
mod pro_rata;

pub use pro_rata::{ProRata, Weight};
pub use rank::{Part, Rank};
pub use ranked_queue::RankedQueue;
pub use terms::{Act, Allocate, Claim, ClosePrice, Terms};
