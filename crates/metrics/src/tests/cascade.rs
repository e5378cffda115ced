//! Liquidations, generations, causes.

use super::{
    measured,
    scene::{LIQUIDITY, Scene, trade, trader},
};
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
    let run = scene.run();
    assert_eq!(measured(&run, "ReproductionRatio"), Ok(6.0 / 14.0));
    assert_eq!(measured(&run, "LiquidationsPerPublication"), Ok(14.0 / 3.0));
}

#[test]
fn the_last_generation_has_no_children_that_could_be_counted() {
    let mut scene = Scene::new();
    scene.mark(10, 100, 100);
    scene.liquidations(10, 4);
    assert!(measured(&scene.run(), "ReproductionRatio").is_err());
    scene.mark(13, 100, 100);
    assert_eq!(measured(&scene.run(), "ReproductionRatio"), Ok(0.0));
    scene.liquidations(13, 6);
    assert_eq!(measured(&scene.run(), "ReproductionRatio"), Ok(1.5));
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
    let resumed = || Resumed { instrument: super::scene::BTC };
    for cause in [0, 0, 2, 1, 3, 0] {
        scene.caused(1, Some(FactId(cause)), resumed());
    }
    // 0 → 2 → 3 → 5
    assert_eq!(measured(&scene.run(), "LongestCausalChain"), Ok(3.0));
}
