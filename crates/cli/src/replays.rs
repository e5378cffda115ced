//! `delever replay`.

use crate::{
    args,
    failure::{DIFFERENT, DONE, Failure},
    files,
    moment::time,
    terminal::{Terminal, say},
};
use facts::{Fact, FactId};
use replay::{Filter, Log, Names, SealReason};
use report::counted;
use std::{collections::BTreeSet, ffi::OsStr, path::Path};
use units::Time;

mod damage;

/// Most accounts among which help looks for the nearest.
const COMPARED_MAX: usize = 100_000;

pub(crate) fn replay(command: &args::ReplayCommand, terminal: Terminal) -> Result<u8, Failure> {
    match command {
        args::ReplayCommand::Verify { log } => verify(log)?,
        args::ReplayCommand::Show(show) => self::show(show, terminal)?,
        args::ReplayCommand::Explain { log, fact } => explain(log, *fact, terminal)?,
        args::ReplayCommand::Diff { a, b } => return diff([a, b], terminal),
        args::ReplayCommand::Recover { log, out } => recover(log, out)?,
    }
    Ok(DONE)
}

/// Reads a log; says so when it is not the whole story of its run.
fn open(path: &Path, terminal: Terminal) -> Result<Log, Failure> {
    let (log, shown) = (read(path)?, path.display());
    if let SealReason::Recovered(why) = &log.seal.reason {
        let last = log.records.last().map_or_else(Time::default, |record| record.stamp.time);
        terminal.complain(&format!(
            "warning: {shown} was recovered: it ends at {last}, where its run went on\n  = {why}"
        ));
    }
    Ok(log)
}

pub(crate) fn read(path: &Path) -> Result<Log, Failure> {
    let bytes = files::log(path)?;
    Log::read(&bytes).map_err(|error| damage::failure(path, &bytes, &error))
}

fn verify(path: &Path) -> Result<(), Failure> {
    let (log, shown) = (read(path)?, path.display());
    if let SealReason::Recovered(why) = &log.seal.reason {
        return Err(Failure::data(format!(
            "error: {shown} was recovered: what it tells is unchanged ({}), and its run went on\n  = \
             {why}",
            counted(log.records.len(), "fact")
        )));
    }
    say(&format!(
        "{shown}: whole and unchanged\n  experiment `{}`, arm `{}`, seed {}, engine {}\n  {} after \
         {} of genesis; sealed: {}; left on the agenda: {}\n  balances and legs folded from \
         the facts equal those sealed\ndigest {}",
        log.header.experiment,
        log.header.arm,
        log.header.seed,
        log.header.engine,
        counted(log.records.len(), "fact"),
        log.genesis.len(),
        log.seal.reason,
        counted(log.seal.pending, "event"),
        log.digest
    ));
    Ok(())
}

fn diff(paths: [&Path; 2], terminal: Terminal) -> Result<u8, Failure> {
    let logs = [open(paths[0], terminal)?, open(paths[1], terminal)?];
    let titles = paths.map(|path| path.display().to_string());
    let (titles, logs) = ([titles[0].as_str(), &titles[1]], [&logs[0], &logs[1]]);
    let difference = replay::diff(logs);
    say(&report::diff(titles, logs, &difference, metrics::STANDARD, terminal.style()));
    Ok(if difference.parting.is_empty() { DONE } else { DIFFERENT })
}

fn recover(path: &Path, out: &Path) -> Result<(), Failure> {
    let bytes = files::log(path)?;
    let shown = path.display();
    let salvaged =
        replay::salvage(&bytes).map_err(|error| damage::failure(path, &bytes, &error))?;
    let Some(lost) = &salvaged.lost else {
        return Err(Failure::usage(format!(
            "error: {shown} is whole: there is nothing to recover"
        )));
    };
    let sealed = salvaged.sealed().map_err(|error| damage::failure(path, &bytes, &error))?;
    let Some(sealed) = sealed else { return Err(damage::failure(path, &bytes, lost)) };
    let (Some(folder), Some(name)) = (out.parent(), out.file_name().and_then(OsStr::to_str)) else {
        return Err(Failure::usage(format!("error: {} is no name for a file", out.display())));
    };
    let written = files::write_new(folder, name, &sealed.bytes)?;
    say(&format!(
        "wrote {written}: {}\n  the rest of {shown} is lost: {lost}\ndigest {}",
        damage::kept(&salvaged),
        sealed.digest
    ));
    Ok(())
}

fn show(show: &args::Show, terminal: Terminal) -> Result<(), Failure> {
    let log = open(&show.log, terminal)?;
    let names = Names::of(&log.genesis);
    let filter = filter(show, &log, &names)?;
    if show.genesis {
        for fact in log.genesis.iter().filter(|fact| filter.picks(fact)) {
            say(&names.tell(fact));
        }
    }
    for record in log.records.iter().filter(|record| filter.matches(record)) {
        say(&names.line(record));
    }
    Ok(())
}

fn explain(path: &Path, fact: u64, terminal: Terminal) -> Result<(), Failure> {
    let log = open(path, terminal)?;
    let names = Names::of(&log.genesis);
    let chain = replay::causes(&log, FactId(fact));
    if chain.is_empty() {
        let last = log.records.len().saturating_sub(1);
        return Err(Failure::usage(format!(
            "error: the log has no fact #{fact}: its facts are #0 to #{last}"
        )));
    }
    for record in chain.into_iter().rev() {
        say(&names.line(record));
    }
    Ok(())
}

fn filter(show: &args::Show, log: &Log, names: &Names) -> Result<Filter, Failure> {
    let told = log.records.iter().map(|record| record.fact.name());
    let known: BTreeSet<&str> = Fact::KINDS.iter().map(|kind| kind.name).chain(told).collect();
    for kind in &show.kind {
        if !known.contains(kind.as_str()) {
            return Err(Failure::usage(format!(
                "error: there is no kind of fact `{kind}`\n  = help: {}; `delever explain` lists all",
                experiment::meant(kind, "kinds", &known)
            )));
        }
    }
    let account = match &show.account {
        Some(label) => Some(names.account(label).ok_or_else(|| no_account(label, names))?),
        None => None,
    };
    let instrument = match &show.instrument {
        Some(label) => Some(names.instrument(label).ok_or_else(|| {
            let help = experiment::meant(label, "instruments", names.instrument_labels());
            Failure::usage(format!("error: the log has no instrument `{label}`\n  = help: {help}"))
        })?),
        None => None,
    };
    let start = log.records.first().map_or_else(Time::default, |record| record.stamp.time);
    let time = |text: &Option<String>| text.as_deref().map(|text| time(text, start)).transpose();
    Ok(Filter {
        account,
        instrument,
        kinds: show.kind.clone(),
        from: time(&show.from)?,
        to: time(&show.to)?,
    })
}

/// There is no such account: the nearest there is, and where all are listed.
fn no_account(label: &str, names: &Names) -> Failure {
    let labels: Vec<String> = names.account_labels().take(COMPARED_MAX).collect();
    let near = experiment::nearest(label, labels.iter().map(String::as_str));
    let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    Failure::usage(format!(
        "error: the log has no account `{label}`\n  = help: {near}accounts are named \
         venue/group/number, such as `perp/leveraged longs/17`; `delever replay show LOG --genesis \
         --kind AccountOpened` lists them"
    ))
}
