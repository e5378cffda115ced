//! The same market three times in one process: through the engine with its log and laws, through
//! the engine without, and by hand without any ECS; and how far apart they are. A ratio is the middle
//! one of several, each of two runs of one pass: what slows the machine for a while slows both.
//!
//! `cargo bench -p tests --bench end_to_end`; `ACCOUNTS=10_000_000` scales it, and `WORLD=engine`,
//! `WORLD=hand` or `WORLD=all` runs one of them once, to be looked at with a profiler.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a benchmark looks at the clock, at its environment and at its memory, and prints"
)]

#[expect(dead_code, reason = "`margin_index` looks at its margin check alone")]
mod hand;
#[expect(dead_code, reason = "`margin_index` writes other paths")]
mod scenario;

use facts::{Fact, Record, Sink};
use market::{End, Engine, MarketPlan};
use replay::{Digest, Header, State, Writer};
use scenario::{Scenario, resident};
use std::{hint::black_box, time::Instant};
use units::Price;

/// Takes facts and keeps none.
struct Nowhere;

impl Sink for Nowhere {
    fn keeps(&self) -> bool {
        false
    }

    fn genesis(&mut self, fact: &Fact) {
        black_box(fact);
    }

    fn record(&mut self, record: &Record) {
        black_box(record);
    }
}

/// How one world ran.
struct Run {
    seconds: f64,
    events: u64,
    digest: Digest,
    marks: Vec<Option<Price>>,
    /// What the engine's world takes when it has run.
    bytes: u64,
    /// Liquidations, bankruptcies and cuts of winners' profits, where they were counted.
    cascade: [u64; 3],
}

fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let accounts = std::env::var("ACCOUNTS").ok().map(|text| text.replace('_', ""));
    let accounts = accounts.map(|text| text.parse().expect("ACCOUNTS is a number"));
    let accounts = accounts.unwrap_or(if is_bench { 1_000_000 } else { 1_000 });
    let (passes, logged_passes) = if is_bench && accounts <= 1_000_000 { (5, 3) } else { (1, 1) };
    let scenario = Scenario::of(accounts);
    let plan = scenario.plan();
    let mut runs: [Vec<Run>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    if let Ok(world) = std::env::var("WORLD") {
        let run = match world.as_str() {
            "engine" => engine(&plan, Nowhere, Engine::without_laws),
            "hand" => by_hand(&scenario),
            _ => engine(&plan, writer(), |_| ()),
        };
        println!("{world}: {:.3} s, digest {}", run.seconds, run.digest.short());
        return;
    }
    // What a world takes is seen in a process that has given nothing back yet.
    let bytes = engine(&plan, Nowhere, Engine::without_laws).bytes;
    for pass in 0..passes {
        if pass < logged_passes {
            runs[0].push(engine(&plan, writer(), |_| ()));
        }
        // They take turns to be first: a process is not the same after one.
        let order = if pass % 2 == 0 { [1, 2] } else { [2, 1] };
        for world in order {
            runs[world].push(match world {
                1 => engine(&plan, Nowhere, Engine::without_laws),
                _ => by_hand(&scenario),
            });
        }
    }
    let first = &runs[2][0];
    for run in runs.iter().flatten() {
        assert_eq!(run.digest, first.digest, "the three do not end in the same state");
        assert_eq!(run.marks, first.marks, "the three do not end at the same prices");
        assert_eq!(run.events, first.events, "the three do not do the same");
    }
    let [logged, bare, limit] = runs.each_ref().map(|runs| runs.iter().map(|run| run.seconds));
    let to_limit = median(bare.clone().zip(limit.clone()).map(|(bare, limit)| bare / limit));
    let of_log = median(logged.clone().zip(bare.clone()).map(|(logged, bare)| logged / bare));
    let [logged, bare, limit] = [logged, bare, limit].map(median);
    let [a, _, c] = runs.each_ref().map(|runs| &runs[0]);
    let [liquidations, bankruptcies, cuts] = c.cascade;
    println!("accounts            {accounts}");
    println!("events              {}", a.events);
    println!("liquidations        {liquidations}, bankruptcies {bankruptcies}, profits cut {cuts}");
    println!("digest              {}", c.digest.short());
    let rate = |seconds: f64| number(a.events) / seconds / 1e6;
    println!("engine, all on      {logged:.3} s, {:.2} M events/s", rate(logged));
    println!("engine, both off    {bare:.3} s, {:.2} M events/s", rate(bare));
    println!("by hand             {limit:.3} s, {:.2} M events/s", rate(limit));
    println!("bytes an account    {:.0}", number(bytes) / f64::from(accounts));
    println!("log_and_laws        {of_log:.2}");
    println!("ratio_to_limit      {to_limit:.2}");
}

#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "for people to read")]
fn number(whole: u64) -> f64 {
    whole as f64
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn writer() -> Writer {
    Writer::new(Header {
        schema: Header::SCHEMA,
        engine: "bench".to_owned(),
        experiment: "end to end".to_owned(),
        source: String::new(),
        arm: String::new(),
        seed: scenario::SEED,
    })
}

fn engine<S: Sink>(plan: &MarketPlan, sink: S, prepare: fn(&mut Engine<S>)) -> Run {
    let before = resident();
    let mut engine = match Engine::build(plan, sink) {
        Ok(engine) => engine,
        Err(refusals) => panic!("{refusals:?}"),
    };
    prepare(&mut engine);
    let start = Instant::now();
    let ended = engine.run();
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(ended.end, End::Horizon);
    let bytes = resident().saturating_sub(before);
    let events = engine.events();
    let digest = State::digest_of(engine.balances().into_iter(), engine.legs().into_iter());
    let marks = engine.mark_prices();
    Run { seconds, events, digest, marks, bytes, cascade: [0; 3] }
}

fn by_hand(scenario: &Scenario) -> Run {
    let mut world = hand::World::new(scenario);
    let start = Instant::now();
    world.run();
    let seconds = start.elapsed().as_secs_f64();
    let digest = State::digest_of(world.balances().into_iter(), world.legs().into_iter());
    let (events, marks, cascade) = (world.events(), world.mark_prices(), world.cascade());
    Run { seconds, events, digest, marks, bytes: 0, cascade }
}
