//! What the README shows is what happens: its commands are run, and what it says they print is
//! looked for in what they print.

use tests::{delever, root};

/// A fenced block: the language it is marked with, and its lines.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    language: String,
    lines: Vec<String>,
}

/// Fenced blocks in order.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        if let Some(language) = line.trim().strip_prefix("```") {
            is_inside = !is_inside;
            if is_inside {
                let language = language.trim().to_owned();
                blocks.push(Block { language, lines: Vec::new() });
            }
        } else if is_inside && let Some(block) = blocks.last_mut() {
            block.lines.push(line.to_owned());
        }
    }
    blocks
}

/// The arguments of `delever` in a line of shell; none when the line is another command.
pub(crate) fn arguments(line: &str) -> Option<Vec<String>> {
    let line = line.trim().trim_start_matches("$ ");
    let line = line.split(" # ").next().unwrap_or_default();
    let prefixes = ["cargo run --release -- ", "cargo run --release --quiet -- ", "delever "];
    prefixes.iter().find_map(|prefix| line.strip_prefix(prefix)).map(words)
}

/// Words of a shell command, quotes taken off.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in line.trim().chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, ' ') => words.push(String::new()),
            (Some(_) | None, _) => words.last_mut().expect("there is one").push(character),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// With runs of blanks as one.
fn normal(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines of a `text` block that an output does not have. A line with an ellipsis is a sketch.
fn missing(promised: &Block, output: &str) -> Vec<String> {
    let output: Vec<String> = output.lines().map(normal).collect();
    let promises = promised.lines.iter().map(|line| normal(line));
    let promises = promises.filter(|line| !line.is_empty() && !line.contains('…'));
    promises.filter(|line| !output.iter().any(|printed| printed.contains(line.as_str()))).collect()
}

/// Runs every command of `sh` blocks, and says what is not as the `text` block behind it promises.
fn failures(readme: &str) -> Vec<String> {
    let blocks = blocks(readme);
    let mut failures = Vec::new();
    // What the README has a reader write is written anew: nothing is ever overwritten.
    drop(std::fs::remove_dir_all(root().join("target/mine")));
    for (at, block) in blocks.iter().enumerate().filter(|(_, block)| block.language == "sh") {
        let mut printed = String::new();
        for line in &block.lines {
            let Some(arguments) = arguments(line) else { continue };
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let output = delever(&arguments);
            printed += &String::from_utf8_lossy(&output.stdout);
            printed += &String::from_utf8_lossy(&output.stderr);
            if !output.status.success() {
                failures.push(format!("`{line}` exits with {:?}", output.status.code()));
            }
        }
        let promised = blocks.get(at + 1).filter(|next| next.language == "text");
        if let Some(promised) = promised.filter(|_| !printed.is_empty()) {
            let missing = missing(promised, &printed).into_iter();
            failures.extend(missing.map(|line| format!("not printed: {line}")));
        }
    }
    failures
}

#[test]
fn the_readme_shows_what_happens() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("there is a README.md");
    let failures = failures(&readme);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_readme_that_promises_too_much_is_found() {
    let right = "\
A fund:

```sh
cargo test --workspace
cargo run --release -- run fixtures/insurance/pooled_fund.ron --arm \"base\" # the only one
```

```text
one fund for all · base
  insurance fund   -91.000000   …
AccountsLiquidated …
digest
```
";
    assert_eq!(failures(right), Vec::<String>::new());
    let wrong = right.replace("one fund for all", "two funds for all");
    assert_eq!(failures(&wrong), ["not printed: two funds for all · base"]);
    let wrong = right.replace("pooled_fund", "no_fund");
    assert!(failures(&wrong)[0].ends_with("exits with Some(66)"), "{:?}", failures(&wrong));
}

#[test]
fn words_in_quotes_stay_together() {
    assert_eq!(
        arguments("$ delever run a.ron --arm \"tiered, queue\""),
        Some(["run", "a.ron", "--arm", "tiered, queue"].map(str::to_owned).to_vec())
    );
    assert_eq!(arguments("cargo test --workspace"), None);
}
