//! Documentation as it stands in code, for a terminal.

use crate::{
    Style,
    table::{hanging, printable},
};

/// Columns before a text that stands under a heading.
const INDENT: &str = "  ";

/// A text with the marks that documentation has: headings without theirs, paragraphs and lists
/// wrapped to [`crate::WIDTH`] columns, tables and what is fenced as they are. It ends in a new
/// line.
pub fn prose(text: &str, style: Style) -> String {
    let mut page = Page { style, lines: Vec::new(), open: Open::Nothing, has_gap: false };
    for line in text.lines() {
        page.line(line.trim_end());
    }
    page.flush();
    page.lines.join("\n") + "\n"
}

/// Words and what they mean, one below the other; a text that is too long goes on in its column.
pub fn terms(rows: &[(String, String)], style: Style) -> String {
    let width = rows.iter().map(|(term, _)| term.chars().count()).max().unwrap_or_default();
    let rest = " ".repeat(width + 4);
    let lines = rows.iter().flat_map(|(term, text)| {
        let term = printable(term);
        style.code(&hanging(&format!("{INDENT}{term:<width$}  "), &rest, text))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What the next line may go on with.
enum Open {
    Nothing,
    /// A paragraph or an item of a list: what stands before its first line and before the others,
    /// and its text so far.
    Block {
        first: String,
        rest: String,
        text: String,
    },
    Fence,
}

struct Page {
    style: Style,
    lines: Vec<String>,
    open: Open,
    has_gap: bool,
}

impl Page {
    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        let is_fence = text.starts_with("```");
        match &mut self.open {
            Open::Fence if is_fence => self.open = Open::Nothing,
            Open::Fence => self.put(vec![format!("{INDENT}  {}", printable(line))]),
            _ if is_fence => {
                self.flush();
                self.open = Open::Fence;
            },
            _ if text.is_empty() => {
                self.flush();
                self.has_gap = true;
            },
            _ if line.starts_with('#') => {
                self.flush();
                let heading = text.trim_start_matches('#').trim_start();
                self.put(vec![self.style.title(heading)]);
            },
            _ if text.starts_with('|') => {
                self.flush();
                self.put(vec![format!("{INDENT}{}", printable(text))]);
            },
            Open::Block { text: before, .. } if item(text).is_none() => {
                before.push(' ');
                before.push_str(text);
            },
            Open::Nothing | Open::Block { .. } => {
                self.flush();
                let (mark, text) = item(text).unwrap_or(("", text));
                let rest = format!("{INDENT}{}", " ".repeat(mark.chars().count()));
                let first = format!("{INDENT}{mark}");
                self.open = Open::Block { first, rest, text: text.to_owned() };
            },
        }
    }

    fn flush(&mut self) {
        let open = std::mem::replace(&mut self.open, Open::Nothing);
        if let Open::Block { first, rest, text } = open {
            // A link within documentation leads nowhere on a terminal.
            let text = text.replace("[`", "`").replace("`]", "`").replace("**", "");
            self.put(self.style.code(&hanging(&first, &rest, &text)));
        }
    }

    /// Puts finished lines, after the empty line that stood before them.
    fn put(&mut self, lines: Vec<String>) {
        if std::mem::take(&mut self.has_gap) && !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.extend(lines);
    }
}

/// The mark and the text of an item of a list.
fn item(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mark = if digits == 0 { "- " } else { ". " };
    let numbered = text.get(digits..).is_some_and(|rest| rest.starts_with(mark));
    numbered.then(|| text.split_at(digits + mark.len()))
}

#[cfg(test)]
mod tests {
    use super::{prose, terms};
    use crate::Style;

    const PLAIN: Style = Style { colour: false };

    #[test]
    fn headings_lose_their_marks_and_paragraphs_are_wrapped() {
        let long = "word ".repeat(30);
        let text = format!("First.\n\n# Rule\n\n{long}\nlast\n");
        let page = prose(&text, PLAIN);
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(&lines[..4], ["  First.", "", "Rule", ""]);
        assert!(lines.iter().all(|line| line.chars().count() <= crate::WIDTH));
        assert!(lines[5].starts_with("  word") && lines[5].ends_with("last"), "{page}");
    }

    #[test]
    fn items_hang_and_what_is_fenced_stays() {
        let text = format!(
            "Two:\n- `slice`: {}\n  end\n- b\n1. one\n\n```text\nR = Σ  n\n```\n| a | b |\n",
            "word ".repeat(20)
        );
        let page = prose(&text, PLAIN);
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines[0], "  Two:");
        assert!(lines[1].starts_with("  - `slice`: word"));
        assert!(lines[2].starts_with("    word") && lines[2].ends_with("end"), "{page}");
        assert_eq!(&lines[3..], ["  - b", "  1. one", "", "    R = Σ  n", "  | a | b |"]);
    }

    #[test]
    fn colour_replaces_backticks_even_across_lines() {
        let text = format!("{}`maintenance + x` and `y`", "word ".repeat(17));
        let page = prose(&text, Style { colour: true });
        assert!(!page.contains('`'), "{page}");
        assert!(page.contains("+ x\u{1b}[0m and"), "{page:?}");
        assert!(prose(&text, PLAIN).contains('`'));
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_printed() {
        assert!(!prose("a\u{1b}[2J\n```\n\u{7}\n```", PLAIN).contains(['\u{1b}', '\u{7}']));
    }

    #[test]
    fn terms_stand_in_one_column() {
        let rows = [("a", "one"), ("longer", "two")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(terms(&rows, PLAIN), "  a       one\n  longer  two");
    }
}
