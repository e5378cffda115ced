//! How an answer is written: its line in the fixture that shows it.

include!(concat!(env!("OUT_DIR"), "/fixtures.rs"));

/// The end of a page about a standard answer: where its fixture is, and its line there.
pub(super) fn section(question: &str, answer: &str) -> String {
    let path = format!("fixtures/{question}/{}.ron", snake_case(answer));
    let fixture = FIXTURES.iter().find(|(known, _)| *known == path);
    match fixture.and_then(|(_, text)| rule(text, answer)) {
        Some(rule) => {
            format!(
                "\n# Example\n\n```ron\n{rule}\n```\n\nFrom `{path}`, which says what it does.\n"
            )
        },
        None => format!("\n# Example\n\n`{path}`\n"),
    }
}

/// `RankedQueue` as a file is called: `ranked_queue`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The first `key: Answer(…)` of an experiment, lines moved to the left margin.
fn rule(text: &str, answer: &str) -> Option<String> {
    let start =
        text.find(&format!(": {answer}(")).or_else(|| text.find(&format!(": [{answer}(")))?;
    let before = text.get(..start)?;
    let key = before.rfind(|letter: char| !is_key(letter)).map_or(0, |end| end + 1);
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let margin = text.get(line..)?.chars().take_while(|letter| *letter == ' ').count();
    let end = start + end_of_brackets(text.get(start..)?)?;
    let lines = text.get(key..end)?.lines();
    let lines = lines.map(|line| {
        let blanks = line.chars().take_while(|letter| *letter == ' ').count();
        line.get(blanks.min(margin)..).unwrap_or_default()
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

fn is_key(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '"' | '-')
}

/// Where the first brackets of a text are closed; none when they are not.
fn end_of_brackets(text: &str) -> Option<usize> {
    let (mut depth, mut is_text, mut is_comment) = (0_usize, false, false);
    for (place, letter) in text.char_indices() {
        match letter {
            '\n' => is_comment = false,
            _ if is_comment => {},
            '"' => is_text = !is_text,
            _ if is_text => {},
            '/' => is_comment = text.get(place..)?.starts_with("//"),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(place + letter.len_utf8());
                }
            },
            _ => {},
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::rule;

    #[test]
    fn a_rule_is_taken_whole_and_moved_to_the_margin() {
        let text = "(\n    halt: [Breaker(levels: [(fall: \"5)\")]), Other()],\n    next: 1,\n)";
        let found = rule(text, "Breaker");
        assert_eq!(found.as_deref(), Some("halt: [Breaker(levels: [(fall: \"5)\")]), Other()]"));
        let text = "  {\n    \"COIN\": Bars(\n        a: 1, // (\n    ),\n  }";
        assert_eq!(rule(text, "Bars").as_deref(), Some("\"COIN\": Bars(\n    a: 1, // (\n)"));
        assert_eq!(rule(text, "Bar"), None);
        assert_eq!(rule("a: Bars(", "Bars"), None);
    }
}
