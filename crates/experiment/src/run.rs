//! From an experiment, an arm and a seed to a sealed log.

use crate::{Diagnostic, Experiment};
use market::{End, Ended, Engine, MarketPlan};
use replay::{Header, SealReason, Sealed, State, Writer};

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
        let plan = self.plan(arm, seed)?;
        let header = Header {
            schema: Header::SCHEMA,
            engine: concat!("delever ", env!("CARGO_PKG_VERSION")).to_owned(),
            experiment: self.name().to_owned(),
            source: self.normalised().to_owned(),
            arm: arm.to_owned(),
            seed,
        };
        simulate(&plan, header, every)
            .map_err(|refusals| refusals.iter().map(|refusal| self.refused(arm, refusal)).collect())
    }
}

/// Builds a market, runs it, and seals its log with the balances and legs it ended with.
fn simulate(
    plan: &MarketPlan,
    header: Header,
    check_every: Option<u64>,
) -> Result<Sealed, Vec<market::Refusal>> {
    let mut engine = Engine::build(plan, Writer::new(header))?;
    if let Some(events) = check_every {
        engine.check_every(events);
    }
    let Ended { end, pending } = engine.run();
    let state = State::digest_of(engine.balances().into_iter(), engine.legs().into_iter());
    let reason = match end {
        End::Horizon => SealReason::Horizon,
        End::Quiet => SealReason::Quiet,
        End::Paused => SealReason::Paused,
        End::Broken { time, event, fact, fault } => {
            SealReason::Broken(format!("at {time}, in {event}, before fact #{fact}: {fault}"))
        },
    };
    Ok(engine.into_sink().seal(reason, pending, state))
}
