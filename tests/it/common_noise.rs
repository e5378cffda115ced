//! Arms of a comparison share everything that is not made by their rules.

mod traders;

use crate::{
    determinism::episode,
    laws::{any_two_arms, catalogue},
};
use facts::{AccountId, Fact, Role};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use replay::Log;
use std::collections::BTreeSet;
use tests::{load, read, run, run_with};

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

/// What genesis declares besides the rules, and what these put into the house's own accounts:
/// assets, instruments, accounts, deposits, legs.
fn people(log: &Log) -> Vec<&Fact> {
    let opened = log.genesis.iter().filter_map(|fact| {
        if let Fact::AccountOpened(opened) = fact { Some(opened) } else { None }
    });
    let traders = opened.filter(|opened| opened.role == Role::Trader).map(|opened| opened.account);
    let traders: BTreeSet<AccountId> = traders.collect();
    let is_of_people = |fact: &&Fact| {
        if let Fact::Deposited(deposited) = fact {
            traders.contains(&deposited.purse.account)
        } else {
            !matches!(fact, Fact::RuleInstalled(_))
        }
    };
    log.genesis.iter().filter(is_of_people).collect()
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

fn both(text: &str) -> [Log; 2] {
    let experiment = read("random.ron", text, &catalogue());
    ["base", "other"].map(|arm| run(&experiment, arm))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(512),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn another_rule_leaves_outside_prices_and_people_as_they_are(text in any_two_arms()) {
        let [base, other] = both(&text);
        prop_assert!(!exogenous(&base).is_empty(), "there are prices to compare");
        prop_assert_eq!(exogenous(&base), exogenous(&other));
        prop_assert_eq!(people(&base), people(&other));
    }
}

/// What no rule changes would be equal anyway: most rules change something.
#[test]
fn another_rule_is_another_story() {
    let mut runner = TestRunner::deterministic();
    let differs = |_| {
        let text = any_two_arms().new_tree(&mut runner).expect("rules differ").current();
        let [base, other] = both(&text);
        base.seal.facts != other.seal.facts
    };
    let differing = (0..60).map(differs).filter(|&differs| differs).count();
    assert!(differing >= 30, "{differing} of 60");
}
