//! The story of a run: what a person would tell of it.

use facts::{AccountId, Fact, FactId, Record};
use replay::{Log, Names, PHASES, State};
use std::collections::{BTreeMap, BTreeSet};
use units::{Money, Size, Time};

/// What happened, line by line: when, in which phase, what, and the line that led to it. Prices are
/// told only where they led to something. Then what everyone has in the end.
pub fn story(log: &Log) -> String {
    let names = Names::of(&log.genesis);
    let told = told(log);
    let numbers: BTreeMap<FactId, usize> = told.iter().map(|record| record.id).zip(1..).collect();
    let line = |record: &&Record| {
        let number = numbers[&record.id];
        let cause = record.cause.and_then(|cause| numbers.get(&cause));
        let cause = cause.map(|cause| format!("<-{cause}")).unwrap_or_default();
        let stamp = &record.stamp;
        let (time, phase) = (stamp.time.time_of_day(), PHASES[usize::from(stamp.phase)]);
        let (round, fact) = (stamp.round, names.tell(&record.fact));
        format!("{number:>3} {cause:<5} {time} r{round} {phase:<11}  {fact}")
    };
    let mut lines: Vec<String> = told.iter().map(line).collect();
    lines.push(format!("sealed: {}\n\nIn the end", log.seal.reason));
    lines.extend(ending(log, &names));
    lines.join("\n") + "\n"
}

/// The facts worth telling: all that are not prices, and the prices that they name as their cause.
fn told(log: &Log) -> Vec<&Record> {
    let others = log.records.iter().filter(|record| !is_price(&record.fact));
    let causes: BTreeSet<FactId> = others.filter_map(|record| record.cause).collect();
    let worth = |record: &&Record| !is_price(&record.fact) || causes.contains(&record.id);
    log.records.iter().filter(worth).collect()
}

fn is_price(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::FundamentalPriceSet(_) | Fact::IndexPricePublished(_) | Fact::MarkPricePublished(_)
    )
}

/// What everyone has in the end, a line an account: balances and legs that are not nothing, the
/// outside world left out.
fn ending(log: &Log, names: &Names) -> Vec<String> {
    let state = State::of(&log.genesis, &log.records).expect("the log was verified");
    let mut holdings: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
    let venue = |account| names.opened(account).and_then(|opened| opened.venue);
    for (purse, balance) in state.balances().filter(|(_, balance)| *balance != Money::ZERO) {
        let Some(venue) = venue(purse.account) else { continue };
        let margin = if purse.isolated.is_some() { " of margin" } else { "" };
        let holding = format!("{}{margin}", names.money(venue, balance));
        holdings.entry(purse.account).or_default().push(holding);
    }
    for (account, instrument, leg) in state.legs().filter(|(_, _, leg)| leg.size != Size::ZERO) {
        let Some(venue) = venue(account) else { continue };
        let (size, of) = (names.size(instrument, leg.size), name(names, instrument));
        let holding = format!("{size} {of} entered for {}", names.money(venue, leg.cost));
        holdings.entry(account).or_default().push(holding);
    }
    let line = |(account, holds): (AccountId, Vec<String>)| {
        format!("  {}: {}", names.account_label(account), holds.join(", "))
    };
    holdings.into_iter().map(line).collect()
}

/// Prices as a table: a line an instant, a column a price; what was not set anew is left empty.
pub fn prices(log: &Log) -> String {
    let names = Names::of(&log.genesis);
    let mut columns: Vec<String> = Vec::new();
    let mut rows: BTreeMap<Time, BTreeMap<String, String>> = BTreeMap::new();
    for record in &log.records {
        for (column, price) in cells(&names, &record.fact) {
            if !columns.contains(&column) {
                columns.push(column.clone());
            }
            rows.entry(record.stamp.time).or_default().insert(column, price);
        }
    }
    let heads: BTreeMap<String, String> =
        columns.iter().map(|column| (column.clone(), column.clone())).collect();
    let width = |column: &String| {
        let widest = rows.values().filter_map(|row| row.get(column)).map(String::len).max();
        column.len().max(widest.unwrap_or_default())
    };
    let row = |head: &str, cells: &BTreeMap<String, String>| {
        let cell = |column: &String| {
            let cell = cells.get(column).map_or("", String::as_str);
            format!("  {cell:>width$}", width = width(column))
        };
        let line = format!("{head:12}{}", columns.iter().map(cell).collect::<String>());
        format!("{}\n", line.trim_end())
    };
    let mut text = row("", &heads);
    text.extend(rows.iter().map(|(time, cells)| row(&time.time_of_day(), cells)));
    text
}

fn cells(names: &Names, fact: &Fact) -> Vec<(String, String)> {
    if let Fact::FundamentalPriceSet(set) = fact {
        let price = names.fundamental_price(set.fundamental, set.price);
        vec![(format!("({})", names.fundamental_label(set.fundamental)), price)]
    } else if let Fact::IndexPricePublished(index) = fact {
        let of = name(names, index.instrument);
        let observed = index.observed.time_of_day();
        let observed = observed.get(6..).unwrap_or_default().to_owned();
        let price = names.price(index.instrument, index.price);
        vec![(format!("{of} index"), price), (format!("{of} seen at"), observed)]
    } else if let Fact::MarkPricePublished(mark) = fact {
        let of = name(names, mark.instrument);
        let price = |price| names.price(mark.instrument, price);
        let mut cells = vec![(format!("{of} last"), price(mark.last))];
        cells.extend(mark.basis.map(|basis| (format!("{of} basis"), price(basis))));
        cells.push((format!("{of} mark"), price(mark.price)));
        cells
    } else {
        Vec::new()
    }
}

fn name(names: &Names, instrument: facts::InstrumentId) -> String {
    names.listed(instrument).map_or_else(String::new, |listed| listed.name.clone())
}
