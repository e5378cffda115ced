//! Laws of reading and drawing.

mod mistakes;
mod reading;
mod people;
mod tables;
mod expectations;
