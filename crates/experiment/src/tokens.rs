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

/// `text` from its first token on.
pub(crate) fn after_blanks(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = if rest.starts_with("//") {
            rest.find('\n').map_or("", |end| &rest[end..])
        } else if rest.starts_with("/*") {
            after_block_comment(rest)
        } else {
            return rest;
        };
        rest = after.trim_start();
    }
}

/// Whether a token stands for itself: a bracket, a comma, a colon.
pub(crate) fn is_mark(token: &str) -> bool {
    matches!(token, "(" | ")" | "[" | "]" | "{" | "}" | "," | ":")
}

/// Block comments nest.
fn after_block_comment(text: &str) -> &str {
    let (mut rest, mut depth) = (text, 0_usize);
    loop {
        let opens = rest.starts_with("/*");
        depth = match (opens, rest.starts_with("*/")) {
            (true, _) => depth + 1,
            (false, true) => depth - 1,
            (false, false) => depth,
        };
        let width = if opens || rest.starts_with("*/") { 2 } else { 1 };
        let mut characters = rest.char_indices().skip(width);
        rest = characters.next().map_or("", |(offset, _)| &rest[offset..]);
        if depth == 0 || rest.is_empty() {
            return rest;
        }
    }
}

fn token_length(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let length = raw_text(text).or_else(|| quoted(text)).unwrap_or_else(|| word(text));
    Some(length.max(first.len_utf8()))
}

/// Length of `r"…"`, `r#"…"#`, and the same with `b` before.
fn raw_text(text: &str) -> Option<usize> {
    let body = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let inside = body[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = inside.find(&close).map_or(inside.len(), |end| end + close.len());
    Some(text.len() - inside.len() + end)
}

/// Length of `"…"` or `'…'`, and the same with `b` before.
fn quoted(text: &str) -> Option<usize> {
    let body = text.strip_prefix('b').unwrap_or(text);
    let quote = body.chars().next().filter(|&first| first == '"' || first == '\'')?;
    let mut escaped = false;
    for (offset, character) in body.char_indices().skip(1) {
        if character == quote && !escaped {
            return Some(text.len() - body.len() + offset + 1);
        }
        escaped = character == '\\' && !escaped;
    }
    Some(text.len())
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
    use super::tokens;

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
        for text in ["\"abc", "/* abc", "r#\"abc\"", "'", "a(", "\\"] {
            assert!(tokens(text).count() <= 2, "{text}");
        }
    }
}
