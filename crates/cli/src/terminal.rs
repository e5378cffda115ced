//! What the terminal can show.

use crate::args::Color;
use report::Style;
use std::io::{IsTerminal, Write};

/// How to print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    colour_on_output: bool,
    colour_on_errors: bool,
}

impl Terminal {
    pub(crate) fn new(color: Color) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = |is_terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto => set("CLICOLOR_FORCE") || (is_terminal && !dumb),
        };
        Self {
            colour_on_output: colour(std::io::stdout().is_terminal()),
            colour_on_errors: colour(std::io::stderr().is_terminal()),
        }
    }

    /// The style of a page on standard output.
    pub(crate) fn style(self) -> Style {
        Style { colour: self.colour_on_output }
    }

    /// Prints a result. A reader that has gone away is no failure.
    pub(crate) fn say(self, text: &str) {
        drop(writeln!(std::io::stdout().lock(), "{text}"));
    }

    /// Prints a message for the person.
    pub(crate) fn complain(self, text: &str) {
        let (on, off) = if self.colour_on_errors { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let gap = if rest.is_empty() { "" } else { "\n" };
        drop(writeln!(std::io::stderr().lock(), "{on}{first}{off}{gap}{rest}"));
    }
}
