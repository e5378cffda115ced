//! Text that is shaped like RON, cut into its parts: every part a slice of it.

use crate::{
    quantity,
    tokens::{is_mark, offset_in, tokens},
};

/// `name(…)`, `(…)`, `[…]` or `{…}`.
pub(crate) struct Brackets<'a> {
    /// Empty where there is none.
    pub(crate) name: &'a str,
    /// The opening bracket.
    pub(crate) open: &'a str,
    pub(crate) parts: Vec<Part<'a>>,
}

/// One of the parts between commas.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    /// What stands before a colon.
    pub(crate) key: Option<&'a str>,
    pub(crate) value: &'a str,
}

impl<'a> Part<'a> {
    /// What it is called: what it stands under, or else its field `name`.
    pub(crate) fn name(&self) -> Option<&'a str> {
        self.key.or_else(|| values(self.value, "name").first().copied())
    }
}

/// The brackets that `text` begins with; none where it begins with something else.
pub(crate) fn brackets(text: &str) -> Option<Brackets<'_>> {
    let mut tokens = tokens(text);
    let first = tokens.next()?;
    let (name, open) = if is_open(first) {
        ("", first)
    } else {
        let open = tokens.next().filter(|&token| token == "(" && !is_mark(first))?;
        (first, open)
    };
    let mut cut = Cut { text, start: None, end: 0, key: None, parts: Vec::new() };
    let mut depth = 0_usize;
    for token in tokens {
        match token {
            "," if depth == 0 => cut.part(),
            ":" if depth == 0 => cut.key(),
            token if depth == 0 && is_close(token) => break,
            token => {
                depth =
                    if is_open(token) { depth + 1 } else { depth - usize::from(is_close(token)) };
                cut.extend(token);
            },
        }
    }
    cut.part();
    Some(Brackets { name, open, parts: cut.parts })
}

/// Values of the parts of `text` that have this key.
pub(crate) fn values<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let parts = brackets(text).map(|it| it.parts).unwrap_or_default();
    parts.into_iter().filter(|part| part.key == Some(key)).map(|part| part.value).collect()
}

/// What `text` defines at a path, such as `venues`, and what it is called there, in quotes.
pub(crate) fn defined<'a>(text: &'a str, path: &str) -> impl Iterator<Item = (&'a str, Part<'a>)> {
    let defined = values(text, path).into_iter().filter_map(brackets);
    defined.flat_map(|it| it.parts).filter_map(|part| Some((part.name()?, part)))
}

/// The innermost part of `text` around all that a message names or quotes in backticks; none where
/// that is no part of it.
pub(crate) fn spoken_of<'t>(text: &'t str, message: &str) -> Option<&'t str> {
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    named(text, &words)
}

fn named<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    let mut parts = brackets(text)?.parts.into_iter().filter(|part| speaks_of(words, part));
    match (parts.next(), parts.next()) {
        (Some(part), None) => Some(named(part.value, words).unwrap_or(part.value)),
        _ => None,
    }
}

/// Whether words name a part, or quote it, or anything inside of it.
fn speaks_of(words: &[&str], part: &Part<'_>) -> bool {
    let is_quoted = |word: &&str| quantity::is_quoted(part.value.trim_matches('"'), word);
    let parts = brackets(part.value).map(|it| it.parts).unwrap_or_default();
    part.key.is_some_and(|key| words.contains(&key))
        || words.iter().any(is_quoted)
        || parts.iter().any(|inner| speaks_of(words, inner))
}

/// `text` up to where the first brackets in it are closed; none where they are not.
pub(crate) fn through_brackets(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let end = tokens(text).find(|token| {
        depth = (depth + usize::from(is_open(token))).saturating_sub(is_close(token).into());
        depth == 0 && is_close(token)
    });
    end.and_then(|end| text.get(..offset_in(text, end) + end.len()))
}

/// Where the innermost brackets begin that are open at `offset`; none where none are.
pub(crate) fn brackets_around(text: &str, offset: usize) -> Option<usize> {
    let mut open: Vec<usize> = Vec::new();
    let mut name = None;
    for token in tokens(text) {
        let at = offset_in(text, token);
        if at >= offset {
            break;
        }
        if is_open(token) {
            open.push(name.filter(|_| token == "(").unwrap_or(at));
        } else if is_close(token) {
            open.pop();
        }
        name = (!is_mark(token)).then_some(at);
    }
    open.pop()
}

/// The last token that begins before `offset`.
pub(crate) fn token_before(text: &str, offset: usize) -> Option<&str> {
    tokens(text).take_while(|token| offset_in(text, token) < offset).last()
}

/// The token at `offset`, blanks before it left out; empty at the end.
pub(crate) fn token_at(text: &str, offset: usize) -> &str {
    tokens(text.get(offset..).unwrap_or_default()).next().unwrap_or_default()
}

pub(crate) fn is_open(token: &str) -> bool {
    matches!(token, "(" | "[" | "{")
}

pub(crate) fn is_close(token: &str) -> bool {
    matches!(token, ")" | "]" | "}")
}

struct Cut<'a> {
    text: &'a str,
    start: Option<usize>,
    end: usize,
    key: Option<&'a str>,
    parts: Vec<Part<'a>>,
}

impl<'a> Cut<'a> {
    fn extend(&mut self, token: &str) {
        let at = offset_in(self.text, token);
        self.start.get_or_insert(at);
        self.end = at + token.len();
    }

    fn taken(&mut self) -> Option<&'a str> {
        self.start.take().map(|start| &self.text[start..self.end])
    }

    fn key(&mut self) {
        self.key = self.taken();
    }

    fn part(&mut self) {
        if let Some(value) = self.taken() {
            self.parts.push(Part { key: self.key.take(), value });
        }
    }
}
