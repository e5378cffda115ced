//! The laws that every run is checked against.

use super::entry::{Entry, one_line};
use market::Law;

pub(super) fn entries() -> Vec<Entry> {
    Law::ALL.iter().map(entry).collect()
}

fn entry(law: &Law) -> Entry {
    let Law { number, name, meaning } = *law;
    Entry {
        list: "Laws",
        names: vec![format!("law {number}"), number.to_string(), name.to_owned()],
        summary: name.to_owned(),
        page: format!(
            "# Law {number}: {name}\n\n{}\n\nThe engine checks it in every run, whatever the \
             mechanisms do. A run that breaks it stops there, its log is sealed as broken, and \
             `delever` exits with 70.\n",
            one_line(meaning)
        ),
    }
}
