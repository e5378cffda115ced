//! The binary `delever`, with the standard catalogue of mechanisms.

use std::process::ExitCode;

fn main() -> ExitCode {
    delever_cli::main(experiment::Catalogue::standard())
}
