//! As many accounts as asked for, from the command line to the log.

use crate::cli::{code, folder, printed, said};
use tests::delever;

/// A fixture with three populations.
const CRASH: &str = "fixtures/episodes/2025-10-10.ron";

/// A fixture whose one account is listed.
const LISTED: &str = "fixtures/behaviour/passive.ron";

/// What is printed last.
fn digest(output: &std::process::Output) -> String {
    printed(output).lines().last().unwrap_or_default().to_owned()
}

/// What `delever new` writes, with 1,900 accounts in two populations, in a folder of a test's own.
fn beginning(name: &str) -> [String; 2] {
    let out = folder(name).display().to_string();
    assert_eq!(code(&delever(&["new", "crash", "--dir", &out])), Some(0));
    [format!("{out}/crash.ron"), out]
}

#[test]
fn as_many_accounts_as_there_are_are_the_same_facts() {
    let [file, out] = beginning("as-many");
    let asked = delever(&["run", &file, "--accounts", "1_900", "--out", &out]);
    assert_eq!(code(&asked), Some(0), "{}", said(&asked));
    assert_eq!(digest(&asked), digest(&delever(&["run", &file])));
    let log = std::fs::read(format!("{out}/queue-1.dlv")).expect("it was written");
    let log = replay::Log::read(&log).expect("it is whole");
    assert!(log.header.source.contains("\n    accounts: 1_900,\n"), "the log says what was run");
    let more = delever(&["run", &file, "--accounts", "1_901"]);
    assert_ne!(digest(&asked), digest(&more));
}

#[test]
fn a_run_goes_on_with_as_many_accounts_as_it_began_with() {
    let [file, out] = beginning("as-many-further");
    let many = ["run", &file, "--accounts", "3000"];
    let whole = delever(&[&many[..], &["--checkpoint-at", "5min", "--out", &out]].concat());
    assert_eq!(code(&whole), Some(0), "{}", said(&whole));
    let kept = format!("{out}/queue-1.checkpoint.dlv");
    assert!(printed(&whole).contains("· 3 000 accounts drawn ·"), "{}", printed(&whole));
    let later = delever(&[&many[..], &["--from", &kept]].concat());
    assert_eq!(digest(&later), digest(&whole));
    assert!(printed(&later).contains(&format!("goes on from {kept}\n")), "{}", printed(&later));
    for (arguments, says) in [
        (&["--from", &kept][..], "ask for them with `--accounts 3_000`"),
        (&["--accounts", "9", "--from", &kept], "ask for them with `--accounts 3_000`"),
    ] {
        let output = delever(&[&["run", &file][..], arguments].concat());
        assert_eq!(code(&output), Some(65));
        assert!(said(&output).contains(says), "{}", said(&output));
    }
}

#[test]
fn check_says_what_so_many_would_cost_and_which_experiment_it_is() {
    let output = delever(&["check", CRASH, "--accounts", "60_000"]);
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    assert!(printed(&output).contains("  60 001  "), "{}", printed(&output));
    let resolved = delever(&["check", CRASH, "--accounts", "60_000", "--resolved"]);
    assert_eq!(printed(&resolved).matches("\n    accounts: 60_000,\n").count(), 4);
}

#[test]
fn a_number_that_cannot_be_is_refused_with_one_that_can() {
    for (file, number, exit, says) in [
        (CRASH, "1e6", 64, "expected a whole number, such as 10_000_000"),
        (CRASH, "-5", 64, "expected a whole number, such as 10_000_000"),
        (CRASH, "__", 64, "expected a whole number, such as 10_000_000"),
        (CRASH, "99_999_999_999", 64, "there are at most 20_000_000 accounts"),
        (CRASH, "20_000_001", 65, "20_000_001 accounts are too many for a run"),
        (CRASH, "2", 65, "= help: ask for 3 to 19_999_999"),
        (CRASH, "0", 65, "= help: ask for 3 to 19_999_999"),
        (LISTED, "10", 65, "error[no-population]: there is no population"),
    ] {
        for verb in ["check", "run", "compare"] {
            let output = delever(&[verb, file, "--accounts", number]);
            assert_eq!(code(&output), Some(exit), "{verb} {number}: {}", said(&output));
            assert!(said(&output).contains(says), "{verb} {number}: {}", said(&output));
        }
    }
}
