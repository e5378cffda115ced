//! The files of an experiment, and where in them a piece of text stands.

use crate::{
    diagnostic::{Diagnostic, Severity},
    tokens::{after_blanks, tokens},
};

/// Largest file that is read, in bytes.
const BYTES_MAX: usize = 4 << 20;

/// A file as text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A place in one of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    file: usize,
    offset: usize,
}

/// Where slices of `files` stand, by their address.
///
/// # Panics
/// When `text` is no slice of any of them.
pub(crate) fn spot(files: &[File], text: &str) -> Spot {
    let address = text.as_ptr().addr();
    let inside = |file: &File| {
        let offset = address.checked_sub(file.text.as_ptr().addr())?;
        (offset < file.text.len().max(1)).then_some(offset)
    };
    let mut found = files.iter().enumerate().filter_map(|(file, it)| Some((file, inside(it)?)));
    let (file, offset) = found.next().expect("a piece is a slice of a file");
    Spot { file, offset }
}

/// A remark about a place.
pub(crate) fn remark(files: &[File], spot: Spot, severity: Severity) -> Diagnostic {
    let file = &files[spot.file];
    Diagnostic::at(severity, &file.path, &file.text, spot.offset)
}

/// The file that a place is in.
pub(crate) fn file_of(files: &[File], spot: Spot) -> &File {
    &files[spot.file]
}

impl File {
    /// Accepts bytes that are text which looks like what it is.
    pub(crate) fn checked(path: &str, bytes: &[u8]) -> Result<Self, Box<Diagnostic>> {
        let lossy = String::from_utf8_lossy(bytes);
        let refuse = |offset, message: String, help: Option<&str>| {
            let remark = Diagnostic::at(Severity::Error, path, &lossy, offset).says(message);
            Err(Box::new(remark.helps(help.map(str::to_owned))))
        };
        if bytes.len() > BYTES_MAX {
            let size = bytes.len();
            return refuse(
                0,
                format!("the file has {size} bytes, at most {BYTES_MAX} are read"),
                None,
            );
        }
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(fault) => {
                let offset = fault.valid_up_to();
                let message = format!("byte {offset} is not UTF-8");
                return refuse(offset, message, Some("save the file as UTF-8"));
            },
        };
        if let Some((offset, character)) = text.char_indices().find(|&(_, c)| is_deceptive(c)) {
            let code = u32::from(character);
            let message = format!("the character U+{code:04X} may not stand in an experiment");
            let help = "remove it: it is invisible, or changes how other text is shown";
            return refuse(offset, message, Some(help));
        }
        let start = after_blanks(text);
        if start.starts_with("#!") {
            let message =
                "a header with `#!` is refused: the extensions of RON are fixed".to_owned();
            return refuse(text.len() - start.len(), message, Some("remove the line"));
        }
        if let Some(token) = tokens(text).find(|token| is_no_number(token)) {
            let offset = token.as_ptr().addr() - text.as_ptr().addr();
            return refuse(offset, format!("`{token}` is no finite number"), None);
        }
        Ok(Self { path: path.to_owned(), text: text.to_owned() })
    }
}

/// Whether a character is invisible or changes how its neighbours are shown.
pub(crate) fn is_deceptive(character: char) -> bool {
    let control = character.is_control() && !matches!(character, '\t' | '\n' | '\r');
    let bidirectional = matches!(
        character,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    );
    control || bidirectional || matches!(character, '\u{FEFF}' | '\u{2028}' | '\u{2029}')
}

/// Whether a token is a float that is infinite or not a number.
fn is_no_number(token: &str) -> bool {
    let plain = token.trim_start_matches(['+', '-']);
    if matches!(plain, "inf" | "inff32" | "inff64" | "NaN" | "NaNf32" | "NaNf64") {
        return true;
    }
    let digits = plain.strip_suffix("f32").or_else(|| plain.strip_suffix("f64")).unwrap_or(plain);
    digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.replace('_', "").parse::<f64>().is_ok_and(f64::is_infinite)
}
