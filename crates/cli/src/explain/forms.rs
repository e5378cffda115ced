//! What an experiment is written with.

use super::entry::{Entry, first_sentence};
use experiment::{Field, Form};

/// Every form, followed by every field.
pub(super) fn entries() -> Vec<Entry> {
    let forms: Vec<Entry> = experiment::forms().map(form_entry).collect();
    [forms, field_entries()].concat()
}

fn form_entry(form: &Form) -> Entry {
    let documentation = documentation(form.doc);
    let fields: Vec<String> = form.fields.iter().map(item).collect();
    let fields = match fields.as_slice() {
        [] => String::new(),
        fields => format!("\n# Fields\n\n{}\n", fields.join("\n")),
    };
    // What a page has a heading for is looked up by that, too.
    let headings = documentation.lines().filter_map(|line| line.strip_prefix("# "));
    let headings = headings.flat_map(|it| it.split(['(', ')'])).map(str::trim);
    let headings = headings.filter(|it| !it.is_empty());
    let names = [form.name].into_iter().chain(headings).map(str::to_owned);
    Entry {
        list: "What an experiment is written with",
        names: names.collect(),
        summary: first_sentence(&documentation),
        page: format!("# {}\n\n{documentation}\n{fields}", form.name),
    }
}

/// A field in the list of its form.
fn item(field: &Field) -> String {
    let Field { name, doc, example, is_optional } = *field;
    let may = if is_optional { ", which may be left out" } else { "" };
    format!("- `{name}: {example}`{may}: {}", first_sentence(&documentation(doc)))
}

/// One for each name, with what it means in every form that has it.
fn field_entries() -> Vec<Entry> {
    let all = || experiment::forms().flat_map(|form| form.fields.iter().map(move |it| (form, it)));
    let mut names: Vec<&str> = Vec::new();
    for (_, field) in all() {
        if !names.contains(&field.name) {
            names.push(field.name);
        }
    }
    let entry = |name: &str| {
        let homes: Vec<(&Form, &Field)> = all().filter(|(_, field)| field.name == name).collect();
        let forms: Vec<String> = homes.iter().map(|(form, _)| format!("`{}`", form.name)).collect();
        let means = match homes.as_slice() {
            [(_, field)] => format!(": {}", first_sentence(&documentation(field.doc))),
            _ => String::new(),
        };
        let pages: Vec<String> = homes.iter().map(|(form, field)| page(form, field)).collect();
        Entry {
            list: "Fields of these",
            names: vec![name.to_owned()],
            summary: format!("of {}{means}", forms.join(", ")),
            page: pages.join("\n"),
        }
    };
    names.into_iter().map(entry).collect()
}

fn page(form: &Form, field: &Field) -> String {
    let Field { name, doc, example, is_optional } = *field;
    let may = if is_optional { " It may be left out." } else { "" };
    format!(
        "# {name}, in `{}`\n\n{}{may}\n\n```ron\n{name}: {example}\n```\n",
        form.name,
        documentation(doc)
    )
}

/// Documentation without the blank that stands before each of its lines.
fn documentation(doc: &str) -> String {
    let lines = doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
