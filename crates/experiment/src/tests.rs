//! Laws of reading and drawing.

mod mistakes;
mod reading;
mod people;
mod scale;
mod patches;
mod tables;
mod expectations;
