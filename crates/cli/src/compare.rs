//! `delever compare`.

use crate::{args, failure::Failure, files, load, run, terminal::Terminal};
use comparison::Sample;
use experiment::{Catalogue, Experiment};
use indicatif::{ProgressBar, ProgressStyle};
use metrics::{Definition, Run, WhoPaid};
use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What is kept of one run.
struct Outcome {
    sample: Sample,
    who_paid: Vec<WhoPaid>,
    asset: String,
}

pub(crate) fn compare(
    arguments: &args::Compare,
    catalogue: &Catalogue,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let experiment = load::load(&arguments.file, catalogue, terminal)?;
    let metrics = load::metrics(&experiment);
    let first = experiment.seed();
    let seeds: Vec<u64> =
        (0..u64::from(arguments.seeds)).map(|number| first.wrapping_add(number)).collect();
    let arms: Vec<String> = experiment.arms().map(str::to_owned).collect();
    let jobs: Vec<(&str, u64)> =
        seeds.iter().flat_map(|&seed| arms.iter().map(move |arm| (arm.as_str(), seed))).collect();
    let one = |&(arm, seed): &(&str, u64)| {
        outcome(&experiment, (arm, seed), &metrics, arguments.out.as_deref())
    };
    let outcomes = in_parallel(&jobs, one)?;
    let asset = outcomes.first().map_or("", |outcome| outcome.asset.as_str());
    let samples: Vec<Sample> = outcomes.iter().map(|outcome| outcome.sample.clone()).collect();
    let comparison = comparison::compare(&arms, &metrics, &samples);
    let title = format!("{} — {}", experiment.name(), experiment.question());
    terminal.say(&report::compare(&title, &comparison, asset, terminal.style()));
    let tables =
        outcomes.iter().map(|outcome| (outcome.sample.arm.as_str(), &outcome.who_paid[..]));
    terminal.say(&report::who_paid(&arms, tables, terminal.style()));
    Ok(())
}

fn outcome(
    experiment: &Experiment,
    (arm, seed): (&str, u64),
    metrics: &[Definition],
    out: Option<&Path>,
) -> Result<Outcome, Failure> {
    let sealed = run::simulate(experiment, arm, seed)?;
    if let Some(folder) = out {
        files::write(folder, &files::log_name(arm, seed), &sealed.bytes)?;
    }
    let log = run::read(&sealed)?;
    run::unbroken(&log)?;
    let run = Run::of(&log);
    let who_paid = metrics::who_paid(&run)
        .map_err(|error| Failure::bug(format!("error: arm `{arm}`, seed {seed}: {error}")))?;
    let asset = run.asset().map(|asset| asset.name.clone()).unwrap_or_default();
    Ok(Outcome { sample: Sample::of(arm, seed, &run, metrics), who_paid, asset })
}

/// Does every job on all processors; results come in the order of the jobs, whoever did them. The
/// first failure in that order is returned.
fn in_parallel<J: Sync, R: Send>(
    jobs: &[J],
    act: impl Fn(&J) -> Result<R, Failure> + Sync,
) -> Result<Vec<R>, Failure> {
    let progress = ProgressBar::new(u64::try_from(jobs.len()).unwrap_or(u64::MAX)).with_style(
        ProgressStyle::with_template("{bar:40} {pos}/{len} runs, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<Result<R, Failure>>>> =
        jobs.iter().map(|_| Mutex::new(None)).collect();
    let workers = thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((job, place)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    jobs.get(at).zip(results.get(at))
                } {
                    let result = act(job);
                    if result.is_err() {
                        next.store(jobs.len(), Ordering::Relaxed);
                    }
                    if let Ok(mut place) = place.lock() {
                        *place = Some(result);
                    }
                    progress.inc(1);
                }
            });
        }
    });
    progress.finish_and_clear();
    // After a failure later jobs were never begun.
    results.into_iter().filter_map(|result| result.into_inner().ok().flatten()).collect()
}
