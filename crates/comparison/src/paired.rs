//! Paired differences from a baseline.

use crate::Sample;
use metrics::{Better, Definition, Undefined, Value};
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::collections::{BTreeMap, BTreeSet};
use units::math;

/// Arms side by side, metric by metric.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Number of seeds on which any arm ran.
    pub seeds: usize,
    /// One line for each metric, in the order of the list.
    pub lines: Vec<Line>,
}

/// One metric.
#[derive(Clone, Debug)]
pub struct Line {
    /// The metric.
    pub metric: Definition,
    /// The baseline, then every other arm in the order of the list.
    pub arms: Vec<Arm>,
}

/// One metric of one arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Name of the arm.
    pub name: String,
    /// Seeds on which the metric is defined.
    pub defined: usize,
    /// Mean over these seeds, in the metric's unit.
    pub mean: Value,
    /// Why it is undefined on other seeds, and on how many.
    pub undefined: BTreeMap<Undefined, usize>,
    /// Difference from the baseline; none for the baseline.
    pub difference: Option<Difference>,
}

/// An arm less the baseline, seed by seed, over the seeds on which both are defined.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Mean difference, in the metric's unit: negative where the arm has less of it.
    pub mean: Value,
    /// Where the true mean difference lies with 95 % confidence.
    pub interval: Result<Interval, Undefined>,
    /// Seeds on which the arm is strictly better; none of them where neither direction is good.
    pub better: usize,
    /// Seeds on which the arm is strictly worse; none of them where neither direction is good.
    pub worse: usize,
    /// Seeds on which the two are equal.
    pub tied: usize,
    /// Seeds on which both are defined.
    pub pairs: usize,
}

/// An interval of confidence, in the metric's unit; `low` ≤ `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    /// Whether zero lies outside of it.
    pub fn excludes_zero(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Compares arms with the first of them.
///
/// The interval is mean ± t · s / √n, with s the standard deviation of the n differences and t the
/// 97.5 % quantile of Student's distribution with n − 1 degrees of freedom: exact for normal
/// differences, and close for others once n is about 30. Each interval stands alone: of twenty
/// that ought to contain zero, one does not.
///
/// # Panics
/// When a sample is of an unknown arm, comes twice, or has not one value for each metric.
pub fn compare(arms: &[String], metrics: &[Definition], samples: &[Sample]) -> Comparison {
    let mut cells: BTreeMap<(usize, u64), &Sample> = BTreeMap::new();
    for sample in samples {
        let arm = arms.iter().position(|name| *name == sample.arm);
        let arm = arm.expect("a sample is of an arm that is compared");
        assert_eq!(sample.values.len(), metrics.len(), "a sample has a value for each metric");
        let twice = cells.insert((arm, sample.seed), sample);
        assert!(twice.is_none(), "an arm runs once on a seed: {} on {}", sample.arm, sample.seed);
    }
    let seeds = cells.keys().map(|&(_, seed)| seed).collect::<BTreeSet<_>>().len();
    let lines = metrics.iter().enumerate().map(|(place, metric)| {
        let columns: Vec<Column> = (0..arms.len())
            .map(|arm| {
                let runs = cells.range((arm, 0)..=(arm, u64::MAX));
                runs.filter_map(|(&(_, seed), run)| Some((seed, *run.values.get(place)?))).collect()
            })
            .collect();
        Line { metric: *metric, arms: line(metric.better, arms, &columns) }
    });
    Comparison { seeds, lines: lines.collect() }
}

/// Values of one metric in one arm, by seed.
type Column = BTreeMap<u64, Value>;

fn line(better: Better, arms: &[String], columns: &[Column]) -> Vec<Arm> {
    let Some(baseline) = columns.first() else { return Vec::new() };
    let arm = |(place, (name, column)): (usize, (&String, &Column))| {
        let defined: Vec<f64> = column.values().flatten().copied().collect();
        let mut undefined = BTreeMap::new();
        for reason in column.values().filter_map(|value| value.err()) {
            *undefined.entry(reason).or_insert(0) += 1;
        }
        let reason = undefined.keys().next().copied();
        Arm {
            name: name.clone(),
            defined: defined.len(),
            mean: mean(&defined).ok_or(reason.unwrap_or(Undefined("the arm did not run"))),
            undefined,
            difference: (place > 0).then(|| difference(better, baseline, column)),
        }
    };
    arms.iter().zip(columns).enumerate().map(arm).collect()
}

fn difference(better: Better, baseline: &Column, column: &Column) -> Difference {
    let pair = |(seed, value): (&u64, &Value)| {
        let base = baseline.get(seed)?.ok()?;
        Some(value.ok()? - base)
    };
    let differences: Vec<f64> = column.iter().filter_map(pair).collect();
    let below = differences.iter().filter(|&&difference| difference < 0.0).count();
    let above = differences.iter().filter(|&&difference| difference > 0.0).count();
    let (better, worse) = match better {
        Better::Lower => (below, above),
        Better::Higher => (above, below),
        Better::Neither => (0, 0),
    };
    Difference {
        mean: mean(&differences).ok_or(Undefined("no seed on which both arms have a value")),
        interval: interval(&differences),
        better,
        worse,
        tied: differences.len() - below - above,
        pairs: differences.len(),
    }
}

fn interval(differences: &[f64]) -> Result<Interval, Undefined> {
    let mean = mean(differences).ok_or(Undefined("no seed on which both arms have a value"))?;
    if differences.len() < 2 {
        return Err(Undefined("one seed has no spread"));
    }
    let (n, freedom) = (count(differences.len()), count(differences.len() - 1));
    let squares: f64 = differences.iter().map(|x| (x - mean) * (x - mean)).sum();
    let reach = quantile(freedom) * math::sqrt(squares / freedom / n);
    Ok(Interval { low: mean - reach, high: mean + reach })
}

/// 97.5 % quantile of Student's distribution.
fn quantile(freedom: f64) -> f64 {
    let student = StudentsT::new(0.0, 1.0, freedom).expect("there are two seeds or more");
    student.inverse_cdf(0.975)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count(values.len()))
}

fn count(things: usize) -> f64 {
    math::float(i128::try_from(things).expect("what fits in memory fits an i128"))
}

#[cfg(test)]
mod tests;
