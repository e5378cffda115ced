//! The end of a finished log.

use crate::Digest;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a run ended. The order is permanent: a log holds the place of a reason in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SealReason {
    /// Its time was over.
    Horizon,
    /// Nothing was left to happen.
    Quiet,
    /// A law broke, or something could not be computed: what, in words.
    Broken(String),
    /// None: the run went on, and this is what was salvaged of its log. What was wrong with the log.
    Recovered(String),
    /// None: the run was kept at this point, between two events, to go on from here.
    Paused,
}

impl fmt::Display for SealReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Horizon => f.write_str("horizon"),
            Self::Quiet => f.write_str("quiet"),
            Self::Broken(why) => write!(f, "broken: {why}"),
            Self::Recovered(why) => write!(f, "recovered: {why}"),
            Self::Paused => f.write_str("a checkpoint, from which the run goes on"),
        }
    }
}

/// What a finished log says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Why the run ended.
    pub reason: SealReason,
    /// Number of facts after genesis.
    pub records: u64,
    /// Events that were still on the agenda; none in a recovered log, which does not know them.
    pub pending: u64,
    /// Digest of all facts after genesis.
    pub facts: Digest,
    /// Digest of the genesis facts.
    pub genesis: Digest,
    /// Digest of the final balances and legs: [`crate::State::digest`].
    pub state: Digest,
}

/// A finished log as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What to keep.
    pub bytes: Vec<u8>,
    /// Digest of the run.
    pub digest: Digest,
    /// Number of facts after genesis.
    pub records: u64,
}
