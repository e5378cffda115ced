//! The command line: the only crate that touches disk, threads and the terminal.
//!
//! A binary with mechanisms of its own is one line:
//!
//! ```text
//! fn main() -> ExitCode { delever_cli::main(Catalogue::standard().with::<Mine>()) }
//! ```
//!
//! Results go to standard output, messages and progress to standard error.
//!
//! **Invariant:** no network and no telemetry, ever.
//! **Invariant:** a file appears whole or not at all.

#![expect(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "this crate is the edge: it prints, and it reads and writes files"
)]

mod args;
mod failure;
mod files;
mod terminal;
mod load;
mod moment;
mod check;
mod run;
mod compare;
mod test;
mod replays;
mod new;
mod explain;

use args::{Arguments, Command};
use clap::error::ErrorKind;
use experiment::Catalogue;
use failure::{DONE, Failure};
use std::{panic::AssertUnwindSafe, process::ExitCode};
use terminal::Terminal;

/// Runs the command that the arguments of this process ask for.
///
/// Exit codes: 0 done, 1 different or not as expected, 64 usage, 65 bad data, 66 no input, 70 a bug
/// or a broken law, 74 input or output failed.
pub fn main(catalogue: Catalogue) -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let act = AssertUnwindSafe(|| dispatch(&arguments, &catalogue));
    match std::panic::catch_unwind(act) {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(failure)) => {
            Terminal::new(arguments.color).complain(&failure.message);
            ExitCode::from(failure.code)
        },
        Err(_) => {
            eprintln!(
                "error: the program failed at the place that is named above\n  = help: where that is in \
                 a mechanism of your own, look there first; otherwise it is a bug in delever: please \
                 report the command and the file"
            );
            ExitCode::from(Failure::BUG)
        },
    }
}

/// Does what was asked for; returns the code to exit with.
fn dispatch(arguments: &Arguments, catalogue: &Catalogue) -> Result<u8, Failure> {
    let terminal = Terminal::new(arguments.color);
    match &arguments.command {
        Command::Check(check) => check::check(check, catalogue, terminal)?,
        Command::Run(run) => run::run(run, catalogue, terminal)?,
        Command::Compare(compare) => compare::compare(compare, catalogue, terminal)?,
        Command::Test(test) => test::test(test, catalogue, terminal)?,
        Command::New(new) => new::new(new)?,
        Command::Replay(replay) => return replays::replay(&replay.command, terminal),
        Command::Mechanisms(asked) => explain::mechanisms(asked, catalogue, terminal)?,
        Command::Explain(asked) => explain::explain(asked, catalogue, terminal)?,
    }
    Ok(DONE)
}

fn usage(error: &clap::Error) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    // Printing fails only when nobody reads any more.
    drop(error.print());
    if asked { ExitCode::SUCCESS } else { ExitCode::from(Failure::USAGE) }
}
