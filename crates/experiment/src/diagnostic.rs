//! What is wrong, where it stands, and what to do instead.

use crate::{Code, source::is_deceptive};
use std::fmt;

/// Longest part of a line that is shown, in characters.
const SNIPPET_MAX: usize = 120;

/// Longest message, in characters: it may quote what a file says.
const MESSAGE_MAX: usize = 400;

/// Most names that are listed.
const NAMES_MAX: usize = 24;

/// Shortest part of a name that stands for it, in bytes.
const PART_LEAST: usize = 4;

/// How grave a remark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The experiment is refused.
    Error,
    /// The experiment is legal but odd.
    Warning,
}

/// A mistake in a piece of text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) code: Code,
    /// Where in the piece it stands, in bytes.
    pub(crate) offset: usize,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// A remark about a place in a file. `Display` shows it with its line and a caret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file, as it was named when it was read.
    pub path: String,
    /// Line, from one.
    pub line: usize,
    /// Column in characters, from one.
    pub column: usize,
    /// How grave it is.
    pub severity: Severity,
    /// The kind of mistake.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
    /// The line, or the part of it around the place.
    pub snippet: String,
    /// Characters of the snippet before the place.
    pub indent: usize,
}

impl Diagnostic {
    /// A remark about a place, which still says nothing.
    pub(crate) fn at(code: Code, path: &str, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let number = before.matches('\n').count() + 1;
        Self::in_line(code, path, (number, line), before.len() - start)
    }

    /// The same of a place in a line that is known by its number, from one.
    pub(crate) fn in_line(
        code: Code,
        path: &str,
        (number, line): (usize, &str),
        offset: usize,
    ) -> Self {
        let column = line.get(..offset).unwrap_or(line).chars().count();
        let skipped = (column + 20).saturating_sub(SNIPPET_MAX);
        let shown = line.chars().skip(skipped).take(SNIPPET_MAX);
        Self {
            path: path.to_owned(),
            line: number,
            column: column + 1,
            severity: code.severity(),
            code,
            message: String::new(),
            help: None,
            snippet: shown.map(harmless).collect::<String>().trim_end().to_owned(),
            indent: column - skipped,
        }
    }

    /// Where it is.
    pub(crate) fn place(&self) -> (String, usize, usize) {
        (self.path.clone(), self.line, self.column)
    }

    /// Says what is wrong.
    #[must_use]
    pub(crate) fn says(mut self, message: impl Into<String>) -> Self {
        self.message = clipped(&message.into(), MESSAGE_MAX);
        self
    }

    /// Says what to do instead.
    #[must_use]
    pub(crate) fn helps(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into().map(|help| clipped(&help, MESSAGE_MAX));
        self
    }
}

/// A text as a terminal may show it, its end left out where it is long.
fn clipped(text: &str, most: usize) -> String {
    let in_line = |character| if matches!(character, '\n' | '\r') { ' ' } else { character };
    let mut characters = text.chars().map(in_line).map(harmless);
    let mut clipped: String = characters.by_ref().take(most).collect();
    clipped.extend(characters.next().map(|_| '…'));
    clipped
}

/// A character that a terminal shows as one character.
fn harmless(character: char) -> char {
    match character {
        '\t' => ' ',
        other if other.is_control() || is_deceptive(other) => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "{severity}[{}]: {}", self.code, self.message)?;
        writeln!(f, " --> {}:{}:{}", self.path, self.line, self.column)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.snippet)?;
        write!(f, "{margin} | {}^", " ".repeat(self.indent))?;
        match &self.help {
            Some(help) => write!(f, "\n{margin} = help: {help}"),
            None => Ok(()),
        }
    }
}

/// How help begins that names what could have been meant.
pub(crate) const NEAR: &str = "did you mean ";

/// Help that names what could have been meant: the nearest of `names`, then all of them.
pub fn meant(found: &str, what: &str, names: impl IntoIterator<Item: AsRef<str>>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    // A comma of a name is none of the list.
    let is_bare = |name: &str| !name.contains(',') || name.starts_with('"');
    let whole =
        |name: &&str| if is_bare(name) { (*name).to_owned() } else { format!("\"{name}\"") };
    let mut shown: Vec<String> = names.iter().take(NAMES_MAX).map(whole).collect();
    if names.len() > shown.len() {
        shown.push("…".to_owned());
    }
    let all = if names.is_empty() { "none".to_owned() } else { shown.join(", ") };
    match nearest(found, names) {
        Some(name) => format!("{NEAR}`{name}`? {what}: {all}"),
        None => format!("{what}: {all}"),
    }
}

/// Names that could have been meant: the one that is mistyped, or all that begin as `found` does.
pub(crate) fn alike<'n>(found: &str, names: &[&'n str]) -> Vec<&'n str> {
    let near = nearest(found, names.iter().copied());
    let is_mistyped = |name: &str| strsim::damerau_levenshtein(found, name) <= 2;
    if let Some(name) = near.filter(|name| is_mistyped(name)) {
        return vec![name];
    }
    let shared = |name: &str| name.bytes().zip(found.bytes()).take_while(|(a, b)| a == b).count();
    let most = names.iter().map(|name| shared(name)).max().unwrap_or_default();
    if most < PART_LEAST {
        return near.into_iter().collect();
    }
    names.iter().copied().filter(|name| shared(name) == most).collect()
}

/// The name that could have been meant; none when no name is near.
pub fn nearest<'n>(found: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let written = plain(found);
    let measured =
        names.into_iter().filter_map(|name| Some((slips(&written, &plain(name))?, name)));
    measured.min().map(|(_, name)| name)
}

/// How many slips lead from a name to what was written; none when it is another word.
///
/// Who mistypes a name seldom mistypes its first letter, too. Who knows only a part of a name writes
/// that part.
fn slips(written: &str, name: &str) -> Option<usize> {
    let is_part = |part: &str, whole: &str| part.len() >= PART_LEAST && whole.contains(part);
    let few = 1 + name.len() / 5;
    let most = if written.chars().next() == name.chars().next() { few } else { 1 };
    // As many letters differ at least: what is much longer is not even compared.
    let is_worth = written.len().abs_diff(name.len()) <= 4 * most;
    let slips = is_worth.then(|| strsim::damerau_levenshtein(written, name));
    let is_near = is_part(written, name) || is_part(name, written);
    slips.filter(|&slips| slips <= most).or_else(|| is_near.then_some(few + 1))
}

/// Letters and digits of a name, whatever its capitals, blanks and dashes.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
