//! What traders of random markets do by themselves, and what venues ask them for.

use super::senders::anything;
use proptest::{prelude::*, sample::select};

/// Who runs low is called, in some of the markets.
pub(super) fn margin_call() -> impl Strategy<Value = Option<String>> {
    let below = select(vec![
        "initial",
        "initial + 30%",
        "maintenance + 1%",
        "maintenance × 1.5",
        "maintenance × 2",
    ]);
    let within = select(vec!["1s", "4s", "20s"]);
    let then = select(vec!["Liquidate", "Nothing"]);
    let answer = (below, within, then).prop_map(|(below, within, then)| {
        format!("margin_call: Deadline(below: \"{below}\", within: \"{within}\", then: {then})")
    });
    prop::option::weighted(0.7, answer)
}

/// What a group does.
pub(super) fn behaviour() -> impl Strategy<Value = String> {
    prop_oneof![Just("Passive()".to_owned()), answers(), noise(), trend(), makers(), anything()]
}

fn answers() -> impl Strategy<Value = String> {
    let chance = select(vec!["40%", "100%"]);
    let after = select(vec![
        "Fixed(\"0s\")",
        "Fixed(\"4s\")",
        "LogNormal(median: \"2s\", spread: 1.0, most: \"30s\")",
    ]);
    let by = select(vec![
        "TopUp(to: \"100%\", reserve: \"10%\")",
        "TopUp(to: \"150%\", reserve: \"1000%\")",
        "Cut(to: \"100%\")",
        "Cut(to: \"300%\")",
    ]);
    (chance, after, by).prop_map(|(chance, after, by)| {
        format!("AnswersMarginCalls(chance: \"{chance}\", after: {after}, by: {by})")
    })
}

fn noise() -> impl Strategy<Value = String> {
    let instrument = select(vec!["COIN", "GEM"]);
    let every = select(vec!["1s", "2500ms"]);
    let size = select(vec![
        "Fixed(\"90 USDC\")",
        "LogNormal(median: \"3_000 USDC\", spread: 2.0, most: \"1_000_000 USDC\")",
    ]);
    let closes = select(vec!["0%", "50%", "100%"]);
    (instrument, every, 1_u32..4, size, closes).prop_map(
        |(instrument, every, orders, size, closes)| {
            format!(
                "NoiseTraders(instrument: \"{instrument}\", every: \"{every}\", orders: {orders}, \
                 size: {size}, closes: \"{closes}\")"
            )
        },
    )
}

fn trend() -> impl Strategy<Value = String> {
    let instrument = select(vec!["COIN", "GEM"]);
    let window = select(vec!["2s", "15s"]);
    let full = select(vec!["0.01%", "5%"]);
    let leverage = select(vec!["0.5x", "10x", "100x"]);
    let stop = select(vec!["1%", "30%", "100%"]);
    (instrument, 1_u32..6, window, full, leverage, stop).prop_map(
        |(instrument, looks, window, full, leverage, stop)| {
            format!(
                "TrendFollowers(instrument: \"{instrument}\", every: \"1s\", looks: {looks}, \
                 window: \"{window}\", full: \"{full}\", leverage: \"{leverage}\", stop: \"{stop}\")"
            )
        },
    )
}

pub(super) fn makers() -> impl Strategy<Value = String> {
    let instrument = select(vec!["COIN", "COIN", "GEM"]);
    let every = select(vec!["1s", "2500ms"]);
    let apart = select(vec![["0.1%", "0.1%"], ["0.01%", "2%"], ["40%", "20%"]]);
    let size = select(vec![
        "Fixed(\"2_000 USDC\")",
        "LogNormal(median: \"3_000 USDC\", spread: 2.0, most: \"1_000_000 USDC\")",
    ]);
    let inventory = select(vec!["0.1x", "2x", "100x"]);
    let skew = select(vec!["0%", "1%", "80%"]);
    let withdraws = select(vec![
        "volatility: \"300%\", loss: \"5%\", margin: \"200%\"",
        "volatility: \"1_000_000%\", loss: \"100%\", margin: \"0%\"",
    ]);
    (instrument, every, 1_u32..4, apart, size, inventory, (skew, withdraws)).prop_map(
        |(instrument, every, levels, [spread, step], size, inventory, (skew, withdraws))| {
            format!(
                "MarketMakers(instrument: \"{instrument}\", every: \"{every}\", levels: {levels}, \
                 spread: \"{spread}\", step: \"{step}\", size: {size}, inventory: \"{inventory}\", \
                 skew: \"{skew}\", calm_volatility: \"500%\", volatility_half_life: \"4s\", \
                 withdraws: ({withdraws}))"
            )
        },
    )
}
