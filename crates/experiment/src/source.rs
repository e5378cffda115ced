//! The files of an experiment, and where in them a piece of text stands.

use crate::{
    Code, Diagnostic,
    diagnostic::Mistake,
    syntax,
    tokens::{after_blanks, offset_in, tokens},
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
pub(crate) fn remark(files: &[File], spot: Spot, code: Code) -> Diagnostic {
    let file = &files[spot.file];
    Diagnostic::at(code, &file.path, &file.text, spot.offset)
}

/// The text from a place to the end of its file.
pub(crate) fn text_from(files: &[File], spot: Spot) -> &str {
    &files[spot.file].text[spot.offset..]
}

/// The line of a place, from one.
pub(crate) fn line(files: &[File], spot: Spot) -> usize {
    files[spot.file].text[..spot.offset].matches('\n').count() + 1
}

/// The file that a place is in.
pub(crate) fn file_of(files: &[File], spot: Spot) -> &File {
    &files[spot.file]
}

impl File {
    /// Accepts bytes that are text which looks like what it is.
    pub(crate) fn checked(path: &str, bytes: &[u8]) -> Result<Self, Box<Diagnostic>> {
        let shown = |mistake: Mistake| {
            let lossy = String::from_utf8_lossy(bytes);
            let remark = Diagnostic::at(mistake.code, path, &lossy, mistake.offset);
            Box::new(remark.says(mistake.message).helps(mistake.help))
        };
        let text = text(bytes).map_err(shown)?;
        fixed_extensions(text).map_err(shown)?;
        syntax::check(text).map_err(shown)?;
        finite(text).map_err(shown)?;
        Ok(Self { path: path.to_owned(), text: text.to_owned() })
    }
}

/// Bytes as text that looks like what it is.
fn text(bytes: &[u8]) -> Result<&str, Mistake> {
    if bytes.len() > BYTES_MAX {
        let message = format!("the file has {} bytes, at most {BYTES_MAX} are read", bytes.len());
        let help = Some("draw accounts from a `Population` instead of listing them".to_owned());
        return Err(Mistake { code: Code::FileTooLarge, offset: 0, message, help });
    }
    let text = str::from_utf8(bytes).map_err(|fault| {
        let offset = fault.valid_up_to();
        let message = format!("byte {offset} of the file is not UTF-8");
        let help = Some("save the file as UTF-8".to_owned());
        Mistake { code: Code::NotUtf8, offset, message, help }
    })?;
    match text.char_indices().find(|&(_, c)| is_deceptive(c)) {
        None => Ok(text),
        Some((offset, character)) => {
            let number = u32::from(character);
            let (message, help) = if offset == 0 && character == '\u{FEFF}' {
                (
                    "the file begins with a byte order mark".to_owned(),
                    "save it as UTF-8 without one",
                )
            } else {
                let message = format!("an invisible character stands here, U+{number:04X}");
                (message, "remove it: it changes how other text is shown, or hides in it")
            };
            let help = Some(help.to_owned());
            Err(Mistake { code: Code::InvisibleCharacter, offset, message, help })
        },
    }
}

/// Refuses a header that would switch extensions of RON on.
fn fixed_extensions(text: &str) -> Result<(), Mistake> {
    let start = after_blanks(text);
    if !start.starts_with("#!") {
        return Ok(());
    }
    let message = "a header is refused: the extensions of RON are the same for every file";
    Err(Mistake {
        code: Code::HeaderRefused,
        offset: offset_in(text, start),
        message: message.to_owned(),
        help: Some("remove the line; what it would enable is enabled".to_owned()),
    })
}

/// Refuses floats that are infinite or no numbers.
fn finite(text: &str) -> Result<(), Mistake> {
    tokens(text).find(|token| is_no_number(token)).map_or(Ok(()), |token| {
        let message = format!("`{token}` is no finite number");
        let help = Some("write its digits, such as 0.7".to_owned());
        Err(Mistake { code: Code::NotFinite, offset: offset_in(text, token), message, help })
    })
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
