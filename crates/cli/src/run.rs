//! `delever run`.

use crate::{
    args,
    failure::Failure,
    files, load,
    terminal::{Terminal, say},
};
use experiment::{Catalogue, Experiment};
use replay::{Log, SealReason, Sealed};

pub(crate) fn run(
    arguments: &args::Run,
    catalogue: &Catalogue,
    terminal: Terminal,
) -> Result<(), Failure> {
    let experiment = load::load(&arguments.file, catalogue, terminal)?;
    let arm = arm(&experiment, arguments.arm.as_deref())?;
    let seed = arguments.seed.unwrap_or_else(|| experiment.seed());
    let sealed = simulate(&experiment, (&arm, seed), arguments.check_every)?;
    let written = match &arguments.out {
        Some(folder) => Some(files::write(folder, &files::log_name(&arm, seed), &sealed.bytes)?),
        None => None,
    };
    let log = read(&sealed)?;
    say(&report::run(&log, &load::metrics(&experiment), terminal.style()));
    if let Some(path) = written {
        say(&format!("log {path}"));
    }
    say(&format!("digest {}", sealed.digest));
    unbroken(&log)
}

/// The arm of this name, or the first.
pub(crate) fn arm(experiment: &Experiment, asked: Option<&str>) -> Result<String, Failure> {
    let found = match asked {
        Some(name) => experiment.arms().find(|arm| *arm == name),
        None => experiment.arms().next(),
    };
    found.map(str::to_owned).ok_or_else(|| {
        let asked = asked.unwrap_or_default();
        let quoted = experiment.arms().map(|arm| format!("\"{arm}\""));
        Failure::usage(format!(
            "error: `{}` has no arm \"{asked}\"\n  = help: {}",
            experiment.name(),
            experiment::meant(&format!("\"{asked}\""), "arms", quoted)
        ))
    })
}

pub(crate) fn simulate(
    experiment: &Experiment,
    (arm, seed): (&str, u64),
    check_every: Option<u64>,
) -> Result<Sealed, Failure> {
    let sealed = experiment.run_checking(arm, seed, check_every);
    sealed.map_err(|diagnostics| Failure::data(load::told(&diagnostics)))
}

/// Reads a log just written: what is printed comes from the evidence, not from the engine.
pub(crate) fn read(sealed: &Sealed) -> Result<Log, Failure> {
    Log::read(&sealed.bytes)
        .map_err(|error| Failure::bug(format!("error: the log does not verify: {error}")))
}

/// A run that a broken law stopped is printed, and is a bug.
pub(crate) fn unbroken(log: &Log) -> Result<(), Failure> {
    match &log.seal.reason {
        SealReason::Horizon | SealReason::Quiet | SealReason::Paused => Ok(()),
        SealReason::Broken(why) | SealReason::Recovered(why) => {
            Err(Failure::bug(format!("error: arm `{}`: {why}", log.header.arm)))
        },
    }
}
