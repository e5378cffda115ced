//! Kinds of mistakes an experiment can have.

use super::entry::{Entry, first_sentence, one_line};
use experiment::Code;

pub(super) fn entries() -> Vec<Entry> {
    Code::ALL.iter().copied().map(entry).collect()
}

fn entry(code: Code) -> Entry {
    let explanation = one_line(&code.explanation());
    Entry {
        list: "Mistakes in experiments",
        names: vec![code.name().to_owned()],
        summary: first_sentence(&explanation),
        page: format!("# {code}\n\n{explanation}\n"),
    }
}
