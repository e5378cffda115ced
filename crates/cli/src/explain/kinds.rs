//! The kinds of facts.

use super::entry::{Entry, first_sentence, one_line};
use experiment::Catalogue;
use facts::{Description, Fact, Field, Transfer};

pub(super) fn entries(catalogue: &Catalogue) -> Vec<Entry> {
    Fact::KINDS.iter().chain(catalogue.facts()).map(entry).collect()
}

fn entry(kind: &Description) -> Entry {
    let Description { tag, name, doc, fields, transfers } = *kind;
    let is_own = !Fact::is_standard(name);
    let place = if is_own {
        "A kind of fact of a mechanism, kept as `Told`"
    } else if tag < Fact::FIRST_AFTER_GENESIS {
        "A kind of fact that declares the world before time starts"
    } else {
        "A kind of fact"
    };
    let genesis = if tag < Fact::FIRST_AFTER_GENESIS { " --genesis" } else { "" };
    let heard = match market::heard_in(name) {
        Some(phase) => {
            let phase = replay::PHASES[usize::from(phase.place())];
            format!("Yes, in the phase `{phase}` of a round.")
        },
        None if is_own => "Yes.".to_owned(),
        None => "No.".to_owned(),
    };
    Entry {
        list: "Kinds of facts",
        names: vec![name.to_owned()],
        summary: first_sentence(doc),
        page: format!(
            "# {name}\n\n{place}, with the permanent number {tag}.\n\n{}\n\n\
             # Fields\n\n{}\n\n# Money that moves with it\n\n{}\n\n\
             # Whether mechanisms hear it\n\n{heard}\n\n\
             # In a log\n\n`delever replay show LOG{genesis} --kind {name}`\n",
            one_line(doc),
            items(fields, field),
            items(transfers, transfer),
        ),
    }
}

/// A list, or that there is nothing in it.
fn items<T>(all: &[T], told: impl Fn(&T) -> String) -> String {
    let lines: Vec<String> = all.iter().map(|one| format!("- {}", told(one))).collect();
    if lines.is_empty() { "None.".to_owned() } else { lines.join("\n") }
}

fn field(field: &Field) -> String {
    let within = |outer: &str| field.kind.strip_prefix(outer)?.strip_suffix('>');
    let kind = match (within("Option<"), within("Vec<")) {
        (Some(kind), _) => format!("{kind} or none"),
        (_, Some(kind)) => format!("list of {kind}"),
        (None, None) => field.kind.to_owned(),
    };
    format!("`{}`, {kind}: {}", field.name, one_line(field.doc))
}

fn transfer(transfer: &Transfer) -> String {
    let Transfer { amount, from, to, purpose } = transfer;
    let purpose = format!("{purpose:?}").to_lowercase();
    format!("`{amount}`, from `{from}` to `{to}`: {purpose}")
}
