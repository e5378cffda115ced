//! The laws of a paired comparison.

use super::{Comparison, Difference, Interval, compare, quantile};
use crate::Sample;
use metrics::{Definition, Undefined, Value, named};
use proptest::prelude::*;

const NOTHING: Undefined = Undefined("nothing was liquidated");

fn metric() -> Vec<Definition> {
    vec![named("Shortfall").expect("it is a standard metric")]
}

fn arms() -> Vec<String> {
    ["queue", "pro rata"].map(str::to_owned).to_vec()
}

/// Two arms, and the value of each on seeds 0, 1, 2 …
fn samples(queue: &[Value], pro_rata: &[Value]) -> Vec<Sample> {
    let arms = arms();
    let both = arms.iter().zip([queue, pro_rata]);
    let samples = both.flat_map(|(arm, values)| {
        (0..).zip(values).map(|(seed, &value)| Sample {
            arm: arm.clone(),
            seed,
            values: vec![value],
        })
    });
    samples.collect()
}

fn compared(samples: &[Sample]) -> Comparison {
    compare(&arms(), &metric(), samples)
}

/// The difference of the second arm.
fn difference(samples: &[Sample]) -> Difference {
    compared(samples).lines[0].arms[1].difference.clone().expect("it is not the baseline")
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn the_interval_is_students_on_paired_differences() {
    let queue: Vec<Value> = [100.0, 200.0, 300.0, 400.0, 500.0].map(Ok).to_vec();
    let pro_rata: Vec<Value> = [99.0, 198.0, 297.0, 396.0, 495.0].map(Ok).to_vec();
    let difference = difference(&samples(&queue, &pro_rata));
    // Differences −1 … −5: s = √2.5, t with 4 degrees of freedom = 2.776 445 105 198.
    let reach = 2.776_445_105_198 * (2.5_f64 / 5.0).sqrt();
    let interval = difference.interval.expect("five seeds have spread");
    assert!(
        close(interval.low, -3.0 - reach) && close(interval.high, -3.0 + reach),
        "{interval:?}"
    );
    assert!(interval.excludes_zero(), "though the arms themselves spread a hundred times wider");
    assert_eq!((difference.better, difference.worse, difference.tied), (5, 0, 0));
}

#[test]
fn the_quantile_is_that_of_the_tables() {
    for (freedom, t) in [(1.0, 12.706_205), (2.0, 4.302_653), (29.0, 2.045_230), (199.0, 1.971_957)]
    {
        assert!((quantile(freedom) - t).abs() < 1e-6, "{freedom}: {}", quantile(freedom));
    }
}

#[test]
fn one_seed_has_a_difference_and_no_interval() {
    let difference = difference(&samples(&[Ok(3.0)], &[Ok(1.0)]));
    assert_eq!(difference.mean, Ok(-2.0));
    assert_eq!(difference.interval, Err(Undefined("one seed has no spread")));
}

#[test]
fn equal_arms_differ_by_exactly_nothing() {
    let values = [Ok(3.0), Ok(7.5), Ok(0.1)];
    let difference = difference(&samples(&values, &values));
    assert_eq!(difference.interval, Ok(Interval { low: 0.0, high: 0.0 }));
    assert!(!difference.interval.is_ok_and(Interval::excludes_zero));
    assert_eq!((difference.better, difference.worse, difference.tied), (0, 0, 3));
}

#[test]
fn a_seed_without_a_value_in_either_arm_takes_no_part_in_the_difference() {
    let queue = [Ok(10.0), Err(NOTHING), Ok(30.0), Ok(40.0)];
    let pro_rata = [Ok(11.0), Ok(99.0), Err(NOTHING), Ok(43.0)];
    let comparison = compared(&samples(&queue, &pro_rata));
    let [base, arm] = comparison.lines[0].arms.as_slice() else { panic!("two arms") };
    assert_eq!((base.defined, base.undefined.get(&NOTHING)), (3, Some(&1)));
    assert_eq!(arm.mean, Ok(51.0));
    let difference = arm.difference.as_ref().expect("it is not the baseline");
    assert_eq!((difference.pairs, difference.mean, difference.worse), (2, Ok(2.0), 2));
}

#[test]
fn where_no_seed_has_a_value_the_reason_is_kept() {
    let comparison = compared(&samples(&[Err(NOTHING)], &[Err(NOTHING)]));
    let arm = &comparison.lines[0].arms[1];
    assert_eq!((arm.mean, arm.defined), (Err(NOTHING), 0));
    assert!(arm.difference.as_ref().is_some_and(|difference| difference.mean.is_err()));
}

#[test]
fn a_metric_without_a_good_direction_has_no_better_arm() {
    let metric = [named("TopTenShareOfDeleveraging").expect("it is a standard metric")];
    let comparison = compare(&arms(), &metric, &samples(&[Ok(0.2), Ok(0.5)], &[Ok(0.3), Ok(0.5)]));
    let difference =
        comparison.lines[0].arms[1].difference.clone().expect("it is not the baseline");
    assert_eq!((difference.better, difference.worse, difference.tied), (0, 0, 1));
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![3 => (-1e9..1e9).prop_map(Ok), 1 => Just(Err(NOTHING))]
}

proptest! {
    #[test]
    fn the_order_of_samples_changes_nothing(
        pairs in prop::collection::vec((value(), value()), 1..20),
        turn in any::<prop::sample::Index>(),
    ) {
        let (queue, pro_rata): (Vec<Value>, Vec<Value>) = pairs.into_iter().unzip();
        let mut samples = samples(&queue, &pro_rata);
        let before = compared(&samples);
        let middle = turn.index(samples.len());
        samples.rotate_left(middle);
        samples.reverse();
        let after = compared(&samples);
        prop_assert_eq!(&before.lines[0].arms, &after.lines[0].arms);
    }

    #[test]
    fn noise_that_both_arms_share_is_not_in_the_difference(
        pairs in prop::collection::vec((-1e3..1e3, -1e3..1e3, -1e3..1e3), 2..20),
    ) {
        let arm = |pick: fn(&(f64, f64, f64)) -> f64| -> Vec<Value> {
            pairs.iter().map(pick).map(Ok).collect()
        };
        let still = difference(&samples(&arm(|x| x.0), &arm(|x| x.1)));
        let noisy = difference(&samples(&arm(|x| x.0 + x.2), &arm(|x| x.1 + x.2)));
        let (still, noisy) = (still.interval.expect("spread"), noisy.interval.expect("spread"));
        prop_assert!((still.low - noisy.low).abs() < 1e-6);
        prop_assert!((still.high - noisy.high).abs() < 1e-6);
    }
}
