//! What runs cost in instructions: the same on a busy machine, so that a slowdown is seen without a
//! clock. Only a release build is counted, and only where valgrind is.

use std::process::Command;
use tests::{binary, root, text};

/// Instructions of each run, a line each.
const COUNTED: &str = "tests/it/instructions.txt";

/// Instructions of `delever run` with these arguments; none where there is no valgrind.
fn count(arguments: &str) -> Option<u64> {
    let mut command = Command::new("valgrind");
    command.env_clear().current_dir(root());
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    let output = command.arg(binary()).arg("run").args(arguments.split(' ')).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments}\n{said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    collected.and_then(|(_, count)| count.trim().parse().ok())
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that looks at nothing says so")]
fn runs_take_as_many_instructions_as_were_counted() {
    if cfg!(debug_assertions) {
        eprintln!("skipped: instructions are counted in release");
        return;
    }
    let counted = text(COUNTED);
    let (mut present, mut faults) = (Vec::new(), Vec::new());
    for line in counted.lines() {
        let (before, run) = line.trim().split_once("  ").expect("a count and a run");
        let before: u64 = before.trim().parse().expect("a count");
        let Some(now) = count(run) else {
            eprintln!("skipped: there is no valgrind");
            return;
        };
        present.push(format!("{now:>12}  {run}"));
        if now.abs_diff(before) * 50 > before {
            faults.push(format!("{run}: {now} instructions, {before} before"));
        }
    }
    assert!(
        faults.is_empty(),
        "further than 2% from what was counted:\n{}\nwhere that is meant, {COUNTED} is\n{}",
        faults.join("\n"),
        present.join("\n")
    );
}
