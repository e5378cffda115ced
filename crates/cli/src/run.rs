//! `delever run`.

use crate::{
    args,
    failure::Failure,
    files, load, moment, replays,
    terminal::{Terminal, say},
};
use experiment::{Catalogue, Experiment, NotResumed};
use replay::{Log, SealReason, Sealed};
use std::path::Path;

pub(crate) fn run(
    arguments: &args::Run,
    catalogue: &Catalogue,
    terminal: Terminal,
) -> Result<(), Failure> {
    let experiment = load::load(&arguments.file, arguments.accounts, catalogue, terminal)?;
    let Ran { sealed, kept } = match &arguments.from {
        Some(path) => go_on(&experiment, path, arguments)?,
        None => begin(&experiment, arguments)?,
    };
    let log = read(&sealed)?;
    let (arm, seed) = (log.header.arm.as_str(), log.header.seed);
    let mut written = Vec::new();
    if let Some(folder) = &arguments.out {
        let kept = kept.iter().map(|kept| (files::checkpoint_name(arm, seed), kept));
        for (name, sealed) in [(files::log_name(arm, seed), &sealed)].into_iter().chain(kept) {
            written.push(files::write(folder, &name, &sealed.bytes)?);
        }
    }
    let metrics = load::metrics(&experiment);
    say(&report::run(&log, experiment.accounts(), &metrics, terminal.style()));
    if let Some(path) = &arguments.from {
        say(&format!("goes on from {}", path.display()));
    }
    for (what, path) in ["log", "checkpoint"].iter().zip(written) {
        say(&format!("{what} {path}"));
    }
    say(&format!("digest {}", sealed.digest));
    unbroken(&log)
}

/// A run, and the checkpoint that was kept of it.
struct Ran {
    sealed: Sealed,
    kept: Option<Sealed>,
}

fn begin(experiment: &Experiment, arguments: &args::Run) -> Result<Ran, Failure> {
    let arm = arm(experiment, arguments.arm.as_deref())?;
    let seed = arguments.seed.unwrap_or_else(|| experiment.seed());
    let every = arguments.check_every;
    let Some(moment) = &arguments.checkpoint_at else {
        return Ok(Ran { sealed: simulate(experiment, (&arm, seed), every)?, kept: None });
    };
    let stop = moment::stop(moment, experiment.start())?;
    let ran = experiment.run_keeping((&arm, seed), stop, every);
    let (kept, sealed) = ran.map_err(|remarks| Failure::data(load::told(&remarks)))?;
    if kept.is_none() {
        return Err(Failure::usage(format!(
            "error: the run of `{arm}` ends before {}: there is nothing to keep\n  = help: take an \
             earlier moment",
            moment::shown(stop)
        )));
    }
    Ok(Ran { sealed, kept })
}

fn go_on(experiment: &Experiment, path: &Path, arguments: &args::Run) -> Result<Ran, Failure> {
    let log = replays::read(path)?;
    let asked = arguments.arm.as_deref().unwrap_or(&log.header.arm);
    let arm = arm(experiment, Some(asked))?;
    match experiment.run_from(&log, &arm, arguments.check_every) {
        Ok(sealed) => Ok(Ran { sealed, kept: None }),
        Err(NotResumed::Refused(remarks)) => Err(Failure::data(load::told(&remarks))),
        Err(NotResumed::Other(why)) => Err(Failure::data(format!(
            "error: no run goes on from {}: {why}\n  = help: `delever run FILE --checkpoint-at MOMENT \
             --out DIR` keeps one",
            path.display()
        ))),
    }
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
