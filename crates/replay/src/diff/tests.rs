//! What two logs are said to have in common, and what not.

use super::{Compared, Difference, diff};
use crate::{Log, sample};
use facts::{AccountId, Deposited, Fact, FactId, GroupId, GroupListed, Purse, RuleInstalled};
use proptest::prelude::*;
use units::Money;

fn log(genesis: &[Fact], facts: &[Fact]) -> Log {
    let sealed = sample::log(genesis, &sample::story(facts));
    Log::read(&sealed.bytes).expect("nobody touched it")
}

fn rule(answer: &str) -> Fact {
    let (question, parameters) = ("halt".to_owned(), "()".to_owned());
    let answer = answer.to_owned();
    RuleInstalled { question, answer, venue: None, instrument: None, parameters }.into()
}

fn with(more: &[Fact]) -> Vec<Fact> {
    [sample::world(), more.to_vec()].concat()
}

/// Names of what is not the same.
fn names(compared: &[Compared]) -> Vec<&str> {
    compared.iter().filter(|it| !it.is_same()).map(|it| it.name.as_str()).collect()
}

#[test]
fn a_rule_that_does_nothing_leaves_the_same_facts() {
    let story = [sample::mark(0, 50), sample::mark(1, 30)];
    let logs = [log(&sample::world(), &story), log(&with(&[rule("Idle")]), &story)];
    let found = diff([&logs[0], &logs[1]]);
    assert_eq!(found.declared, [(1, "halt: Idle()".to_owned())]);
    assert_eq!(
        found,
        Difference { declared: found.declared.clone(), alike: 2, ..diff([&logs[0], &logs[0]]) }
    );
    assert!(found.parting.is_empty() && found.kinds.is_empty() && found.fork.is_none());
}

#[test]
fn the_first_other_fact_is_shown_word_by_word() {
    let world = sample::world();
    let one = [sample::mark(0, 50), sample::mark(0, 40), sample::mark(0, 30)];
    let other = [sample::mark(0, 50), sample::mark(0, 41), sample::mark(0, 30)];
    let found = diff([&log(&world, &one), &log(&world, &other)]);
    assert_eq!(found.alike, 1);
    assert_eq!(names(&found.parting), ["price", "index", "last"]);
    let kept: Vec<&str> = found.parting.iter().map(|word| word.name.as_str()).collect();
    assert_eq!(&kept[..4], ["time", "cause", "kind", "instrument"]);
    assert_eq!(found.parting[4].values, [Some("\"4\"".to_owned()), Some("\"4.1\"".to_owned())]);
    assert!(found.kinds.is_empty(), "there are as many marks");
}

#[test]
fn facts_of_other_kinds_are_shown_as_wholes() {
    let world = sample::world();
    let one = [sample::mark(0, 50), sample::sale(1, 40, 0)];
    let other = [sample::mark(0, 50), sample::mark(0, 40)];
    let found = diff([&log(&world, &one), &log(&world, &other)]);
    let kept: Vec<&str> = found.parting.iter().map(|word| word.name.as_str()).collect();
    assert_eq!(kept, ["time", "cause", "fact"]);
    assert_eq!(names(&found.parting), ["fact"]);
    let values = found.parting[2].values.clone().map(Option::unwrap_or_default);
    assert!(values[0].starts_with("Traded(") && values[1].starts_with("MarkPricePublished("));
    assert_eq!(found.kinds, [("MarkPricePublished", [1, 2]), ("Traded", [1, 0])]);
}

#[test]
fn a_log_that_ends_earlier_parts_where_it_ends() {
    let world = sample::world();
    let story = [sample::mark(0, 50), sample::mark(0, 40), sample::mark(0, 30)];
    let found = diff([&log(&world, &story[..2]), &log(&world, &story)]);
    assert_eq!((found.alike, found.fork), (2, Some(FactId(1))));
    assert!(found.parting.iter().all(|word| word.values[0].is_none()));
    assert_eq!(found.branches, [Vec::new(), Vec::new()]);
}

#[test]
fn causes_are_told_up_to_the_latest_that_both_share() {
    let world = sample::world();
    let facts = [50, 49, 48, 47, 46].map(|price| sample::mark(0, price));
    let told = |causes: [Option<u64>; 5]| {
        let mut records = sample::story(&facts);
        for (record, cause) in records.iter_mut().zip(causes) {
            record.cause = cause.map(FactId);
        }
        let sealed = sample::log(&world, &records);
        Log::read(&sealed.bytes).expect("nobody touched it")
    };
    let one = told([None, Some(0), Some(1), Some(1), Some(3)]);
    let other = told([None, Some(0), Some(1), Some(1), Some(2)]);
    let found = diff([&one, &other]);
    assert_eq!(found.alike, 4);
    assert_eq!(names(&found.parting), ["cause"], "another cause is another story");
    assert_eq!(found.branches, [vec![FactId(3)], vec![FactId(2)]]);
    assert_eq!(found.fork, Some(FactId(1)));
}

#[test]
fn facts_are_compared_in_the_names_of_their_own_worlds() {
    // A venue in front moves every id behind it.
    let group: Fact = GroupListed { group: GroupId(2), name: "others".into() }.into();
    let story = [sample::mark(0, 50), sample::sale(1, 40, 0)];
    let found = diff([&log(&sample::world(), &story), &log(&with(&[group]), &story)]);
    assert_eq!((found.alike, found.parting.len()), (2, 0));
    let marks = [sample::mark(0, 50), sample::mark(1, 5)];
    let mut other = sample::world();
    for fact in &mut other {
        if let Fact::InstrumentListed(listed) = fact {
            listed.name = "ETH".into();
        }
    }
    let found = diff([&log(&sample::world(), &marks), &log(&other, &marks)]);
    assert_eq!((found.alike, names(&found.parting)), (0, vec!["instrument"]));
    assert_eq!(found.declared.len(), 4, "two listings in each");
}

#[test]
fn people_are_compared_by_group() {
    let more = |amount| -> Fact {
        let purse = Purse::of(AccountId(3));
        Deposited { from: AccountId(0), purse, amount: Money(amount) }.into()
    };
    let halves = [more(500_000), more(500_000)];
    let logs = [with(&[more(1_000_000)]), with(&[more(2_000_000)]), with(&halves)];
    let logs = logs.map(|world| log(&world, &[]));
    let found = diff([&logs[0], &logs[1]]);
    let values =
        ["2 accounts, 1.0001 USDC, 1 leg", "2 accounts, 2.0001 USDC, 1 leg"].map(str::to_owned);
    assert_eq!(found.groups, [Compared { name: "perp/longs".into(), values: values.map(Some) }]);
    let found = diff([&logs[0], &logs[2]]);
    assert_eq!(names(&found.groups), ["perp/longs"], "as much in two parts is not the same");
}

proptest! {
    #[test]
    fn a_log_has_no_difference_to_itself(records in sample::any_records()) {
        let sealed = sample::log(&sample::world(), &records);
        let log = Log::read(&sealed.bytes).expect("nobody touched it");
        let found = diff([&log, &log]);
        let none = Difference {
            header: Vec::new(),
            declared: Vec::new(),
            groups: Vec::new(),
            alike: records.len(),
            parting: Vec::new(),
            branches: [Vec::new(), Vec::new()],
            fork: None,
            kinds: Vec::new(),
        };
        prop_assert_eq!(found, none);
    }

    #[test]
    fn a_difference_is_the_same_from_either_side(
        one in sample::any_records(),
        other in sample::any_records(),
    ) {
        let [one, other] = [one, other].map(|records| {
            let sealed = sample::log(&sample::world(), &records);
            Log::read(&sealed.bytes).expect("nobody touched it")
        });
        let (there, back) = (diff([&one, &other]), diff([&other, &one]));
        prop_assert_eq!((there.alike, there.fork), (back.alike, back.fork));
        let [first, second] = there.branches;
        prop_assert_eq!([second, first], back.branches);
        let same = one.records == other.records;
        prop_assert_eq!(there.parting.is_empty(), there.alike == one.records.len().max(other.records.len()));
        prop_assert!(!same || there.parting.is_empty());
    }
}
