//! What the reader of RON found wrong, in our words.

use crate::{diagnostic::meant, tokens::after_blanks};
use ron::error::{Error, Position, SpannedError};

/// A mistake in a piece of text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Explained {
    /// Where in the piece it stands.
    pub(crate) offset: usize,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// Explains why `text` could not be read; `noun` is what its named parts are called.
pub(crate) fn explain(error: &SpannedError, text: &str, noun: &str) -> Explained {
    let (message, help) = sentence(&error.code, noun);
    let named = |name: &str| !name.is_empty() && text.starts_with(name);
    let bare = matches!(error.code, Error::ExpectedNamedStructLike(name) if named(name));
    let help = help.or_else(|| bare.then(|| "the parentheses stay, even empty".to_owned()));
    Explained { offset: offset(error, text), message, help }
}

fn offset(error: &SpannedError, text: &str) -> usize {
    let start = offset_of(text, error.span.start);
    let next = text.len() - after_blanks(&text[start..]).len();
    let about_the_whole =
        |outer: &Option<String>| outer.as_ref().is_some_and(|name| text.starts_with(name.as_str()));
    if let Error::MissingStructField { outer, .. } = &error.code
        && about_the_whole(outer)
    {
        return 0;
    }
    if matches!(error.code, Error::Message(_)) {
        let at_end = text[start..].trim_start_matches(')').trim().is_empty();
        let quoted = text[..start].ends_with('"');
        return if at_end { 0 } else { start - usize::from(quoted) };
    }
    if next < text.len() {
        return next;
    }
    text.trim_end().char_indices().next_back().map_or(0, |(last, _)| last)
}

fn offset_of(text: &str, position: Position) -> usize {
    let lines = text.split_inclusive('\n').take(position.line.saturating_sub(1));
    let start: usize = lines.map(str::len).sum();
    let mut characters = text[start..].char_indices().skip(position.col.saturating_sub(1));
    characters.next().map_or(text.len(), |(column, _)| start + column)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "ron may add errors; what is not explained here speaks for itself"
)]
fn sentence(error: &Error, noun: &str) -> (String, Option<String>) {
    let of = |outer: &Option<String>| {
        outer.as_ref().map(|name| format!(" of `{name}`")).unwrap_or_default()
    };
    match error {
        Error::NoSuchStructField { expected, found, outer } => (
            format!("unknown {noun} `{found}`{}", of(outer)),
            Some(meant(found, &format!("{noun}s"), *expected)),
        ),
        Error::MissingStructField { field, outer } => {
            (format!("the {noun} `{field}`{} is missing", of(outer)), None)
        },
        Error::DuplicateStructField { field, outer } => {
            (format!("the {noun} `{field}`{} is given twice", of(outer)), None)
        },
        Error::NoSuchEnumVariant { expected, found, .. } => (
            format!("`{found}` is not known here"),
            Some(meant(found, "expected one of", *expected)),
        ),
        Error::ExpectedDifferentStructName { expected, found } => (
            format!("expected `{expected}`, found `{found}`"),
            Some(format!("write `{expected}(…)`")),
        ),
        Error::InvalidValueForType { expected, found } => {
            (format!("expected {expected}, found {found}"), None)
        },
        Error::ExpectedNamedStructLike("") => {
            ("expected `(…)` without a name before it".to_owned(), None)
        },
        Error::ExpectedNamedStructLike(name) => (format!("expected `{name}(…)`"), None),
        Error::Message(message) => (message.clone(), None),
        other => (syntax(other).map_or_else(|| lowered(other), str::to_owned), None),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only the frequent ones have a sentence")]
fn syntax(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::ExpectedComma => "a comma or a closing bracket is missing before this",
        Error::ExpectedMapColon => "a colon is missing before this",
        Error::Eof => "the text ends too early: a bracket is not closed",
        Error::ExpectedStringEnd => "the text in quotes is not closed",
        Error::ExpectedString => {
            "expected a text in quotes, such as \"0.5%\", \"30s\" or \"100 USDC\""
        },
        Error::ExpectedInteger => "expected a whole number",
        Error::ExpectedFloat => "expected a number",
        Error::ExpectedBoolean => "expected `true` or `false`",
        Error::ExpectedArray => "expected a list `[…]`",
        Error::ExpectedMap => "expected a map `{…}`",
        Error::ExpectedStructLike => {
            "expected `(`: this is written with its parameters in brackets"
        },
        Error::ExpectedIdentifier => "expected a name without quotes",
        Error::ExceededRecursionLimit => "brackets are nested too deeply",
        Error::TrailingCharacters => "nothing may follow here",
        Error::IntegerOutOfBounds => "the number is out of range",
        Error::UnclosedBlockComment => "the comment is not closed",
        _ => return None,
    })
}

fn lowered(error: &Error) -> String {
    let text = error.to_string();
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_lowercase().chain(characters).collect())
        .unwrap_or_default()
}
