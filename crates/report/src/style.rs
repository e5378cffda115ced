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

    /// Sets off a mark in a finished line.
    pub(crate) fn mark(self, line: &str, mark: &str) -> String {
        line.replacen(mark, &self.dress("33", mark), 1)
    }

    /// Code in backticks, which colour replaces; a span may begin on one line and end on another.
    pub(crate) fn code(self, lines: &[String]) -> Vec<String> {
        if !self.colour {
            return lines.to_vec();
        }
        let mut is_code = false;
        let line = |line: &String| {
            let mut dressed = String::new();
            for (place, part) in line.split('`').enumerate() {
                is_code ^= place > 0;
                let part = if is_code { self.dress("36", part) } else { part.to_owned() };
                dressed.push_str(&part);
            }
            dressed
        };
        lines.iter().map(line).collect()
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
