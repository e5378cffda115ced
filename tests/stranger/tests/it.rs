//! What a stranger's mechanisms do, and that they are at home: in experiments, in logs, in the help.

#![expect(
    clippy::disallowed_methods,
    reason = "tests write files and start processes; nothing they test does"
)]

use experiment::Experiment;
use facts::{Fact, FactId, Record};
use replay::Log;
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Command, Output},
};
use tests::{Books, read, root, run, story, text};

const EXPERIMENT: &str = "tests/stranger/experiments/oldest_first.ron";

fn experiment() -> Experiment {
    read(EXPERIMENT, &text(EXPERIMENT), &stranger::catalogue())
}

/// The verified log of an arm.
fn log(arm: &str) -> Log {
    run(&experiment(), arm)
}

/// What the stranger's own binary does with these arguments, in the folder of the workspace.
fn stranger(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stranger"));
    command.args(arguments).current_dir(root()).output().expect("the binary starts")
}

/// What it prints when all is well.
fn printed(arguments: &[&str]) -> String {
    let output = stranger(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

#[test]
fn every_arm_tells_its_story() {
    let experiment = experiment();
    for arm in experiment.arms() {
        let log = run(&experiment, arm);
        let told = format!("{}\ndigest {}\n", story(&log), log.digest);
        insta::assert_snapshot!(arm.replace(' ', "_"), told);
    }
}

/// Who was closed, for how much, and the rank that decided.
fn closed(books: &Books) -> Vec<(String, i64, i128)> {
    let records = books.log().records.iter();
    let closed = records.filter_map(|record| {
        let Fact::PositionDeleveraged(closed) = &record.fact else { return None };
        Some((books.names.purse_label(closed.winner), closed.size.0, closed.rank))
    });
    closed.collect()
}

#[test]
fn who_has_held_longest_is_closed_first_and_a_leg_opened_again_is_young() {
    const SECOND: i128 = 1_000_000_000;
    let closed = closed(&Books::of(log("oldest first")));
    let expected = [
        ("perp/patient/first", 40, 10 * SECOND),
        ("perp/patient/second", 40, 10 * SECOND),
        ("perp/nimble/short", 20, 5 * SECOND),
    ];
    assert_eq!(closed, expected.map(|(winner, lots, age)| (winner.to_owned(), lots, age)));
}

#[test]
fn without_a_reopening_the_oldest_are_those_with_the_first_accounts() {
    let source = text(EXPERIMENT).replace("Reopens(after: \"4s\", pause: \"1s\")", "Passive()");
    let experiment = read(EXPERIMENT, &source, &stranger::catalogue());
    let closed = closed(&Books::of(run(&experiment, "oldest first")));
    let winners: Vec<_> = closed.iter().map(|(winner, lots, _)| (winner.as_str(), *lots)).collect();
    assert_eq!(winners, [("perp/nimble/short", 60), ("perp/patient/first", 40)]);
}

/// Facts of the standard set, each with the number it has among them and that of its cause.
fn standard(log: &Log) -> Vec<Record> {
    let is_own = |record: &&Record| !matches!(record.fact, Fact::Told(_));
    let numbers: BTreeMap<FactId, FactId> =
        log.records.iter().filter(is_own).map(|record| record.id).zip((0..).map(FactId)).collect();
    let renumbered = |record: &Record| Record {
        id: numbers[&record.id],
        cause: record.cause.map(|cause| numbers[&cause]),
        ..record.clone()
    };
    log.records.iter().filter(is_own).map(renumbered).collect()
}

#[test]
fn to_be_watched_leaves_every_other_fact_as_it_is() {
    let (watched, unwatched) = (log("oldest first"), log("unwatched"));
    assert_eq!(standard(&watched).len() + 6, watched.records.len(), "six facts are the stranger's");
    assert_eq!(standard(&watched), unwatched.records);
    assert_eq!(watched.seal.state, unwatched.seal.state);
}

#[test]
fn a_notional_is_a_threshold_too() {
    // At 100 the bankrupt holds 1,000 and the nimble 600; after the gap nobody holds as much.
    let source = text(EXPERIMENT).replace("Share(\"40%\")", "Notional(\"599.99 USDC\")");
    let told = Books::of(run(&read(EXPERIMENT, &source, &stranger::catalogue()), "oldest first"))
        .told("LargeTraderReported");
    let accounts = ["longs/bankrupt", "nimble/short", "nimble/short"];
    assert_eq!(told.len(), accounts.len(), "{told:?}");
    assert!(told.iter().zip(accounts).all(|(told, account)| told.contains(account)), "{told:?}");
}

#[test]
fn two_of_one_kind_hear_their_own_clocks_only() {
    let often = "LargeTraderReport(above: Share(\"40%\"), every: \"2s\")";
    let rarely = "LargeTraderReport(above: Share(\"25%\"), every: \"4s\")";
    let told = |answers: &str| {
        let source = text(EXPERIMENT).replace(often, answers);
        let experiment = read(EXPERIMENT, &source, &stranger::catalogue());
        let books = Books::of(run(&experiment, "oldest first"));
        let own = books.log().records.iter();
        let own = own.filter(|record| record.fact.name() == "LargeTraderReported");
        let line = |record: &Record| (record.stamp.time, books.names.tell(&record.fact));
        let mut told: Vec<_> = own.map(line).collect();
        told.sort();
        told
    };
    let mut apart = [told(often), told(rarely)].concat();
    apart.sort();
    assert_eq!(told(&format!("{often}, {rarely}")), apart);
}

#[test]
fn its_own_facts_are_shown_and_found_like_any_other() {
    let folder = folder("shown").display().to_string();
    printed(&["run", EXPERIMENT, "--out", &folder]);
    let log = format!("{folder}/oldest-first-1.dlv");
    let line = "#4 <-#0 00:00:00.000 r0 record  LargeTraderReported(account: \
                \"perp/longs/bankrupt\", instrument: \"perp/COIN\", size: \"10\", share: \
                \"71.4285714%\", mark: \"100\")";
    assert!(printed(&["replay", "show", &log]).lines().any(|shown| shown == line));
    let shown = |arguments: &[&str]| {
        printed(&[&["replay", "show", &log], arguments].concat()).lines().count()
    };
    assert_eq!(shown(&["--kind", "LargeTraderReported"]), 4);
    assert_eq!(shown(&["--kind", "LargeTraderReported", "--account", "nimble/short"]), 2);
    assert_eq!(shown(&["--kind", "SurveillanceEscalated", "--instrument", "COIN"]), 0);
    assert_eq!(shown(&["--kind", "Told"]), 6);
    let explained = printed(&["replay", "explain", &log, "6"]);
    let kinds = ["RunStarted(", "LargeTraderReported(", "SurveillanceEscalated("];
    assert_eq!(explained.lines().count(), kinds.len(), "{explained}");
    assert!(explained.lines().zip(kinds).all(|(line, kind)| line.contains(kind)), "{explained}");
    let misspelt = stranger(&["replay", "show", &log, "--kind", "LargeTraderReportd"]);
    let said = String::from_utf8_lossy(&misspelt.stderr).into_owned();
    assert_eq!(misspelt.status.code(), Some(64));
    assert!(said.contains("did you mean `LargeTraderReported`?"), "{said}");
}

#[test]
fn its_mistakes_are_shown_where_they_are_with_the_nearest_name() {
    let mistakes = [
        ("surveillance: [", "surveilance: [", "surveilance", "did you mean `surveillance`?"),
        ("OldestFirst(act", "OldestFrist(act", "OldestFrist", "did you mean `OldestFirst`?"),
        ("every: \"2s\"", "evry: \"2s\"", "evry", "did you mean `every`?"),
        ("Share(\"40%\")", "Shares(\"40%\")", "Shares", "did you mean `Share`?"),
        ("Share(\"40%\")", "Share(\"40\")", "\"40\"", "is written like \"0.5%\""),
        ("Share(\"40%\")", "Share(\"140%\")", "LargeTraderReport(", "at most 100%"),
        ("Share(\"40%\")", "Notional(\"5 EUR\")", "\"5 EUR\"", "must be in USDC"),
        ("reports: 2", "reports: 0", "0, within", "nonzero"),
        ("pause: \"1s\"", "pause: \"0s\"", "\"0s\"", "`pause` must be above zero"),
    ];
    for (at, (right, wrong, shown, said)) in mistakes.into_iter().enumerate() {
        let source = text(EXPERIMENT).replacen(right, wrong, 1);
        let path = folder("mistakes").join(format!("{at}.ron"));
        fs::write(&path, &source).expect("the file can be written");
        let path = path.display().to_string();
        let before = source.split(wrong).next().unwrap_or_default().len();
        let offset = source[..before].rfind('\n').map_or(0, |line| line + 1);
        let offset = offset + source[offset..].find(shown).expect("it is on that line");
        let line = source[..offset].lines().count();
        let column = offset - source[..offset].rfind('\n').unwrap_or_default();
        let output = stranger(&["run", &path]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(65), "{wrong}: {message}");
        assert!(message.contains(&format!("{path}:{line}:{column}\n")), "{wrong}: {message}");
        assert!(message.contains(said), "{wrong}: {message}");
    }
}

#[test]
fn they_are_listed_and_explained_with_all_others() {
    let overview = printed(&["mechanisms"]);
    for name in ["OldestFirst", "RankedQueue", "Reopens", "LargeTraderReport", "Escalation"] {
        assert!(overview.contains(&format!("\n  {name} ")), "{name}: {overview}");
    }
    for name in ["OldestFirst", "Reopens", "LargeTraderReport", "Escalation"] {
        let page = printed(&["mechanisms", name]);
        for heading in ["Rule", "Why venues do it", "Parameters", "Known failure", "Sources"] {
            assert!(page.lines().any(|line| line == heading), "{name}: {page}");
        }
    }
    assert!(overview.contains("\n`stranger mechanisms NAME` says more"), "{overview}");
    let fact = printed(&["explain", "LargeTraderReported"]);
    for part in
        ["A leg was found to be large.", "`size`, Size: Its signed size.", "`stranger replay show"]
    {
        assert!(fact.contains(part), "{part}: {fact}");
    }
    for arguments in [&["--help"][..], &["run", "--help"], &["replay", "show", "--help"]] {
        let help = printed(arguments);
        assert!(help.contains("Usage: stranger "), "{help}");
        assert!(help.contains("\n  stranger "), "examples: {help}");
        assert!(!help.contains("delever "), "{help}");
    }
    let page = printed(&["mechanisms", "surveillance"]);
    assert!(page.contains("Who is watched, and who hears of it?"), "{page}");
}
