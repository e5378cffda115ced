//! How an answer is written: its line in the fixture that shows it.

use crate::{
    normal::Node,
    parts::{Brackets, brackets, through_brackets},
    tokens::{offset_in, tokens},
};
use heck::ToSnakeCase;

include!(concat!(env!("OUT_DIR"), "/fixtures.rs"));

/// Longest value that a message proposes whole, in characters.
const VALUE_MAX: usize = 60;

/// An answer as a fixture writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// `question: Answer(parameters)`, its lines moved to the left margin.
    pub rule: String,
    /// The fixture, by its path from the workspace.
    pub path: String,
}

impl Example {
    /// That of a standard answer.
    pub(crate) fn of(question: &str, answer: &str) -> Option<Self> {
        let (path, text) = fixture(question, answer)?;
        let rule = rule(text, answer)?;
        let line = text[..offset_in(text, rule)].rfind('\n').map_or(0, |end| end + 1);
        let margin = blanks(&text[line..]);
        let lines =
            rule.lines().map(|line| line.get(blanks(line).min(margin)..).unwrap_or_default());
        Some(Self { rule: lines.collect::<Vec<_>>().join("\n"), path })
    }
}

/// What stands behind the question in the fixture of a standard answer.
pub(crate) fn shown(question: &str, answer: &str) -> Option<&'static str> {
    let (_, text) = fixture(question, answer)?;
    let rule = rule(text, answer)?;
    rule.split_once(':').map(|(_, value)| value.trim_start())
}

/// The first value of this name in `text`, however deep; only of what is called `whole`, where that
/// is not empty.
pub(crate) fn value<'t>(text: &'t str, whole: &str, name: &str) -> Option<&'t str> {
    let Brackets { name: its_name, parts, .. } = brackets(text)?;
    let own = parts.iter().find(|part| part.key == Some(name)).map(|part| part.value);
    let own = own.filter(|_| whole.is_empty() || whole == its_name);
    own.or_else(|| parts.iter().find_map(|part| value(part.value, whole, name)))
}

/// `name: value` as a message proposes it: what is long is only sketched.
pub(crate) fn proposal(name: &str, value: &str) -> String {
    format!("`{name}: {}`", sketch(value))
}

/// A value as a message shows it: what is long is only sketched.
pub(crate) fn sketch(value: &str) -> String {
    let whole = Node::parse(value).inline();
    if whole.chars().count() <= VALUE_MAX {
        return whole;
    }
    let head: String = whole.chars().take_while(|letter| !"([{".contains(*letter)).collect();
    let (open, close) = match whole.chars().nth(head.chars().count()) {
        Some('[') => ('[', ']'),
        Some('{') => ('{', '}'),
        _ => ('(', ')'),
    };
    format!("{head}{open}…{close}")
}

fn fixture(question: &str, answer: &str) -> Option<(String, &'static str)> {
    let path = format!("fixtures/{question}/{}.ron", answer.to_snake_case());
    let (_, text) = FIXTURES.iter().find(|(known, _)| *known == path)?;
    Some((path, text))
}

/// The first `key: Answer(…)` of an experiment, or `key: [Answer(…), …]`.
fn rule<'t>(text: &'t str, answer: &str) -> Option<&'t str> {
    let tokens: Vec<&str> = tokens(text).collect();
    let at = |index: usize| tokens.get(index).copied().unwrap_or_default();
    let is_rule = |value: &usize| {
        let first = value + usize::from(at(*value) == "[");
        at(value - 1) == ":" && at(first) == answer && at(first + 1) == "("
    };
    let value = (2..tokens.len()).find(is_rule)?;
    through_brackets(text.get(offset_in(text, at(value - 2))..)?)
}

fn blanks(line: &str) -> usize {
    line.chars().take_while(|letter| *letter == ' ').count()
}

#[cfg(test)]
mod tests {
    use super::{proposal, rule, value};

    #[test]
    fn a_rule_is_taken_whole() {
        let text = "(\n    halt: [Breaker(levels: [(fall: \"5)\")]), Other()],\n    next: 1,\n)";
        let found = rule(text, "Breaker");
        assert_eq!(found, Some("halt: [Breaker(levels: [(fall: \"5)\")]), Other()]"));
        let text = "  {\n    \"COIN\": Bars(\n        a: 1, // (\n    ),\n  }";
        assert_eq!(rule(text, "Bars"), Some("\"COIN\": Bars(\n        a: 1, // (\n    )"));
        assert_eq!(rule(text, "Bar"), None);
        assert_eq!(rule("a: Bars(", "Bars"), None);
    }

    #[test]
    fn a_value_is_found_however_deep_and_proposed_as_far_as_there_is_room() {
        let text = "Breaker(levels: [(fall: \"5%\", within: \"1s\")], scope: Venue)";
        assert_eq!(value(text, "", "scope"), Some("Venue"));
        assert_eq!(value(text, "", "within"), Some("\"1s\""));
        assert_eq!(value(text, "Breaker", "within"), None);
        assert_eq!(value(text, "", "pause"), None);
        assert_eq!(proposal("fall", "\"5%\""), "`fall: \"5%\"`");
        assert_eq!(proposal("at", "Close(price: 1)"), "`at: Close(price: 1)`");
        let long = format!("[{}]", "(fall: 1), ".repeat(20));
        assert_eq!(proposal("levels", &long), "`levels: […]`");
        assert_eq!(proposal("by", &long.replace('[', "By(").replace(']', ")")), "`by: By(…)`");
    }
}
