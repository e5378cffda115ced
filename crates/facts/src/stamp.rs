//! When and why a fact came about.

use crate::{Fact, FactId};
use serde::{Deserialize, Serialize};
use units::Time;

/// Permanent number of an event kind, made from its name: the same whatever else is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KindTag(pub u32);

impl KindTag {
    /// The tag of a name (FNV-1a, 32 bits). Two kinds of one run never share a tag: the engine
    /// refuses to start.
    pub fn of(name: &str) -> Self {
        Self(
            name.bytes()
                .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)),
        )
    }
}

/// Key of the event in which a fact was left. Strictly increasing from event to event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Simulated time.
    pub time: Time,
    /// Turn of the cascade within one instant, from zero.
    pub round: u32,
    /// Place of the event's phase in a round.
    pub phase: u8,
    /// Kind of the event.
    pub kind: KindTag,
    /// Number given to the event within its kind.
    pub sequence: u64,
}

/// One fact after genesis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its number, from zero without gaps.
    pub id: FactId,
    /// The event that left it.
    pub stamp: Stamp,
    /// The earlier fact that led to it; none only for [`crate::RunStarted`].
    pub cause: Option<FactId>,
    /// What happened.
    pub fact: Fact,
}
