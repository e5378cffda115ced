//! Arms of a comparison share everything that is not made by their rules.

use crate::determinism::episode;
use facts::{Fact, RuleInstalled};
use replay::Log;

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
