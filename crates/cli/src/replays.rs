//! `delever replay`.

use crate::{args, failure::Failure, files, terminal::say};
use facts::{Fact, FactId};
use replay::{Filter, Log, Names};
use std::path::Path;
use units::Time;

pub(crate) fn replay(command: &args::ReplayCommand) -> Result<(), Failure> {
    match command {
        args::ReplayCommand::Verify { log } => verify(log),
        args::ReplayCommand::Show(show) => self::show(show),
        args::ReplayCommand::Explain { log, fact } => explain(log, *fact),
    }
}

fn open(path: &Path) -> Result<Log, Failure> {
    let bytes = files::log(path)?;
    Log::read(&bytes).map_err(|error| Failure::data(format!("error: {}: {error}", path.display())))
}

fn verify(path: &Path) -> Result<(), Failure> {
    let log = open(path)?;
    say(&format!(
        "{}: whole and unchanged\n  experiment `{}`, arm `{}`, seed {}, engine {}\n  {} facts \
         after {} of genesis; sealed: {}; {} events were pending\n  balances and legs folded from \
         the facts equal those sealed\ndigest {}",
        path.display(),
        log.header.experiment,
        log.header.arm,
        log.header.seed,
        log.header.engine,
        log.records.len(),
        log.genesis.len(),
        log.seal.reason,
        log.seal.pending,
        log.digest
    ));
    Ok(())
}

fn show(show: &args::Show) -> Result<(), Failure> {
    let log = open(&show.log)?;
    let names = Names::of(&log.genesis);
    let filter = filter(show, &log, &names)?;
    if show.genesis {
        for fact in &log.genesis {
            say(&names.tell(fact));
        }
    }
    for record in log.records.iter().filter(|record| filter.matches(record)) {
        say(&names.line(record));
    }
    Ok(())
}

fn explain(path: &Path, fact: u64) -> Result<(), Failure> {
    let log = open(path)?;
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
    for kind in &show.kind {
        if !Fact::KINDS.iter().any(|known| known.name == kind) {
            let known = Fact::KINDS.iter().map(|known| known.name);
            return Err(Failure::usage(format!(
                "error: there is no kind of fact `{kind}`\n  = help: {}",
                experiment::meant(kind, "kinds", known)
            )));
        }
    }
    let account = match &show.account {
        Some(label) => Some(names.account(label).ok_or_else(|| {
            Failure::usage(format!(
                "error: the log has no account `{label}`\n  = help: accounts are named \
                 venue/group/number, such as `perp/leveraged longs/17`; `delever replay show LOG \
                 --genesis --kind AccountOpened` lists them"
            ))
        })?),
        None => None,
    };
    let instrument = match &show.instrument {
        Some(label) => Some(names.instrument(label).ok_or_else(|| {
            let name = |fact: &Fact| {
                let Fact::InstrumentListed(listed) = fact else { return None };
                Some(names.instrument_label(listed.instrument))
            };
            let listed: Vec<String> = log.genesis.iter().filter_map(name).collect();
            Failure::usage(format!(
                "error: the log has no instrument `{label}`\n  = help: its instruments are {}",
                listed.join(", ")
            ))
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

/// A whole instant, or a time of the day on which the run started.
fn time(text: &str, start: Time) -> Result<Time, Failure> {
    let day: String = start.to_string().chars().take(10).collect();
    let seconds = if text.matches(':').count() == 1 { ":00" } else { "" };
    let candidates = [text.to_owned(), format!("{day}T{text}{seconds}Z")];
    candidates.iter().find_map(|candidate| candidate.parse().ok()).ok_or_else(|| {
        Failure::usage(format!(
            "error: `{text}` is no time\n  = help: write 21:15, 21:15:03.5 or \
             {day}T21:15:03Z"
        ))
    })
}
