//! Colour, or none.

use crate::table::printable;

/// How a page is dressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to use ANSI colours.
    pub colour: bool,
}

impl Style {
    pub(crate) fn title(self, text: &str) -> String {
        self.dress("1", &printable(text))
    }

    pub(crate) fn note(self, text: &str) -> String {
        self.dress("2", text)
    }

    /// Colours the verdicts in a finished line, so that its layout stays as it is.
    pub(crate) fn verdicts(self, line: &str) -> String {
        let good = line.replace("● better", &self.dress("32", "● better"));
        good.replace("● worse", &self.dress("31", "● worse"))
    }

    fn dress(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
