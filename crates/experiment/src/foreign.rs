//! Marks that other languages write, and RON does not.

use crate::{
    Code,
    diagnostic::Mistake,
    parts::is_open,
    tokens::{is_closed, is_text, offset_in, tokens},
};

/// Quotes that a word processor makes of straight ones.
const CURLY: [char; 10] = ['“', '”', '„', '‟', '«', '»', '‘', '’', '‹', '›'];

/// Finds the first comment, quote or end of a part that is written as elsewhere.
pub(crate) fn check(text: &str) -> Result<(), Mistake> {
    let mut last = "";
    for token in tokens(text) {
        // Behind a quote that is missing nothing is what it seems.
        if !is_closed(token) || is_text(token) && token.contains('\n') {
            break;
        }
        let mistake = mistake(text, last, token).filter(|_| !is_text(token));
        mistake.map_or(Ok(()), Err)?;
        last = token;
    }
    Ok(())
}

/// Which straight quote belongs where a text ends with a curly one.
pub(crate) fn instead_of_curly(text: &str) -> Option<String> {
    let curly = text.lines().next()?.chars().skip(1).find(|letter| CURLY.contains(letter))?;
    Some(format!("write `\"` instead of the curly quote `{curly}`"))
}

fn mistake(text: &str, last: &str, token: &str) -> Option<Mistake> {
    let offset = offset_in(text, token);
    let says = |code, offset, message: &str, help: String| {
        Some(Mistake { code, offset, message: message.to_owned(), help: Some(help) })
    };
    if token.starts_with('#') {
        let help = "a comment begins with `//`: write that instead of `#`".to_owned();
        return says(Code::StrayToken, offset, "`#` begins nothing here", help);
    }
    if token.starts_with(CURLY) {
        return says(
            Code::MissingQuotes,
            offset,
            "this text has curly quotes",
            straight(&text[offset..]),
        );
    }
    let (before, after) = token.split_once(';')?;
    let next = if after.is_empty() { token_behind(text, token) } else { after };
    let last = if before.is_empty() { last } else { before };
    let help = if last.is_empty() || last == "," || is_open(last) || next.starts_with([',', ';']) {
        "remove it"
    } else {
        "write `,` instead of `;`"
    };
    says(
        Code::MissingComma,
        offset + before.len(),
        "parts are separated by `,`, not by `;`",
        help.to_owned(),
    )
}

fn token_behind<'t>(text: &'t str, token: &str) -> &'t str {
    tokens(&text[offset_in(text, token) + token.len()..]).next().unwrap_or_default()
}

/// How a text that begins with a curly quote is written.
fn straight(text: &str) -> String {
    let is_quote = |letter| letter == '"' || CURLY.contains(&letter);
    let line = text.lines().next().unwrap_or_default();
    let inside = line.trim_start_matches(is_quote);
    match inside.find(is_quote) {
        Some(end) => format!("write `\"{}\"`, in straight quotes", &inside[..end]),
        None => "write it in straight quotes, `\"…\"`".to_owned(),
    }
}
