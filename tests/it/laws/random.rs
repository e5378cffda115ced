//! A random market as an experiment writes it: people, prices, and the text around a design.

use super::Design;
use proptest::{prelude::*, sample::select};

/// An account of a random market. Sizes are in lots of a tenth, prices in cents.
#[derive(Clone, Debug)]
pub(super) struct Person {
    lots: i64,
    entry: i64,
    /// Share of the notional that it put in, in thousandths.
    margin: i64,
    held: Held,
    /// Whether it holds the second instrument, too: the other way, behind its cash.
    hedges: bool,
}

/// What stands behind a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Cross,
    Isolated,
}

pub(super) fn person() -> impl Strategy<Value = Person> {
    let lots = prop_oneof![1_i64..500, -500_i64..-1, 1_000_i64..5_000, -5_000_i64..-1_000];
    let held = select(vec![Held::Cross, Held::Isolated]);
    let person = (lots, 8_000_i64..12_000, 20_i64..400, held, prop::bool::weighted(0.3));
    person.prop_map(|(lots, entry, margin, held, hedges)| Person {
        lots,
        entry,
        margin,
        held,
        hedges,
    })
}

/// Prices at the edges of bars, in cents: up or down by a third at most.
pub(super) fn path() -> impl Strategy<Value = Vec<i64>> {
    let moves = prop::collection::vec(-330_i64..330, 3..6);
    moves.prop_map(|moves| {
        let mut prices = vec![10_000];
        for thousandths in moves {
            let last = prices.last().copied().unwrap_or(10_000);
            prices.push((last * (1_000 + thousandths) / 1_000).max(500));
        }
        prices
    })
}

fn cents(price: i64) -> String {
    format!("{}.{:02}", price / 100, price % 100)
}

fn bars(path: &[i64]) -> String {
    let bar = |pair: &[i64]| {
        let (open, close) = (pair[0], pair[1]);
        let (high, low) = (open.max(close) + 20, open.min(close) - 20);
        let [open, high, low, close] = [open, high, low, close].map(cents);
        format!("(\"{open}\", \"{high}\", \"{low}\", \"{close}\")")
    };
    path.windows(2).map(bar).collect::<Vec<_>>().join(", ")
}

fn account(name: &str, person: &Person) -> String {
    let Person { lots, entry, margin, held, hedges } = *person;
    // Millionths of a USDC: a tenth of a contract at a cent is a thousandth.
    let put_in = lots.abs() * entry * margin;
    let put_in = format!("{}.{:06}", put_in / 1_000_000, put_in % 1_000_000);
    let size = |lots: i64| {
        format!("{}{}.{}", if lots < 0 { "-" } else { "" }, lots.abs() / 10, lots.abs() % 10)
    };
    let (cash, margin) = match held {
        Held::Isolated => ("3".to_owned(), format!("Isolated(\"{put_in} USDC\")")),
        Held::Cross => (put_in, "Cross".to_owned()),
    };
    let leg = |lots, entry, margin: &str| {
        let (size, entry) = (size(lots), cents(entry));
        format!("Leg(size: \"{size}\", entry: \"{entry}\", margin: {margin})")
    };
    let coin = format!("\"COIN\": {}", leg(lots, entry, &margin));
    let gem = hedges.then(|| format!("\"GEM\": {}", leg(-lots, 10_000, "Cross")));
    let legs: Vec<String> = [coin].into_iter().chain(gem).collect();
    let legs = legs.join(", ");
    format!("Account(name: \"{name}\", collateral: \"{cash} USDC\", legs: {{{legs}}})")
}

/// A market as an experiment writes it: groups of people by name, and somebody who takes the rest.
pub(super) fn market(
    groups: &[(&str, &[Person])],
    design: &Design,
    path: &[i64],
    seed: u64,
) -> String {
    let [people, makers] = &design.behaviours;
    let groups: Vec<String> = groups
        .iter()
        .map(|(name, members)| {
            let accounts = members.iter().zip(1..).map(|(person, at)| account(&at.to_string(), person));
            let accounts = accounts.collect::<Vec<_>>().join(",\n");
            format!("Accounts(name: \"{name}\", on: \"perp\", behaviour: {people}, accounts: [{accounts}])")
        })
        .collect();
    let gem: Vec<i64> = path.iter().map(|price| 10_000 + (price - 10_000) / 2).collect();
    format!(
        r#"Experiment(
    schema: 1, name: "random", question: "Do the laws hold?", seed: {seed},
    start: "2026-01-05T00:00:00Z", horizon: "1min",
    assets: {{ "USDC": Asset(decimals: 6) }},
    fundamentals: {{
        "COIN": HistoricalBars(source: "made up", every: "8s", tick: "1s", bars: [{}]),
        "GEM": HistoricalBars(source: "made up", every: "8s", tick: "1s", bars: [{}]),
    }},
    venues: {{ "perp": Venue(
        settles_in: "USDC", taker_fee: "{}",
        instruments: {{
            "COIN": Perpetual(index: "COIN", price_unit: "0.01", lot: "0.1"),
            "GEM": Perpetual(index: "GEM", price_unit: "0.01", lot: "0.1"),
        }},
        rules: (liquidity: {}, {}),
    ) }},
    traders: [
        {},
        Rest(name: "makers", on: "perp", collateral: "50_000 USDC", behaviour: {makers}),
    ],
    arms: {{ "base": () }}, metrics: [],
)"#,
        bars(path),
        bars(&gem),
        design.taker_fee,
        design.liquidity,
        design.rules.join(", "),
        groups.join(",\n        "),
    )
}
