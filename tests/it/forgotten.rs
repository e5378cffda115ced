//! What a mechanism's author forgets: each is told when the rule is installed, or at the author's line.

use facts::{Fact, Record, Sink};
use market::{
    AssetPlan, Deleveraging, Engine, Market, MarketPlan, Mechanism, PlacePlan, Plan, Question,
    Rule, RulePlan, Scope, VenuePlan,
};
use serde::{Deserialize, Serialize};
use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
};
use units::{Amount, Duration, Money, Ratio, Time};

#[derive(Debug)]
struct Nowhere;

impl Sink for Nowhere {
    fn genesis(&mut self, _: &Fact) {}

    fn record(&mut self, _: &Record) {}
}

/// A market of one venue with one rule, and what its rule is refused for.
fn built(rule: Rule, place: PlacePlan) -> Result<Engine<Nowhere>, Vec<String>> {
    let plan = MarketPlan {
        start: Time::default(),
        horizon: Time::default() + Duration::SECOND,
        seed: 1,
        assets: vec![AssetPlan { name: "USDC".to_owned(), decimals: 6 }],
        fundamentals: Vec::new(),
        venues: vec![VenuePlan {
            name: "perp".to_owned(),
            asset: "USDC".to_owned(),
            taker_fee: Ratio::ZERO,
            instruments: Vec::new(),
        }],
        groups: Vec::new(),
        rules: vec![RulePlan { rule, place, parameters: String::new() }],
    };
    Engine::build(&plan, Nowhere).map_err(|refusals| {
        let of_the_rule = refusals.into_iter().filter(|refusal| refusal.rule == Some(0));
        of_the_rule.map(|refusal| refusal.message).collect()
    })
}

fn refused(rule: Rule, place: PlacePlan) -> Vec<String> {
    built(rule, place).err().unwrap_or_default()
}

fn perp() -> PlacePlan {
    PlacePlan::Venue("perp".to_owned())
}

/// Answers for others, and says so to nobody.
#[derive(Debug, Deserialize)]
struct Mute {}

impl Mechanism for Mute {
    type Question = Deleveraging;
    const NAME: &'static str = "Mute";
    const SOURCE: &'static str = include_str!("forgotten.rs");

    fn install(&self, _: &mut Plan<'_, Self>) {}
}

#[test]
fn an_answer_that_was_never_handed_over_is_refused() {
    let message = "`Mute` answers *deleveraging* for others and was never handed over: call \
                   `plan.answer(plan.this())` in `install`";
    assert_eq!(refused(Rule::new(Mute {}), perp()), [message]);
}
market::timers! {
    /// It is time to remember.
    RecallDue {} in Decide;
}

#[derive(Debug)]
enum Memory {}

impl Question for Memory {
    type Answer = ();
    const NAME: &'static str = "memory";
    const MEANING: &'static str = "What is remembered?";
    const SCOPE: Scope = Scope::Venue;
}

#[derive(Debug, Serialize, Deserialize)]
struct Count(u64);

#[derive(Debug, Serialize, Deserialize)]
struct Sum(u64);

/// Reads what it did not register: to change it, or only to look.
#[derive(Debug, Deserialize)]
struct Forgetful {
    changes: bool,
    registers: usize,
}

impl Mechanism for Forgetful {
    type Question = Memory;
    const NAME: &'static str = "Forgetful";
    const SOURCE: &'static str = include_str!("forgotten.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        for number in (0..).take(self.registers) {
            plan.state(Sum(number));
        }
        plan.first(plan.start(), RecallDue {});
        plan.on(Self::recall);
    }
}

impl Forgetful {
    fn recall(&self, market: &mut Market<'_>, _: &RecallDue) {
        let here = market.here();
        let count: &Count = if self.changes { market.state_mut(here) } else { market.state(here) };
        assert_eq!(count.0, 0);
    }
}

thread_local! {
    /// Where this thread panicked last.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

#[test]
fn a_state_that_was_not_registered_is_told_at_the_line_that_reads_it() {
    let others = take_hook();
    set_hook(Box::new(move |panic| {
        let file = panic.location().map(|place| place.file().to_owned()).unwrap_or_default();
        PLACE.with_borrow_mut(|place| *place = file);
        others(panic);
    }));
    for (changes, registers) in [(false, 0), (false, 1), (true, 0), (true, 1)] {
        let rule = Rule::new(Forgetful { changes, registers });
        let mut engine = built(rule, perp()).expect("it is installed");
        let panic = catch_unwind(AssertUnwindSafe(|| engine.run())).expect_err("it reads nothing");
        let message = panic.downcast_ref::<String>().expect("it says why");
        let expected = "`Forgetful` remembers no `it::forgotten::Count`: call `plan.state(…)`";
        assert!(message.starts_with(expected), "{message}");
        let place = PLACE.with_borrow(String::clone);
        assert!(place.ends_with("tests/it/forgotten.rs"), "{place}");
    }
}

#[test]
fn a_second_state_is_refused() {
    let said = refused(Rule::new(Forgetful { changes: false, registers: 2 }), perp());
    let message = "`Forgetful` registers two states, and a mechanism has one: put both into one \
                   struct";
    assert_eq!(said, [message]);
}
/// Wakes itself, and sleeps on.
#[derive(Debug, Deserialize)]
struct Sleeper {
    hears: bool,
}

impl Mechanism for Sleeper {
    type Question = Memory;
    const NAME: &'static str = "Sleeper";
    const SOURCE: &'static str = include_str!("forgotten.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.first(plan.start(), RecallDue {});
        plan.first(plan.start(), RecallDue {});
        if self.hears {
            plan.on(|_: &Self, _, _: &RecallDue| {});
        }
    }
}

#[test]
fn a_timer_that_its_rule_does_not_hear_is_refused() {
    let message = "`Sleeper` schedules `RecallDue` and does not hear it: call `plan.on(…)` in \
                   `install`, with a method that takes `&RecallDue`";
    assert_eq!(refused(Rule::new(Sleeper { hears: false }), perp()), [message]);
    assert_eq!(refused(Rule::new(Sleeper { hears: true }), perp()), [""; 0]);
}

#[derive(Debug)]
enum Weather {}

impl Question for Weather {
    type Answer = ();
    const NAME: &'static str = "weather";
    const MEANING: &'static str = "What is it like outside?";
    const SCOPE: Scope = Scope::System;
}

/// Needs what only a venue has, and holds for the whole system.
#[derive(Debug, Deserialize)]
struct Homeless {
    amount: Option<Amount>,
}

impl Mechanism for Homeless {
    type Question = Weather;
    const NAME: &'static str = "Homeless";
    const SOURCE: &'static str = include_str!("forgotten.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        if let Some(amount) = &self.amount {
            plan.money(amount);
            plan.instrument_named("COIN");
            plan.sets_bands();
        } else {
            plan.venue();
        }
    }
}

#[test]
fn what_only_a_venue_has_is_refused_where_there_is_none() {
    let amount = "1 USDC".parse().expect("it is an amount");
    let said = refused(Rule::new(Homeless { amount: Some(amount) }), PlacePlan::System);
    let message = "`Homeless` asks for what only a venue has, such as the asset of an amount, and \
                   *weather* is asked of the whole system: take it as a number, or ask the question \
                   of a venue";
    assert_eq!(said, [message; 3]);
}

#[test]
#[should_panic = "`Homeless` asks the plan for its venue, and *weather* is asked of the whole system"]
fn a_venue_where_there_is_none_is_told_with_who_asked() {
    refused(Rule::new(Homeless { amount: None }), PlacePlan::System);
}

/// Spends what it never checked.
#[derive(Debug, Deserialize)]
struct Spendthrift {
    amount: Amount,
}

impl Mechanism for Spendthrift {
    type Question = Memory;
    const NAME: &'static str = "Spendthrift";
    const SOURCE: &'static str = include_str!("forgotten.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.first(plan.start(), RecallDue {});
        plan.on(|it: &Self, market, _: &RecallDue| {
            let amount = market.money(market.here(), &it.amount);
            assert_eq!(amount, Money(1_500_000), "it is in the smallest units of the asset");
        });
    }
}

fn spend(amount: &str) {
    let amount = amount.parse().expect("it is an amount");
    built(Rule::new(Spendthrift { amount }), perp()).expect("it is installed").run();
}

#[test]
fn an_amount_is_money_of_the_venue() {
    spend("1.5 USDC");
}

#[test]
#[should_panic = "must be in USDC, which the venue settles in: check it with `plan.money(…)`"]
fn an_amount_that_was_not_checked_is_told() {
    spend("1.5 BTC");
}
