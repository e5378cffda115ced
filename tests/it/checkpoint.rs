//! A run that is kept and taken up again is the run that was never stopped.

use crate::{
    cli::{code, folder, printed, said},
    laws::{any_market, any_two_arms, catalogue},
};
use experiment::Experiment;
use facts::{Fact, Record, Sink};
use market::{End, Engine, MarketPlan, Moment};
use proptest::prelude::*;
use tests::{delever, fixtures, load, read};

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

    /// Every law is checked over the whole market after every event, before and after.
    #[test]
    fn random_arms_that_fork_keep_to_the_laws(text in any_two_arms(), seconds in 0_u32..30) {
        let fork = match seconds {
            0..10 => "fork: BeforeFirstLiquidation, arms:".to_owned(),
            _ => format!("fork: At(\"{seconds}s\"), arms:"),
        };
        let text = text.replacen("arms:", &fork, 1);
        let experiment = read("random.ron", &text, &catalogue());
        let run = |arm: &str| tests::run_checking(&experiment, (arm, experiment.seed()), Some(1));
        let (base, other) = (run("base"), run("other"));
        let is_change = |record: &Record| {
            matches!(record.fact, Fact::RuleEnded(_) | Fact::RuleBegun(_))
        };
        let parts = other.records.iter().position(is_change).unwrap_or(other.records.len());
        prop_assert_eq!(&base.records[..parts], &other.records[..parts]);
    }

    #[test]
    fn a_random_run_handed_over_is_the_run(text in any_market(), stride in 1_u64..40) {
        let plan = plan(&read("random.ron", &text, &catalogue()));
        prop_assert_eq!(at_once(&plan), handed_over(&plan, stride));
    }
}

#[test]
fn bytes_that_were_never_kept_are_refused() {
    let plan = plan(&load(FIXTURE));
    let mut engine = Engine::build(&plan, Facts::default()).expect("the plan is right");
    engine.run_until(Moment::Events(57));
    let kept = engine.checkpoint();
    let refused = |bytes: &[u8]| {
        let resumed = Engine::resume(&plan, bytes, Facts::default());
        assert!(matches!(resumed, Err(market::Unresumed::Damaged)), "{} bytes", bytes.len());
    };
    for at in 0..kept.len() {
        let mut flipped = kept.clone();
        flipped[at] ^= 1 << (at % 8);
        refused(&flipped);
        refused(&kept[..at]);
    }
    refused(&[&kept[..], &[0]].concat());
}

#[test]
fn arms_that_fork_share_their_past_fact_for_fact() {
    for path in tests::ron_files("fixtures/fork") {
        let experiment = load(&path);
        let mut logs = experiment.arms().map(|arm| tests::run(&experiment, arm));
        let first = logs.next().expect("an experiment has an arm");
        for log in logs {
            let is_change =
                |record: &Record| matches!(record.fact, Fact::RuleEnded(_) | Fact::RuleBegun(_));
            let parts = log.records.iter().position(is_change).expect("it changes rules");
            assert_eq!(log.genesis, first.genesis, "{path}");
            assert_eq!(log.records[..parts], first.records[..parts], "{path}");
            assert_ne!(log.digest, first.digest, "{path}");
        }
    }
}

/// A fixture whose run is kept at a moment; the paths of the log and of the checkpoint.
fn kept(name: &str, moment: &str) -> [String; 2] {
    let folder = folder(name);
    let out = folder.display().to_string();
    let output = delever(&["run", FIXTURE, "--checkpoint-at", moment, "--out", &out]);
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    ["base-1.dlv", "base-1.checkpoint.dlv"].map(|name| folder.join(name).display().to_string())
}

const FIXTURE: &str = "fixtures/insurance/pooled_fund.ron";

#[test]
fn a_run_that_goes_on_in_another_process_writes_the_same_log() {
    for moment in ["event:0", "event:57", "12s", "00:00:12", "first-liquidation"] {
        let name = format!("checkpoint {}", moment.replace(':', " "));
        let [log, checkpoint] = kept(&name, moment);
        let out = folder(&format!("{name} later")).display().to_string();
        let later = delever(&["run", FIXTURE, "--from", &checkpoint, "--out", &out]);
        assert_eq!(code(&later), Some(0), "{moment}: {}", said(&later));
        let bytes = |path: &str| std::fs::read(path).expect("it was written");
        assert_eq!(bytes(&log), bytes(&format!("{out}/base-1.dlv")), "{moment}");
    }
}

#[test]
fn a_checkpoint_is_a_log_that_says_so() {
    let [_, checkpoint] = kept("checkpoint verified", "first-liquidation");
    let verified = delever(&["replay", "verify", &checkpoint]);
    assert_eq!(code(&verified), Some(0), "{}", said(&verified));
    assert!(printed(&verified).contains("sealed: a checkpoint, from which the run goes on"));
    let shown = printed(&delever(&["replay", "show", &checkpoint, "--kind", "LiquidationOpened"]));
    assert_eq!(shown.lines().filter(|line| line.starts_with('#')).count(), 0, "{shown}");
}

#[test]
fn an_arm_with_other_people_does_not_go_on_from_a_past_that_is_not_its_own() {
    let out = folder("checkpoint of other people").display().to_string();
    let file = format!("{out}/people.ron");
    let richer = "\"richer\": (traders: { \"makers\": (collateral: \"8_000_000 USDC\") })";
    let right = tests::text("fixtures/bad/answered-late.ron");
    let included = right.replace("books/plain.ron", "plain.ron");
    let arms =
        included.replace("arms: { \"base\": ()", &format!("arms: {{ \"base\": (), {richer}"));
    std::fs::create_dir_all(&out).expect("a folder can be made");
    let book = tests::text("fixtures/bad/books/plain.ron");
    std::fs::write(format!("{out}/plain.ron"), book).expect("it is writable");
    std::fs::write(&file, arms).expect("it is writable");
    let kept = delever(&["run", &file, "--checkpoint-at", "12s", "--out", &out]);
    assert_eq!(code(&kept), Some(0), "{}", said(&kept));
    let from = format!("{out}/base-1.checkpoint.dlv");
    let output = delever(&["run", &file, "--from", &from, "--arm", "richer"]);
    assert_eq!(code(&output), Some(65), "{}", said(&output));
    assert!(said(&output).contains("error[fork-changes-past]"), "{}", said(&output));
}

#[test]
fn a_run_goes_on_only_from_a_checkpoint_of_its_own() {
    let [log, checkpoint] = kept("checkpoint refused", "12s");
    let run = |arguments: &[&str]| {
        let output = delever(&[&["run"], arguments].concat());
        (code(&output), said(&output))
    };
    let out = folder("checkpoint refused later").display().to_string();
    for (arguments, exit, why) in [
        (&[FIXTURE, "--from", &log][..], 65, "it is a log without a checkpoint"),
        (&["fixtures/halt/price_band.ron", "--from", &checkpoint], 65, "of another experiment"),
        (&[FIXTURE, "--from", "nowhere.dlv"], 66, "nowhere.dlv"),
        (&[FIXTURE, "--from", FIXTURE], 65, "a text"),
        (&[FIXTURE, "--from", &checkpoint, "--arm", "bose"], 64, "did you mean"),
        (&[FIXTURE, "--from", &checkpoint, "--seed", "7"], 64, "cannot be used with"),
        (&[FIXTURE, "--checkpoint-at", "12s"], 64, "--out"),
        (&[FIXTURE, "--checkpoint-at", "noon", "--out", &out], 64, "first-liquidation"),
        (&[FIXTURE, "--checkpoint-at", "event:many", "--out", &out], 64, "event:12345"),
        (&[FIXTURE, "--checkpoint-at=-3s", "--out", &out], 64, "no moment"),
        (&[FIXTURE, "--checkpoint-at", "2h", "--out", &out], 64, "ends before"),
    ] {
        let (found, said) = run(arguments);
        assert_eq!(found, Some(exit), "{arguments:?}: {said}");
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
}
