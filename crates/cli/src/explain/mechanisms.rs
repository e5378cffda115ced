//! Questions of market design and the answers that a catalogue has.

use super::entry::Entry;
use experiment::{Catalogue, Example};
use market::Scope;
use report::Style;

/// Every question, followed by its answers.
pub(super) fn entries(catalogue: &Catalogue) -> Vec<Entry> {
    let entries = catalogue.questions().flat_map(|(question, answers)| {
        let asked = question_entry(catalogue, question, &answers);
        let answers = answers.into_iter().map(|answer| answer_entry(catalogue, question, answer));
        [asked].into_iter().chain(answers).collect::<Vec<_>>()
    });
    entries.collect()
}

/// Every question with its meaning and its answers, a line each.
pub(super) fn overview(catalogue: &Catalogue, style: Style) -> String {
    let blocks = catalogue.questions().map(|(question, answers)| {
        let meaning = catalogue.meaning(question).unwrap_or_default();
        let heading = report::prose(&format!("# {question}: {meaning}"), style);
        let row = |answer: &&str| ((*answer).to_owned(), summary(catalogue, question, answer));
        heading + &report::terms(&answers.iter().map(row).collect::<Vec<_>>(), style)
    });
    let blocks: Vec<String> = blocks.collect();
    blocks.join("\n\n") + "\n\n`delever mechanisms NAME` says more about a question or an answer."
}

fn question_entry(catalogue: &Catalogue, question: &str, answers: &[&str]) -> Entry {
    let meaning = catalogue.meaning(question).unwrap_or_default();
    let answer = |answer: &&str| format!("- `{answer}`: {}", summary(catalogue, question, answer));
    let answers: Vec<String> = answers.iter().map(answer).collect();
    Entry {
        list: "Questions of market design, and their answers",
        names: vec![question.to_owned()],
        summary: meaning.to_owned(),
        page: format!(
            "# {question}: {meaning}\n\n{}\n\n# Answers\n\n{}\n",
            asked_of(catalogue, question),
            answers.join("\n")
        ),
    }
}

fn answer_entry(catalogue: &Catalogue, question: &str, answer: &str) -> Entry {
    let documentation = catalogue.documentation(question, answer).unwrap_or_default();
    let example = catalogue.example(question, answer).map(|Example { rule, path }| {
        format!("\n# Example\n\n```ron\n{rule}\n```\n\nFrom `{path}`, which says what it does.\n")
    });
    let example = example.unwrap_or_default();
    Entry {
        list: "Questions of market design, and their answers",
        names: vec![format!("{question}/{answer}"), answer.to_owned()],
        summary: summary(catalogue, question, answer),
        page: format!("# {question}: {answer}\n\n{documentation}\n{example}"),
    }
}

/// The first line of an answer's documentation.
fn summary(catalogue: &Catalogue, question: &str, answer: &str) -> String {
    let documentation = catalogue.documentation(question, answer).unwrap_or_default();
    documentation.lines().next().unwrap_or("(it has no documentation)").to_owned()
}

/// Of what a question is asked, and where its answer is written.
fn asked_of(catalogue: &Catalogue, question: &str) -> String {
    let (place, written) = match catalogue.scope(question) {
        Some((Scope::Fundamental, _)) => ("each exogenous price", "as the value of a fundamental"),
        Some((Scope::Group, _)) => ("each group of accounts", "in the group among `traders`"),
        Some((Scope::Venue, _)) => ("each venue", "in the `rules` of the venue"),
        Some((Scope::Instrument, _)) => {
            ("each instrument", "in the `rules` of the instrument or of its venue")
        },
        Some((Scope::System, _)) | None => ("the whole system", "in `rules` of the experiment"),
    };
    let many = catalogue.scope(question).is_some_and(|(_, many)| many);
    let many = if many { " Several answers may hold at once, in a list." } else { "" };
    format!("It is asked of {place}; the answer is written {written}.{many}")
}
