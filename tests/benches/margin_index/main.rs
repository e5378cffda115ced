//! What a mark costs: with ever more accounts of which as many are liquidated, beside a scan of all
//! members, and how much memory an account takes.
//!
//! `cargo bench -p tests --bench margin_index`; `ACCOUNTS=10_000_000` is the largest market of the first
//! table. `tests/benches/margin_index.py` does the work of that table with what others use.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a benchmark looks at the clock, at its environment and at its memory, and prints"
)]

#[path = "../end_to_end/hand.rs"]
#[expect(dead_code, reason = "its margin check is used, and nothing else of it")]
mod hand;
#[path = "../end_to_end/scenario.rs"]
#[expect(dead_code, reason = "its accounts are used, and not what they do")]
mod scenario;
mod fall;

use fall::{Fall, Margin};
use scenario::Scenario;
use std::time::Instant;

/// Accounts on the way of the fall, in markets of every size.
const CROSSED: u32 = 2_000;

fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let most = std::env::var("ACCOUNTS").ok().map(|text| text.replace('_', ""));
    let most = most.map(|text| text.parse().expect("ACCOUNTS is a number"));
    let most = most.unwrap_or(if is_bench { 1_000_000 } else { 4_000 });
    println!("a mark of one instrument, 1,000 marks, {CROSSED} liquidations");
    let sizes = [10_000, 100_000, 1_000_000, 10_000_000];
    let mut first = None;
    for accounts in sizes.into_iter().filter(|&accounts| accounts <= most) {
        let run = fall::run(Fall { accounts, crossed: Some(CROSSED), margin: Margin::Isolated });
        let micros = run.a_mark.as_secs_f64() * 1e6;
        let times = micros / *first.get_or_insert(micros);
        println!("{accounts:>12} accounts {micros:>9.2} µs a mark, {times:.2} of the smallest");
    }
    let accounts = most.min(1_000_000);
    let crossed = CROSSED.min(accounts / 4);
    println!("memory of a market of {accounts} accounts, all included");
    for (name, margin) in [("isolated", Margin::Isolated), ("cross, 3 legs", Margin::Cross)] {
        let run = fall::run(Fall { accounts, crossed: Some(crossed), margin });
        println!("{name:>15} {:>6} bytes an account", run.bytes / u64::from(accounts));
    }
    println!("as `margin_index.py`: leverage 2 to 50, every sale and trade included");
    for accounts in [10_000, 100_000].into_iter().filter(|&accounts| accounts <= most) {
        let run = fall::run(Fall { accounts, crossed: None, margin: Margin::Isolated });
        let micros = run.a_mark.as_secs_f64() * 1e6;
        println!(
            "{accounts:>12} accounts {micros:>9.2} µs a mark, {} liquidated",
            run.liquidations
        );
    }
    against_scan(most.min(300_000));
}

/// Cross margin of one to five legs in 100 correlated instruments: the index against a look at every
/// member of the instrument.
fn against_scan(accounts: u32) {
    println!("a mark of one of 100 instruments, {accounts} accounts of one to five legs");
    let scenario = Scenario::all_cross(accounts);
    for (name, drift, noise) in [("calm", 0, 300), ("crash", -3_000, 1_500)] {
        let mut world = hand::World::new(&scenario);
        world.begin();
        let (mut scanned, mut indexed, mut marks, mut found) = (0.0, 0.0, 0_u32, 0);
        for round in 0..20 {
            for instrument in 0..scenario::INSTRUMENTS {
                world.move_mark(instrument, scenario::step(round, instrument, (drift, noise)));
                let start = Instant::now();
                let below = world.scan(instrument);
                scanned += start.elapsed().as_secs_f64();
                let start = Instant::now();
                let closed = world.check_margin();
                indexed += start.elapsed().as_secs_f64();
                assert_eq!(closed, below, "the index finds whom a scan finds");
                found += closed;
                marks += 1;
            }
        }
        let each = |seconds: f64| seconds / f64::from(marks) * 1e6;
        println!(
            "{name:>7}: scan {:>9.1} µs, index {:>7.2} µs, {:.0} times less; {found} liquidated",
            each(scanned),
            each(indexed),
            scanned / indexed
        );
    }
}
