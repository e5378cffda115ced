//! RON cut into tokens, whether it is valid or not.

/// Tokens of `text`, each a slice of it; blanks and comments lie between them.
pub(crate) fn tokens(text: &str) -> Tokens<'_> {
    Tokens { rest: text }
}

/// See [`tokens`].
pub(crate) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = after_blanks(self.rest);
        let (token, after) = rest.split_at(token_length(rest)?);
        self.rest = after;
        Some(token)
    }
}

/// `text` from its first token on. A comment that is never closed is a token.
pub(crate) fn after_blanks(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = if rest.starts_with("//") {
            Some(rest.find('\n').map_or("", |end| &rest[end..]))
        } else if rest.starts_with("/*") {
            after_block_comment(rest)
        } else {
            None
        };
        let Some(after) = after else { return rest };
        rest = after.trim_start();
    }
}

/// Where a piece of `text` begins in it.
pub(crate) fn offset_in(text: &str, piece: &str) -> usize {
    piece.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// Whether a token stands for itself: a bracket, a comma, a colon.
pub(crate) fn is_mark(token: &str) -> bool {
    matches!(token, "(" | ")" | "[" | "]" | "{" | "}" | "," | ":")
}

/// Whether a token is a text in quotes.
pub(crate) fn is_text(token: &str) -> bool {
    literal(token).is_some()
}

/// Whether a token begins like a number.
pub(crate) fn starts_like_a_number(token: &str) -> bool {
    let unsigned = token.strip_prefix(['-', '+']).unwrap_or(token);
    unsigned.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether a token has its end: no quote and no comment is left open.
pub(crate) fn is_closed(token: &str) -> bool {
    !token.starts_with("/*") && literal(token).is_none_or(|literal| literal.is_closed)
}

/// What follows a block comment; none when it is never closed. Block comments nest.
fn after_block_comment(text: &str) -> Option<&str> {
    let (mut rest, mut depth) = (text, 0_usize);
    while !rest.is_empty() {
        let opens = rest.starts_with("/*");
        depth = match (opens, rest.starts_with("*/")) {
            (true, _) => depth + 1,
            (false, true) => depth - 1,
            (false, false) => depth,
        };
        let width = if opens || rest.starts_with("*/") { 2 } else { 1 };
        let mut characters = rest.char_indices().skip(width);
        rest = characters.next().map_or("", |(offset, _)| &rest[offset..]);
        if depth == 0 {
            return Some(rest);
        }
    }
    None
}

fn token_length(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if text.starts_with("/*") {
        return Some(text.len());
    }
    let length = literal(text).map_or_else(|| word(text), |literal| literal.length);
    Some(length.max(first.len_utf8()))
}

/// A text in quotes: how long it is, and whether it has its second quote.
struct Literal {
    length: usize,
    is_closed: bool,
}

impl Literal {
    /// The end, counted from the beginning of `inside`, within `text`; the end of the text when none.
    fn ending(end: Option<usize>, inside: &str, text: &str) -> Self {
        let before = text.len() - inside.len();
        Self { length: before + end.unwrap_or(inside.len()), is_closed: end.is_some() }
    }
}

fn literal(text: &str) -> Option<Literal> {
    raw_text(text).or_else(|| quoted(text))
}

/// `r"…"`, `r#"…"#`, and the same with `b` before.
fn raw_text(text: &str) -> Option<Literal> {
    let body = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let inside = body[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = inside.find(&close).map(|end| end + close.len());
    Some(Literal::ending(end, inside, text))
}

/// `"…"` or `'…'`, and the same with `b` before.
fn quoted(text: &str) -> Option<Literal> {
    let body = text.strip_prefix('b').unwrap_or(text);
    let quote = body.chars().next().filter(|&first| first == '"' || first == '\'')?;
    let mut escaped = false;
    let inside = &body[1..];
    let end = inside.find(|character| {
        let ends = character == quote && !escaped;
        escaped = character == '\\' && !escaped;
        ends
    });
    let end = end.map(|end| end + 1);
    Some(Literal::ending(end, inside, text))
}

fn word(text: &str) -> usize {
    let ends = |(offset, character): (usize, char)| {
        let comment = text[offset..].starts_with("//") || text[offset..].starts_with("/*");
        let mark = matches!(character, '(' | ')' | '[' | ']' | '{' | '}' | ',' | ':' | '"');
        comment || mark || character.is_whitespace()
    };
    text.char_indices().find(|&at| ends(at)).map_or(text.len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::{is_closed, tokens};

    #[test]
    fn comments_and_texts_are_told_apart() {
        let text = r##"a /* x /* y */ "z" */ : b"\"q" // end
            ["//", r#"a"b"#, '"', 'it', -1.5]"##;
        let found: Vec<_> = tokens(text).collect();
        let expected = [
            "a",
            ":",
            r#"b"\"q""#,
            "[",
            "\"//\"",
            ",",
            r##"r#"a"b"#"##,
            ",",
            "'\"'",
            ",",
            "'it'",
            ",",
            "-1.5",
            "]",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_never_closed_ends_with_the_text() {
        for text in ["\"abc", "/* abc", "r#\"abc\"", "'", "\\"] {
            assert_eq!(tokens(text).collect::<Vec<_>>(), [text]);
            assert_eq!(is_closed(text), text == "\\", "{text}");
        }
    }
}
