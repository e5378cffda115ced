//! What a log is of.

use serde::{Deserialize, Serialize};

/// What was run. It says where the facts come from and is no part of their digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Format of the log: [`Header::SCHEMA`].
    pub schema: u32,
    /// Name and version of the engine that wrote it.
    pub engine: String,
    /// Name of the experiment.
    pub experiment: String,
    /// The experiment as normalised text.
    pub source: String,
    /// Name of the arm.
    pub arm: String,
    /// Seed of the random streams.
    pub seed: u64,
}

impl Header {
    /// The one format that is written and read.
    pub const SCHEMA: u32 = 5;
}
