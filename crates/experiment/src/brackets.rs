//! Brackets that do not match: which of them leaves the others in balance when it is changed.

use crate::{
    parts::{Part, is_close, is_open},
    tokens::{is_text, offset_in, tokens},
};

/// Most closing brackets that are tried.
const TRIED_MAX: usize = 8;

pub(crate) fn other_half(bracket: &str) -> &'static str {
    match bracket {
        "(" => ")",
        "[" => "]",
        "{" => "}",
        ")" => "(",
        "]" => "[",
        _ => "{",
    }
}

/// Whether as many brackets close as open and none closes before, whatever their kinds.
pub(crate) fn nest(text: &str) -> bool {
    let step = |depth: usize, token| match token {
        token if is_open(token) => Some(depth + 1),
        token if is_close(token) => depth.checked_sub(1),
        _ => Some(depth),
    };
    tokens(text).try_fold(0, step) == Some(0)
}

/// Whether all brackets match but one, which is left out.
pub(crate) fn match_without(text: &str, left_out: &str) -> bool {
    let mut open = Vec::new();
    let mut matches = |token: &str| {
        if is_open(token) {
            open.push(other_half(token));
        }
        !is_close(token) || open.pop() == Some(token)
    };
    let rest = tokens(text).filter(|token| token.as_ptr() != left_out.as_ptr());
    rest.into_iter().all(&mut matches) && open.is_empty()
}

/// Closing brackets which their line neither opens nor begins with, and without which all others
/// match: a value of one line that closes more than it opens.
pub(crate) fn surplus(text: &str) -> Vec<&str> {
    let (mut lines_of_open, mut found) = (Vec::new(), Vec::new());
    let (mut line, mut end, mut begins) = (0_usize, 0, true);
    for token in tokens(text) {
        let at = offset_in(text, token);
        let breaks = text[end..at].matches('\n').count();
        (line, begins) = (line + breaks, breaks > 0 || begins);
        // A text may run over lines.
        line += token.matches('\n').count();
        end = at + token.len();
        if is_open(token) {
            lines_of_open.push(line);
        } else if is_close(token) {
            let is_of_line = lines_of_open.pop() == Some(line);
            found.extend((!is_of_line && !begins).then_some(token));
        }
        begins &= is_close(token);
    }
    found.into_iter().take(TRIED_MAX).filter(|token| match_without(text, token)).collect()
}

/// The opening bracket that such parts stand behind; none where several may be meant.
pub(crate) fn fitting(parts: &[Part<'_>]) -> Option<&'static str> {
    let first = parts.first()?;
    match first.key {
        Some(key) if is_text(key) => Some("{"),
        Some(_) => Some("("),
        None if first.value.starts_with(|letter: char| letter.is_alphabetic()) => Some("["),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{match_without, nest, surplus};

    #[test]
    fn one_bracket_too_many_is_found_where_its_line_does_not_open_it() {
        let text = "[\n  A(\n    b: C(1)),\n    d: 2,\n  ),\n]";
        let found = surplus(text);
        let offsets: Vec<usize> =
            found.iter().map(|it| it.as_ptr().addr() - text.as_ptr().addr()).collect();
        assert_eq!(offsets, [text.find("1))").expect("it is there") + 2]);
        assert!(!nest(text));
        assert!(surplus("[\n  A(\n    b: C(1),\n  ),\n]").is_empty());
        assert!(surplus("[\n  A(b: C(\n    1,\n  )),\n]").is_empty());
        assert!(nest("{ ( ] }") && !nest(")(") && !nest("("));
        let stray = "(]";
        assert!(!match_without(stray, &stray[1..]));
        let stray = "()]";
        assert!(match_without(stray, &stray[2..]));
    }
}
