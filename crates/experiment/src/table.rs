//! Tables that experiments name: files of comma-separated values.
//!
//! A table has one form, so that what it says has one digest: UTF-8 without a byte order mark,
//! lines that end in a line feed, cells between commas, without quotes and without blanks around
//! them, a header that names the columns.

use crate::{
    Code, Diagnostic, Includes,
    include::{RELATIVE, is_absolute, resolve},
    parts::{Part, brackets, values},
    raw::options,
    source::{File, is_deceptive, remark, spot},
};
use csv::{ByteRecord, ReaderBuilder, Terminator};
use std::collections::BTreeSet;

/// Largest table that is read, in bytes: about eight million accounts.
pub const TABLE_BYTES_MAX: usize = 512 << 20;

/// A table as text.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) path: String,
    pub(crate) text: String,
    /// BLAKE3 hash of its bytes, in hexadecimal digits.
    pub(crate) digest: String,
}

/// A line of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// From one.
    pub(crate) number: usize,
    /// Without its end.
    pub(crate) text: &'a str,
}

impl Table {
    /// Accepts bytes that are text, not too long, and begin with what can be seen.
    fn checked(path: &str, bytes: Vec<u8>) -> Result<Self, Box<Diagnostic>> {
        let refuse = |code, (bytes, offset): (&[u8], usize), message: String, help: &str| {
            let lines = |bytes| <[u8]>::split(bytes, |&byte| byte == b'\n');
            let number = lines(&bytes[..offset]).count();
            let before = lines(&bytes[..offset]).next_back().map_or(0, <[u8]>::len);
            let line = lines(&bytes[offset - before..]).next().unwrap_or_default();
            let text = String::from_utf8_lossy(line);
            let remark = Diagnostic::in_line(code, path, (number, &text), before);
            Box::new(remark.says(message).helps(help.to_owned()))
        };
        if bytes.len() > TABLE_BYTES_MAX {
            let message = format!("a table has at most {TABLE_BYTES_MAX} bytes");
            let help = "divide it into groups of accounts";
            return Err(refuse(Code::FileTooLarge, (&bytes, 0), message, help));
        }
        let digest = blake3::hash(&bytes).to_string();
        let text = String::from_utf8(bytes).map_err(|fault| {
            let offset = fault.utf8_error().valid_up_to();
            let message = format!("byte {offset} is not UTF-8");
            refuse(Code::NotUtf8, (fault.as_bytes(), offset), message, "save the file as UTF-8")
        })?;
        if text.starts_with('\u{FEFF}') {
            let message = "the file begins with a byte order mark, U+FEFF".to_owned();
            let help = "save the file as UTF-8 without it";
            return Err(refuse(Code::InvisibleCharacter, (text.as_bytes(), 0), message, help));
        }
        Ok(Self { path: path.to_owned(), text, digest })
    }

    /// A remark about a part of a line.
    pub(crate) fn remark(&self, code: Code, line: Line<'_>, part: &str) -> Diagnostic {
        let offset = part.as_ptr().addr().saturating_sub(line.text.as_ptr().addr());
        Diagnostic::in_line(code, &self.path, (line.number, line.text), offset)
    }

    /// Reads line by line, the header first, each with its cells; blank lines have none. Ends where
    /// `row` wants no more.
    pub(crate) fn read<'a>(&'a self, mut row: impl FnMut(Line<'a>, &[&'a str]) -> bool) {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .quoting(false)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(self.text.as_bytes());
        let (mut record, mut cells) = (ByteRecord::new(), Vec::new());
        while reader.read_byte_record(&mut record).is_ok_and(|is_one| is_one) {
            let position = record.position().expect("what was read has a place");
            let mut number = usize::try_from(position.line()).expect("it is a line of a text");
            let mut start = usize::try_from(position.byte()).expect("it is a place in a text");
            while self.text[start..].starts_with('\n') {
                if !row(Line { number, text: &self.text[start..start] }, &[]) {
                    return;
                }
                (start, number) = (start + 1, number + 1);
            }
            cells.clear();
            let place = |(cell, range): (usize, std::ops::Range<usize>)| {
                &self.text[start + cell + range.start..start + cell + range.end]
            };
            cells.extend(
                (0..record.len()).filter_map(|cell| record.range(cell)).enumerate().map(place),
            );
            let length = record.as_slice().len() + record.len().saturating_sub(1);
            if !row(Line { number, text: &self.text[start..start + length] }, &cells) {
                return;
            }
        }
    }
}

/// The first character of a line that no table may have: a control character, a quote, one that is
/// invisible or changes how its neighbours are shown.
pub(crate) fn odd(line: &str) -> Option<(usize, char)> {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"';
    if line.bytes().all(is_plain) {
        return None;
    }
    line.char_indices().find(|&(_, it)| it == '"' || it.is_control() || is_deceptive(it))
}

/// The tables that an experiment names, each once; with what could not be read.
pub(crate) fn gather(main: &File, includes: &dyn Includes) -> (Vec<Table>, Vec<Diagnostic>) {
    let (mut tables, mut remarks, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
    let files = std::slice::from_ref(main);
    for written in named(&main.text) {
        let Ok(to) = options().from_str::<String>(written) else { continue };
        let remark = |code, message: String| {
            let remark = remark(files, spot(files, written), code).says(message);
            remark.helps(RELATIVE.to_owned())
        };
        if is_absolute(&to) {
            let message = format!("`{to}` is the path of one machine");
            remarks.push(remark(Code::AbsolutePath, message));
            continue;
        }
        let path = resolve(&main.path, &to);
        if !known.insert(path.clone()) {
            continue;
        }
        match includes.table(&path) {
            Ok(bytes) => match Table::checked(&path, bytes) {
                Ok(table) => tables.push(table),
                Err(remark) => remarks.push(*remark),
            },
            Err(why) => {
                let message = format!("`{path}` cannot be read: {why}");
                remarks.push(remark(Code::FileNotFound, message));
            },
        }
    }
    (tables, remarks)
}

/// The tables of accounts that the base and the arms of an experiment write. What cannot be read
/// here is refused when it is read for its meaning.
fn named(text: &str) -> Vec<&str> {
    let arms = values(text, "arms").into_iter().flat_map(inside);
    let patches = arms.flat_map(|arm| values(arm.value, "traders"));
    let groups = values(text, "traders").into_iter().chain(patches).flat_map(inside);
    groups.flat_map(|group| values(group.value, "file")).collect()
}

fn inside(text: &str) -> Vec<Part<'_>> {
    brackets(text).map(|brackets| brackets.parts).unwrap_or_default()
}
