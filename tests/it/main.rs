//! Tests of the whole workspace, one binary: what a run does is seen in fixtures, what every run
//! keeps to in laws, and that it does it again in determinism.

#![expect(
    clippy::disallowed_methods,
    reason = "tests read and write files and start processes; nothing they test does"
)]

mod fixtures;
mod chitra;
mod determinism;
mod instructions;
mod checkpoint;
mod common_noise;
mod synthetic;
mod idle;
mod forgotten;
mod dealings;
mod orders;
mod laws;
mod expectations;
mod bad;
mod cli;
mod words;
mod beginning;
mod parting;
mod scale;
mod damage;
mod readme;
mod tidy;
