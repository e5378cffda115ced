//! What the terminal can show.

use crate::args::Color;
use report::Style;
use std::{
    borrow::Cow,
    ffi::OsStr,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// What commands are called in texts.
const DELEVER: &str = "delever";

/// Whether to print in colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    color: Color,
}

impl Terminal {
    pub(crate) fn new(color: Color) -> Self {
        Self { color }
    }

    /// The style of a page on standard output.
    pub(crate) fn style(self) -> Style {
        Style { colour: self.colours(&io::stdout()) }
    }

    /// Prints a message for the person, its first line in bold.
    pub(crate) fn complain(self, text: &str) {
        let text = named(text);
        let (first, rest) =
            text.split_once('\n').map_or((&*text, None), |(one, rest)| (one, Some(rest)));
        let bold = self.colours(&io::stderr());
        let first = if bold { format!("\u{1b}[1m{first}\u{1b}[0m") } else { first.to_owned() };
        eprintln!("{first}");
        if let Some(rest) = rest {
            eprintln!("{rest}");
        }
    }

    fn colours(self, stream: &impl IsTerminal) -> bool {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto => set("CLICOLOR_FORCE") || (stream.is_terminal() && !dumb),
        }
    }
}

/// Prints a result on standard output. A reader that has gone away, such as `head`, is no failure.
pub(crate) fn say(text: &str) {
    drop(writeln!(io::stdout().lock(), "{}", named(text)));
}

/// What this program is called: one with mechanisms of its own has a name of its own.
pub(crate) fn program() -> &'static str {
    static PROGRAM: LazyLock<String> = LazyLock::new(|| {
        let path = std::env::args_os().next().map(PathBuf::from);
        let name = path.as_deref().and_then(Path::file_stem).and_then(OsStr::to_str);
        name.unwrap_or(DELEVER).to_owned()
    });
    &PROGRAM
}

/// A path as an argument of a command.
pub(crate) fn quoted(path: &str) -> Cow<'_, str> {
    if path.contains(' ') { format!("\"{path}\"").into() } else { path.into() }
}

/// A text of commands alone, which are those of this program.
pub(crate) fn called(text: &str) -> String {
    text.replace(&format!("{DELEVER} "), &format!("{} ", program()))
}

/// A text whose commands are those of this program.
fn named(text: &str) -> Cow<'_, str> {
    let program = program();
    if program == DELEVER {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(&format!("`{DELEVER} "), &format!("`{program} ")))
}
