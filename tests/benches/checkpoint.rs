//! What it takes to keep a run and to take it up again, as multiples of a plain copy of as many bytes
//! into fresh memory.
//!
//! `cargo bench -p tests --bench checkpoint`; `ACCOUNTS=100_000` makes it smaller.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a benchmark looks at the clock and at its environment, and prints"
)]

use experiment::Catalogue;
use facts::{Fact, Record, Sink};
use market::{End, Engine, Moment};
use std::{hint::black_box, time::Instant};
use units::Duration;

/// Takes facts and keeps none: a log is no part of what is measured.
struct Nowhere;

impl Sink for Nowhere {
    fn keeps(&self) -> bool {
        false
    }

    fn genesis(&mut self, _: &Fact) {}

    fn record(&mut self, _: &Record) {}
}

const PASSES: usize = 5;

fn experiment(accounts: usize) -> String {
    let fundamental = "HistoricalBars(source: \"made up\", every: \"10s\", tick: \"1s\", bars: [\
                       (\"100\", \"101\", \"99\", \"100\"), (\"100\", \"101\", \"94\", \"95\"), \
                       (\"95\", \"96\", \"94\", \"95\")])";
    let listed = |name| {
        format!("\"{name}\": Perpetual(index: \"{name}\", price_unit: \"0.01\", lot: \"0.01\"),")
    };
    let group = |name: &str, side: &str, margin: &str, legs: &str| {
        format!(
            "Population(name: \"{name}\", count: {}, on: \"perp\", side: {side}, margin: {margin}, \
             holds: {{\"A\": \"40%\", \"B\": \"30%\", \"C\": \"30%\"}}, legs: {legs}, collateral: \
             LogNormal(median: \"2_000 USDC\", spread: 1.0, most: \"1_000_000 USDC\"), leverage: \
             LogNormal(median: \"4x\", spread: 0.5, most: \"9x\"), entered: Within(\"1%\"), \
             behaviour: Passive()),",
            accounts / 2
        )
    };
    let names = ["A", "B", "C"];
    let fundamentals = names.map(|name| format!("\"{name}\": {fundamental},")).concat();
    format!(
        "Experiment(schema: 1, name: \"kept\", question: \"How long does it take?\", seed: 1, start: \
         \"2026-01-05T00:00:00Z\", horizon: \"30s\", assets: {{\"USDC\": Asset(decimals: 6)}}, \
         fundamentals: {{{fundamentals}}}, venues: {{\"perp\": Venue(settles_in: \"USDC\", \
         taker_fee: \"0.05%\", instruments: {{{}}}, rules: (oracle: Direct(every: \"1s\", lag: \
         \"0s\"), mark_price: MedianOfThree(every: \"1s\", basis_averaged_over: \"150s\"), liquidity: \
         SquareRootDepth(depth: \"40_000_000 USDC per 1%\", recovery_half_life: \"45s\", capital: \
         \"1_000_000_000 USDC\", inventory: \"5x\"), margin: Flat(initial: \"10%\", maintenance: \
         \"5%\"), liquidation: FullClose(penalty: \"0.5%\", retry: \"3s\"), insurance: \
         PooledFund(balance: \"1_000_000 USDC\")))}}, traders: [{}{}Rest(name: \"makers\", on: \
         \"perp\", collateral: \"90_000_000_000 USDC\", behaviour: Passive())], arms: {{\"base\": \
         ()}}, metrics: [])",
        names.map(listed).concat(),
        group("longs", "Long", "Cross", "(least: 1, most: 3)"),
        group("shorts", "Short", "Isolated", "(least: 1, most: 1)"),
    )
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// Seconds that something takes, and what comes of it.
fn timed<T>(act: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let made = black_box(act());
    (start.elapsed().as_secs_f64(), made)
}

fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let accounts = std::env::var("ACCOUNTS").ok().map(|text| text.replace('_', ""));
    let accounts = accounts.map(|text| text.parse().expect("ACCOUNTS is a number"));
    let accounts: usize = accounts.unwrap_or(if is_bench { 1_000_000 } else { 1_000 });
    let experiment = tests::read("kept.ron", &experiment(accounts), &Catalogue::standard());
    let plan = experiment.plan("base", experiment.seed()).expect("the plan is right");
    let mut engine = Engine::build(&plan, Nowhere).expect("the market takes its rules");
    let moment = Moment::Time(experiment.start() + Duration(15 * Duration::SECOND.0));
    assert_eq!(engine.run_until(moment).end, End::Paused, "it is in the middle");
    let kept = engine.checkpoint();
    let [mut copies, mut saves, mut restores] = [const { Vec::new() }; 3];
    for _ in 0..PASSES {
        copies.push(timed(|| kept.clone()).0);
        saves.push(timed(|| engine.checkpoint()).0);
        let (seconds, again) = timed(|| Engine::resume(&plan, &kept, Nowhere));
        assert!(again.expect("it was kept").checkpoint() == kept, "what is taken up was kept");
        restores.push(seconds);
    }
    let mut again = Engine::resume(&plan, &kept, Nowhere).expect("it was kept");
    assert_eq!(engine.run(), again.run(), "they end the same way");
    assert!(engine.checkpoint() == again.checkpoint(), "they end in the same state");
    let [copy, save, restore] = [copies, saves, restores].map(median);
    println!("accounts  {accounts}, {} bytes each", kept.len() / accounts);
    println!("copy      {:.1} ms", copy * 1e3);
    println!("save      {:.2}, {:.1} ms", save / copy, save * 1e3);
    println!("restore   {:.2}, {:.1} ms", restore / copy, restore * 1e3);
}
