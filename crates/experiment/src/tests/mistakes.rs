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
