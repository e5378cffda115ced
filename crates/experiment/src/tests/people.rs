//! Laws of the people an experiment draws.

use crate::trial::{RIGHT, load_text, with};
use market::{AccountPlan, GroupPlan, MarketPlan};
use proptest::prelude::*;
use std::collections::BTreeMap;

const SEED: u64 = 3;

fn plan(text: &str, arm: &str) -> MarketPlan {
    let loaded = load_text(text).expect("it is right");
    loaded.experiment.plan(arm, SEED).expect("it can be planned")
}

fn group<'a>(plan: &'a MarketPlan, name: &str) -> &'a GroupPlan {
    plan.groups.iter().find(|group| group.name == name).expect("there is such a group")
}

fn same(one: &[AccountPlan], other: &[AccountPlan]) -> bool {
    format!("{one:?}") == format!("{other:?}")
}

#[test]
fn longs_equal_shorts_in_every_instrument_of_every_arm() {
    for arm in ["base", "tiered", "apart"] {
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        let plan = plan(RIGHT, arm);
        for leg in plan.groups.iter().flat_map(|it| &it.accounts).flat_map(|it| &it.legs) {
            *sums.entry(leg.instrument.clone()).or_default() += leg.size.0;
        }
        assert_eq!(sums.into_values().collect::<Vec<_>>(), [0, 0]);
    }
}

#[test]
fn an_account_is_the_same_whoever_else_exists_and_whatever_the_rules() {
    let (base, tiered) = (plan(RIGHT, "base"), plan(RIGHT, "tiered"));
    let longs = &group(&base, "longs").accounts;
    assert!(same(longs, &group(&tiered, "longs").accounts));
    let more = plan(&with("count: 100", "count: 150"), "base");
    assert!(same(longs, &group(&more, "longs").accounts));
    let hedgers = &group(&base, "hedgers").accounts;
    assert!(same(hedgers, &group(&more, "hedgers").accounts[..100]));
}

#[test]
fn who_takes_the_rest_enters_at_the_opening_price() {
    let plan = plan(RIGHT, "apart");
    let [makers] = group(&plan, "makers").accounts.as_slice() else { panic!("one account") };
    let entries: Vec<_> = makers.legs.iter().map(|leg| leg.entry.0).collect();
    assert_eq!(entries, [6_000_000, 301_225]);
}

#[test]
fn an_account_too_small_for_a_lot_keeps_its_collateral() {
    let text = with("\"2_000 USDC\", spread: 1.5", "\"0.01 USDC\", spread: 0");
    let plan = plan(&text, "base");
    for account in &group(&plan, "hedgers").accounts {
        assert!(account.legs.is_empty());
        assert_eq!(account.collateral.0, 10_000);
    }
}

/// Leverage at the opening price as (notional, equity) of every purse with legs.
fn purses(account: &AccountPlan, openings: &BTreeMap<&str, (i64, i64)>) -> Vec<(i128, i128)> {
    let mut cross = (0, account.collateral.0);
    let mut purses = Vec::new();
    for leg in &account.legs {
        let (price, unit) = openings[leg.instrument.as_str()];
        let size = i128::from(leg.size.0) * i128::from(unit);
        let notional = (size * i128::from(price)).abs();
        let profit = size * i128::from(price - leg.entry.0);
        match leg.isolated {
            Some(margin) => purses.push((notional, margin.0 + profit)),
            None => cross = (cross.0 + notional, cross.1 + profit),
        }
    }
    purses.push(cross);
    purses
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_starts_above_the_highest_leverage(
        seed in any::<u64>(),
        most in 1_u32..60,
        band in 0_u32..50,
        margin in prop_oneof![Just("Cross"), Just("Isolated")],
        side in prop_oneof![Just("Long"), Just("Short")],
    ) {
        let text = with("side: Long, margin: Cross", &format!("side: {side}, margin: {margin}"))
            .replace("median: \"6x\", spread: 0.7, most: \"40x\"",
                &format!("median: \"{most}x\", spread: 0.7, most: \"{most}x\""))
            .replace("entered: Within(\"3%\"), behaviour: Passive(),\n        ),\n        Population",
                &format!("entered: Within(\"{band}%\"), behaviour: Passive(),\n        ),\n        Population"));
        let plan = load_text(&text).expect("it is right").experiment.plan("base", seed);
        let plan = plan.expect("it can be planned");
        let openings = BTreeMap::from([("BTC", (6_235_050, 1)), ("ETH", (301_225, 10))]);
        for account in &group(&plan, "longs").accounts {
            prop_assert!(!account.legs.is_empty());
            for (notional, equity) in purses(account, &openings) {
                prop_assert!(notional <= i128::from(most) * equity, "{account:?}");
            }
            for leg in &account.legs {
                let (price, _) = openings[leg.instrument.as_str()];
                let distance = i128::from(leg.entry.0.abs_diff(price));
                prop_assert!(distance * 100 <= i128::from(band) * i128::from(price));
            }
        }
    }
}
