//! From a path to an experiment.

use crate::{failure::Failure, files, terminal::Terminal};
use experiment::{Catalogue, Diagnostic, Experiment, Loaded};
use std::path::Path;

/// Reads an experiment, or all that is wrong with it; `accounts` are asked for in its place.
pub(crate) fn read(
    path: &Path,
    accounts: Option<u32>,
    catalogue: &Catalogue,
) -> Result<Result<Loaded, Vec<Diagnostic>>, Failure> {
    let bytes = files::experiment(path)?;
    let names: Vec<&str> = metrics::STANDARD.iter().map(|metric| metric.name).collect();
    let shown = path.display().to_string();
    Ok(experiment::load_scaled((&shown, &bytes), accounts, &files::Disk, catalogue, &names))
}

/// Reads an experiment to run; prints what is odd about it and about how its arms open.
pub(crate) fn load(
    path: &Path,
    accounts: Option<u32>,
    catalogue: &Catalogue,
    terminal: Terminal,
) -> Result<Experiment, Failure> {
    warned(read(path, accounts, catalogue)?.and_then(Loaded::opened), terminal)
}

/// An experiment, its warnings printed.
pub(crate) fn warned(
    loaded: Result<Loaded, Vec<Diagnostic>>,
    terminal: Terminal,
) -> Result<Experiment, Failure> {
    match loaded {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                terminal.complain(&format!("{warning}\n"));
            }
            Ok(loaded.experiment)
        },
        Err(diagnostics) => Err(Failure::data(told(&diagnostics))),
    }
}

/// All that is wrong, and how many.
pub(crate) fn told(diagnostics: &[Diagnostic]) -> String {
    let mut text: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    if diagnostics.len() > 1 {
        text.push(format!("{} errors", diagnostics.len()));
    }
    text.join("\n")
}

/// The metrics an experiment asks for, in its order.
pub(crate) fn metrics(experiment: &Experiment) -> Vec<metrics::Definition> {
    experiment.metrics().iter().filter_map(|name| metrics::named(name)).collect()
}
