//! What a metric is, and what it can say.

use crate::Run;
use units::math;

/// Why a metric has no value: a clause that can follow "undefined:".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undefined(pub &'static str);

/// A finite number in the metric's [`Unit`], or why there is none.
pub type Value = Result<f64, Undefined>;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Whole units of the asset that all venues settle in.
    Money,
    /// Things: accounts, facts.
    Count,
    /// A number without a unit that is read as it is.
    Number,
    /// A part of a whole that is read in per cent; one is all of it.
    Ratio,
    /// Seconds of simulated time.
    Seconds,
}

/// Which direction is good news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less of it.
    Lower,
    /// More of it.
    Higher,
    /// Neither: it describes.
    Neither,
}

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Its name, as an experiment lists it.
    pub name: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// Which direction is good news.
    pub better: Better,
    /// What it says, in one sentence.
    pub summary: &'static str,
    /// The function of a run.
    pub measure: fn(&Run<'_>) -> Value,
    /// The file that the function is written in, `include_str!("its_name.rs")`.
    pub source: &'static str,
}

impl Definition {
    /// How it is measured: what the documentation of its function says, without the comment marks.
    pub fn method(&self) -> String {
        let lines = self.source.lines().skip_while(|line| !line.starts_with("///"));
        let lines = lines.map_while(|line| line.strip_prefix("///"));
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        lines.join("\n")
    }
}

/// A number of things as a float.
pub(crate) fn count(things: usize) -> f64 {
    math::float(i128::try_from(things).expect("what fits in memory fits an i128"))
}
