//! What the reader of RON found wrong, in our words.

use crate::{
    Code,
    diagnostic::{Mistake, meant},
    parts::{brackets_around, is_close, token_at, token_before},
    quantity,
    tokens::{is_mark, is_text, offset_in, tokens},
};
use ron::error::{Error, Position, SpannedError};

/// What the named parts of a value are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    /// Of what an experiment itself defines.
    Field,
    /// Of a mechanism.
    Parameter,
}

impl Noun {
    fn word(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Parameter => "parameter",
        }
    }

    fn unknown(self) -> Code {
        match self {
            Self::Field => Code::UnknownField,
            Self::Parameter => Code::UnknownParameter,
        }
    }

    /// The mistake of leaving out `missing`, at the beginning of `whole`, which has `all`.
    pub(crate) fn missing(self, whole: &str, missing: &[&str], all: &[&str]) -> Mistake {
        let word = self.word();
        let of = if whole.is_empty() { String::new() } else { format!(" of `{whole}`") };
        let message = match missing {
            [one] => format!("the {word} `{one}`{of} is missing"),
            [many @ .., last] => {
                format!("the {word}s `{}` and `{last}`{of} are missing", many.join("`, `"))
            },
            [] => format!("a {word}{of} is missing"),
        };
        let (code, documented) = match self {
            Self::Field => (Code::MissingField, String::new()),
            Self::Parameter if whole.is_empty() => (Code::MissingParameter, String::new()),
            Self::Parameter => {
                (Code::MissingParameter, format!("; `delever mechanisms {whole}` explains them"))
            },
        };
        let help = (all.len() > missing.len() || self == Self::Parameter)
            .then(|| format!("{word}s: {}{documented}", all.join(", ")));
        Mistake { code, offset: 0, message, help }
    }
}

/// Explains why `text` could not be read; `noun` is what its named parts are called.
pub(crate) fn explain(error: &SpannedError, text: &str, noun: Noun) -> Mistake {
    let offset = offset(error, text);
    let told = Told { text, noun, found: token_at(text, offset), before: before(text, offset) };
    let (code, message, help) = told.sentence(&error.code);
    Mistake { code, offset, message, help }
}

fn before(text: &str, offset: usize) -> &str {
    token_before(text, offset).unwrap_or_default()
}

/// Where the mistake is.
#[expect(clippy::wildcard_enum_match_arm, reason = "most stand where the reader stopped")]
fn offset(error: &SpannedError, text: &str) -> usize {
    let (start, end) = (offset_of(text, error.span.start), offset_of(text, error.span.end));
    let around = |offset| brackets_around(text, offset).unwrap_or(0);
    match &error.code {
        Error::MissingStructField { .. } | Error::ExpectedDifferentLength { .. } => around(end),
        Error::Message(_) | Error::InvalidValueForType { .. } => value_ending_at(text, start, end),
        Error::ExpectedStructLike => {
            token_before(text, end).filter(|it| !is_mark(it)).map_or(end, |it| offset_in(text, it))
        },
        // A number is read behind its sign.
        _ if text[..start].ends_with('-') => start - 1,
        _ => first_token(text, start),
    }
}

/// Where the value begins that was read last.
fn value_ending_at(text: &str, start: usize, end: usize) -> usize {
    let last = token_before(text, end).unwrap_or_default();
    if is_close(last) {
        brackets_around(text, offset_in(text, last)).unwrap_or(0)
    } else if is_text(last) {
        offset_in(text, last)
    } else {
        first_token(text, start)
    }
}

/// The first token from `offset` on, or the last character.
fn first_token(text: &str, offset: usize) -> usize {
    match token_at(text, offset) {
        "" => text.trim_end().char_indices().next_back().map_or(0, |(last, _)| last),
        token => offset_in(text, token),
    }
}

fn offset_of(text: &str, position: Position) -> usize {
    let lines = text.split_inclusive('\n').take(position.line.saturating_sub(1));
    let start: usize = lines.map(str::len).sum();
    let mut characters = text[start..].char_indices().skip(position.col.saturating_sub(1));
    characters.next().map_or(text.len(), |(column, _)| start + column)
}

/// A kind of mistake, what it is, and what to do instead.
type Sentence = (Code, String, Option<String>);

/// A mistake with its surroundings.
struct Told<'a> {
    text: &'a str,
    noun: Noun,
    /// The token where it is.
    found: &'a str,
    /// The token before that.
    before: &'a str,
}

impl Told<'_> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "ron may add errors; most are of syntax")]
    fn sentence(&self, error: &Error) -> Sentence {
        let (noun, word) = (self.noun, self.noun.word());
        match error {
            Error::NoSuchStructField { expected, found, outer } => (
                noun.unknown(),
                format!("unknown {word} `{found}`{}", self.of(outer.as_deref())),
                Some(meant(found, &format!("{word}s"), *expected)),
            ),
            Error::MissingStructField { field, outer } => {
                let whole = self.written(outer.as_deref()).unwrap_or_default();
                let missing = noun.missing(whole, &[field], &[]);
                (missing.code, missing.message, None)
            },
            Error::DuplicateStructField { field, outer } => {
                let message =
                    format!("the {word} `{field}`{} is given twice", self.of(outer.as_deref()));
                (Code::DuplicateKey, message, Some("keep one of them".to_owned()))
            },
            Error::NoSuchEnumVariant { expected, found, .. } => (
                Code::UnknownChoice,
                format!("`{found}` is not one of the choices"),
                Some(meant(found, "choices", *expected)),
            ),
            Error::Message(message) => of_message(message),
            Error::InvalidValueForType { expected, .. } => self.instead(expected),
            Error::ExpectedDifferentLength { expected, found } => {
                let number = expected.strip_prefix("a tuple of size ").unwrap_or(expected);
                let message = format!("expected {number} values in parentheses, found {found}");
                (Code::WrongType, message, None)
            },
            other => self.syntax(other),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "ron may add errors")]
    fn syntax(&self, error: &Error) -> Sentence {
        let Self { found, before, .. } = *self;
        let wrong = |expected: &str| self.instead(expected);
        match error {
            Error::ExpectedDifferentStructName { expected, .. } => {
                wrong(&format!("`{expected}(…)`"))
            },
            Error::ExpectedNamedStructLike("") => wrong("`(…)` without a name"),
            Error::ExpectedNamedStructLike(name) if found == *name || before == *name => (
                Code::WrongType,
                format!("`{name}` is written with parentheses, even when nothing is in them"),
                Some(format!("write `{name}()`")),
            ),
            Error::ExpectedNamedStructLike(name) => wrong(&format!("`{name}(…)`")),
            Error::ExpectedStructLike if is_name(found) => (
                Code::MissingParameter,
                format!("`{found}` is written with its parameters in parentheses"),
                Some(format!("write `{found}(…)`")),
            ),
            Error::ExpectedStructLike => wrong("`(…)`"),
            Error::ExpectedString => self.instead("a text in quotes"),
            Error::ExpectedInteger => wrong("a whole number"),
            Error::ExpectedFloat => wrong("a number"),
            Error::ExpectedBoolean => wrong("`true` or `false`"),
            Error::ExpectedArray => wrong("a list `[…]`"),
            Error::ExpectedMap => wrong("a map `{…}`"),
            Error::ExpectedIdentifier => wrong("a name without quotes"),
            Error::IntegerOutOfBounds if found.starts_with('-') => {
                (Code::OutOfRange, format!("`{found}` is out of range"), None)
            },
            Error::IntegerOutOfBounds => (Code::Overflow, format!("`{found}` is too large"), None),
            Error::InvalidEscape(_) => {
                let message = "this text has a backslash that begins nothing known".to_owned();
                (Code::InvalidEscape, message, Some("a backslash itself is `\\\\`".to_owned()))
            },
            Error::ExceededRecursionLimit => {
                (Code::NestedTooDeep, "brackets are nested too deeply".to_owned(), None)
            },
            Error::TrailingCharacters if found == "(" => (
                Code::StrayToken,
                format!("`{before}` takes nothing in parentheses here"),
                Some(format!("write `{before}`")),
            ),
            _ => (Code::StrayToken, format!("`{found}` cannot be read here"), None),
        }
    }

    /// Something else is found than was expected, such as the bare number of a quantity.
    fn instead(&self, expected: &str) -> Sentence {
        let found = self.found;
        let (what, help) = quantity::with_example(expected);
        let is_word = !is_mark(found) && !is_text(found) && !found.is_empty();
        if is_word && expected == "a text in quotes" {
            let message = format!("expected {what}, found `{found}`");
            return (Code::MissingQuotes, message, Some(format!("write `\"{found}\"`")));
        }
        if is_word && help.is_some() {
            let message = format!("expected {what} in quotes, found `{found}`");
            return (Code::MissingQuotes, message, help);
        }
        let found = if found.is_empty() { "nothing".to_owned() } else { format!("`{found}`") };
        (Code::WrongType, format!("expected {what}, found {found}"), help)
    }

    /// ` of` what a part belongs to, where the file calls it so.
    fn of(&self, outer: Option<&str>) -> String {
        self.written(outer).map(|name| format!(" of `{name}`")).unwrap_or_default()
    }

    fn written<'o>(&self, outer: Option<&'o str>) -> Option<&'o str> {
        outer.filter(|&outer| tokens(self.text).any(|token| token == outer))
    }
}

fn is_name(token: &str) -> bool {
    !is_mark(token) && !is_text(token) && !token.is_empty()
}

/// A message of a quantity's own reader, or of a mechanism that refuses its parameters.
fn of_message(message: &str) -> Sentence {
    let code = quantity::code_of(message).unwrap_or(Code::RuleRefused);
    let (message, help) = quantity::told(code, message);
    (code, message, help)
}
