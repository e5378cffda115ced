//! What is known of a log that cannot be read, and what to do.

use crate::failure::Failure;
use replay::{LogError, Salvaged};
use report::counted;
use std::path::Path;

/// What is wrong with a log, what is whole of it, and what to do.
pub(super) fn failure(path: &Path, bytes: &[u8], error: &LogError) -> Failure {
    let shown = path.display();
    let mut lines = vec![format!("error: {shown}: {error}")];
    let salvaged = replay::salvage(bytes).ok();
    if let Some(salvaged) = &salvaged {
        let header = &salvaged.header;
        lines.push(format!(
            "  = it is of experiment `{}`, arm `{}`, seed {}, engine {}\n  = left of it are {}",
            header.experiment,
            header.arm,
            header.seed,
            header.engine,
            kept(salvaged)
        ));
    }
    let is_of_use = salvaged.is_some_and(|salvaged| !salvaged.records.is_empty());
    lines.push(format!("  = help: {}", help(error)));
    if is_of_use {
        lines.push(format!(
            "  = help: `delever replay recover {shown} --out FILE` keeps what is whole"
        ));
    }
    Failure::data(lines.join("\n"))
}

/// What was salvaged: frames, facts, and until when.
pub(super) fn kept(salvaged: &Salvaged<'_>) -> String {
    let frames = counted(salvaged.frames(), "whole frame");
    match salvaged.until() {
        Some(until) => {
            let facts = counted(salvaged.records.len(), "fact");
            format!("{frames} with {facts} of the run, until {until}")
        },
        None => format!("{frames} without a fact of the run"),
    }
}

fn help(error: &LogError) -> &'static str {
    match error {
        LogError::Foreign("a text") => {
            "check the path; an experiment is for `delever run`, which writes logs with `--out`"
        },
        LogError::Empty | LogError::Foreign(_) => {
            "check the path; `delever run EXPERIMENT --out DIR` writes logs"
        },
        LogError::Version { found, known } if found > known => {
            "use the newer delever that wrote it, or run the experiment again with this one"
        },
        LogError::Version { .. } => {
            "use the older delever that wrote it, or run the experiment again with this one"
        },
        LogError::State { .. } | LogError::Genesis(_) | LogError::Fold { .. } => {
            "this is a fault of the engine: please report the experiment and its seed"
        },
        LogError::Torn { .. }
        | LogError::Unsealed { .. }
        | LogError::Corrupt { .. }
        | LogError::Chain { .. }
        | LogError::Count { .. }
        | LogError::Digest { .. }
        | _ => {
            "take another copy, or run it again: the same experiment, arm and seed give the same log"
        },
    }
}
