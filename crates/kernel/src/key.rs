//! The order of events.

use units::Time;

/// Place of an event's kind in a round: kinds are ranked by phase, then by name, before a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KindRank {
    /// Place of the phase in a round.
    pub phase: u8,
    /// Place of the kind among all kinds; grows with the phase.
    pub kind: u16,
}

/// Where an event stands in a run. No two events of a run share a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Simulated time.
    pub time: Time,
    /// Turn of the cascade within the instant, from zero.
    pub round: u32,
    /// Phase and kind.
    pub rank: KindRank,
    /// Number within the kind, given at scheduling.
    pub sequence: u64,
}
