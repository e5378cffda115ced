//! `delever explain`: what a word means, from the documentation in the code.

mod entry;
mod forms;
mod mechanisms;
mod parameters;
mod metrics;
mod payers;
mod kinds;
mod laws;
mod mistakes;
mod exits;

use crate::{
    args,
    failure::Failure,
    terminal::{Terminal, say},
};
use entry::Entry;
use experiment::Catalogue;

/// Most pages that are named where nothing has the name that was asked for.
const PAGES_MAX: usize = 5;

/// Everything that has an explanation, list after list: a word is looked up in this order.
fn entries(catalogue: &Catalogue) -> Vec<Entry> {
    [
        forms::entries(),
        mechanisms::entries(catalogue),
        parameters::entries(catalogue),
        metrics::entries(),
        payers::entries(),
        kinds::entries(catalogue),
        laws::entries(),
        mistakes::entries(),
        exits::entries(),
    ]
    .concat()
}

pub(crate) fn explain(
    arguments: &args::Explain,
    catalogue: &Catalogue,
    terminal: Terminal,
) -> Result<(), Failure> {
    let entries = entries(catalogue);
    if arguments.word.is_empty() {
        say(&listed(&entries, terminal));
        return Ok(());
    }
    let (word, list) = (arguments.word.join(" "), "`delever explain` lists what there is");
    print(&entries, &word, list, terminal)
}

/// `delever mechanisms`: one of the lists alone.
pub(crate) fn mechanisms(
    arguments: &args::Mechanisms,
    catalogue: &Catalogue,
    terminal: Terminal,
) -> Result<(), Failure> {
    let Some(name) = &arguments.name else {
        say(&mechanisms::overview(catalogue, terminal.style()));
        return Ok(());
    };
    let questions: Vec<&str> = catalogue.questions().map(|(question, _)| question).collect();
    let list =
        format!("questions: {}; `delever mechanisms` lists their answers", questions.join(", "));
    print(&mechanisms::entries(catalogue), name, &list, terminal)
}

/// Prints every page that a word names; or says which word may have been meant, on which pages it
/// stands, and where all are listed.
fn print(entries: &[Entry], word: &str, list: &str, terminal: Terminal) -> Result<(), Failure> {
    let found = entry::named(entries, word);
    if found.is_empty() {
        let names = entries.iter().flat_map(|entry| &entry.names).map(String::as_str);
        let near = experiment::nearest(word, names).map(|near| format!("did you mean `{near}`? "));
        let pages = entry::speaking_of(entries, word);
        let pages = pages.iter().take(PAGES_MAX).map(|entry| format!("`{}`", entry.name()));
        let pages: Vec<String> = pages.collect();
        let spoken =
            (!pages.is_empty()).then(|| format!("it is spoken of in {}; ", pages.join(", ")));
        let help = near.or(spoken).unwrap_or_default();
        return Err(Failure::usage(format!(
            "error: nothing here is called `{word}`\n  = help: {help}{list}"
        )));
    }
    let pages: Vec<String> =
        found.iter().map(|entry| report::prose(&entry.page, terminal.style())).collect();
    say(pages.join("\n").trim_end());
    Ok(())
}

/// Names of all entries under their lists.
fn listed(entries: &[Entry], terminal: Terminal) -> String {
    let style = terminal.style();
    let lists = entries.chunk_by(|one, next| one.list == next.list).map(|list| {
        let heading = list.first().map_or("", |entry| entry.list);
        let heading = report::prose(&format!("# {heading}"), style);
        let row = |entry: &Entry| (entry.name().to_owned(), entry.summary.clone());
        heading + &report::terms(&list.iter().map(row).collect::<Vec<_>>(), style)
    });
    let lists: Vec<String> = lists.collect();
    lists.join("\n\n") + "\n\n`delever explain WORD` says more about any of them."
}
