//! Wrong experiments: what is said of each, that every kind of mistake has its file, and that nothing
//! one could write makes reading panic.

use experiment::{Catalogue, Code, Diagnostic, Experiment, Includes, Loaded, Severity};
use proptest::{prelude::*, sample::Index, sample::select};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};
use tests::{fixtures, ron_files, root, text};

const FOLDER: &str = "fixtures/bad";

/// An experiment about which nothing is wrong.
const RIGHT: &str = "fixtures/liquidation/tiered.ron";

/// Rule-books of a recipe, and those of the workspace.
#[derive(Clone, Default)]
struct Books(BTreeMap<String, String>);

impl Includes for Books {
    fn read(&self, path: &str) -> Result<String, String> {
        let book = self.0.get(path).cloned();
        let read = || fs::read_to_string(root().join(path)).ok();
        book.or_else(read).ok_or_else(|| "no such file".to_owned())
    }

    fn table(&self, path: &str) -> Result<Vec<u8>, String> {
        fs::read(root().join(path)).map_err(|_| "no such file".to_owned())
    }
}

fn load(path: &str, bytes: &[u8], books: &Books) -> Result<Loaded, Vec<Diagnostic>> {
    let metrics: Vec<&str> = metrics::STANDARD.iter().map(|metric| metric.name).collect();
    experiment::load(path, bytes, books, &Catalogue::standard(), &metrics)
}

/// Everything that is said of an experiment: when it is read, when its arms are opened, and when what
/// is expected of the first is judged.
fn remarks(path: &str, bytes: &[u8], books: &Books) -> Vec<Diagnostic> {
    let Loaded { experiment, warnings: mut remarks } =
        match load(path, bytes, books).and_then(Loaded::opened) {
            Ok(opened) => opened,
            Err(remarks) => return remarks,
        };
    let first = experiment.arms().next().expect("an experiment has an arm").to_owned();
    if experiment.expectations().next().is_some() {
        remarks.extend(experiment.unmet(&first, &tests::run(&experiment, &first)));
    }
    remarks
}

fn shown(remarks: &[Diagnostic]) -> String {
    remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

/// The wrong files by name, with what is said of each.
fn files() -> Vec<(String, Vec<Diagnostic>)> {
    let said = |path: String| {
        let bytes = fs::read(root().join(&path)).expect("a fixture is readable");
        let name = path.trim_start_matches(FOLDER).trim_matches('/').trim_end_matches(".ron");
        (name.to_owned(), remarks(&path, &bytes, &Books::default()))
    };
    ron_files(FOLDER).into_iter().map(said).collect()
}

/// Wrong experiments that are too large to be kept, or need more than a file, with what is said.
fn recipes() -> Vec<(String, Vec<Diagnostic>)> {
    let right = text(RIGHT);
    let said = |name: &str, text: String, books: &Books| {
        (name.to_owned(), remarks("fixtures/bad/recipe.ron", text.as_bytes(), books))
    };
    let many = |part: &str, each: &dyn Fn(usize) -> String, number: usize| {
        let (before, after) = right.split_once(part).expect("the part is there");
        let all: Vec<String> = (0..number).map(each).collect();
        let (open, close) = part.split_at(part.find('{').expect("it is a map") + 1);
        format!("{before}{open} {}, {close}{after}", all.join(", "))
    };
    let arms = many("arms: {", &|arm| format!("\"{arm}\": ()"), 1_001);
    let prices =
        "(source: \"\", every: \"4s\", tick: \"1s\", bars: [(\"1\", \"1\", \"1\", \"1\")])";
    let fundamental = |name: usize| format!("\"{name}\": HistoricalBars{prices}");
    let fundamentals = many("fundamentals: {", &fundamental, 10_001);
    let instrument = |name: usize| {
        format!("\"{name}\": Perpetual(index: \"COIN\", price_unit: \"1\", lot: \"1\")")
    };
    let instruments = many("instruments: {", &instrument, 10_001);
    let answer =
        "CircuitBreaker(levels: [(fall: \"7%\", within: \"1s\", pause: \"1s\")], scope: Venue), ";
    let answers =
        right.replace("arms: {", &format!("arms: {{ \"all\": (halt: [{}]),", answer.repeat(101)));
    let nested = |open: &str, close: &str| {
        format!("Experiment(question: {}{})", open.repeat(100_000), close.repeat(100_000))
    };
    let book = |next: usize| {
        format!(
            "RuleBook(schema: 1, source: \"\", include: \"{next}.ron\", rules: (), instruments: {{}})"
        )
    };
    let chain = (0..99).map(|at| (format!("fixtures/bad/{at}.ron"), book(at + 1)));
    let chain = Books(chain.collect());
    let included = right.replace("settles_in:", "include: \"0.ron\", settles_in:");
    let none = Books::default();
    let unknown_arm = tests::load(RIGHT).plan("bsae", 1).err().unwrap_or_default();
    vec![
        said("file-too-large", format!("{right}{}", " ".repeat(4 << 20)), &none),
        said("nested-too-deep.lists", nested("[", "]"), &none),
        said("nested-too-deep.names", nested("A(", ")"), &none),
        said("nested-too-deep.open", nested("{", ""), &none),
        said("unclosed-comment.nested", "/*".repeat(100_000), &none),
        said("too-many.arms", arms, &none),
        said("too-many.fundamentals", fundamentals, &none),
        said("too-many.instruments", instruments, &none),
        said("too-many.answers", answers, &none),
        said("include-too-deep", included, &chain),
        ("unknown-arm".to_owned(), unknown_arm),
    ]
}

#[test]
fn every_wrong_file_is_told_what_is_wrong() {
    for (name, remarks) in files().into_iter().chain(recipes()) {
        insta::assert_snapshot!(format!("bad@{name}"), shown(&remarks));
    }
}

#[test]
fn every_wrong_file_makes_the_mistake_of_its_name_and_no_other() {
    let wrong = files().into_iter().chain(recipes()).filter(|(name, _)| !name.starts_with("many"));
    for (name, remarks) in wrong {
        let code = name.split('.').next().and_then(Code::named);
        let codes: BTreeSet<Code> = remarks.iter().map(|remark| remark.code).collect();
        assert_eq!(Some(codes), code.map(|code| [code].into()), "{name}: {}", shown(&remarks));
    }
}

#[test]
fn every_mistake_has_a_wrong_file_and_an_explanation() {
    let wrong = files().into_iter().chain(recipes());
    let made: BTreeSet<Code> =
        wrong.flat_map(|(_, remarks)| remarks).map(|remark| remark.code).collect();
    let unmade: Vec<&Code> = Code::ALL.iter().filter(|code| !made.contains(code)).collect();
    assert_eq!(unmade, Vec::<&Code>::new());
    let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), Code::ALL.len(), "names differ");
    for &code in Code::ALL {
        assert_eq!(Code::named(code.name()), Some(code));
        assert!(code.explanation().ends_with(['.', '`']), "{code} is explained in sentences");
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_in_its_order() {
    let (_, remarks) = files().into_iter().find(|(name, _)| name == "many").expect("it is there");
    let codes: BTreeSet<Code> = remarks.iter().map(|remark| remark.code).collect();
    assert!(codes.len() >= 6, "{}", shown(&remarks));
    let places: Vec<_> = remarks.iter().map(|remark| (remark.line, remark.column)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn what_is_odd_is_a_warning_and_what_is_wrong_an_error() {
    for (name, remarks) in files() {
        let bytes = fs::read(root().join(format!("{FOLDER}/{name}.ron"))).expect("it is readable");
        let is_odd = remarks.iter().all(|remark| remark.severity == Severity::Warning);
        let is_refused = load(FOLDER, &bytes, &Books::default()).is_err();
        assert!(
            is_odd || is_refused || ["rest-too-large", "unmet"].contains(&name.as_str()),
            "{name}"
        );
    }
}

/// Brackets outside comments and texts: where each closes, and the line it opens in.
fn brackets(text: &str) -> Vec<(usize, usize)> {
    let (mut open, mut closed, mut line) = (Vec::new(), Vec::new(), 1);
    let (mut is_text, mut is_comment) = (false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '\n' => (line, is_comment) = (line + 1, false),
            _ if is_comment => {},
            '"' => is_text = !is_text,
            _ if is_text => {},
            '/' => is_comment = true,
            '(' | '[' | '{' => open.push(line),
            ')' | ']' | '}' => closed.extend(open.pop().map(|line| (at, line))),
            _ => {},
        }
    }
    closed
}

#[test]
fn a_bracket_that_is_left_out_is_missed_in_the_line_of_its_other_half() {
    for path in fixtures() {
        let right = text(&path);
        for (at, line) in brackets(&right) {
            // With its comma where they have a line of their own.
            let begins = right[..at].trim_end_matches(' ').ends_with('\n');
            let after = at + if begins && right[at + 1..].starts_with(',') { 2 } else { 1 };
            let wrong = format!("{}{}", &right[..at], &right[after..]);
            let remarks = load(&path, wrong.as_bytes(), &Books::default()).err();
            let remarks = remarks.unwrap_or_default();
            let [remark] = remarks.as_slice() else { panic!("{path}: {}", shown(&remarks)) };
            assert_eq!(remark.code, Code::UnclosedBracket, "{remark}");
            assert_eq!(remark.line, line, "without the bracket of line {line}: {remark}");
        }
    }
}

/// A change of a text.
#[derive(Clone, Debug)]
enum Change {
    Delete(Index),
    Repeat(Index),
    Swap(Index, Index),
    Insert(Index, &'static str),
    Byte(Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
    let put = select(vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "/*",
        "//",
        "'",
        "\\",
        "#",
        "None",
        "Some",
        "inf",
        "-",
        "0",
        ".",
        "1e9",
        "99999999999999999999",
        "\"0 USDC\"",
        "\"-1 USDC\"",
        "\"0s\"",
        "\"9_999_999_999_999_999_999 USDC\"",
        "\"100%\"",
        "\"10years\"",
        "\"1ns\"",
        "_",
        "é",
    ]);
    prop_oneof![
        any::<Index>().prop_map(Change::Delete),
        any::<Index>().prop_map(Change::Repeat),
        any::<(Index, Index)>().prop_map(|(one, other)| Change::Swap(one, other)),
        (any::<Index>(), put).prop_map(|(at, text)| Change::Insert(at, text)),
        any::<(Index, u8)>().prop_map(|(at, byte)| Change::Byte(at, byte)),
    ]
}

/// Words, numbers, blanks and single marks of a text.
fn cut(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut last = ' ';
    for letter in text.chars() {
        let goes_on = letter.is_alphanumeric() && last.is_alphanumeric()
            || letter.is_whitespace() && last.is_whitespace();
        match pieces.last_mut().filter(|_| goes_on) {
            Some(piece) => piece.push(letter),
            None => pieces.push(letter.to_string()),
        }
        last = letter;
    }
    pieces
}

fn changed(text: &str, changes: &[Change]) -> Vec<u8> {
    let mut pieces = cut(text);
    for change in changes {
        let length = pieces.len();
        match change {
            Change::Delete(at) => drop(pieces.remove(at.index(length))),
            Change::Repeat(at) => {
                let at = at.index(length);
                pieces.insert(at, pieces[at].clone());
            },
            Change::Swap(one, other) => pieces.swap(one.index(length), other.index(length)),
            Change::Insert(at, text) => pieces.insert(at.index(length), (*text).to_owned()),
            Change::Byte(..) => {},
        }
    }
    let mut bytes = pieces.concat().into_bytes();
    for change in changes {
        if let Change::Byte(at, byte) = change {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
    }
    bytes
}

/// Whether a remark shows a place that is in the file it names.
fn is_inside(remark: &Diagnostic, path: &str, bytes: &[u8]) -> bool {
    let own = String::from_utf8_lossy(bytes).into_owned();
    let text = if remark.path == path { own } else { text(&remark.path) };
    let line = text.split('\n').nth(remark.line - 1).unwrap_or("\u{0}");
    remark.column <= line.chars().count().max(1) && remark.indent <= remark.snippet.chars().count()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(2_000),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_is_written_is_read_or_refused_where_it_is_wrong(
        which in any::<Index>(),
        changes in prop::collection::vec(change(), 1..5),
    ) {
        let paths = fixtures();
        let path = which.get(&paths);
        let bytes = changed(&text(path), &changes);
        match load(path, &bytes, &Books::default()) {
            Err(remarks) => {
                prop_assert!(!remarks.is_empty());
                for remark in remarks {
                    prop_assert!(is_inside(&remark, path, &bytes), "{remark}");
                }
            },
            Ok(loaded) => {
                let experiment = &loaded.experiment;
                let again = load(path, experiment.normalised().as_bytes(), &Books::default());
                let again = again.map_err(|it| TestCaseError::fail(shown(&it)))?.experiment;
                prop_assert_eq!(again.normalised(), experiment.normalised());
                let cost = |arm| experiment.estimate(arm).expect("the arm is there").accounts;
                if experiment.arms().map(cost).sum::<u64>() < 10_000 {
                    for warning in loaded.opened().map_or_else(|it| it, |opened| opened.warnings) {
                        prop_assert!(is_inside(&warning, path, &bytes), "{warning}");
                    }
                }
            },
        }
    }
}

#[test]
fn an_arm_resolved_is_the_experiment_it_stands_for() {
    for path in fixtures() {
        let experiment = tests::load(&path);
        for arm in experiment.arms() {
            let resolved = experiment.resolved(arm).expect("the arm is there");
            let alone = tests::read(&path, &resolved, &Catalogue::standard());
            assert_eq!(alone.normalised(), resolved, "{path}");
            assert_eq!(alone.arms().last(), Some(arm), "{path}");
            let digest = |experiment: &Experiment| tests::run(experiment, arm).digest;
            assert_eq!(digest(&alone), digest(&experiment), "{path}: {arm}");
        }
    }
}
