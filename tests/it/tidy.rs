//! The folders show what there is, and say it the same way everywhere.

use experiment::Catalogue;
use heck::ToSnakeCase;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use tests::root;

/// Longest file of the program.
const LINES_MAX: usize = 400;

/// What may lie beside `Cargo.toml`, hidden files and Cargo's own folder aside.
const TOP: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates",
    "fixtures",
    "mechanisms",
    "tests",
];

/// Headings of a mechanism's documentation, in order.
const HEADINGS: [&str; 5] =
    ["# Rule", "# Why venues do it", "# Parameters", "# Known failure", "# Sources"];

/// Whom a crate may know, dependencies of tests aside.
const ARROWS: [(&str, &[&str]); 11] = [
    ("units", &[]),
    ("facts", &["units"]),
    ("kernel", &["units"]),
    ("book", &["units"]),
    ("market", &["units", "facts", "kernel", "book"]),
    ("replay", &["units", "facts"]),
    ("metrics", &["units", "facts", "replay"]),
    ("comparison", &["units", "facts", "replay", "metrics"]),
    ("report", &["units", "facts", "replay", "metrics", "comparison"]),
    ("checker", &["units", "facts", "replay"]),
    (
        "delever_cli",
        &[
            "units",
            "facts",
            "market",
            "replay",
            "experiment",
            "metrics",
            "comparison",
            "report",
            "checker",
        ],
    ),
];

/// Whom every mechanism may know.
const MECHANISM_KNOWS: [&str; 3] = ["units", "facts", "market"];

/// Whom a mechanism in a crate of its own needs, with what answers to its question share.
const STRANGER_KNOWS: [&str; 6] =
    ["units", "facts", "market", "deleveraging", "experiment", "delever_cli"];

/// Whom `experiment` may know, beside every mechanism.
const EXPERIMENT_KNOWS: [&str; 5] = ["units", "facts", "kernel", "market", "replay"];

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// What lies in a folder, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// Files below a folder with this extension, in order.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found
}

fn sources() -> Vec<PathBuf> {
    let folders = ["crates", "mechanisms"].map(|folder| files(&root().join(folder), "rs"));
    folders.concat()
}

/// Question and answer of every line of the catalogue, as folder and file.
fn catalogue() -> Vec<(&'static str, String)> {
    let catalogue = Catalogue::standard();
    let answers = |(question, answers): (&'static str, Vec<&'static str>)| {
        answers.into_iter().map(move |answer| (question, answer.to_snake_case()))
    };
    catalogue.questions().flat_map(answers).collect()
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_are_short() {
    let is_test = |path: &Path| path.components().any(|part| part.as_os_str() == "tests");
    let long =
        sources().into_iter().filter(|path| !is_test(path.strip_prefix(root()).unwrap_or(path)));
    let long = long.filter_map(|path| {
        let lines = read(&path).lines().count();
        (lines > LINES_MAX).then(|| format!("{} has {lines} lines: split it", shown(&path)))
    });
    none(&long.collect::<Vec<_>>());
}

#[test]
fn every_crate_says_what_it_is() {
    let libraries = sources().into_iter().filter(|path| path.ends_with("src/lib.rs"));
    let silent = libraries.filter(|path| !read(path).starts_with("//! "));
    none(
        &silent.map(|path| format!("{} does not begin with //!", shown(&path))).collect::<Vec<_>>(),
    );
}

#[test]
fn every_mechanism_is_documented_under_five_headings() {
    let mut faults = Vec::new();
    for (question, answer) in catalogue() {
        let path =
            root().join("mechanisms").join(question).join("src").join(format!("{answer}.rs"));
        let text = read(&path);
        let headings: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("//! "))
            .filter(|line| line.starts_with("# "))
            .collect();
        if headings != HEADINGS {
            faults.push(format!("{} has the headings {headings:?}", shown(&path)));
        }
    }
    none(&faults);
}

#[test]
fn every_mechanism_has_its_fixture_and_its_snapshot() {
    let mut faults = Vec::new();
    for (question, answer) in catalogue() {
        let snapshot = format!("it__fixtures__story@{question}__{answer}.ron.snap");
        for path in
            [format!("fixtures/{question}/{answer}.ron"), format!("tests/it/snapshots/{snapshot}")]
        {
            if !root().join(&path).is_file() {
                faults.push(format!("{path} is missing"));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_mechanism_is_in_the_tests_that_name_them() {
    let reversed = read(&root().join("tests/it/determinism.rs"));
    let random = [root().join("tests/it/laws.rs")].into_iter();
    let random = random.chain(files(&root().join("tests/it/laws"), "rs"));
    let random: String = random.map(|path| read(&path)).collect();
    let mut faults = Vec::new();
    for (question, answers) in Catalogue::standard().questions() {
        for answer in answers {
            if !reversed.contains(&format!("{question}::{answer}>")) {
                faults.push(format!("tests/it/determinism.rs does not name {answer}"));
            }
            let is_random = [
                "backstop",
                "behaviour",
                "deleveraging",
                "funding",
                "halt",
                "insurance",
                "liquidation",
                "liquidity",
                "margin",
                "margin_call",
                "mark_price",
                "oracle",
            ];
            if is_random.contains(&question) && !random.contains(&format!("{answer}(")) {
                faults.push(format!("tests/it/laws.rs tries no {answer}"));
            }
        }
    }
    none(&faults);
}

#[test]
fn whoever_has_a_clock_says_how_often_it_beats() {
    let silent = sources().into_iter().filter(|path| {
        let text = read(path);
        text.contains("market.tick(") && !text.contains("plan.beats(")
    });
    let silent = silent.map(|path| format!("{}: what it costs is not estimated", shown(&path)));
    none(&silent.collect::<Vec<_>>());
}

#[test]
fn every_snapshot_has_its_fixture() {
    let mut faults = Vec::new();
    for path in files(&root().join("tests/it/snapshots"), "snap") {
        let input = read(&path)
            .lines()
            .find_map(|line| line.strip_prefix("input_file: ").map(|input| root().join(input)));
        if input.is_some_and(|input| !input.is_file()) {
            faults.push(format!("{} is of a fixture that is gone", shown(&path)));
        }
    }
    none(&faults);
}

#[test]
fn every_fixture_begins_with_what_must_happen() {
    let silent = files(&root().join("fixtures"), "ron").into_iter();
    let begins = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap_or_default();
        // One wrong file has a mark before anything else.
        bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes).starts_with(b"// ")
    };
    let silent = silent.filter(|path| !begins(path));
    none(&silent.map(|path| format!("{} has no comment", shown(&path))).collect::<Vec<_>>());
}

/// A manifest's name and the names in its `[dependencies]`.
fn manifest(text: &str) -> (String, BTreeSet<String>) {
    let (mut section, mut name, mut dependencies) = ("", String::new(), BTreeSet::new());
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
            // [dependencies.name]
            let table = line.strip_prefix("[dependencies.").and_then(|it| it.strip_suffix(']'));
            dependencies.extend(table.map(str::to_owned));
            continue;
        }
        let Some(key) = line.split(['.', ' ', '=']).next().filter(|key| !key.is_empty()) else {
            continue;
        };
        if section == "[dependencies]" && !key.starts_with('#') {
            dependencies.insert(key.to_owned());
        } else if section == "[package]" && key == "name" {
            line.split('"').nth(1).unwrap_or_default().clone_into(&mut name);
        }
    }
    (name, dependencies)
}

/// Name and dependencies of each member in a folder.
fn members(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let manifests = entries(&root().join(folder)).into_iter().map(|it| it.join("Cargo.toml"));
    manifests.filter(|path| path.is_file()).map(|path| manifest(&read(&path))).collect()
}

#[test]
fn dependencies_point_down() {
    let (crates, mechanisms) = (members("crates"), members("mechanisms"));
    let strangers = members("tests");
    assert!(crates.len() >= 10 && mechanisms.len() >= 10, "members were found");
    let ours: BTreeSet<&String> = crates.keys().chain(mechanisms.keys()).collect();
    let mut faults = Vec::new();
    let mut judge = |name: &str, knows: &BTreeSet<String>, may: &BTreeSet<&str>| {
        let wrong = knows.iter().filter(|it| ours.contains(it) && !may.contains(it.as_str()));
        faults.extend(wrong.map(|wrong| format!("{name} must not know {wrong}")));
    };
    for (name, knows) in &mechanisms {
        judge(name, knows, &MECHANISM_KNOWS.into());
    }
    for (name, knows) in &strangers {
        judge(name, knows, &STRANGER_KNOWS.into());
    }
    for (name, knows) in &crates {
        let may: BTreeSet<&str> = if name == "experiment" {
            EXPERIMENT_KNOWS.into_iter().chain(mechanisms.keys().map(String::as_str)).collect()
        } else {
            let arrow = ARROWS.iter().find(|(crate_name, _)| crate_name == name);
            let (_, may) = arrow.unwrap_or_else(|| panic!("{name} has no place among the crates"));
            may.iter().copied().collect()
        };
        judge(name, knows, &may);
    }
    none(&faults);
}

#[test]
fn a_folder_of_mechanisms_is_a_question() {
    let catalogue = catalogue();
    let questions: BTreeSet<&str> = catalogue.iter().map(|(question, _)| *question).collect();
    let folders = members("mechanisms");
    assert_eq!(folders.keys().map(String::as_str).collect::<BTreeSet<_>>(), questions);
}

#[test]
fn nothing_lies_at_the_top_that_is_not_named() {
    let names = entries(&root())
        .into_iter()
        .filter_map(|path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned));
    let known =
        |name: &String| name.starts_with('.') || name == "target" || TOP.contains(&name.as_str());
    none(&names.filter(|name| !known(name)).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_to_do_and_nothing_is_in_the_order_of_an_accident() {
    // In two parts, so that this file does not find itself.
    let words =
        ["TO-DO", "FIX-ME", "XX-X", "Hash-Map", "Hash-Set"].map(|word| word.replace('-', ""));
    let mut faults = Vec::new();
    let folders = ["crates", "mechanisms", "tests"].map(|folder| root().join(folder));
    for path in folders.iter().flat_map(|folder| files(folder, "rs")) {
        for (line, number) in read(&path).lines().zip(1..) {
            let found = words.iter().filter(|word| line.contains(word.as_str()));
            faults.extend(found.map(|word| format!("{}:{number}: {word}", shown(&path))));
        }
    }
    none(&faults);
}
