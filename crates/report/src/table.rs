//! Columns without lines: names to the left, numbers to the right.

use comfy_table::{CellAlignment, Table, presets};

/// How the cells of a column lean.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    /// Names and remarks.
    Left,
    /// Numbers.
    Right,
}

/// Lays rows out, two columns of space between cells: one line for each row.
pub(crate) fn lay_out(columns: &[Column], rows: Vec<Vec<String>>) -> Vec<String> {
    let mut table = Table::new();
    let rows = rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect::<Vec<_>>());
    table.load_style(presets::NOTHING).add_rows(rows);
    for (column, lean) in table.column_iter_mut().zip(columns) {
        column.set_padding((2, 0));
        column.set_cell_alignment(match lean {
            Column::Left => CellAlignment::Left,
            Column::Right => CellAlignment::Right,
        });
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// The text, or its two ends where it is wider than `width` columns.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= width {
        return text.to_owned();
    }
    let tail = width.saturating_sub(1) / 2;
    let head = width.saturating_sub(tail + 1);
    let ends = letters.iter().take(head).chain(&['…']);
    ends.chain(letters.iter().skip(letters.len() - tail)).collect()
}

/// The text without letters that a terminal would obey: names come from files.
pub(crate) fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// Breaks a text between words into lines of [`crate::WIDTH`] columns, each after `indent`.
pub(crate) fn wrapped(indent: &str, text: &str) -> Vec<String> {
    hanging(indent, indent, text)
}

/// Breaks a text between words into lines of [`crate::WIDTH`] columns: the first after `first`,
/// the others after `indent`.
pub(crate) fn hanging(first: &str, indent: &str, text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut is_empty) = (first.to_owned(), true);
    for word in printable(text).split_whitespace() {
        let width = line.chars().count() + 1 + word.chars().count();
        if width > crate::WIDTH && !is_empty {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line.trim_end().to_owned());
    lines
}
