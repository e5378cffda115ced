//! Answers to *behaviour*: what do traders do by themselves?

mod passive;

pub use passive::Passive;
