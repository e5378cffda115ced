//! Parameters of answers, and the words that are chosen in them, from what answers say of themselves.

use super::entry::{Entry, one_line};
use experiment::Catalogue;
use std::collections::BTreeMap;

/// What is said of a word: by which answer, and whether the word is what it begins with.
struct Said {
    answer: String,
    is_own: bool,
    item: String,
}

/// One for each word in the lists of parameters, with what every answer says of it.
pub(super) fn entries(catalogue: &Catalogue) -> Vec<Entry> {
    let mut words: BTreeMap<String, Vec<Said>> = BTreeMap::new();
    for (question, answers) in catalogue.questions() {
        for answer in answers {
            let documentation = catalogue.documentation(question, answer).unwrap_or_default();
            for item in items(&documentation) {
                let in_it = words_in(&item);
                for (place, word) in
                    in_it.iter().enumerate().filter(|(at, it)| !in_it[..*at].contains(it))
                {
                    let said = Said {
                        answer: format!("{question}/{answer}"),
                        is_own: place == 0,
                        item: item.clone(),
                    };
                    words.entry(word.clone()).or_default().push(said);
                }
            }
        }
    }
    words.into_iter().map(|(word, said)| entry(word, said)).collect()
}

fn entry(word: String, mut said: Vec<Said>) -> Entry {
    // Where an answer has a parameter of that name, others of its parameters only mention it.
    let owners: Vec<String> =
        said.iter().filter(|it| it.is_own).map(|it| it.answer.clone()).collect();
    said.retain(|it| it.is_own || !owners.contains(&it.answer));
    let mut answers: Vec<&str> = said.iter().map(|it| it.answer.as_str()).collect();
    answers.dedup();
    let answers: Vec<String> = answers.iter().map(|answer| format!("`{answer}`")).collect();
    let page = |Said { answer, item, .. }: &Said| format!("# {word}, in `{answer}`\n\n{item}\n");
    let pages: Vec<String> = said.iter().map(page).collect();
    Entry {
        list: "Parameters of answers, and words in them",
        summary: format!("of {}", answers.join(", ")),
        page: pages.join("\n"),
        names: vec![word],
    }
}

/// The list of parameters that a documentation has, an item each.
fn items(documentation: &str) -> Vec<String> {
    let (_, section) = documentation.split_once("\n# Parameters\n").unwrap_or_default();
    let section = section.split("\n# ").next().unwrap_or_default();
    let items = format!("\n{}", section.trim());
    items.split("\n- ").skip(1).map(one_line).collect()
}

/// Names in what is code of a text, those in quotes left out.
fn words_in(text: &str) -> Vec<String> {
    let code = text.split('`').skip(1).step_by(2);
    let unquoted = code.flat_map(|code| code.split('"').step_by(2));
    let is_between = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
    let words = unquoted.flat_map(|code| code.split(is_between));
    let is_name = |word: &&str| word.starts_with(|letter: char| letter.is_ascii_alphabetic());
    words.filter(is_name).map(str::to_owned).collect()
}
