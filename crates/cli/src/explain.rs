//! `delever explain`: what a word means, from the documentation in the code.

mod entry;
mod examples;
mod mechanisms;
mod metrics;
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

/// Everything that has an explanation, list after list: a word is looked up in this order.
fn entries(catalogue: &Catalogue) -> Vec<Entry> {
    [
        mechanisms::entries(catalogue),
        metrics::entries(),
        kinds::entries(),
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
    print(&entries, &arguments.word.join(" "), "explain", terminal)
}

/// `delever mechanisms`: the first of the lists alone.
pub(crate) fn mechanisms(
    arguments: &args::Mechanisms,
    catalogue: &Catalogue,
    terminal: Terminal,
) -> Result<(), Failure> {
    let Some(name) = &arguments.name else {
        say(&mechanisms::overview(catalogue, terminal.style()));
        return Ok(());
    };
    print(&mechanisms::entries(catalogue), name, "mechanisms", terminal)
}

/// Prints every page that a word names, or says which word may have been meant.
fn print(entries: &[Entry], word: &str, command: &str, terminal: Terminal) -> Result<(), Failure> {
    let found = entry::named(entries, word);
    if found.is_empty() {
        let names = entries.iter().flat_map(|entry| &entry.names).map(String::as_str);
        let near = experiment::nearest(word, names);
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        return Err(Failure::usage(format!(
            "error: nothing here is called `{word}`\n  = help: {near}`delever {command}` lists what \
             there is"
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
