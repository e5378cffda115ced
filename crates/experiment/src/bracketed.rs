//! How a value is written whose brackets are of the wrong kind, out of what stands in them.

use crate::{
    catalogue::Catalogue,
    example::sketch,
    normal::Node,
    parts::{Brackets, Part, brackets},
};
use market::Scope;

/// Most parts that are shown.
const SHOWN_MAX: usize = 3;

/// What a part is called in a map that has no name itself.
const NAME: &str = "name";

/// How `text` is written behind this opening bracket; none where nothing in it says what it would be.
pub(crate) fn form(catalogue: &Catalogue, open: &str, text: &str) -> Option<String> {
    let parts = match brackets(text) {
        Some(Brackets { name: "", parts, .. }) => parts,
        _ => vec![Part { key: None, value: text }],
    };
    let part = |part: &Part<'_>| match open {
        "{" => Some(entry(part)),
        "[" => Some(listed(part)),
        _ => field(catalogue, part),
    };
    let mut shown = parts.iter().take(SHOWN_MAX).map(part).collect::<Option<Vec<_>>>()?;
    shown.extend((parts.len() > SHOWN_MAX).then(|| "…".to_owned()));
    let is_nameless = shown.iter().any(|part| part.starts_with(&format!("\"{NAME}\":")));
    let shown = shown.join(", ");
    let form = match open {
        "{" if shown.is_empty() => "{}".to_owned(),
        "{" => format!("{{ {shown} }}"),
        "[" => format!("[{shown}]"),
        _ => format!("({shown})"),
    };
    let name = if is_nameless { ", under the name that others call it by" } else { "" };
    Some(format!("write `{form}`{name}"))
}

/// A part as one of a map: under the name that it has, or is.
fn entry(part: &Part<'_>) -> String {
    let &Part { key, value } = part;
    let is_name = part.name().is_none() && brackets(value).is_none();
    let name = part.name().unwrap_or(if is_name { value } else { NAME });
    let unnamed = Node::parse(value).without("name").inline();
    let value = match (is_name, key) {
        (true, _) => "…".to_owned(),
        (false, None) => sketch(&unnamed),
        (false, Some(_)) => sketch(value),
    };
    format!("\"{}\": {value}", name.trim_matches('"'))
}

/// A part as one of a list: its name is one of its fields.
fn listed(&Part { key, value }: &Part<'_>) -> String {
    let Some(key) = key else { return sketch(value) };
    match brackets(value) {
        Some(Brackets { name, open: "(", .. }) => {
            format!("{name}(name: \"{}\", …)", key.trim_matches('"'))
        },
        _ => sketch(value),
    }
}

/// A part as a field: an answer has the name of its question.
pub(crate) fn field(catalogue: &Catalogue, &Part { key, value }: &Part<'_>) -> Option<String> {
    if let Some(key) = key {
        return Some(format!("{}: {}", key.trim_matches('"'), sketch(value)));
    }
    let name = brackets(value).map_or(value, |it| it.name);
    let (question, _) = catalogue.questions().find(|(_, answers)| answers.contains(&name))?;
    let (scope, many) = catalogue.scope(question)?;
    if matches!(scope, Scope::Fundamental | Scope::Group) {
        return None;
    }
    let answer = sketch(value);
    Some(if many { format!("{question}: [{answer}]") } else { format!("{question}: {answer}") })
}
