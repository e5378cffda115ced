//! From an experiment, an arm and a seed to a sealed log.

use crate::{Code, Diagnostic, Experiment, Fork, source::remark};
use market::{End, Ended, Engine, MarketPlan, Moment, Refusal, Unresumed};
use replay::{Header, Log, SealReason, Sealed, State, Writer};

type Run = Engine<Writer>;

/// Where a run is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Where arms may part.
    Fork(Fork),
    /// After so many events.
    Events(u64),
}

/// Why a run does not go on from a checkpoint.
#[derive(Debug)]
pub enum NotResumed {
    /// The market refuses the arm, or there is no such arm.
    Refused(Vec<Diagnostic>),
    /// It is no checkpoint of this experiment: why.
    Other(String),
}

impl Experiment {
    /// Runs an arm: touches no disk and no clock, and depends on nothing but the experiment, the
    /// arm and the seed. A run that a broken law stopped is sealed as broken.
    ///
    /// # Errors
    /// When there is no such arm, or the market refuses its rules.
    pub fn run(&self, arm: &str, seed: u64) -> Result<Sealed, Vec<Diagnostic>> {
        self.run_checking(arm, seed, None)
    }

    /// The same, with every law checked over the whole market after so many events, at least one: the
    /// run stops at the very event that broke a law, and takes the longer the more accounts there are.
    ///
    /// # Errors
    /// When there is no such arm, or the market refuses its rules.
    pub fn run_checking(
        &self,
        arm: &str,
        seed: u64,
        every: Option<u64>,
    ) -> Result<Sealed, Vec<Diagnostic>> {
        let run = self.begun(arm, seed, every)?;
        Ok(finished(run))
    }

    /// Runs an arm to its end, and keeps it at `stop` on the way: a log that ends there and holds the
    /// run as it stood. None where the run ends before.
    ///
    /// # Errors
    /// When there is no such arm, or the market refuses its rules.
    pub fn run_keeping(
        &self,
        (arm, seed): (&str, u64),
        stop: Stop,
        every: Option<u64>,
    ) -> Result<(Option<Sealed>, Sealed), Vec<Diagnostic>> {
        let mut run = self.begun(arm, seed, every)?;
        let moment = match stop {
            Stop::Events(events) => Some(Moment::Events(events)),
            Stop::Fork(Fork::At(after)) => Some(Moment::Time(self.start() + after)),
            Stop::Fork(Fork::BeforeFirstLiquidation) => {
                before_first_liquidation(&mut self.begun(arm, seed, None)?)
            },
        };
        let Some(moment) = moment else { return Ok((None, finished(run))) };
        let Ended { end, pending } = run.run_until(moment);
        let kept = (end == End::Paused).then(|| {
            let (state, bytes) = (state(&mut run), run.checkpoint());
            run.sink().checkpoint(&bytes, pending, state)
        });
        Ok((kept, finished(run)))
    }

    /// Goes on from a log that holds a run as it stood, under the rules of an arm: the rest of the
    /// run that was kept, where it is the same arm.
    ///
    /// # Errors
    /// When the log holds no run, or one of another experiment; when the market refuses the arm.
    pub fn run_from(&self, log: &Log, arm: &str, every: Option<u64>) -> Result<Sealed, NotResumed> {
        let other = |why: &str| NotResumed::Other(why.to_owned());
        if log.header.source != self.normalised() {
            return Err(NotResumed::Other(unlike(&log.header.source, self.normalised())));
        }
        let kept = log.checkpoint.as_ref().filter(|_| log.seal.reason == SealReason::Paused);
        let kept = kept.ok_or_else(|| other("it is a log without a checkpoint"))?;
        self.keeps_past(&log.header.arm, arm).map_err(NotResumed::Refused)?;
        let plan = self.plan(arm, log.header.seed).map_err(NotResumed::Refused)?;
        let sink = Writer::continuing(self.header(arm, log.header.seed), log);
        let engine = if arm == log.header.arm {
            Engine::resume(&plan, kept, sink)
        } else {
            Engine::fork(&plan, kept, None, sink)
        };
        match engine {
            Ok(engine) => Ok(finished(checking(engine, every))),
            Err(Unresumed::Refused(refusals)) => {
                Err(NotResumed::Refused(self.all_refused(arm, &refusals)))
            },
            Err(error) => Err(NotResumed::Other(error.to_string())),
        }
    }

    /// Refuses an arm with other people or other exogenous prices than the one whose run it is to go on
    /// from.
    fn keeps_past(&self, past: &str, arm: &str) -> Result<(), Vec<Diagnostic>> {
        let [one, other] = [past, arm].map(|arm| self.world(arm).map_err(|remark| vec![*remark]));
        let (one, other) = (one?, other?);
        let changed = [
            ("traders", one.groups != other.groups),
            ("fundamentals", one.fundamentals != other.fundamentals),
        ];
        let told = changed.into_iter().filter(|(_, is_changed)| *is_changed).map(|(what, _)| {
            let message = format!(
                "the arm `{arm}` cannot go on from a run of `{past}`: it has other `{what}`, and that \
                 past is not its own"
            );
            let help = "run it from the start, or go on with an arm that changes rules alone";
            let remark = remark(&self.files, other.spot, Code::ForkChangesPast);
            remark.says(message).helps(help.to_owned())
        });
        let told: Vec<Diagnostic> = told.collect();
        if told.is_empty() { Ok(()) } else { Err(told) }
    }

    /// A run at its beginning, or where it parts from the first arm.
    fn begun(&self, arm: &str, seed: u64, every: Option<u64>) -> Result<Run, Vec<Diagnostic>> {
        let plan = self.plan(arm, seed)?;
        let sink = || Writer::new(self.header(arm, seed));
        let first = self.arms().next().unwrap_or(arm).to_owned();
        let Some(fork) = self.fork().filter(|_| first != arm) else {
            return self.built(arm, &plan, sink(), every);
        };
        let past = self.plan(&first, seed)?;
        let build = |every| self.built(&first, &past, sink(), every);
        let mut run = build(every)?;
        let (moment, at) = match fork {
            Fork::At(after) => {
                let at = self.start() + after;
                (Some(Moment::Time(at)), Some(at))
            },
            Fork::BeforeFirstLiquidation => (before_first_liquidation(&mut build(None)?), None),
        };
        let Some(moment) = moment else { return Ok(run) };
        if run.run_until(moment).end != End::Paused {
            return Ok(run);
        }
        let kept = run.checkpoint();
        match Engine::fork(&plan, &kept, at, run.into_sink()) {
            Ok(run) => Ok(checking(run, every)),
            Err(Unresumed::Refused(refusals)) => Err(self.all_refused(arm, &refusals)),
            Err(error) => unreachable!("arms that fork differ in rules alone: {error}"),
        }
    }

    fn built(
        &self,
        arm: &str,
        plan: &MarketPlan,
        sink: Writer,
        every: Option<u64>,
    ) -> Result<Run, Vec<Diagnostic>> {
        let built = Engine::build(plan, sink);
        built
            .map(|engine| checking(engine, every))
            .map_err(|refusals| self.all_refused(arm, &refusals))
    }

    fn all_refused(&self, arm: &str, refusals: &[Refusal]) -> Vec<Diagnostic> {
        refusals.iter().map(|refusal| self.refused(arm, refusal)).collect()
    }

    fn header(&self, arm: &str, seed: u64) -> Header {
        Header {
            schema: Header::SCHEMA,
            engine: concat!("delever ", env!("CARGO_PKG_VERSION")).to_owned(),
            experiment: self.name().to_owned(),
            source: self.normalised().to_owned(),
            arm: arm.to_owned(),
            seed,
        }
    }
}

/// Why what was run is not what is asked to go on.
fn unlike(run: &str, asked: &str) -> String {
    let mark = |line: &&str| line.starts_with("    accounts: ");
    let number = |text: &str| {
        let line = text.lines().find(mark).map(|line| line.trim_start_matches("    accounts: "));
        line.map(|number| number.trim_end_matches(',').to_owned())
    };
    let is_other = !run.lines().filter(|it| !mark(it)).eq(asked.lines().filter(|it| !mark(it)));
    match (number(run), number(asked)) {
        _ if is_other => {
            "it is of another experiment, or of an earlier version of this one".to_owned()
        },
        (Some(number), _) => {
            format!("it was run with {number} accounts: ask for them with `--accounts {number}`")
        },
        (None, _) => "it was run with the accounts that its populations count".to_owned(),
    }
}

fn checking(mut run: Run, every: Option<u64>) -> Run {
    if let Some(events) = every {
        run.check_every(events);
    }
    run
}

/// The event before the one in which the first liquidation of a run opens; none where none does.
fn before_first_liquidation(scout: &mut Run) -> Option<Moment> {
    let is_found = scout.run_until(Moment::FirstLiquidation).end == End::Paused;
    is_found.then(|| Moment::Events(scout.events().saturating_sub(1)))
}

fn state(run: &mut Run) -> replay::Digest {
    State::digest_of(run.balances().into_iter(), run.legs().into_iter())
}

/// Runs to the end, and seals the log with the balances and legs that the run ended with.
fn finished(mut run: Run) -> Sealed {
    let Ended { end, pending } = run.run();
    let state = state(&mut run);
    let reason = match end {
        End::Horizon => SealReason::Horizon,
        End::Quiet => SealReason::Quiet,
        End::Paused => SealReason::Paused,
        End::Broken { time, event, fact, fault } => {
            SealReason::Broken(format!("at {time}, in {event}, before fact #{fact}: {fault}"))
        },
    };
    run.into_sink().seal(reason, pending, state)
}
