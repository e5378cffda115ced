//! The rows of *who paid*.

use super::entry::{Entry, one_line};
use metrics::Payer;

pub(super) fn entries() -> Vec<Entry> {
    Payer::ALL.iter().copied().map(entry).collect()
}

fn entry(payer: Payer) -> Entry {
    let (label, meaning) = (payer.label(), one_line(payer.meaning()));
    Entry {
        list: "Rows of who paid",
        names: vec![label.to_owned()],
        summary: payer.summary().to_owned(),
        page: format!(
            "# {label}\n\nA row of *who paid*, which `delever run` and `delever compare` print. A gain \
             is positive, a loss negative, and all rows together are zero.\n\n{meaning}\n"
        ),
    }
}
