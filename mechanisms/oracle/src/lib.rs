//! Answers to *oracle*: what does a venue see of an exogenous price, and when?

mod direct;
mod deviation_threshold;
mod faulty;

pub use deviation_threshold::DeviationThreshold;
pub use direct::Direct;
pub use faulty::Faulty;

use facts::InstrumentId;
use market::{Market, Mechanism, Observation, Plan};
use units::Duration;

market::timers! {
    /// The oracle observes.
    ObservationDue { instrument: InstrumentId } in Oracle;

    /// The oracle publishes what it observed.
    PublicationDue { observation: Observation } in Oracle;
}

/// Starts a clock of observations; refuses one that never moves.
fn begin<M: Mechanism>(plan: &mut Plan<'_, M>, every: Duration) {
    plan.require(
        every > Duration::ZERO,
        "`every` must be above zero: say how often the oracle looks, e.g. \"3s\"",
    );
    let instrument = plan.instrument();
    plan.beats(every);
    plan.first(plan.start(), ObservationDue { instrument });
}

/// Looks, and winds the clock of observations.
fn look(market: &mut Market<'_>, due: &ObservationDue, every: Duration) -> Option<Observation> {
    let observation = market.observe(due.instrument);
    market.tick(every, ObservationDue { instrument: due.instrument });
    observation
}

/// Publishes an observation when it is so old.
fn publish_after(market: &mut Market<'_>, observation: Observation, lag: Duration) {
    market.schedule(observation.at + lag, PublicationDue { observation });
}
