//! Answers to *margin call*: who is asked for more margin, and by when?

mod deadline;

pub use deadline::{Deadline, Then};
