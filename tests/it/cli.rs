//! The command line: exit codes, and messages that say what to do instead.

use std::{fs, path::PathBuf, process::Output};
use tests::{delever, delever_with};

const FIXTURE: &str = "fixtures/insurance/pooled_fund.ron";
const WARNED: &str = "fixtures/deleveraging/chitra_gap.ron";
const TABLE: &str = "fixtures/accounts/snapshot.ron";

pub(crate) fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder of this test's own, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the old folder can be removed");
    }
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// A file with this text in a folder of its own.
fn file(name: &str, text: &[u8]) -> String {
    let path = folder(name).join("wrong.ron");
    fs::write(&path, text).expect("the file can be written");
    path.display().to_string()
}

/// The log of the fixture, written by the binary itself.
fn log(name: &str) -> PathBuf {
    let folder = folder(name);
    let out = folder.display().to_string();
    assert_eq!(code(&delever(&["run", FIXTURE, "--out", &out])), Some(0));
    folder.join("base-1.dlv")
}

#[test]
fn a_run_ends_with_its_digest_and_exits_0() {
    let output = delever(&["run", "fixtures/behaviour/passive.ron"]);
    assert_eq!(code(&output), Some(0));
    assert_eq!(said(&output), "", "nothing is odd about it");
    let last = printed(&output).lines().last().map(str::to_owned).unwrap_or_default();
    assert_eq!(last.strip_prefix("digest ").map(str::len), Some(64), "{last}");
}

#[test]
fn help_and_version_exit_0() {
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["check", "--help"],
        &["run", "--help"],
        &["replay", "--help"],
    ] {
        let output = delever(arguments);
        assert_eq!(code(&output), Some(0));
        assert!(!printed(&output).is_empty() && said(&output).is_empty());
    }
}

/// Names in the list of commands of a `--help`.
fn verbs(arguments: &[&str]) -> Vec<String> {
    let help = printed(&delever(arguments));
    let (_, list) = help.split_once("Commands:\n").unwrap_or_default();
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.split_whitespace().next().map(str::to_owned));
    names.filter(|name| name != "help").collect()
}

#[test]
fn every_verb_shows_examples() {
    let verbs = [verbs(&["--help"]), verbs(&["replay", "--help"])];
    assert!(verbs[0].len() >= 6 && verbs[1].len() >= 5, "{verbs:?}");
    let [above, below] = verbs.map(Vec::into_iter);
    let all = above.map(|verb| vec![verb]).chain(below.map(|verb| vec!["replay".into(), verb]));
    for verb in all {
        let mut arguments: Vec<&str> = verb.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = printed(&delever(&arguments));
        let (_, examples) = help.split_once("Example").unwrap_or_default();
        assert!(examples.contains(&format!("\n  delever {}", verb.join(" "))), "{help}");
    }
}

#[test]
fn a_misspelt_verb_is_told_from_one_that_there_is() {
    for (wrong, meant) in [
        (&["compar"][..], "compare"),
        (&["explian", "Shortfall"], "explain"),
        (&["mechanism"], "mechanisms"),
        (&["replay", "dif"], "diff"),
        (&["replay", "recovr"], "recover"),
    ] {
        let output = delever(wrong);
        assert_eq!(code(&output), Some(64));
        assert!(said(&output).contains(&format!("'{meant}'")), "{}", said(&output));
    }
}

#[test]
fn the_readme_names_every_exit_code() {
    let help = printed(&delever(&["--help"]));
    let (_, codes) = help.split_once("Exit codes:\n").expect("the help lists them");
    let readme = tests::text("README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(codes.lines().count() >= 7);
    for line in codes.lines() {
        let code = line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(readme.contains(&code), "README.md does not say: {code}");
    }
}

#[test]
fn a_command_that_does_not_exist_exits_64() {
    for arguments in [&["rnu"][..], &[], &["run"], &["check"], &["run", FIXTURE, "--sede", "1"]] {
        let output = delever(arguments);
        assert_eq!(code(&output), Some(64), "{arguments:?}");
        assert_eq!(printed(&output), "", "messages go to standard error");
    }
}

#[test]
fn an_unknown_arm_exits_64_and_names_those_there_are() {
    let output = delever(&["run", WARNED, "--arm", "qeue"]);
    assert_eq!(code(&output), Some(64));
    let said = said(&output);
    assert!(said.contains("has no arm \"qeue\""), "{said}");
    assert!(said.contains("\"queue\", \"pro rata\""), "{said}");
}

#[test]
fn a_missing_file_exits_66_and_is_named() {
    for arguments in [
        &["run", "no/such.ron"][..],
        &["compare", "no/such.ron"],
        &["check", "no/such.ron"],
        &["replay", "verify", "no/such.dlv"],
    ] {
        let output = delever(arguments);
        assert_eq!(code(&output), Some(66), "{arguments:?}");
        assert!(said(&output).contains("cannot read no/such."), "{}", said(&output));
    }
}

#[test]
fn a_wrong_experiment_exits_65_and_is_shown_where_it_is_wrong() {
    let text = tests::text(FIXTURE).replace("PooledFund(balance", "PooledFund(balence");
    let path = file("wrong-experiment", text.as_bytes());
    let output = delever(&["run", &path]);
    assert_eq!(code(&output), Some(65));
    let line = text.lines().position(|line| line.contains("balence")).expect("it is there") + 1;
    let said = said(&output);
    assert!(said.contains(&format!("{path}:{line}:")), "{said}");
    assert!(said.contains("balence") && said.contains("balance"), "{said}");
}

#[test]
fn a_right_experiment_is_checked_with_what_it_changes_and_costs() {
    let output = delever(&["check", WARNED, FIXTURE]);
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    assert!(said(&output).contains("warning["), "what is odd is told: {}", said(&output));
    let printed = printed(&output);
    for part in ["one fund for all — Whom", "deleveraging: ProRata(", "beats of clocks", "memory"]
    {
        assert!(printed.contains(part), "{part}: {printed}");
    }
    // Three clocks of one second, over thirty.
    let costs = printed.lines().rev().find(|line| line.starts_with("  base"));
    let costs = costs.unwrap_or_default().split_whitespace().take(5);
    assert_eq!(costs.collect::<Vec<_>>(), ["base", "4", "9", "4", "93"], "{printed}");
    assert!(printed.contains("House accounts are the venues' own"), "{printed}");
}

#[test]
fn who_starts_with_too_little_is_told_before_anything_is_run() {
    for verb in ["check", "run", "compare"] {
        let output = delever(&[verb, "fixtures/bad/below-maintenance.ron"]);
        assert_eq!(code(&output), Some(0), "{}", said(&output));
        let warning =
            "warning[below-maintenance]: 252 of 300 accounts of `longs` (84%) start below";
        assert!(said(&output).starts_with(warning), "{verb}: {}", said(&output));
    }
}

#[test]
fn where_nobody_is_liquidated_a_comparison_says_so() {
    let compared = |path: &str| printed(&delever(&["compare", path, "--seeds", "2"]));
    let note = "Nobody was liquidated in any run";
    assert!(compared("fixtures/behaviour/passive.ron").contains(&format!("{note}: rules about")));
    assert!(!compared(FIXTURE).contains(note));
    let arms = r#"arms: { "base": (), "calm": (fundamentals: { "COIN": ScriptedShock(
        opening: "100", between: ("90", "110"), tick: "1s", moves: [], volatility: "0%", common: "0%",
    ) }) }"#;
    let text = tests::text(FIXTURE).replace("arms: { \"base\": () }", arms);
    let page = compared(&file("calm", text.as_bytes()));
    assert!(page.contains(&format!("{note} of `calm`: rules about")), "{page}");
}

#[test]
fn who_bears_what_neither_a_fund_nor_winners_pay_is_told() {
    let arms = |arms: &str| tests::text(FIXTURE).replace("arms: { \"base\": () }", arms);
    let checked = |name: &str, text: &str| {
        let output = delever(&["check", &file(name, text.as_bytes())]);
        assert_eq!(code(&output), Some(0), "{}", said(&output));
        printed(&output).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let bare = "\"bare\": (insurance: None)";
    let told = checked("bare", &arms(&format!("arms: {{ \"base\": (), {bare} }}")));
    let note = "At `perp` nothing answers `insurance` or `deleveraging` in";
    assert!(told.contains(&format!("{note} `bare`: all that bankrupt accounts owe")), "{told}");
    let winners =
        "deleveraging: ProRata(to: Profit, act: CutProfit, severity: \"100%\", cap: \"50%\")";
    let told =
        checked("winners", &arms(&format!("arms: {{ \"base\": ({winners}, insurance: None) }}")));
    assert!(!told.contains(note), "{told}");
}

#[test]
fn all_wrong_experiments_are_checked_before_65() {
    let wrong = ["check", "fixtures/bad/many.ron", FIXTURE, "fixtures/bad/missing-comma.ron"];
    let output = delever(&wrong);
    assert_eq!(code(&output), Some(65));
    let said = said(&output);
    for part in
        ["[missing-field]", "[unknown-metric]", "[missing-comma]", "2 of 3 files are refused"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(printed(&output).contains("one fund for all"), "the right one is printed");
    let output = delever(&["check", "fixtures/bad/many.ron", "no/such.ron"]);
    assert_eq!(code(&output), Some(66));
    assert!(self::said(&output).contains("[missing-field]"), "the other is read");
}

#[test]
fn a_resolved_arm_is_an_experiment_without_patches() {
    let resolved = printed(&delever(&["check", FIXTURE, "--resolved"]));
    let path = file("resolved", resolved.as_bytes());
    let digest = |path: &str| printed(&delever(&["run", path])).lines().last().map(str::to_owned);
    assert_eq!(digest(&path), digest(FIXTURE));
    assert_eq!(printed(&delever(&["check", &path, "--resolved"])), resolved);
}

#[test]
fn a_rule_that_is_refused_exits_65_and_is_shown_where_it_is() {
    let text = tests::text(FIXTURE).replace("retry: \"3s\"", "retry: \"0s\"");
    let path = file("refused-rule", text.as_bytes());
    let output = delever(&["run", &path]);
    assert_eq!(code(&output), Some(65));
    let line = text.lines().position(|line| line.contains("FullClose(")).expect("it is there") + 1;
    let said = said(&output);
    assert!(said.contains(&format!("{path}:{line}:")), "{said}");
    assert!(said.contains("`retry` must be above zero"), "{said}");
}

#[test]
fn what_is_no_text_exits_65() {
    let output = delever(&["run", &file("no-text", &[0xff, 0xfe, 0x00, 0x41])]);
    assert_eq!(code(&output), Some(65), "{}", said(&output));
}

#[test]
fn what_cannot_be_written_exits_74() {
    let blocked = folder("blocked").join("a file");
    fs::write(&blocked, "not a folder").expect("the file can be written");
    let output = delever(&["run", FIXTURE, "--out", &blocked.display().to_string()]);
    assert_eq!(code(&output), Some(74), "{}", said(&output));
    assert!(said(&output).contains("cannot write"), "{}", said(&output));
}

#[test]
fn what_cannot_be_read_exits_74() {
    let output = delever(&["run", "fixtures"]);
    assert_eq!(code(&output), Some(74), "a folder is no file: {}", said(&output));
}

#[test]
fn a_log_that_was_not_touched_verifies() {
    let path = log("whole");
    let output = delever(&["replay", "verify", &path.display().to_string()]);
    assert_eq!(code(&output), Some(0));
    assert!(printed(&output).contains("whole and unchanged"), "{}", printed(&output));
}

#[test]
fn a_flipped_byte_anywhere_exits_65() {
    let path = log("flipped");
    let whole = fs::read(&path).expect("the log was written");
    let shown = path.display().to_string();
    for place in (0..whole.len()).step_by(whole.len() / 12) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        fs::write(&path, &bytes).expect("the log can be written");
        let output = delever(&["replay", "verify", &shown]);
        assert_eq!(code(&output), Some(65), "byte {place}: {}", said(&output));
        assert!(said(&output).contains(&shown), "{}", said(&output));
    }
}

#[test]
fn a_log_that_was_cut_exits_65_and_says_so() {
    let path = log("cut");
    let whole = fs::read(&path).expect("the log was written");
    fs::write(&path, &whole[..whole.len() - 7]).expect("the log can be written");
    let output = delever(&["replay", "verify", &path.display().to_string()]);
    assert_eq!(code(&output), Some(65));
    assert!(said(&output).contains("it was cut"), "{}", said(&output));
}

#[test]
fn a_fact_is_explained_back_to_its_root() {
    let path = log("explained").display().to_string();
    let shown = delever(&["replay", "show", &path, "--kind", "DebtRepaid"]);
    let shown = printed(&shown);
    let number = shown.strip_prefix('#').and_then(|line| line.split(' ').next());
    let explained = delever(&["replay", "explain", &path, number.expect("debt was repaid")]);
    assert_eq!(code(&explained), Some(0));
    let explained = printed(&explained);
    let kinds = ["RunStarted", "MarkPricePublished", "LiquidationOpened", "SaleOrdered", "Traded"];
    let mut rest = explained.as_str();
    for kind in kinds.into_iter().chain(["DebtRepaid"]) {
        let (_, after) = rest.split_once(kind).unwrap_or_else(|| panic!("{kind}: {explained}"));
        rest = after;
    }
}

#[test]
fn genesis_is_shown_as_far_as_it_is_asked_for() {
    let path = log("genesis").display().to_string();
    let shown = |rest: &[&str]| {
        let output = delever(&[&["replay", "show", &path, "--genesis"], rest].concat());
        assert_eq!(code(&output), Some(0), "{}", said(&output));
        printed(&output)
    };
    let of_one = shown(&["--account", "perp/traders/first"]);
    assert!(of_one.lines().all(|line| line.contains("perp/traders/first")), "{of_one}");
    let kinds = ["AccountOpened(", "LegOpened(", "Deposited("];
    assert!(kinds.iter().all(|kind| of_one.contains(kind)), "{of_one}");
    let opened = shown(&["--kind", "AccountOpened"]);
    assert!(opened.lines().count() > 4, "{opened}");
    assert!(opened.lines().all(|line| line.starts_with("AccountOpened(")), "{opened}");
    assert!(shown(&[]).lines().count() > opened.lines().count());
}

#[test]
fn what_a_log_does_not_have_exits_64() {
    let path = log("lacking").display().to_string();
    for arguments in [
        &["replay", "explain", &path, "99999999"][..],
        &["replay", "show", &path, "--kind", "Liquidated"],
        &["replay", "show", &path, "--account", "nobody"],
        &["replay", "show", &path, "--instrument", "GOLD"],
        &["replay", "show", &path, "--from", "noon"],
    ] {
        let output = delever(arguments);
        assert_eq!(code(&output), Some(64), "{arguments:?}: {}", said(&output));
    }
    let near = |arguments: &[&str]| {
        said(&delever(&[&["replay", "show", path.as_str()], arguments].concat()))
    };
    let said = near(&["--account", "perp/trader/first"]);
    assert!(said.contains("did you mean `perp/traders/first`?"), "{said}");
    let said = near(&["--instrument", "perp/COIM"]);
    assert!(said.contains("did you mean `perp/COIN`? instruments: perp/COIN"), "{said}");
    let said = near(&["--kind", "LiquidationOpen"]);
    assert!(said.contains("did you mean `LiquidationOpened`?"), "{said}");
}

/// A file with this text in the folder of another, so that what it names is there.
fn beside(name: &str, fixture: &str, text: &str) -> String {
    let folder = folder(name);
    let table = fixture.replace(".ron", ".csv");
    if tests::root().join(&table).is_file() {
        let table = tests::text(&table);
        fs::write(folder.join("snapshot.csv"), table).expect("the table can be written");
    }
    let path = folder.join("changed.ron");
    fs::write(&path, text).expect("the file can be written");
    path.display().to_string()
}

#[test]
fn expectations_that_are_met_exit_0() {
    let output = delever(&["test", FIXTURE]);
    assert_eq!(code(&output), Some(0));
    assert_eq!(said(&output), "");
    assert_eq!(printed(&output), format!("{FIXTURE}: ok, 6 met\nall 6 expectations are met\n"));
}

#[test]
fn every_fixture_that_expects_something_gets_it() {
    let expecting: Vec<String> = tests::fixtures()
        .into_iter()
        .filter(|path| tests::load(path).expectations().next().is_some())
        .collect();
    assert!(expecting.len() >= 6, "{expecting:?}");
    let files = expecting.iter().map(String::as_str);
    let output = delever(&["test"].into_iter().chain(files).collect::<Vec<_>>());
    assert_eq!(code(&output), Some(0), "{}{}", printed(&output), said(&output));
    for path in expecting {
        assert!(printed(&output).contains(&format!("{path}: ok, ")), "{}", printed(&output));
    }
}

#[test]
fn an_experiment_that_expects_nothing_is_told() {
    let output = delever(&["test", "fixtures/behaviour/passive.ron"]);
    assert_eq!(code(&output), Some(0));
    assert!(printed(&output).contains("passive.ron: nothing is expected"), "{}", printed(&output));
}

#[test]
fn an_expectation_that_is_not_met_exits_1_and_is_shown_where_it_is() {
    let text = tests::text(WARNED).replace("is: \"8.08 USDC\"", "is: \"8.80 USDC\"");
    let path = beside("not-met", WARNED, &text);
    let output = delever(&["test", FIXTURE, &path]);
    assert_eq!(code(&output), Some(1));
    let line = text.lines().position(|line| line.contains("8.80")).expect("it is there") + 1;
    let printed = printed(&output);
    let message = "the equity of `perp/account/1` is 8.08 USDC at the end, not 8.8 USDC";
    assert!(printed.contains(message) && printed.contains("(arm `pro rata`)"), "{printed}");
    assert!(printed.contains(&format!("{path}:{line}:")), "{printed}");
    assert!(printed.contains(&format!("{FIXTURE}: ok")), "the others are tested: {printed}");
    let said = said(&output);
    assert!(said.contains("1 of 14 expectations is not met"), "{said}");
    let again = format!("= again: delever test {path} --arm \"pro rata\"\n");
    assert!(said.ends_with(&again), "{said}");
    let alone = delever(&["test", &path, "--arm", "queue"]);
    assert_eq!(code(&alone), Some(0), "the other arm does what is expected of it");
}

#[test]
fn a_digest_that_differs_is_printed_so_that_it_can_be_pasted() {
    let zeros = "0".repeat(64);
    let expect = |digest: &str| {
        let other = format!("expect: {{ \"base\": [Digest(\"{digest}\"),");
        tests::text(FIXTURE).replace("expect: {\n        \"base\": [", &other)
    };
    let run = printed(&delever(&["run", FIXTURE]));
    let digest = run.lines().last().and_then(|line| line.strip_prefix("digest "));
    let digest = digest.expect("a run ends with its digest");
    let output = delever(&["test", &beside("digest", FIXTURE, &expect(&zeros))]);
    assert_eq!(code(&output), Some(1));
    let printed = printed(&output);
    assert!(printed.contains(&format!("expect `Digest(\"{digest}\")`")), "{printed}");
    let output = delever(&["test", &beside("digest", FIXTURE, &expect(digest))]);
    assert_eq!(code(&output), Some(0), "{}", said(&output));
}

#[test]
fn a_file_that_cannot_be_tested_does_not_hide_the_others() {
    let wrong = file("wrong-expectation", b"Experiment(");
    let output = delever(&["test", &wrong, FIXTURE]);
    assert_eq!(code(&output), Some(65));
    assert!(printed(&output).contains("ok, 6 met"), "{}", printed(&output));
    assert!(said(&output).contains("1 file could not be tested"), "{}", said(&output));
    let output = delever(&["test", &wrong, "no/such.ron"]);
    assert_eq!(code(&output), Some(66));
    assert_eq!(code(&delever(&["test", FIXTURE, "--arm", "bas"])), Some(64));
    assert_eq!(code(&delever(&["test"])), Some(64));
}

#[test]
fn an_account_of_a_table_is_shown_by_its_id() {
    let folder = folder("table");
    let out = folder.display().to_string();
    assert_eq!(code(&delever(&["run", TABLE, "--out", &out])), Some(0));
    let path = folder.join("base-1.dlv").display().to_string();
    let output = delever(&["replay", "show", &path, "--account", "perp/book/40777215"]);
    assert_eq!(code(&output), Some(0));
    assert!(printed(&output).contains("InsurancePaid(purse: \"perp/book/40777215\""));
}

#[test]
fn a_mistake_in_a_table_exits_65_and_is_shown_there() {
    let path = beside("table-mistake", TABLE, &tests::text(TABLE));
    let table = PathBuf::from(&path).with_file_name("snapshot.csv");
    let rows = fs::read_to_string(&table).expect("the table was written");
    fs::write(&table, rows.replace(",2,66000,", ",2.0001,66000,")).expect("it can be written");
    let output = delever(&["run", &path]);
    assert_eq!(code(&output), Some(65));
    assert!(said(&output).contains("is not the table that is meant"), "{}", said(&output));
    let text = tests::text(TABLE);
    let digest = text.lines().find(|line| line.contains("digest:")).expect("it has a digest");
    fs::write(&path, text.replace(digest, "")).expect("the file can be written");
    let output = delever(&["run", &path]);
    assert_eq!(code(&output), Some(65));
    let line = rows.lines().position(|line| line.contains(",66000,")).expect("it is there") + 1;
    let place = format!("{}:{line}:14", table.display());
    assert!(said(&output).contains(&place), "{}", said(&output));
    fs::remove_file(&table).expect("it can be removed");
    assert!(said(&delever(&["run", &path])).contains("cannot be read"));
}

#[test]
fn colour_is_left_out_when_asked() {
    let coloured = |output: &Output| output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b);
    let run = ["run", WARNED];
    assert!(!coloured(&delever(&run)), "this is no terminal");
    assert!(coloured(&delever_with(&run, &[("CLICOLOR_FORCE", "1")])));
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert!(!coloured(&delever_with(&run, &both)), "NO_COLOR is stronger");
    assert!(coloured(&delever_with(&["run", WARNED, "--color", "always"], &both[1..])));
    assert!(!coloured(&delever_with(&["run", WARNED, "--color", "never"], &both[..1])));
}
