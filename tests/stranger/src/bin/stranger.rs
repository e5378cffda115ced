//! `delever` with the mechanisms of a stranger.

use std::process::ExitCode;

fn main() -> ExitCode {
    delever_cli::main(stranger::catalogue())
}
