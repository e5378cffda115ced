//! The codes that the process ends with.

use super::entry::Entry;
use crate::failure::{EXITS, Exit};

pub(super) fn entries() -> Vec<Entry> {
    EXITS.iter().map(entry).collect()
}

fn entry(exit: &Exit) -> Entry {
    let Exit { code, name, meaning } = *exit;
    Entry {
        list: "Exit codes",
        names: vec![format!("exit {code}"), code.to_string()],
        summary: name.to_owned(),
        page: format!("# Exit {code}: {name}\n\n{meaning}\n"),
    }
}
