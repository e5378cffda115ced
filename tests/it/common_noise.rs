//! Arms of a comparison share everything that is not made by their rules.

use crate::determinism::episode;
use facts::{Fact, RuleInstalled};
use proptest::prelude::*;
use replay::Log;
use tests::{load, run_with};

/// Time and content of every exogenous price.
fn exogenous(log: &Log) -> Vec<(units::Time, &facts::FundamentalPriceSet)> {
    let prices = log.records.iter().filter_map(|record| {
        if let Fact::FundamentalPriceSet(set) = &record.fact {
            Some((record.stamp.time, set))
        } else {
            None
        }
    });
    prices.collect()
}

/// What genesis declares besides the rules: assets, instruments, accounts, deposits, legs.
fn people(log: &Log) -> Vec<&Fact> {
    let is_rule = |fact: &&Fact| matches!(fact, Fact::RuleInstalled(RuleInstalled { .. }));
    log.genesis.iter().filter(|fact| !is_rule(fact)).collect()
}

#[test]
fn outside_prices_are_equal_in_every_arm_to_the_horizon() {
    let (base, arms) = episode().split_first().expect("there are arms");
    let prices = exogenous(&base.1);
    assert_eq!(prices.len(), 3 * 80 * 60, "three assets, a price a second");
    for (arm, log) in arms {
        assert!(exogenous(log) == prices, "{arm}");
    }
}

#[test]
fn everyone_begins_with_the_same_in_every_arm() {
    let (base, arms) = episode().split_first().expect("there are arms");
    for (arm, log) in arms {
        assert!(people(log) == people(&base.1), "{arm}");
    }
}

#[test]
fn arms_differ() {
    let mut digests: Vec<_> = episode().iter().map(|(_, log)| log.seal.facts).collect();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), episode().len(), "every arm tells another story");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn drawn_prices_are_equal_in_every_arm_to_the_horizon(seed in any::<u64>()) {
        let experiment = load("fixtures/fundamental/jump_diffusion.ron");
        let logs: Vec<Log> = experiment.arms().map(|arm| run_with(&experiment, arm, seed)).collect();
        let prices = exogenous(&logs[0]);
        prop_assert_eq!(prices.len(), 2 * 16 + 3 * 31, "five assets, a price every tick");
        prop_assert!(exogenous(&logs[1]) == prices);
        prop_assert!(people(&logs[1]) == people(&logs[0]));
        let parted = logs[0].records.iter().any(|record| record.fact.name() == "Traded");
        prop_assert_eq!(logs[0].seal.facts != logs[1].seal.facts, parted, "only rules differ");
    }
}
