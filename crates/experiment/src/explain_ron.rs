//! What the reader of RON found wrong, in our words.

use crate::{
    Code,
    diagnostic::{Mistake, NEAR, meant},
    noun::{Known, Noun},
    parts::{brackets_around, is_close, token_at, token_before},
    quantity,
    tokens::{is_mark, is_text, offset_in, starts_like_a_number, tokens},
};
use ron::error::{Error, Position, SpannedError};

/// Explains why `text` could not be read.
pub(crate) fn explain(error: &SpannedError, text: &str, known: Known<'_>) -> Mistake {
    let offset = offset(error, text);
    let before = before(text, offset);
    let key = Some(before).filter(|&it| it == ":").map(|it| offset_in(text, it));
    let key = key.and_then(|colon| token_before(text, colon)).unwrap_or_default();
    let Known { noun, asset } = known;
    let told = Told { text, noun, asset, found: token_at(text, offset), before, key };
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
        _ => word_around(text, first_token(text, signed(text, start))),
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
        first_token(text, signed(text, start))
    }
}

/// A number is read behind its sign: where the sign is.
fn signed(text: &str, offset: usize) -> usize {
    offset - usize::from(text[..offset].ends_with('-'))
}

/// Where the word begins that `offset` is in.
fn word_around(text: &str, offset: usize) -> usize {
    let word = token_before(text, offset).filter(|it| !is_mark(it) && !is_text(it));
    let start = word.map(|word| offset_in(text, word)..offset_in(text, word) + word.len());
    start.filter(|word| word.contains(&offset)).map_or(offset, |word| word.start)
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
    asset: &'a str,
    /// The token where it is.
    found: &'a str,
    /// The token before that.
    before: &'a str,
    /// The name of the part that it begins; empty where it begins none.
    key: &'a str,
}

impl Told<'_> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "ron may add errors; most are of syntax")]
    fn sentence(&self, error: &Error) -> Sentence {
        let (noun, word) = (self.noun, self.noun.word());
        match error {
            Error::NoSuchStructField { expected, found, outer } => (
                noun.unknown(),
                format!("unknown {word} `{found}`{}", self.of(outer.as_deref())),
                Some(self.unknown(found, expected)),
            ),
            Error::MissingStructField { field, outer } => {
                let whole = self.written(outer.as_deref()).unwrap_or_default();
                let missing = noun.missing(whole, &[field], &[]);
                (missing.code, missing.message, missing.help)
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
            Error::Message(message) => of_message(message, self.found, self.asset),
            Error::InvalidValueForType { expected, .. } => self.instead(expected),
            Error::ExpectedDifferentLength { expected, found } => {
                let number = expected.strip_prefix("a tuple of size ").unwrap_or(expected);
                let message = format!("expected {number} values in parentheses, found {found}");
                (Code::WrongType, message, None)
            },
            other => self.syntax(other),
        }
    }

    /// What to write instead of a name that nothing has here.
    fn unknown(&self, found: &str, expected: &[&str]) -> String {
        let list = meant(found, &format!("{}s", self.noun.word()), expected);
        let elsewhere = self.noun.elsewhere(found).filter(|_| !list.starts_with(NEAR));
        elsewhere.map_or(list.clone(), |elsewhere| format!("{elsewhere}; {list}"))
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
            _ if starts_like_a_number(found) => {
                let help = "write it without a unit, such as 0.7".to_owned();
                (Code::WrongType, format!("expected a plain number, found `{found}`"), Some(help))
            },
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
            let quoted = quantity::is_one(what, found).then(|| format!("write `\"{found}\"`"));
            return (Code::MissingQuotes, message, quoted.or(help));
        }
        let plain = found.trim_matches('"');
        let help = if what.ends_with("number") && is_text(found) && plain.parse::<f64>().is_ok() {
            Some(format!("write {plain}, without quotes"))
        } else {
            let example = || self.noun.proposal("", self.key).filter(|_| !self.key.is_empty());
            help.or_else(|| example().map(|example| format!("it is written like {example}")))
        };
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
fn of_message(message: &str, written: &str, asset: &str) -> Sentence {
    let code = quantity::code_of(message).unwrap_or(Code::RuleRefused);
    let (message, help) = quantity::told(code, message, written, asset);
    (code, message, help)
}
