//! Laws of what is measured of margin calls, and of the money that they bring.

use super::{
    design, outcome,
    random::{market, path, person},
    roles,
};
use facts::{Fact, FactId, Purse, Record, Role};
use metrics::{Payer, Run, named, who_paid};
use proptest::prelude::*;
use replay::{Funding, Log, State};
use std::collections::{BTreeMap, BTreeSet};
use units::{Money, Price, Size, math};

fn measured(log: &Log, name: &str) -> Option<f64> {
    let metric = named(name).expect("it is a standard metric");
    (metric.measure)(&Run::of(log)).ok()
}

fn float(count: usize) -> f64 {
    math::float(i128::try_from(count).expect("it is small"))
}

/// Calls that stand in the end, and calls that ended with a liquidation or bankruptcy before their
/// deadline.
fn left_and_overtaken(log: &Log) -> (usize, usize) {
    let (mut standing, mut overtaken): (BTreeSet<Purse>, usize) = (BTreeSet::new(), 0);
    for record in &log.records {
        if let Fact::MarginCalled(f) = &record.fact {
            standing.insert(f.purse);
        } else if let Fact::MarginCallMet(f) = &record.fact {
            standing.remove(&f.purse);
        } else if let Fact::MarginCallMissed(f) = &record.fact {
            standing.remove(&f.purse);
        } else if let Fact::LiquidationOpened(f) = &record.fact {
            overtaken += usize::from(standing.remove(&f.purse));
        } else if let Fact::BankruptcyIncurred(f) = &record.fact {
            overtaken += usize::from(standing.remove(&f.purse));
        }
    }
    (standing.len(), overtaken)
}

/// What traders own after these facts, their legs valued at first or last marks.
fn owned(log: &Log, records: &[Record], mark: fn((Price, Price)) -> Price) -> Money {
    let (run, roles) = (Run::of(log), roles(log));
    let state = State::of(&log.genesis, records).expect("the log was verified");
    let mut funding = Funding::default();
    for record in records {
        funding.apply(record);
    }
    let balances = state.balances().filter(|(purse, _)| roles[&purse.account] == Role::Trader);
    let legs = state
        .legs()
        .filter(|(account, _, leg)| roles[account] == Role::Trader && leg.size != Size::ZERO);
    let worth = legs.map(|(account, of, leg)| {
        let price = run.marks(of).map_or(Price(0), mark);
        let owed = funding.is_charged().then(|| funding.owed(account, of, leg.size));
        run.value(of, leg.size, price) - leg.cost - owed.unwrap_or_default()
    });
    balances.map(|(_, balance)| balance).sum::<Money>() + worth.sum()
}

/// The liquidation that each enforced call led to, by the call.
fn for_calls(records: &[Record]) -> BTreeMap<FactId, Purse> {
    let opened = records.iter().filter_map(|record| {
        let Fact::LiquidationOpened(opened) = &record.fact else { return None };
        let cause = &records[record.cause?.row()];
        let is_for_a_call = matches!(cause.fact, Fact::MarginCallMissed(_));
        (is_for_a_call && cause.stamp.time == record.stamp.time).then_some((cause.id, opened.purse))
    });
    opened.collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(384),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_call_is_met_missed_overtaken_or_left(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        let (left, overtaken) = left_and_overtaken(&log);
        let [made, met, missed] = ["MarginCalls", "MarginCallsMet", "MarginCallsMissed"]
            .map(|name| measured(&log, name).expect("a count is defined"));
        prop_assert!((made - met - missed - float(left + overtaken)).abs() < f64::EPSILON);
    }

    #[test]
    fn a_missed_call_that_is_enforced_opens_a_liquidation_and_no_other_does(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        let missed = log.records.iter().filter_map(|record| {
            let Fact::MarginCallMissed(missed) = &record.fact else { return None };
            missed.enforced.then_some((record.id, missed.purse))
        });
        let opened = for_calls(&log.records);
        prop_assert_eq!(&opened, &missed.collect::<BTreeMap<_, _>>());
        let all = log.records.iter().filter(|it| matches!(it.fact, Fact::LiquidationOpened(_)));
        let share = measured(&log, "MissedCallShareOfLiquidations");
        let expected = float(opened.len()) / float(all.count());
        prop_assert!(share.map_or(expected.is_nan(), |share| (share - expected).abs() < 1e-12));
    }

    #[test]
    fn what_is_brought_leaves_the_world_outside_and_is_nobodys_gain(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        let outside = roles(&log).into_iter().find(|(_, role)| *role == Role::Outside);
        let outside = Purse::of(outside.expect("there is a world outside").0);
        let balance = |records| {
            State::of(&log.genesis, records).expect("the log was verified").balance(outside)
        };
        let brought = balance(&[]) - balance(&log.records);
        prop_assert_eq!(measured(&log, "CollateralBrought"), Some(math::to_float(brought.0, 6)));
        let tables = who_paid(&Run::of(&log)).map_err(|it| TestCaseError::fail(it.to_string()))?;
        let of_traders = [
            Payer::LiquidatedTraders,
            Payer::PenaltiesAndFees,
            Payer::ShortfallsCovered,
            Payer::DeleveragedWinners,
            Payer::OtherTraders,
        ];
        let rows = tables[0].rows.iter().filter(|(payer, _)| of_traders.contains(payer));
        let gained = owned(&log, &log.records, |(_, last)| last) - owned(&log, &[], |(first, _)| first);
        prop_assert_eq!(rows.map(|&(_, amount)| amount).sum::<Money>(), gained - brought);
    }
}
