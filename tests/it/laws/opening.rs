//! Who is said to start with too little is who is liquidated or called at the first mark price.

use super::senders::catalogue;
use super::{Design, design, market, path, person};
use facts::{AccountId, Fact};
use market::{Lack, lacking};
use proptest::prelude::*;
use replay::Log;
use std::collections::BTreeSet;
use tests::{read, run};

/// A group, and a place in it.
type Member = (String, u64);

/// The same where the first marks are the opening prices.
fn marked_at_the_opening(mut design: Design) -> Design {
    let is_price = |rule: &str| rule.starts_with("oracle: ") || rule.starts_with("mark_price: ");
    design.rules.retain(|rule| !is_price(rule));
    let prices =
        ["oracle: Direct(every: \"1s\", lag: \"0s\")", "mark_price: OracleOnly(every: \"1s\")"];
    design.rules.extend(prices.map(str::to_owned));
    design
}

fn members(log: &Log, accounts: &BTreeSet<AccountId>) -> BTreeSet<Member> {
    let names: Vec<&str> = log
        .genesis
        .iter()
        .filter_map(|fact| {
            if let Fact::GroupListed(listed) = fact { Some(listed.name.as_str()) } else { None }
        })
        .collect();
    let member = |fact: &Fact| {
        if let Fact::AccountOpened(opened) = fact
            && accounts.contains(&opened.account)
        {
            Some((names[opened.group.row()].to_owned(), opened.ordinal))
        } else {
            None
        }
    };
    log.genesis.iter().filter_map(member).collect()
}

/// Who is liquidated and who is called in the round of the first marks, before anything is sold.
fn at_the_first_mark(log: &Log) -> [BTreeSet<AccountId>; 2] {
    let first = log.records.iter().find(|it| matches!(it.fact, Fact::MarkPricePublished(_)));
    let first = first.expect("a mark is published").stamp;
    let [mut liquidated, mut called] = [BTreeSet::new(), BTreeSet::new()];
    for record in &log.records {
        if (record.stamp.time, record.stamp.round) != (first.time, first.round) {
            continue;
        }
        if let Fact::LiquidationOpened(opened) = &record.fact {
            liquidated.insert(opened.purse.account);
        } else if let Fact::MarginCalled(call) = &record.fact {
            called.insert(call.purse.account);
        }
    }
    called.retain(|account| !liquidated.contains(account));
    [liquidated, called]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(256),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn who_starts_with_too_little_is_who_the_first_mark_finds(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let text = market(&[("people", &people)], &marked_at_the_opening(design), &path, seed);
        let experiment = read("random.ron", &text, &catalogue());
        let plan = experiment.plan("base", seed).expect("the random market is right");
        let [mut closed, mut called] = [BTreeSet::new(), BTreeSet::new()];
        let seen = lacking(&plan, |it| {
            let member = (it.group.to_owned(), it.ordinal);
            match it.lack {
                Lack::Solvency | Lack::Maintenance => drop(closed.insert(member)),
                Lack::Call => drop(called.insert(member)),
                Lack::Initial => {},
            }
        });
        prop_assert_eq!(seen, Ok(()));
        let log = run(&experiment, "base");
        let [liquidated, asked] = at_the_first_mark(&log);
        prop_assert_eq!(closed, members(&log, &liquidated), "who is liquidated");
        prop_assert_eq!(called, members(&log, &asked), "who is called");
    }
}
