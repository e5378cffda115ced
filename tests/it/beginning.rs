//! What `delever new` writes: it runs as it is, and shows something.

use crate::cli::{code, folder, printed, said};
use experiment::{Catalogue, Includes, Loaded};
use std::{collections::BTreeSet, fs};
use tests::{delever, run};

/// There is nothing to include.
#[derive(Debug)]
struct Nothing;

impl Includes for Nothing {
    fn read(&self, path: &str) -> Result<String, String> {
        Err(format!("{path} is not there"))
    }

    fn table(&self, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("it includes {path}"))
    }
}

/// A new experiment in a folder of its own: where it is.
fn written(name: &str) -> String {
    let dir = folder(name).display().to_string();
    let output = delever(&["new", "crash", "--dir", &dir]);
    assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
    format!("{dir}/crash.ron")
}

fn text(path: &str) -> String {
    fs::read_to_string(path).expect("it was written")
}

#[test]
fn it_loads_by_itself_without_errors_and_without_warnings() {
    let text = text(&written("new-loads"));
    let metrics: Vec<&str> = metrics::STANDARD.iter().map(|metric| metric.name).collect();
    let catalogue = Catalogue::standard();
    let loaded = experiment::load("crash.ron", text.as_bytes(), &Nothing, &catalogue, &metrics);
    let loaded = loaded.and_then(Loaded::opened).unwrap_or_else(|remarks| panic!("{remarks:?}"));
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    assert_eq!(loaded.experiment.name(), "crash");
    assert_eq!(loaded.experiment.arms().count(), 3);
}

#[test]
fn its_arms_differ_and_each_shows_what_it_is_there_for() {
    let experiment =
        tests::read("crash.ron", &text(&written("new-differs")), &Catalogue::standard());
    let arms: Vec<String> = experiment.arms().map(str::to_owned).collect();
    let kinds = arms.iter().map(|arm| -> BTreeSet<String> {
        let log = run(&experiment, arm);
        log.records.iter().map(|record| record.fact.name().to_owned()).collect()
    });
    let kinds: Vec<BTreeSet<String>> = kinds.collect();
    assert!(kinds[0].contains("PositionDeleveraged") && !kinds[0].contains("ProfitCut"));
    assert!(kinds[1].contains("ProfitCut") && !kinds[1].contains("Halted"));
    assert!(kinds[2].contains("ProfitCut") && kinds[2].contains("Halted"));
}

/// An `expect: {…}` of a text, without comments, blanks and last commas.
fn expected(text: &str) -> String {
    let (_, rest) =
        text.split_once("\n    expect: {").or(text.split_once("\nexpect: {")).expect("it is there");
    let lines = rest.lines().map(|line| line.split(" //").next().unwrap_or_default().trim());
    let lines = lines.take_while(|line| !line.starts_with("},"));
    lines.collect::<String>().replace(' ', "").replace(",]", "]").trim_end_matches(',').to_owned()
}

#[test]
fn what_the_readme_expects_of_it_is_what_it_expects_and_gets() {
    let path = written("new-expects");
    let (own, shown) = (text(&path), tests::text("README.md"));
    assert!(expected(&own).contains("Trading(instrument:"), "{}", expected(&own));
    assert_eq!(expected(&shown), expected(&own));
    let output = delever(&["test", &path]);
    assert_eq!(code(&output), Some(0), "{}{}", printed(&output), said(&output));
    assert!(printed(&output).contains("ok, 4 met"), "{}", printed(&output));
}

#[test]
fn the_commands_it_proposes_work() {
    let path = folder("new-proposes").display().to_string();
    let output = printed(&delever(&["new", "crash", "--dir", &path]));
    let (_, proposals) = output.split_once("Try next:\n").expect("it proposes");
    assert!(proposals.lines().count() >= 4);
    for line in proposals.lines() {
        let arguments = crate::readme::arguments(line).expect("a command of delever");
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = delever(&arguments);
        assert_eq!(code(&output), Some(0), "{line}: {}", said(&output));
    }
}

#[test]
fn its_comments_point_to_what_there_is() {
    let text = text(&written("new-points"));
    let pointers = text.split("delever mechanisms ").skip(1);
    let words = pointers.map(|rest| {
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        &rest[..end.unwrap_or(rest.len())]
    });
    let words: BTreeSet<&str> = words.collect();
    assert!(words.len() >= 9, "{words:?}");
    for word in words {
        let output = delever(&["mechanisms", word]);
        assert_eq!(code(&output), Some(0), "{word}: {}", said(&output));
    }
}

#[test]
fn nothing_is_overwritten() {
    let path = written("new-kept");
    fs::write(&path, "mine").expect("it can be written");
    let dir = path.trim_end_matches("/crash.ron");
    let output = delever(&["new", "crash", "--dir", dir]);
    assert_eq!(code(&output), Some(64), "{}", said(&output));
    assert!(said(&output).contains(&path), "{}", said(&output));
    assert_eq!(text(&path), "mine");
    assert_eq!(fs::read_dir(dir).expect("it is there").count(), 1, "and nothing else is left");
}

#[test]
fn odd_names_are_refused_and_nothing_is_written() {
    let dir = folder("new-odd");
    let shown = dir.display().to_string();
    let long = "x".repeat(65);
    for name in ["", "..", "../x", "a/b", "a b", ".hidden", "crash.ron", "a\"b", "_a", &long] {
        let output = delever(&["new", name, "--dir", &shown]);
        assert_eq!(code(&output), Some(64), "{name}");
        assert!(said(&output).contains("help: "), "{}", said(&output));
    }
    assert!(said(&delever(&["new", "crash.ron", "--dir", &shown])).contains("`delever new crash`"));
    assert_eq!(fs::read_dir(dir).expect("it is there").count(), 0);
}

#[test]
fn what_cannot_be_written_exits_74_and_leaves_nothing() {
    let dir = folder("new-blocked");
    fs::write(dir.join("file"), "no folder").expect("it can be written");
    let output = delever(&["new", "crash", "--dir", &dir.join("file").display().to_string()]);
    assert_eq!(code(&output), Some(74), "{}", said(&output));
    assert_eq!(fs::read_dir(dir).expect("it is there").count(), 1);
}
