//! Liquidations, generations, causes.

use super::{
    measured,
    scene::{BTC, GEM, LIQUIDITY, Scene, trade, trader},
};
use crate::Value;
use facts::{FactId, Purse, Resumed};

#[test]
fn each_forced_trade_counts_once_at_its_own_price() {
    let mut scene = Scene::new();
    scene.mark(1, 100, 100);
    scene.at(1, trade(trader(0), Purse::of(LIQUIDITY), 10, 98));
    scene.at(2, trade(trader(1), Purse::of(LIQUIDITY), 5, 90));
    assert_eq!(measured(&scene.run(), "LiquidatedNotional"), Ok(10.0 * 98.0 + 5.0 * 90.0));
}

#[test]
fn an_account_liquidated_twice_counts_once() {
    let mut scene = Scene::new();
    scene.liquidations(1, 3);
    scene.liquidations(2, 2);
    assert_eq!(measured(&scene.run(), "AccountsLiquidated"), Ok(3.0));
}

#[test]
fn a_generation_is_what_one_publication_leads_to() {
    let mut scene = Scene::new();
    for (second, liquidated) in [(10, 8), (13, 4), (16, 2), (19, 0)] {
        scene.mark(second, 100, 100);
        scene.mark(second, 100, 100); // another instrument, the same instant
        scene.liquidations(second, liquidated.min(1));
        scene.liquidations(second + 1, liquidated.max(1) - 1); // an engine that scans later
    }
    assert_eq!(measured(&scene.run(), "LiquidationsPerPublication"), Ok(14.0 / 3.0));
}

fn reproduction(scene: &Scene) -> Value {
    measured(&scene.run(), "ReproductionRatio")
}

/// The first trader is liquidated by outside prices alone, and sells.
fn shocked() -> Scene {
    let mut scene = Scene::new();
    scene.mark(10, 100, 100);
    scene.liquidated(10, trader(0), &[(BTC, 10, 100)], 1);
    scene.at(10, trade(trader(0), Purse::of(LIQUIDITY), 10, 90));
    scene
}

#[test]
fn a_shock_reproduces_nothing_however_long_it_lasts() {
    let mut scene = shocked();
    for (second, n) in [(13, 1), (16, 2), (19, 3), (22, 4)] {
        scene.mark(second, 100 - second, 100 - second);
        scene.liquidated(second, trader(n), &[(BTC, 1, 100 - second)], 1);
    }
    assert_eq!(reproduction(&scene), Ok(0.0));
}

#[test]
fn sales_led_to_whoever_outside_prices_never_reach() {
    let mut scene = shocked();
    scene.mark(13, 90, 99);
    // They would be liquidated at 91, at 95 and at 98, if they are long, and at 92 if short.
    scene.liquidated(13, trader(1), &[(BTC, 1, 90)], 101);
    scene.liquidated(13, trader(2), &[(BTC, 1, 90)], 501);
    scene.liquidated(13, trader(3), &[(BTC, 1, 90)], 901);
    scene.liquidated(13, trader(4), &[(BTC, -1, 90)], 1);
    assert_eq!(reproduction(&scene), Ok(2.0 / 5.0), "the index is at 99, the short below water");
    scene.mark(16, 90, 95);
    assert_eq!(reproduction(&scene), Ok(1.0 / 5.0), "95 is reached later, with 96 a unit above it");
    scene.liquidated(16, trader(1), &[(BTC, 1, 90)], 1);
    scene.mark(19, 90, 90);
    assert_eq!(reproduction(&scene), Ok(0.0), "only the first liquidation of a purse is asked for");
}

#[test]
fn nothing_is_led_to_before_something_is_sold() {
    let mut scene = Scene::new();
    scene.mark(10, 90, 100);
    scene.liquidated(10, trader(0), &[(BTC, 1, 90)], 1);
    assert_eq!(reproduction(&scene), Ok(0.0));
    scene.at(11, trade(trader(0), Purse::of(LIQUIDITY), 1, 90));
    scene.liquidated(12, trader(1), &[(BTC, 1, 90)], 1);
    assert_eq!(reproduction(&scene), Ok(1.0 / 2.0));
}

#[test]
fn legs_that_are_at_their_worst_one_after_the_other_are_not_at_once() {
    let mut scene = shocked();
    scene.lists(GEM);
    scene.mark_of(GEM, 11, 100, 100);
    scene.mark(13, 90, 100);
    scene.liquidated(13, trader(1), &[(BTC, 1, 90), (GEM, -1, 100)], 200);
    // 1,000 cents better than at the marks, of which 801 may be lost.
    scene.mark(16, 95, 95);
    scene.mark(19, 100, 100);
    scene.mark_of(GEM, 19, 105, 105);
    assert_eq!(reproduction(&scene), Ok(1.0 / 2.0));
    scene.mark(22, 96, 96);
    assert_eq!(reproduction(&scene), Ok(0.0), "5 are lost on one and 4 on the other");
}

#[test]
fn a_mark_ahead_of_a_late_index_is_displaced_by_nothing() {
    let mut scene = shocked();
    scene.follows_outside(BTC, 9_000);
    scene.mark(13, 95, 100);
    scene.liquidated(13, trader(1), &[(BTC, 1, 95)], 1);
    assert_eq!(reproduction(&scene), Ok(0.0));
    scene.follows_outside(BTC, 9_600);
    scene.mark(16, 95, 100);
    scene.liquidated(16, trader(2), &[(BTC, 1, 95)], 1);
    assert_eq!(reproduction(&scene), Ok(1.0 / 3.0));
}

#[test]
fn without_liquidations_reproduction_is_undefined() {
    let mut scene = Scene::new();
    scene.mark(10, 100, 100);
    scene.mark(13, 100, 100);
    assert!(measured(&scene.run(), "ReproductionRatio").is_err());
    assert!(measured(&scene.run(), "LiquidationsPerPublication").is_err());
}

#[test]
fn the_longest_chain_counts_links_and_not_facts() {
    let mut scene = Scene::new();
    let resumed = || Resumed { instrument: BTC };
    for cause in [0, 0, 2, 1, 3, 0] {
        scene.caused(1, Some(FactId(cause)), resumed());
    }
    // 0 → 2 → 3 → 5
    assert_eq!(measured(&scene.run(), "LongestCausalChain"), Ok(3.0));
}
