//! Mistakes are shown where they stand; `fixtures/bad` has a file for each kind.

use crate::{
    Includes, load,
    trial::{Files, METRICS, RIGHT, catalogue, files, said, shown, with},
};

#[test]
fn the_right_experiment_has_no_remarks() {
    assert_eq!(said(RIGHT), "");
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
fn a_definition_that_cannot_be_read_is_not_called_unknown() {
    let text =
        with("\"ETH\": Constant(price: \"3012.25\")", "\"ETH\": Constant(prise: \"3012.25\")");
    insta::assert_snapshot!(said(&text));
}

/// The right experiment with the groups in place of its own that one of these lines is.
fn with_groups(groups: [&str; 2]) -> String {
    let start = RIGHT.find("        Accounts(").expect("there are accounts");
    let end = RIGHT.find("    ],\n    arms").expect("there are arms");
    let makers = RIGHT.find("            traders: {\"makers\"").expect("there is a patch");
    let after = RIGHT[makers..].find('\n').expect("lines end") + makers + 1;
    let groups = groups.join("\n");
    [&RIGHT[..start], &groups, &RIGHT[end..makers], &RIGHT[after..]].concat()
}

#[test]
fn a_group_that_cannot_be_read_hides_no_missing_rest_unless_it_may_be_the_rest() {
    let accounts = |on: &str| {
        format!(
            "Accounts(name: \"a\", on: {on}, behaviour: Passive(), accounts: [], digest: \"0\"),"
        )
    };
    let rest = |kind: &str, on: &str| {
        format!("{kind}(name: \"rest\", on: {on}, collateral: \"5 USDX\", behaviour: Passive()),")
    };
    let is_missed = |groups: [&str; 2]| said(&with_groups(groups)).contains("error[unbalanced]");
    for on in ["\"perp\"", "\"prep\"", "\"nowhere\"", "perp", "5"] {
        assert!(is_missed(["", &accounts(on)]), "{on}");
        assert!(!is_missed([&rest("Rest", on), &accounts(on)]), "{on}");
        assert!(!is_missed([&rest("Rset", on), &accounts(on)]), "{on}");
    }
    assert!(!is_missed(["Rest()", ""]));
}

#[test]
fn what_hangs_on_a_name_that_is_unknown_is_read_as_if_the_nearest_were_meant() {
    let hedgers = "name: \"hedgers\", count: 100, on: \"perp\", side: Short,";
    let wrong = "name: \"hedgers\", count: -1, on: \"prep\", side: Shrt,";
    let text = with(hedgers, wrong)
        .replace("\"makers\": Rest(", "\"mekars\": Rest(")
        .replace("instruments: {\"BTC\": (margin: Flat(", "instruments: {\"BTK\": (margin: Flt(")
        .replace("fundamentals: {\"BTC\": Constant(", "fundamentals: {\"BCT\": Constnt(");
    insta::assert_snapshot!(said(&text));
}

#[test]
fn what_is_proposed_has_the_names_of_the_experiment() {
    let text = RIGHT.replace("USDC", "EUR").replace("\"perp\"", "\"spot\"");
    let without = said(&text.replace("depth: \"5_000 EUR\"", "depth: \"5_000\""));
    assert!(without.contains("= help: write `\"5_000 EUR\"`"), "{without}");
    let misplaced = said(&text.replace("\"base\": ()", "\"base\": (instruments: {}, count: 7)"));
    assert!(misplaced.contains("`venues: { \"spot\": (instruments: …) }`"), "{misplaced}");
    assert!(misplaced.contains("`traders: { \"longs\": (count: …) }`"), "{misplaced}");
}
