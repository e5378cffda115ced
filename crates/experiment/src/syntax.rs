//! Whether a text is shaped like RON: brackets, commas and colons are where they belong.
//!
//! What stands between them is for later. Nothing here calls itself, however deep brackets nest.

use crate::{
    Code,
    brackets::{fitting, match_without, nest, other_half, surplus},
    diagnostic::Mistake,
    foreign,
    parts::{brackets, defined, is_close, is_open},
    site::PATHS,
    tokens::{is_closed, is_mark, is_text, offset_in, starts_like_a_number, tokens},
};

/// Deepest nesting of brackets.
const DEPTH_MAX: usize = 32;

/// Finds the first mistake in the shape of `text`.
pub(crate) fn check(text: &str) -> Result<(), Mistake> {
    foreign::check(text)?;
    all_closed(text)?;
    let top = Level { open: "", start: "", stage: Stage::Part, key: None };
    let mut shape = Shape { text, levels: vec![top], last: "", number: None, suspect: None };
    for token in tokens(text) {
        shape.take(token)?;
        shape.last = token;
    }
    match shape.levels.pop() {
        Some(level) if !level.open.is_empty() => Err(shape.never_closed(level)),
        _ => Ok(()),
    }
}

/// What may come next within a pair of brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// A part, or the end.
    Part,
    /// The part begins with a word, which may be the name of a group.
    Word,
    /// The part may be whole.
    Whole,
    /// A value, since there was a colon.
    Value,
}

/// A pair of brackets that is open.
struct Level<'a> {
    open: &'a str,
    /// Its name, or the bracket itself.
    start: &'a str,
    stage: Stage,
    /// What stands before the colon of the present part.
    key: Option<&'a str>,
}

struct Shape<'a> {
    text: &'a str,
    levels: Vec<Level<'a>>,
    last: &'a str,
    /// The value of the part before this one, where it has a name and is a number.
    number: Option<&'a str>,
    /// The first bracket that is indented otherwise than its other half: to blame when brackets do
    /// not match in the end.
    suspect: Option<Mistake>,
}

impl<'a> Shape<'a> {
    fn take(&mut self, token: &'a str) -> Result<(), Mistake> {
        if is_close(token) {
            return self.close(token);
        }
        let level = self.levels.last().expect("the file itself is never closed");
        let (stage, has_key, is_top) = (level.stage, level.key.is_some(), level.open.is_empty());
        let is_at_end = matches!(stage, Stage::Word | Stage::Whole);
        if let Some(number) = self.number.take().filter(|_| token != ",") {
            self.no_thousands(number, token)?;
        }
        if token == "," && has_key && stage == Stage::Word && starts_like_a_number(self.last) {
            self.number = Some(self.last);
        }
        match token {
            ":" | "," if is_top => Err(self.stray(token)),
            ":" if is_at_end && has_key => Err(self.second_name(token)),
            ":" if is_at_end && !has_key => self.now(Stage::Value),
            "," if is_at_end => self.now(Stage::Part),
            "," if stage == Stage::Value => Err(self.no_value(token)),
            ":" | "," => Err(self.stray(token)),
            "(" if stage == Stage::Word => self.open(token, self.last),
            _ if is_at_end => Err(self.not_separated(token)),
            _ if is_open(token) => self.open(token, token),
            _ if is_text(token) => self.now(Stage::Whole),
            _ => self.now(Stage::Word),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "the other things to do next may fail")]
    fn now(&mut self, stage: Stage) -> Result<(), Mistake> {
        if let Some(level) = self.levels.last_mut() {
            level.key = match stage {
                Stage::Value => Some(self.last),
                Stage::Part => None,
                Stage::Word | Stage::Whole => level.key,
            };
            level.stage = stage;
        }
        Ok(())
    }

    fn open(&mut self, open: &'a str, start: &'a str) -> Result<(), Mistake> {
        if self.levels.len() > DEPTH_MAX {
            let message = format!("brackets are nested more than {DEPTH_MAX} deep");
            return Err(self.mistake(Code::NestedTooDeep, open, message));
        }
        self.levels.push(Level { open, start, stage: Stage::Part, key: None });
        Ok(())
    }

    fn close(&mut self, token: &'a str) -> Result<(), Mistake> {
        let level = self.levels.pop().filter(|level| !level.open.is_empty());
        let Some(level) = level else {
            let message = format!("this `{token}` closes nothing");
            let mistake = self.mistake(Code::StrayToken, token, message);
            return Err(self.blamed(token, mistake));
        };
        if other_half(level.open) != token {
            return Err(self.mismatch(&level, token));
        }
        if level.stage == Stage::Value {
            return Err(self.no_value(token));
        }
        self.suspect(&level, token);
        self.now(Stage::Whole)
    }

    /// Two halves that do not belong together: one is of the wrong kind, too many, or missing.
    fn mismatch(&mut self, level: &Level<'a>, token: &'a str) -> Mistake {
        if self.suspect.is_none() && nest(self.text) {
            return self.wrong_kind(level, token);
        }
        let mistake = if self.is_further_in(token, level.open) {
            let message = format!("this `{token}` closes nothing");
            let open = format!("{} of line {} is still open", called(level), self.line(level.open));
            let mistake = self.mistake(Code::StrayToken, token, message);
            Mistake { help: Some(open), ..mistake }
        } else {
            let message = format!("{} is not closed before {}", called(level), self.place(token));
            let help = Some(format!("write `{}` before it", other_half(level.open)));
            Mistake { help, ..self.mistake(Code::UnclosedBracket, level.open, message) }
        };
        self.blamed(token, mistake)
    }

    /// Two halves of different kinds. What stands between them says which is right.
    fn wrong_kind(&self, level: &Level<'a>, token: &'a str) -> Mistake {
        let inside = brackets(&self.text[offset_in(self.text, level.open)..]);
        let parts = inside.map(|it| it.parts).unwrap_or_default();
        let is_named = level.start != level.open;
        let opens_right = is_named || fitting(&parts) != Some(other_half(token));
        let (wrong, right) = if opens_right {
            (token, other_half(level.open))
        } else {
            (level.open, other_half(token))
        };
        let (line, place) = (self.line(level.open), self.place(token));
        let message = format!(
            "{} of line {line} and {place} are of different kinds: one of them is wrong",
            called(level)
        );
        let help = format!("write `{right}` instead of {}", self.place(wrong));
        let mistake = self.mistake(Code::UnclosedBracket, wrong, message);
        Mistake { help: Some(help), ..mistake }
    }

    /// What is to blame for brackets that do not match at `token`: a bracket without which all others
    /// do, one that is indented otherwise than its other half, or else what is said already.
    fn blamed(&mut self, token: &str, mistake: Mistake) -> Mistake {
        let too_many = |surplus: &str, help: &str| {
            let message = format!("this `{surplus}` is one too many");
            let help = Some(help.to_owned());
            Mistake { help, ..self.mistake(Code::StrayToken, surplus, message) }
        };
        match surplus(self.text).as_slice() {
            [only] => return too_many(only, "remove it: it closes more than its line opens"),
            [first, ..] => {
                let help = "remove it, or one further on that closes more than its line opens";
                return too_many(first, help);
            },
            [] => {},
        }
        if self.suspect.is_none() && is_close(token) && match_without(self.text, token) {
            return too_many(token, "remove it, or one before it");
        }
        self.suspect.take().unwrap_or(mistake)
    }

    /// Refuses a number whose thousands are parted by commas, which is two parts.
    fn no_thousands(&self, number: &str, token: &str) -> Result<(), Mistake> {
        let (start, next) = (offset_in(self.text, number), offset_in(self.text, token));
        let is_group = |part: &str| part.len() == 3 && part.bytes().all(|it| it.is_ascii_digit());
        if next != start + number.len() + 1 || !is_group(token) {
            return Ok(());
        }
        let rest = &self.text[next..];
        let groups = rest.split(',').take_while(|part| is_group(part)).count();
        let end = next + 4 * groups.max(1) - 1;
        let whole = &self.text[start..end];
        let message = format!("`{whole}` is no number: it has a comma");
        let help = Some(format!("write `{}`", whole.replace(',', "_")));
        Err(Mistake { help, ..self.mistake(Code::NotANumber, number, message) })
    }

    /// Two names before one value.
    fn second_name(&self, token: &str) -> Mistake {
        let level = self.levels.last().expect("the file itself is never closed");
        let (key, name) = (level.key.unwrap_or_default(), self.last);
        let message = format!("two names stand before one value: `{key}` and `{name}`");
        let patch = format!("{key}: ({name}: …)");
        let help = match patched(self.text, key) {
            Some(path) if level.open == "(" => format!("write `{path}: {{ {patch} }}`"),
            _ if level.open == "{" => format!("write `{patch}`"),
            _ => format!("keep one, or write a comma between `{key}: …` and `{name}: …`"),
        };
        Mistake { help: Some(help), ..self.mistake(Code::StrayToken, token, message) }
    }

    /// Whether a token begins a line and is indented further than the line of another.
    fn is_further_in(&self, token: &str, other: &str) -> bool {
        let (blanks, is_first) = self.indent(token);
        is_first && blanks > self.indent(other).0
    }

    /// Remembers a bracket whose other half is indented otherwise.
    fn suspect(&mut self, level: &Level<'_>, close: &str) {
        let inside = &self.text[offset_in(self.text, level.open)..offset_in(self.text, close)];
        if self.suspect.is_some() || !inside.contains('\n') {
            return;
        }
        let (opens_at, (closes_at, is_first)) = (self.indent(level.open).0, self.indent(close));
        if !is_first || opens_at == closes_at {
            return;
        }
        let mistake = if closes_at < opens_at {
            let message = format!("{} is not closed where its indentation ends", called(level));
            let help = format!("{} closes it, further out than it begins", self.place(close));
            Mistake { help: Some(help), ..self.mistake(Code::UnclosedBracket, level.open, message) }
        } else {
            let message = format!(
                "this `{close}` closes {} of line {}",
                called(level),
                self.line(level.open)
            );
            let help = "it is indented further, so it may be one too many".to_owned();
            Mistake { help: Some(help), ..self.mistake(Code::StrayToken, close, message) }
        };
        self.suspect = Some(mistake);
    }

    fn never_closed(&mut self, level: Level<'_>) -> Mistake {
        let message = format!("{} is never closed", called(&level));
        let mistake = self.mistake(Code::UnclosedBracket, level.open, message);
        let help = Some(format!("write `{}` where it ends", other_half(level.open)));
        self.suspect.take().unwrap_or(Mistake { help, ..mistake })
    }

    /// Two parts, or a name and its value, without what stands between them.
    fn not_separated(&mut self, token: &str) -> Mistake {
        let level = self.levels.last().expect("the file itself is never closed");
        if level.open.is_empty() {
            let message = "nothing may follow the last bracket".to_owned();
            let mistake = self.mistake(Code::StrayToken, token, message);
            return self.blamed(token, mistake);
        }
        let begins_small = self.last.starts_with(|c: char| c.is_lowercase() || c == '_');
        let is_key = match level.open {
            "{" => true,
            "(" => level.stage == Stage::Word && begins_small,
            _ => false,
        };
        let (last, line) = (self.last, self.line(self.last));
        let equals = [token.starts_with('='), last.ends_with('=')];
        if equals.contains(&true) && level.key.is_none() {
            let message = format!("a colon is missing behind `{}`", last.trim_end_matches('='));
            let help = Some("write `:` instead of `=`".to_owned());
            return Mistake { help, ..self.mistake(Code::MissingColon, token, message) };
        }
        if is_key && level.key.is_none() {
            let message = format!("a colon is missing between `{last}` and `{token}`");
            let help = Some(format!("write `{last}: {token}`"));
            return Mistake { help, ..self.mistake(Code::MissingColon, token, message) };
        }
        let has_unit = !is_mark(token) && !is_text(token);
        if starts_like_a_number(last) && has_unit && self.line(token) == line {
            let rest = &self.text[offset_in(self.text, last)..];
            let end = rest.find([',', ')', ']', '}', '"', '\n']).unwrap_or(rest.len());
            let quantity = rest[..end].trim_end();
            let message = "a quantity stands in quotes, together with its unit".to_owned();
            let help = Some(format!("write `\"{quantity}\"`"));
            return Mistake { help, ..self.mistake(Code::MissingQuotes, last, message) };
        }
        let message = format!("a comma is missing before `{token}`");
        let help = Some(format!("write it behind the `{last}` of line {line}"));
        Mistake { help, ..self.mistake(Code::MissingComma, token, message) }
    }

    fn no_value(&self, token: &str) -> Mistake {
        let message = format!("a value is missing before this `{token}`");
        self.mistake(Code::MissingValue, token, message)
    }

    fn stray(&self, token: &str) -> Mistake {
        let level = self.levels.last().expect("the file itself is never closed");
        if token == "," && is_open(self.last) {
            let message = format!("{} is not closed before this `,`", called(level));
            return self.mistake(Code::UnclosedBracket, level.open, message);
        }
        let message = match self.last {
            "" => format!("a file does not begin with `{token}`"),
            _ if token == ":" => "this `:` follows no name".to_owned(),
            last => format!("nothing stands between `{last}` and this `{token}`"),
        };
        self.mistake(Code::StrayToken, token, message)
    }

    fn mistake(&self, code: Code, token: &str, message: String) -> Mistake {
        Mistake { code, offset: offset_in(self.text, token), message, help: None }
    }

    fn place(&self, token: &str) -> String {
        format!("the `{token}` of line {}", self.line(token))
    }

    fn line(&self, token: &str) -> usize {
        self.text[..offset_in(self.text, token)].matches('\n').count() + 1
    }

    /// Blanks at the beginning of a token's line, and whether it comes first there.
    fn indent(&self, token: &str) -> (usize, bool) {
        let offset = offset_in(self.text, token);
        let start = self.text[..offset].rfind('\n').map_or(0, |end| end + 1);
        let before = &self.text[start..offset];
        let blanks = before.len() - before.trim_start().len();
        (blanks, blanks == before.len())
    }
}

fn called(level: &Level<'_>) -> String {
    if level.start == level.open {
        format!("this `{}`", level.open)
    } else {
        format!("`{}{}`", level.start, level.open)
    }
}

/// The path under which an arm patches what `text` defines under this name, in quotes.
fn patched(text: &str, name: &str) -> Option<&'static str> {
    PATHS.into_iter().find(|path| defined(text, path).any(|(its_name, _)| its_name == name))
}

/// Whether every text and every comment comes to its end. The one to blame for a text that does not
/// is the first that runs over the end of its line.
fn all_closed(text: &str) -> Result<(), Mistake> {
    let Some(open) = tokens(text).find(|token| !is_closed(token)) else { return Ok(()) };
    let mistake = |code, token, message: &str, help: &str| Mistake {
        code,
        offset: offset_in(text, token),
        message: message.to_owned(),
        help: Some(help.to_owned()),
    };
    if open.starts_with("/*") {
        let message = "this comment is never closed";
        return Err(mistake(Code::UnclosedComment, open, message, "write `*/` where it ends"));
    }
    let runs_over = |token: &&str| token.starts_with('"') && token.contains('\n');
    let (first, message) = match tokens(text).find(runs_over) {
        Some(first) => (first, "a quote is missing: this text runs over the end of its line"),
        None => (open, "a quote is missing: this text has no end"),
    };
    let help = foreign::instead_of_curly(first);
    let help = help.unwrap_or_else(|| "write `\"` where it ends".to_owned());
    Err(mistake(Code::UnclosedText, first, message, &help))
}
