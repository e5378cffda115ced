//! `delever compare`.

use crate::{
    args,
    failure::Failure,
    files, load, run,
    terminal::{Terminal, say},
};
use comparison::Sample;
use experiment::{Catalogue, Experiment};
use facts::{FactKind, LiquidationOpened, RuleBegun, RuleEnded};
use indicatif::{ParallelProgressIterator, ProgressBar, ProgressStyle};
use metrics::{Definition, Run, WhoPaid};
use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
use std::{collections::BTreeSet, path::Path};

/// What is kept of one run.
struct Outcome {
    sample: Sample,
    who_paid: Vec<WhoPaid>,
    asset: String,
    /// Kinds of its facts.
    kinds: BTreeSet<u16>,
}

impl Outcome {
    /// Whether it went on under other rules than it began with.
    fn parted(&self) -> bool {
        [RuleBegun::TAG, RuleEnded::TAG].iter().any(|tag| self.kinds.contains(tag))
    }
}

pub(crate) fn compare(
    arguments: &args::Compare,
    catalogue: &Catalogue,
    terminal: Terminal,
) -> Result<(), Failure> {
    let experiment = load::load(&arguments.file, arguments.accounts, catalogue, terminal)?;
    let metrics = load::metrics(&experiment);
    let first = experiment.seed();
    let seeds: Vec<u64> =
        (0..u64::from(arguments.seeds)).map(|number| first.wrapping_add(number)).collect();
    let arms: Vec<String> = experiment.arms().map(str::to_owned).collect();
    let jobs: Vec<(&str, u64)> =
        seeds.iter().flat_map(|&seed| arms.iter().map(move |arm| (arm.as_str(), seed))).collect();
    // Results come in the order of the jobs, whichever processor did them.
    let outcomes: Vec<Outcome> = jobs
        .par_iter()
        .progress_with(progress(jobs.len()))
        .map(|&job| outcome(&experiment, job, &metrics, arguments.out.as_deref()))
        .collect::<Result<_, Failure>>()?;
    let asset = outcomes.first().map_or("", |outcome| outcome.asset.as_str());
    let samples: Vec<Sample> = outcomes.iter().map(|outcome| outcome.sample.clone()).collect();
    let comparison = comparison::compare(&arms, &metrics, &samples);
    let drawn = experiment.accounts().map(|accounts| format!(", {}", report::drawn(accounts)));
    let (name, drawn) = (experiment.name(), drawn.unwrap_or_default());
    let title = format!("{name}{drawn} — {}", experiment.question());
    let past = past(&experiment, &outcomes);
    let title = (title.as_str(), past.as_deref());
    say(&report::compare(title, &comparison, asset, terminal.style()));
    let liquidated: BTreeSet<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.kinds.contains(&LiquidationOpened::TAG))
        .map(|outcome| outcome.sample.arm.as_str())
        .collect();
    let untouched = arms.iter().map(String::as_str).filter(|arm| !liquidated.contains(arm));
    let untouched: Vec<&str> = untouched.collect();
    if let Some(note) = report::untouched(&arms, &untouched, terminal.style()) {
        say(&note);
    }
    let tables =
        outcomes.iter().map(|outcome| (outcome.sample.arm.as_str(), &outcome.who_paid[..]));
    say(&report::who_paid(&arms, tables, terminal.style()));
    Ok(())
}

/// What the arms have in common where they part on the way.
fn past(experiment: &Experiment, outcomes: &[Outcome]) -> Option<String> {
    let fork = experiment.fork()?;
    let first = experiment.arms().next()?;
    let others = outcomes.iter().filter(|it| it.sample.arm != first);
    let parted: BTreeSet<u64> =
        others.clone().filter(|it| it.parted()).map(|it| it.sample.seed).collect();
    let seeds: BTreeSet<u64> = others.map(|it| it.sample.seed).collect();
    let apart = seeds.difference(&parted).count();
    let past = format!("Arms part {fork}: up to there each is `{first}`, fact for fact.");
    let never = format!(
        " On {apart} of {} seeds that moment never came: there they are `{first}` to the end.",
        seeds.len()
    );
    Some(if apart > 0 { past + &never } else { past })
}

fn outcome(
    experiment: &Experiment,
    (arm, seed): (&str, u64),
    metrics: &[Definition],
    out: Option<&Path>,
) -> Result<Outcome, Failure> {
    let sealed = run::simulate(experiment, (arm, seed), None)?;
    if let Some(folder) = out {
        files::write(folder, &files::log_name(arm, seed), &sealed.bytes)?;
    }
    let log = run::read(&sealed)?;
    run::unbroken(&log)?;
    let run = Run::of(&log);
    let who_paid = metrics::who_paid(&run)
        .map_err(|error| Failure::bug(format!("error: arm `{arm}`, seed {seed}: {error}")))?;
    let asset = run.asset().map(|asset| asset.name.clone()).unwrap_or_default();
    let kinds = log.records.iter().map(|record| record.fact.tag()).collect();
    Ok(Outcome { sample: Sample::of(arm, seed, &run, metrics), who_paid, asset, kinds })
}

/// A bar on standard error; nothing where that is no terminal.
fn progress(runs: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} runs, {eta} left");
    let bar = ProgressBar::new(u64::try_from(runs).unwrap_or(u64::MAX));
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_finish(indicatif::ProgressFinish::AndClear)
}
