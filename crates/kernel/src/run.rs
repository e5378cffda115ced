//! The loop.

use crate::{Agenda, Batch, Key};
use units::Time;

/// What a run moves: a world with an agenda.
pub trait Model {
    /// What an event carries.
    type Payload;
    /// Why a run cannot go on.
    type Fault;

    /// Its future.
    fn agenda(&mut self) -> &mut Agenda<Self::Payload>;

    /// The next [`APPROACHED`] events are [`Batch::ahead`]. It changes nothing: whoever reads now what
    /// they will need has memory bring all of it at once.
    fn approach(&self, _batch: &Batch<Self::Payload>) {}

    /// Lets one event happen.
    ///
    /// # Errors
    /// When the run cannot go on: a broken law, an overflow.
    fn deliver(&mut self, key: Key, payload: &Self::Payload) -> Result<(), Self::Fault>;

    /// Whether the run stops here, between two events, to go on later.
    fn is_paused(&self) -> bool {
        false
    }
}

/// Why a run ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The horizon was reached with events left.
    Horizon,
    /// Nothing was left to happen.
    Quiet,
    /// The model paused.
    Paused,
}

/// Why a run was broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunError<F> {
    /// The world refused to go on while this event happened.
    Fault {
        /// The event.
        key: Key,
        /// Why.
        fault: F,
    },
    /// One instant turned round more often than the bound allows.
    Livelock {
        /// The first event past the bound.
        key: Key,
    },
}

/// Events of a batch that are approached together.
pub const APPROACHED: usize = 16;

/// Runs `model` until nothing is left at or before `horizon`.
///
/// # Errors
/// [`RunError::Fault`] when an event could not happen, [`RunError::Livelock`] when one instant has
/// more than `rounds_max` rounds.
pub fn run<M: Model>(
    model: &mut M,
    horizon: Time,
    rounds_max: u32,
) -> Result<Stop, RunError<M::Fault>> {
    while !model.is_paused() && model.agenda().next_batch(horizon) {
        if let Some(key) = model.agenda().next().filter(|key| key.round >= rounds_max) {
            return Err(RunError::Livelock { key });
        }
        let mut batch = model.agenda().lend();
        let happened = happen(model, &mut batch);
        model.agenda().give_back(batch);
        happened?;
    }
    if model.is_paused() {
        return Ok(Stop::Paused);
    }
    Ok(if model.agenda().pending() == 0 { Stop::Quiet } else { Stop::Horizon })
}

/// Lets the events of a batch happen, up to a pause.
fn happen<M: Model>(
    model: &mut M,
    batch: &mut Batch<M::Payload>,
) -> Result<(), RunError<M::Fault>> {
    let mut approached = 0;
    while !model.is_paused() {
        if approached == 0 {
            model.approach(batch);
            approached = APPROACHED;
        }
        approached -= 1;
        let Some((key, payload)) = batch.next() else { break };
        if model.agenda().happens(key) {
            model.deliver(key, payload).map_err(|fault| RunError::Fault { key, fault })?;
        }
    }
    Ok(())
}
