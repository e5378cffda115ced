//! What the binary says of the words it uses.

use crate::cli::{code, printed, said};
use experiment::Catalogue;
use std::collections::BTreeSet;
use tests::delever;

/// Lines with runs of blanks as one, so that how a text is broken does not matter.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn mechanisms_lists_every_question_and_every_answer_with_its_first_line() {
    let catalogue = Catalogue::standard();
    let listed = flat(&printed(&delever(&["mechanisms"])));
    for (question, answers) in catalogue.questions() {
        let meaning = catalogue.meaning(question).expect("it is asked");
        assert!(listed.contains(&format!("{question}: {meaning}")), "{question}");
        for answer in answers {
            let documentation = catalogue.documentation(question, answer).expect("it answers");
            let first = documentation.lines().next().expect("it is documented");
            assert!(listed.contains(&format!("{answer} {}", flat(first))), "{answer}");
        }
    }
}

#[test]
fn every_standard_answer_is_shown_as_its_fixture_writes_it() {
    for (question, answers) in Catalogue::standard().questions() {
        for answer in answers {
            let output = delever(&["mechanisms", &format!("{question}/{answer}")]);
            assert_eq!(code(&output), Some(0));
            let page = printed(&output);
            let (_, example) = page.split_once("\nExample\n").unwrap_or_default();
            let (rule, path) = example.split_once("From `").unwrap_or_default();
            assert!(rule.contains(&format!("{answer}(")), "{page}");
            let (path, _) = path.split_once('`').unwrap_or_default();
            let fixture = flat(&tests::text(path));
            assert!(fixture.contains(&flat(rule)), "{path} does not say {rule}");
        }
    }
}

#[test]
fn a_question_names_its_answers_and_where_they_are_written() {
    let page = flat(&printed(&delever(&["mechanisms", "halt"])));
    for part in [
        "It is asked of each venue; the answer is written in the `rules` of the venue.",
        "Several answers may hold at once, in a list.",
        "- `CircuitBreaker`: Trading pauses after a fall within a window.",
    ] {
        assert!(page.contains(part), "{page}");
    }
}

#[test]
fn a_page_reads_well() {
    let pages = [
        &["mechanisms", "ProRata"][..],
        &["explain", "ReproductionRatio"],
        &["explain", "Traded"],
        &["explain", "law", "7"],
        &["explain", "exit", "65"],
        &["explain", "Perpetual"],
        &["explain", "expect"],
        &["explain", "borne by others"],
    ];
    let page = |arguments: &&[&str]| {
        let output = delever(arguments);
        assert_eq!((code(&output), said(&output)), (Some(0), String::new()), "{arguments:?}");
        format!("$ delever {}\n{}", arguments.join(" "), printed(&output))
    };
    insta::assert_snapshot!(pages.iter().map(page).collect::<Vec<_>>().join("\n"));
}

/// Words that `delever explain` lists.
fn listed() -> Vec<String> {
    let list = printed(&delever(&["explain"]));
    let words = list.lines().filter_map(|line| line.strip_prefix("  "));
    let words = words.filter(|line| !line.starts_with(' '));
    words.filter_map(|line| line.split("  ").next().map(str::to_owned)).collect()
}

#[test]
fn every_word_that_is_listed_is_explained() {
    let words = listed();
    assert!(words.len() > 70, "{words:?}");
    for word in words {
        let output = delever(&["explain", &word]);
        assert_eq!(code(&output), Some(0), "{word}: {}", said(&output));
        let name = word.rsplit('/').next().unwrap_or_default().to_lowercase();
        assert!(printed(&output).to_lowercase().contains(&name), "{}", printed(&output));
    }
}

#[test]
fn every_word_of_a_file_every_kind_every_metric_and_every_law_is_listed() {
    let words = listed();
    let forms = experiment::forms().map(|form| form.name.to_owned());
    let fields = experiment::forms().flat_map(|form| form.fields).map(|it| it.name.to_owned());
    let payers = metrics::Payer::ALL.iter().map(|payer| payer.label().to_owned());
    for word in forms.chain(fields).chain(payers) {
        assert!(words.contains(&word), "{word}");
    }
    let kinds = facts::Fact::KINDS.iter().map(|kind| kind.name.to_owned());
    let metrics = metrics::STANDARD.iter().map(|metric| metric.name.to_owned());
    let laws = market::Law::ALL.iter().map(|law| format!("law {}", law.number));
    for word in kinds.chain(metrics).chain(laws) {
        assert!(words.contains(&word), "{word}");
    }
}

/// A file with blanks instead of its texts and comments.
fn bare(text: &str) -> String {
    let (mut is_text, mut is_comment) = (false, false);
    let mut before = ' ';
    let bare = text.chars().map(|letter| {
        match letter {
            '\n' => is_comment = false,
            '"' if !is_comment => is_text = !is_text,
            '/' if before == '/' && !is_text => is_comment = true,
            _ => {},
        }
        before = letter;
        let is_shown = !is_text && !is_comment && letter != '"' && letter.is_ascii();
        if is_shown { letter.to_string() } else { " ".repeat(letter.len_utf8()) }
    });
    bare.collect()
}

/// What a message lists as what could stand there.
fn choices(said: &str) -> Vec<String> {
    let lists = ["choices: ", "answers: ", "parameters: ", "fields: ", "groups are: ", "one of: "];
    let behind =
        said.lines().flat_map(|line| lists.iter().filter_map(|list| line.split_once(list)));
    let names =
        behind.flat_map(|(_, names)| names.split(';').next().unwrap_or_default().split(", "));
    // A list with nothing in it is called none.
    let is_word = |name: &&str| !name.is_empty() && *name != "none" && name.chars().all(is_of_word);
    names.filter(is_word).map(str::to_owned).collect()
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Every word that is written in the files, and every one that the reader says could stand there.
fn words_of(files: &[String]) -> BTreeSet<String> {
    let (mut words, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for text in files {
        let shown = bare(text);
        let tried = |from: usize, to: usize, put: &str| {
            choices(&tests::refused(&format!("{}{put}{}", &text[..from], &text[to..])))
        };
        let mut from = 0;
        for word in shown.split(|letter| !is_of_word(letter)) {
            let (at, to) = (from, from + word.len());
            from = to + 1;
            if !word.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
                continue;
            }
            words.insert(word.to_owned());
            let rest = shown[to..].trim_start();
            let value = rest.strip_prefix(':').map(str::trim_start);
            if !asked.insert(word.to_owned()) {
                continue;
            }
            let inside = value.unwrap_or(rest);
            if inside.starts_with('(') {
                let open = shown.len() - inside.len() + 1;
                words.extend(tried(open, open, "zzz: 0, "));
            }
            if value.is_none() {
                let others = tried(at, to, "Zzz");
                for other in &others {
                    words.extend(tried(
                        at,
                        to + group(rest, &shown[to..]),
                        &format!("{other}(zzz: 0)"),
                    ));
                }
                words.extend(others);
            }
        }
    }
    words
}

/// How long the parentheses are that `rest` begins with, and the blanks before them.
fn group(rest: &str, behind: &str) -> usize {
    let mut depth = 0_usize;
    for (at, letter) in rest.char_indices() {
        depth = match letter {
            '(' | '[' | '{' => depth + 1,
            ')' | ']' | '}' if depth > 0 => depth - 1,
            _ => depth,
        };
        match depth {
            0 if at == 0 => return 0,
            0 => return behind.len() - rest.len() + at + 1,
            _ => {},
        }
    }
    0
}

#[test]
fn every_word_that_may_stand_in_a_file_is_explained() {
    let files = tests::fixtures().into_iter().chain(["crates/cli/src/new.ron".to_owned()]);
    let files: Vec<String> = files.map(|path| tests::text(&path)).collect();
    let words = words_of(&files);
    for word in ["BeforeFirstLiquidation", "TopUp", "Cut", "reserve", "chance", "spread"] {
        assert!(words.contains(word), "{word} is one of them");
    }
    let listed = listed();
    let is_known = |word: &&String| {
        listed.iter().any(|it| it == *word || it.rsplit('/').next() == Some(word.as_str()))
    };
    let unknown: Vec<&String> = words.iter().filter(|word| !is_known(word)).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "`delever explain` does not know them");
}

#[test]
fn a_word_is_found_however_it_is_written() {
    let page = |words: &[&str]| {
        let output = delever(&[&["explain"], words].concat());
        assert_eq!(code(&output), Some(0), "{words:?}: {}", said(&output));
        printed(&output)
    };
    assert_eq!(page(&["full", "close"]), page(&["FullClose"]));
    assert_eq!(page(&["full_close"]), page(&["liquidation/FullClose"]));
    assert_eq!(page(&["13"]), page(&["law", "13"]));
    assert_eq!(page(&["no liquidation and no margin call is missed"]), page(&["Law 13"]));
    assert_eq!(page(&["exit", "65"]), page(&["65"]));
    assert_eq!(page(&["borne", "by", "others"]), page(&["Borne by others"]));
    for word in ["lending", "loan-to-value", "LTV"] {
        assert_eq!(page(&[word]), page(&["Perpetual"]));
    }
    assert!(page(&["TopUp"]).contains("TopUp, in `behaviour/AnswersMarginCalls`"));
    let one = page(&["1"]);
    assert!(
        one.contains("Law 1:") && one.contains("Exit 1:"),
        "a word may have two meanings: {one}"
    );
}

#[test]
fn an_unknown_word_exits_64_and_names_the_nearest() {
    for (words, near) in [
        (&["mechanisms", "FulClose"][..], "`FullClose`"),
        (&["mechanisms", "liquidaton"], "`liquidation`"),
        (&["explain", "Shortfal"], "`Shortfall`"),
        (&["explain", "FillRefussed"], "`FillRefused`"),
        (&["explain", "law", "99"], "`law 19`"),
    ] {
        let output = delever(words);
        assert_eq!((code(&output), printed(&output)), (Some(64), String::new()), "{words:?}");
        assert!(said(&output).contains(&format!("did you mean {near}?")), "{}", said(&output));
    }
    for words in [&["explain", "xylophone"][..], &["mechanisms", "lending"]] {
        let output = delever(words);
        assert_eq!(code(&output), Some(64));
        assert!(!said(&output).contains("did you mean"), "nothing is near: {}", said(&output));
    }
    let inside = said(&delever(&["explain", "foresees"]));
    assert!(inside.contains("it is spoken of in `behaviour/AnswersMarginCalls`; "), "{inside}");
    let lending = said(&delever(&["mechanisms", "lending"]));
    assert!(lending.contains("questions: backstop, "), "{lending}");
}
