//! A run that is kept and taken up again is the run that was never stopped.

use crate::laws::any_market;
use experiment::{Catalogue, Experiment};
use facts::{Fact, Record, Sink};
use market::{End, Engine, MarketPlan, Moment};
use proptest::prelude::*;
use tests::{fixtures, load, read};

/// Facts as they happen.
#[derive(Debug, Default, PartialEq)]
struct Facts {
    genesis: Vec<Fact>,
    records: Vec<Record>,
}

impl Sink for Facts {
    fn genesis(&mut self, fact: &Fact) {
        self.genesis.push(fact.clone());
    }

    fn record(&mut self, record: &Record) {
        self.records.push(record.clone());
    }
}

type Ending = (End, Facts, Vec<(facts::Purse, units::Money)>);

fn at_once(plan: &MarketPlan) -> Ending {
    let mut engine = Engine::build(plan, Facts::default()).expect("the plan is right");
    let end = engine.run().end;
    let balances = engine.balances();
    (end, engine.into_sink(), balances)
}

/// Stops after every `stride` events, keeps the run, throws it away, and takes it up again.
fn handed_over(plan: &MarketPlan, stride: u64) -> Ending {
    let mut engine = Engine::build(plan, Facts::default()).expect("the plan is right");
    let mut kept = None;
    loop {
        let next = engine.events() + stride;
        let end = engine.run_until(Moment::Events(next)).end;
        if end != End::Paused {
            let balances = engine.balances();
            return (end, engine.into_sink(), balances);
        }
        let bytes = engine.checkpoint();
        engine = Engine::resume(plan, &bytes, engine.into_sink()).expect("it was just kept");
        assert!(kept.is_none_or(|kept| kept < engine.events()), "it goes on");
        assert_eq!(engine.checkpoint(), bytes, "what was taken up is what was kept");
        kept = Some(engine.events());
    }
}

fn plan(experiment: &Experiment) -> MarketPlan {
    let arm = experiment.arms().next().expect("an experiment has an arm");
    experiment.plan(arm, experiment.seed()).expect("it was checked")
}

#[test]
fn a_run_handed_over_at_every_event_is_the_run() {
    for path in fixtures() {
        let plan = plan(&load(&path));
        let stride = if path.contains("venues") { 97 } else { 1 };
        let (one, other) = (at_once(&plan), handed_over(&plan, stride));
        assert!(one == other, "{path}: {:?}, {:?}", one.0, other.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(64),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_random_run_handed_over_is_the_run(text in any_market(), stride in 1_u64..40) {
        let plan = plan(&read("random.ron", &text, &Catalogue::standard()));
        prop_assert_eq!(at_once(&plan), handed_over(&plan, stride));
    }
}
