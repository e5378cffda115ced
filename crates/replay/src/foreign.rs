//! What a file is that is no log.

/// How files of other kinds begin.
const KINDS: [(&[u8], &str); 8] = [
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a file compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "a file compressed with zstd"),
    (b"SQLite format 3\0", "a database"),
    (b"\x7fELF", "a program"),
    (b"%PDF", "a PDF"),
];

/// How many bytes are looked at.
const LOOKED_AT: usize = 4_096;

/// What bytes are that do not begin as a log does.
pub(crate) fn kind(bytes: &[u8]) -> &'static str {
    let known = KINDS.iter().find(|(start, _)| bytes.starts_with(start));
    if let Some((_, kind)) = known {
        return kind;
    }
    let front = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    if front.iter().all(|byte| *byte == 0) {
        "zeros, which a disk leaves where it lost a file"
    } else if is_text(front) {
        "a text"
    } else {
        "a file of another kind"
    }
}

/// Whether bytes are the front of a text.
fn is_text(front: &[u8]) -> bool {
    let text = match std::str::from_utf8(front) {
        Ok(text) => text,
        // The last letter may have been cut.
        Err(error) if error.error_len().is_none() => {
            let whole = front.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        },
        Err(_) => return false,
    };
    !text.is_empty()
        && !text.contains(|letter: char| letter.is_control() && !letter.is_whitespace())
}
