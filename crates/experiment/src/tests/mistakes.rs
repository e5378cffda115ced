//! Every mistake is shown where it stands.

use crate::{
    Includes, load,
    trial::{Files, METRICS, RIGHT, catalogue, files, said, shown, with},
};

/// What is said about the right experiment with a part replaced.
fn mistaken(part: &str, replacement: &str) -> String {
    said(&with(part, replacement))
}

#[test]
fn the_right_experiment_has_no_remarks() {
    assert_eq!(said(RIGHT), "");
}

#[test]
fn an_unknown_parameter_names_the_nearest() {
    insta::assert_snapshot!(mistaken("penalty: \"0.5%\"", "penality: \"0.5%\""));
}

#[test]
fn an_unknown_answer_lists_the_answers_of_the_question() {
    insta::assert_snapshot!(mistaken("FullClose(penalty", "FulClose(penalty"));
}

#[test]
fn an_unknown_question_names_the_nearest() {
    insta::assert_snapshot!(mistaken("oracle: Direct", "oracel: Direct"));
}

#[test]
fn a_quantity_without_its_unit_is_shown_inside_the_mechanism() {
    insta::assert_snapshot!(mistaken("pause: \"2min\"", "pause:   \"2\""));
}

#[test]
fn a_question_answered_twice_is_refused() {
    insta::assert_snapshot!(mistaken(
        "oracle: Direct(every: \"3s\"),",
        "oracle: Direct(every: \"3s\"), oracle: Direct(every: \"4s\"),"
    ));
}

#[test]
fn a_missing_comma_is_shown_where_it_is_missed() {
    insta::assert_snapshot!(mistaken("seed: 7,", "seed: 7"));
}

#[test]
fn a_missing_field_and_an_unknown_one_are_told() {
    insta::assert_snapshot!("missing", mistaken("    seed: 7,\n", "").replace(RIGHT, "the whole"));
    insta::assert_snapshot!("unknown", mistaken("settles_in", "settels_in"));
}

#[test]
fn a_name_that_is_defined_twice_is_shown_the_second_time() {
    insta::assert_snapshot!(mistaken("\"tiered\": (", "\"base\": ("));
}

#[test]
fn unknown_names_are_told_with_those_that_exist() {
    let text = with("index: \"ETH\"", "index: \"ETC\"")
        .replace("metrics: [LiquidatedNotional,", "metrics: [LiquidatedNotionl,")
        .replace("settles_in: \"USDC\"", "settles_in: \"USD\"");
    insta::assert_snapshot!(said(&text));
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = with("\"40%\"}", "\"41%\"}")
        .replace("size: \"7.125\"", "size: \"7.1255\"")
        .replace("entry: \"62000\"", "entry: \"62000.005\"")
        .replace("size: \"-32.5\"", "size: \"0\"")
        .replace("least: \"200 USDC\"", "least: \"70_000_000 USDC\"")
        .replace("\"9_000 USDC\"", "\"9_000 BTC\"")
        .replace("\"20_000_000 USDC\"", "\"-1 USDC\"")
        .replace("\"apart\": (\n            halt: []", "\"apart\": (\n            halt: Breaker()");
    insta::assert_snapshot!(said(&text));
}

#[test]
fn units_that_are_no_powers_of_ten_or_too_fine_say_what_would_do() {
    let text = with("lot: \"0.0001\"", "lot: \"0.00001\"")
        .replace("price_unit: \"0.01\", lot: \"0.001\"", "price_unit: \"0.02\", lot: \"0.001\"");
    insta::assert_snapshot!(said(&text));
}

#[test]
fn a_question_nobody_answers_is_told_once_a_venue() {
    insta::assert_snapshot!(mistaken("oracle: Direct(every: \"3s\"),", ""));
}

#[test]
fn longs_that_exceed_shorts_need_somebody_who_takes_the_rest() {
    let rest = "Rest(name: \"makers\", on: \"perp\", collateral: \"2_000_000_000 USDC\", behaviour: Passive()),";
    let text = with(rest, "").replace(
        "traders: {\"makers\": Rest(on: \"perp\", collateral: \"5 USDC\", behaviour: Passive())},",
        "",
    );
    insta::assert_snapshot!("drawn", said(&text));
    let start = text.find("        Population(").expect("there are populations");
    let end = text.find("        Accounts(").expect("there are accounts");
    insta::assert_snapshot!("listed", said(&format!("{}{}", &text[..start], &text[end..])));
}

#[test]
fn two_cannot_both_take_the_rest() {
    let second =
        "Rest(name: \"more\", on: \"perp\", collateral: \"2 USDC\", behaviour: Passive()),";
    insta::assert_snapshot!(mistaken("    traders: [", &format!("    traders: [ {second}")));
}

#[test]
fn more_accounts_than_a_market_may_have_are_refused_before_they_are_drawn() {
    insta::assert_snapshot!(mistaken("count: 300", "count: 4_000_000_000"));
}

#[test]
fn an_arm_that_is_another_and_accounts_without_equity_are_warnings() {
    let text = with("\"tiered\": (liquidation: Tiered(slice: \"20%\"))", "\"tiered\": ()")
        .replace("\"20_000_000 USDC\"", "\"100 USDC\"");
    insta::assert_snapshot!(said(&text));
}

#[test]
fn an_experiment_without_arms_is_refused() {
    let start = RIGHT.find("    arms: {").expect("there are arms");
    let end = RIGHT.find("    metrics:").expect("there are metrics");
    let text = format!("{}    arms: {{}},\n{}", &RIGHT[..start], &RIGHT[end..]);
    insta::assert_snapshot!(said(&text));
}

#[test]
fn an_arm_cannot_add_or_rename_a_group() {
    insta::assert_snapshot!(mistaken("traders: {\"makers\": Rest(", "traders: {\"maker\": Rest("));
}

#[test]
fn bytes_that_deceive_are_refused() {
    let said = |bytes: &[u8]| {
        let remarks = load("a.ron", bytes, &files(), &catalogue(), &METRICS).expect_err("refused");
        shown(&remarks)
    };
    let all = [
        said(b"Experiment(name: \"\xff\")"),
        said("\u{feff}Experiment()".as_bytes()),
        said("Experiment(name: \"a\u{202e}b\")".as_bytes()),
        said(b"Experiment(name: \"a\x1bb\")"),
        said(b"// so\n#![enable(implicit_some)]\nExperiment()"),
        said(b"Experiment(seed: -inf)"),
        said(b"Experiment(seed: 1e999)"),
        said(b""),
        said(b"// nothing\n"),
        said(&vec![b' '; (4 << 20) + 1]),
        said(&[b"Experiment(name: ", b"[".repeat(5_000).as_slice()].concat()),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn mistakes_in_included_files_are_shown_there() {
    let said = |files: &Files| {
        let read = load("episodes/trial.ron", RIGHT.as_bytes(), files, &catalogue(), &METRICS);
        shown(&read.expect_err("refused"))
    };
    let book = files().read("venues/book.ron").expect("it is there");
    let one = |text: String| Files([("venues/book.ron".to_owned(), text)].into());
    let all = [
        said(&Files::default()),
        said(&one(book.replace("slice: \"50%\"", "slice: 50"))),
        said(&one(book.replace("schema: 1", "schema: 2"))),
        said(&one(book.replace("schema: 1,", "schema: 1, include: \"book.ron\","))),
        said(&one(book.replace("schema: 1,", "schema: 1, include: \"/etc/book.ron\","))),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_chain_of_includes_has_an_end() {
    let book = |next: usize| {
        format!(
            "RuleBook(schema: 1, source: \"\", rules: (), instruments: {{}}, include: \"{next}.ron\")"
        )
    };
    let files = Files((0..99).map(|at| (format!("venues/{at}.ron"), book(at + 1))).collect());
    let text = with("../venues/book.ron", "../venues/0.ron");
    let read = load("episodes/trial.ron", text.as_bytes(), &files, &catalogue(), &METRICS);
    insta::assert_snapshot!(shown(&read.expect_err("refused")));
}
