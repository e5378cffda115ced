//! Everything that is wrong with a value, not only what its reader meets first.

use crate::{
    Code,
    diagnostic::{Mistake, nearest},
    explain_ron::explain,
    noun::{Known, Noun},
    parts::{Part, brackets, brackets_around, spoken_of, through_brackets, token_at},
    quantity,
    tokens::{is_mark, is_text, offset_in},
};
use ron::error::{Error, SpannedError};

/// What is wrong with `text`, as far as `read` says.
///
/// A part that cannot be read is blanked out, and the rest is read again. That it is missing then
/// says nothing, so only what is missing from the beginning is told, at the end.
pub(crate) fn faults(
    text: &str,
    known: Known<'_>,
    read: impl Fn(&str) -> Option<SpannedError>,
) -> Vec<Mistake> {
    let mut found: Vec<Mistake> = Vec::new();
    // What is there under another name is not called missing, too.
    let mut mistyped: Vec<&str> = Vec::new();
    let mut rest = text.to_owned();
    while let Some(error) = read(&rest) {
        let mut mistake = explain(&error, &rest, known);
        meant_here(&mut mistake, &error, (&rest, known), &read);
        if let Error::MissingStructField { field, .. } = &error.code
            && mistake.offset == 0
        {
            found.extend(missing((field, &mistyped), text, known.noun, &read));
            break;
        }
        if let Error::NoSuchStructField { expected, found, .. } = &error.code {
            mistyped.extend(nearest(found, expected.iter().copied()));
        }
        let wrong = part_at(&rest, mistake.offset);
        if mistake.code == Code::RuleRefused {
            let name = brackets(text).map_or("", |whole| whole.name);
            mistake.help = Some(format!("`delever mechanisms {name}` explains its parameters"));
            let subject = spoken_of(&rest[mistake.offset..], &mistake.message);
            mistake.offset = subject.map_or(mistake.offset, |subject| offset_in(&rest, subject));
        }
        found.push(mistake);
        let Some((from, to)) = wrong else { break };
        rest = blanked(&rest, from, to);
    }
    found
}

/// Says of a value whose reader expects a word, with or without something in parentheses, how that is
/// written: a name that nothing has makes the reader say which there are.
fn meant_here(
    mistake: &mut Mistake,
    error: &SpannedError,
    (text, known): (&str, Known<'_>),
    read: &impl Fn(&str) -> Option<SpannedError>,
) {
    let found = token_at(text, mistake.offset);
    let is_told = matches!(error.code, Error::NoSuchEnumVariant { .. } | Error::TrailingCharacters);
    if found.is_empty() || is_told {
        return;
    }
    let start = offset_in(text, found);
    let rest = &text[start..];
    let value = if found == "(" { through_brackets(rest).unwrap_or(rest) } else { found };
    let behind = &text[start + value.len()..];
    let put = |value: &str| format!("{}{value}{behind}", &text[..start]);
    let probe = |value: &str| read(&put(value)).map(|error| error.code);
    let is_bare =
        matches!(error.code, Error::ExpectedNamedStructLike(_) | Error::ExpectedStructLike);
    if is_bare && !is_mark(found) {
        if let Some(fields) = fields_of(probe(&format!("{found}(__: 0)"))) {
            mistake.code = Code::MissingParameter;
            mistake.message = format!("`{found}` is written with its parameters in parentheses");
            mistake.help = Some(format!("write `{}`", known.noun.written(found, fields)));
        }
    } else if let Some(Error::NoSuchEnumVariant { expected, .. }) = probe("__")
        && !expected.contains(&found)
    {
        let choices = expected.join(", ");
        let inner = |value: &str| {
            let tried = put(value);
            let wrong = read(&tried).map(|error| explain(&error, &tried, known));
            wrong.filter(|wrong| (start..start + value.len()).contains(&wrong.offset))
        };
        mistake.message = format!("expected one of {choices}, found `{found}`");
        mistake.help = wrapped(expected, value, inner).or(Some(format!("choices: {choices}")));
    } else if let Some(fields) = fields_of(probe("__: 0"))
        && error.code == Error::ExpectedIdentifier
    {
        let name = brackets_around(text, start).map_or("", |around| token_at(text, around));
        mistake.help = Some(format!("write `{}`", known.noun.written(name, fields)));
    }
}

/// What the reader says there is, when it was shown a field that is not there.
fn fields_of(said: Option<Error>) -> Option<&'static [&'static str]> {
    match said {
        Some(Error::NoSuchStructField { expected, .. }) if !expected.is_empty() => Some(expected),
        _ => None,
    }
}

/// How `found` is written as one of these words: what stands in parentheses behind it may be wrong
/// itself.
fn wrapped(words: &[&str], found: &str, inner: impl Fn(&str) -> Option<Mistake>) -> Option<String> {
    if found.starts_with('(') {
        let word = words.iter().find(|word| inner(&format!("{word}{found}")).is_none())?;
        return Some(format!("write `{word}(…)`"));
    }
    let quoted = if is_text(found) { found.to_owned() } else { format!("\"{found}\"") };
    let mut unreadable = None;
    for word in words {
        let value = format!("{word}({quoted})");
        match inner(&value) {
            None => return Some(format!("write `{value}`")),
            Some(wrong) if quantity::is_its(wrong.code) => {
                let help = wrong.help.map(|help| format!("; in it, {help}")).unwrap_or_default();
                unreadable = unreadable.or(Some(format!("write `{word}(…)`{help}")));
            },
            Some(_) => {},
        }
    }
    unreadable
}

/// Names all that `text` itself lacks, such as a field, and has not mistyped; none where it lacks only
/// what was blanked out.
fn missing(
    (field, mistyped): (&str, &[&str]),
    text: &str,
    noun: Noun,
    read: &impl Fn(&str) -> Option<SpannedError>,
) -> Option<Mistake> {
    let whole = brackets(text)?;
    // A name that nothing has makes the reader say which there are.
    let probe = read(&format!("{}(__: 0)", whole.name));
    let expected = match probe.map(|error| error.code) {
        Some(Error::NoSuchStructField { expected, .. }) => expected,
        _ => &[],
    };
    let is_written = |name: &&str| {
        mistyped.contains(name) || whole.parts.iter().any(|part| part.key == Some(name))
    };
    let all = if expected.is_empty() { vec![field] } else { expected.to_vec() };
    let missing: Vec<&str> = all.into_iter().filter(|name| !is_written(name)).collect();
    (!missing.is_empty()).then(|| noun.missing(whole.name, &missing, expected))
}

/// Where the part of `text` lies that covers `offset`, with its comma; none where it cannot be left
/// out, as of `Fixed("5x")`.
fn part_at(text: &str, offset: usize) -> Option<(usize, usize)> {
    let whole = brackets(text)?;
    let (parts, is_fixed) = (whole.parts, whole.open == "(");
    let from = |part: &Part<'_>| offset_in(text, part.key.unwrap_or(part.value));
    let index = parts.iter().rposition(|part| from(part) <= offset)?;
    let part = parts.get(index).filter(|part| part.key.is_some() || !is_fixed)?;
    let end = offset_in(text, part.value) + part.value.len();
    let rest = text.get(end..)?;
    let comma = Some(token_at(rest, 0)).filter(|&token| token == ",");
    let after = comma.map_or(end, |comma| end + offset_in(rest, comma) + comma.len());
    (offset < end).then_some((from(part), after))
}

/// The same text, as long, with blanks from one place to another.
fn blanked(text: &str, from: usize, to: usize) -> String {
    let blanks: String =
        text[from..to].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
    format!("{}{blanks}{}", &text[..from], &text[to..])
}
