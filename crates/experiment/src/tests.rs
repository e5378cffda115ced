//! Laws of reading and drawing.

mod mistakes;
mod reading;
mod people;
mod patches;
mod tables;
mod expectations;
