//! What people read: runs and comparisons as text for a terminal.
//!
//! A page is at most [`WIDTH`] columns wide, says the unit of every number, and prints what is
//! undefined as `—` with the reason. Whether there is colour is the caller's decision; nothing is
//! said by colour alone.
//!
//! **Invariant:** nothing here measures or judges; it prints what it is given.
//! **Invariant:** the same input gives the same text.

mod style;
mod number;
mod spark;
mod table;
mod prose;
mod check;
mod run;
mod compare;
mod who_paid;
mod diff;
#[cfg(test)]
mod tests;

pub use check::{CheckPage, CheckedArm, check};
pub use compare::{compare, untouched};
pub use diff::diff;
pub use number::{counted, moment};
pub use prose::{prose, terms};
pub use run::{RunPage, Title, drawn, run};
pub use style::Style;
pub use who_paid::who_paid;

/// Widest line, in columns.
pub const WIDTH: usize = 100;
