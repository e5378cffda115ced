//! What one run measured.

use metrics::{Definition, Run, Value};

/// The metrics of one arm on one seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Name of the arm.
    pub arm: String,
    /// The seed.
    pub seed: u64,
    /// Values in the order of the list of metrics.
    pub values: Vec<Value>,
}

impl Sample {
    /// Measures a run.
    pub fn of(arm: &str, seed: u64, run: &Run<'_>, metrics: &[Definition]) -> Self {
        let values = metrics.iter().map(|metric| (metric.measure)(run)).collect();
        Self { arm: arm.to_owned(), seed, values }
    }
}
