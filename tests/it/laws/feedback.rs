//! Laws of the feedback from sales to liquidations: where there is none, none is measured.

use super::{
    Design, design, frictionless, outcome,
    random::{market, path, person},
};
use experiment::Catalogue;
use facts::{AccountId, Role};
use metrics::{Run, named};
use proptest::prelude::*;
use replay::Log;
use std::collections::BTreeSet;
use tests::{read, run, text};

/// The share of liquidations that sales led to; none where nothing was liquidated.
fn reproduction(log: &Log) -> Option<f64> {
    let metric = named("ReproductionRatio").expect("it is a standard metric");
    (metric.measure)(&Run::of(log)).ok()
}

impl Design {
    /// The same, with another answer to a question.
    fn with(mut self, question: &str, answer: &str) -> Self {
        self.rules.retain(|rule| !rule.starts_with(&format!("{question}: ")));
        self.rules.push(format!("{question}: {answer}"));
        self
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(256),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_led_to_where_marks_do_not_hear_of_trades(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let deaf = design.with("mark_price", "OracleOnly(every: \"1s\")");
        let log = outcome(&market(&[("people", &people)], &deaf, &path, seed));
        prop_assert!(reproduction(&log).is_none_or(|ratio| ratio.abs() < f64::EPSILON));
    }

    #[test]
    fn nothing_is_led_to_where_trades_move_no_price(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let endless = Design { liquidity: frictionless().liquidity, ..design };
        let log = outcome(&market(&[("people", &people)], &endless, &path, seed));
        prop_assert!(reproduction(&log).is_none_or(|ratio| ratio.abs() < f64::EPSILON));
    }
}

/// Traders' accounts that are liquidated in an arm of a text.
fn liquidated(source: &str, arm: &str) -> (BTreeSet<AccountId>, Option<f64>) {
    let log = run(&read("fixtures/episodes/shallow.ron", source, &Catalogue::standard()), arm);
    let run = Run::of(&log);
    assert!(run.liquidated().iter().all(|&account| run.role(account) == Role::Trader));
    (run.liquidated().clone(), reproduction(&log))
}

/// N₀ ÷ N as measured in an arm is what an arm without feedback has, to a few of ten thousand: margin
/// is of the notional, and needs are taken as they were.
#[test]
fn what_outside_prices_did_alone_is_what_they_do_in_an_arm_without_feedback() {
    let episode = text("fixtures/episodes/2025-10-10.ron");
    let (head, tail) = episode.split_once("    arms: {").expect("it has arms");
    let (_, metrics) = tail.split_once("    metrics: [").expect("it has metrics");
    let arms = "\"moved\": (mark_price: Clamped(every: \"3s\", within: \"10%\")), \
                \"deaf\": (mark_price: OracleOnly(every: \"3s\"))";
    let source = format!("{head}    arms: {{ {arms} }},\n    metrics: [{metrics}")
        .replace("_000_000 USDC per 1%", "_000_00 USDC per 1%");
    let ((moved, ratio), (alone, none)) =
        (liquidated(&source, "moved"), liquidated(&source, "deaf"));
    assert_eq!(none, Some(0.0));
    let count = |accounts: &BTreeSet<AccountId>| f64::from(u32::try_from(accounts.len()).unwrap());
    let ratio = ratio.expect("there are liquidations");
    assert!(ratio > 0.1, "{ratio}");
    let expected = 1.0 - count(&alone) / count(&moved);
    assert!((ratio - expected).abs() < 2e-3, "{ratio} is measured, and {expected} is so");
}
