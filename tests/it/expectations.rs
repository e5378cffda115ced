//! Laws of expectations: what a run did is met, whatever it is; anything else is not.

use experiment::{Catalogue, Experiment};
use facts::{Fact, Purse};
use replay::{Log, Names, State, mentions};
use std::collections::BTreeMap;
use tests::{fixtures, load, read, run, text};
use units::{Money, Size};

/// What a run did by its end, and the same with one thing altered, an expectation a pair.
fn told(log: &Log) -> Vec<[String; 2]> {
    let names = Names::of(&log.genesis);
    let state = State::of(&log.genesis, &log.records).expect("the log was verified");
    let mut told = vec![[format!("Digest({:?})", log.digest.to_string()), other_digest(log)]];
    for fact in &log.genesis {
        if let Fact::AccountOpened(opened) = fact {
            let Some(venue) = opened.venue else { continue };
            let label = names.account_label(opened.account);
            let balance = state.balance(Purse::of(opened.account));
            let balances = [balance, balance + Money(1)].map(|amount| {
                format!("Balance(account: {label:?}, is: {:?})", names.money(venue, amount))
            });
            told.push(balances);
            told.extend(legs(log, &names, &state, opened.account));
        } else if let Fact::VenueListed(venue) = fact {
            let name = &venue.name;
            let held = |account: &str| {
                let account = names.account(&format!("{name}/house/{account}"));
                state.balance(Purse::of(account.expect("every venue has one")))
            };
            for (word, amount) in [("Fund", held("insurance fund")), ("Debt", -held("debt"))] {
                let amounts = [amount, amount - Money(1)].map(|amount| {
                    format!("{word}(venue: {name:?}, is: {:?})", names.money(venue.venue, amount))
                });
                told.push(amounts);
            }
        } else if let Fact::InstrumentListed(listed) = fact {
            let label = names.instrument_label(listed.instrument);
            let mut last = log.records.iter().rev().map(|record| &record.fact);
            let is_halted = last
                .find(|fact| {
                    ["Halted", "Resumed"].contains(&fact.name())
                        && mentions(fact, listed.instrument)
                })
                .is_some_and(|fact| fact.name() == "Halted");
            let mut words = ["Trading", "Halted"].map(|it| format!("{it}(instrument: {label:?})"));
            if is_halted {
                words.reverse();
            }
            told.push(words);
        }
    }
    told.extend(counts(log));
    told
}

/// How many facts of each kind there were, and of two kinds of which there were none.
fn counts(log: &Log) -> Vec<[String; 2]> {
    let mut counts = BTreeMap::from([("CapitalWithdrawn", 0), ("DebtRepaid", 0)]);
    let facts = log.records.iter().map(|record| &record.fact);
    for fact in log.genesis.iter().chain(facts) {
        *counts.entry(fact.name()).or_default() += 1;
    }
    let pair = |(kind, count): (&str, u64)| {
        [count, count + 1].map(|count| format!("Facts(kind: {kind:?}, count: {count})"))
    };
    counts.into_iter().map(pair).collect()
}

fn other_digest(log: &Log) -> String {
    let digest = log.digest.to_string();
    let last = if digest.ends_with('0') { '1' } else { '0' };
    format!("Digest(\"{}{last}\")", &digest[..63])
}

fn legs(log: &Log, names: &Names, state: &State, account: facts::AccountId) -> Vec<[String; 2]> {
    let label = names.account_label(account);
    let venue = names.opened(account).and_then(|opened| opened.venue);
    let listed = log.genesis.iter().filter_map(|fact| {
        if let Fact::InstrumentListed(listed) = fact { Some(listed) } else { None }
    });
    let legs = listed.filter(|listed| Some(listed.venue) == venue).map(|listed| {
        let size = state.leg(account, listed.instrument).size;
        [size, size - Size(1)].map(|size| {
            let (name, size) = (&listed.name, names.size(listed.instrument, size));
            format!("Leg(account: {label:?}, instrument: {name:?}, is: {size:?})")
        })
    });
    legs.collect()
}

/// A fixture that expects this of an arm, and nothing else.
fn expecting(path: &str, arm: &str, expected: &[&String]) -> Experiment {
    let list = expected.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(",\n");
    let mut source = text(path);
    if let Some(start) = source.find("    expect: {") {
        let end = source[start..].find("\n    },\n").expect("it ends") + start;
        source.replace_range(start..end + "\n    },\n".len(), "");
    }
    let expect = format!("    expect: {{{arm:?}: [{list}]}},\n\n    metrics:");
    assert_eq!(source.matches("\n    metrics:").count(), 1, "{path}");
    read(path, &source.replace("    metrics:", &expect), &Catalogue::standard())
}

#[test]
fn what_a_run_did_is_met_and_what_it_did_not_is_told() {
    for path in fixtures() {
        let experiment = load(&path);
        for arm in experiment.arms() {
            let log = run(&experiment, arm);
            let told = told(&log);
            let met: Vec<&String> = told.iter().map(|[met, _]| met).collect();
            assert_eq!(expecting(&path, arm, &met).unmet(arm, &log), [], "{path}");
            let not: Vec<&String> = told.iter().map(|[_, not]| not).collect();
            let unmet = expecting(&path, arm, &not).unmet(arm, &log);
            assert_eq!(unmet.len(), told.len(), "each is told, once: {path}");
        }
    }
}

#[test]
fn one_of_many_that_is_altered_is_the_one_that_is_told() {
    let path = "fixtures/halt/circuit_breaker.ron";
    let log = run(&load(path), "base");
    let told = told(&log);
    for at in 0..told.len() {
        let part = |(place, pair): (usize, &'_ [String; 2])| pair[usize::from(place == at)].clone();
        let all: Vec<String> = told.iter().enumerate().map(part).collect();
        let experiment = expecting(path, "base", &all.iter().collect::<Vec<_>>());
        let unmet = experiment.unmet("base", &log);
        let [remark] = unmet.as_slice() else { panic!("{unmet:?}") };
        assert!(remark.snippet.contains(&all[at]), "{remark}");
    }
}

#[test]
fn what_is_expected_at_a_time_is_what_all_facts_until_then_lead_to() {
    let path = "fixtures/insurance/pooled_fund.ron";
    let log = run(&load(path), "base");
    let fund = |at: &str, is: &str| format!("Fund(venue: \"perp\", at: {at:?}, is: {is:?})");
    let right =
        [("0s", "100 USDC"), ("9999999us", "100 USDC"), ("10s", "0 USDC"), ("30s", "9 USDC")];
    let right = right.map(|(at, is)| fund(at, is));
    assert_eq!(expecting(path, "base", &right.iter().collect::<Vec<_>>()).unmet("base", &log), []);
    let early = fund("9s", "0 USDC");
    let unmet = expecting(path, "base", &[&early]).unmet("base", &log);
    let message = "the insurance fund of `perp` is 100 USDC 9s after the start, not 0 USDC";
    assert_eq!(unmet.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(), [message]);
}

#[test]
fn facts_are_counted_until_the_time_that_is_given() {
    let path = "fixtures/insurance/pooled_fund.ron";
    let log = run(&load(path), "base");
    let facts = |kind: &str, count: u64| {
        ["9s", "10s"].map(|at| format!("Facts(kind: {kind:?}, at: {at:?}, count: {count})"))
    };
    let unmet = |expected: &[String]| {
        let unmet =
            expecting(path, "base", &expected.iter().collect::<Vec<_>>()).unmet("base", &log);
        unmet.into_iter().map(|it| (it.message, it.help)).collect::<Vec<_>>()
    };
    let message = |kind: &str, found: u64, at: &str, is: u64| {
        format!("the number of facts `{kind}` is {found} {at} after the start, not {is}")
    };
    let paid = "InsurancePaid";
    assert_eq!(unmet(&facts(paid, 0)), [(message(paid, 2, "10s", 0), None)]);
    assert_eq!(unmet(&facts(paid, 2)), [(message(paid, 0, "9s", 2), None)]);
    assert_eq!(unmet(&facts("DebtRepaid", 1)).len(), 2, "a kind of which there was none");
}

#[test]
fn equity_is_cash_margins_and_profit_at_the_last_marks() {
    let path = "fixtures/accounts/snapshot.ron";
    let log = run(&load(path), "base");
    // 1,623.9 of margin and 1,196.43 of cash; 0.075 BTC from 59,912.5.
    let equity = |at: &str, is: &str| {
        format!("Equity(account: \"perp/book/40201498\", at: {at:?}, is: {is:?})")
    };
    let right = [equity("9s", "2826.8925 USDC"), equity("10s", "2601.8925 USDC")];
    assert_eq!(expecting(path, "base", &right.iter().collect::<Vec<_>>()).unmet("base", &log), []);
}

#[test]
fn expectations_change_no_byte_of_a_log() {
    let path = "fixtures/insurance/pooled_fund.ron";
    let with = load(path).run("base", 1).expect("it runs");
    let without = expecting(path, "base", &[]).run("base", 1).expect("it runs");
    assert_eq!(with.bytes, without.bytes);
}
