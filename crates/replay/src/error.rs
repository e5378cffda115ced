//! Why a log is refused.

use crate::Digest;
use facts::{FactId, InstrumentId};

/// Why bytes are not a whole log. Every byte is under a checksum, and facts under digests: the
/// remedy is another copy, or the run again, which the same experiment and seed repeat exactly; what
/// is whole of a damaged log is [salvaged](crate::salvage).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// It is something else.
    #[error("this is no log but {0}: a log begins with `DLVR`")]
    Foreign(&'static str),
    /// It has another format.
    #[error(
        "the log has format {found}, {} than format {known}, which is read here",
        if found > known { "newer" } else { "older" }
    )]
    Version {
        /// Its format.
        found: u32,
        /// The format that is read.
        known: u32,
    },
    /// It ends within a frame.
    #[error("the log ends within frame {frame}, which begins at byte {offset}: it was cut")]
    Torn {
        /// Which frame; the header is 0.
        frame: u64,
        /// Where it begins.
        offset: usize,
    },
    /// It ends behind a whole frame that is no seal.
    #[error("the log ends behind frame {frame}, without a seal: it was cut there")]
    Unsealed {
        /// The last frame; the header is 0.
        frame: u64,
    },
    /// A frame is damaged.
    #[error("frame {frame} at byte {offset} is damaged: {what}")]
    Corrupt {
        /// Which frame; the header is 0.
        frame: u64,
        /// Where it begins.
        offset: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A frame is whole and does not follow from the one before.
    #[error(
        "frame {frame} at byte {offset} does not follow from the frames before it: one of them \
         was replaced, removed or reordered, or its chain is damaged"
    )]
    Chain {
        /// Which frame; the header is 0.
        frame: u64,
        /// Where it begins.
        offset: usize,
    },
    /// The seal counts other facts than there are.
    #[error("the seal counts {sealed} facts, the log has {found}")]
    Count {
        /// Facts according to the seal.
        sealed: u64,
        /// Facts that there are.
        found: u64,
    },
    /// The facts are not those that were sealed.
    #[error("the {what} digest is {found}, sealed was {sealed}")]
    Digest {
        /// Of what.
        what: &'static str,
        /// Digest according to the seal.
        sealed: Digest,
        /// Digest of the facts that there are.
        found: Digest,
    },
    /// The facts do not lead to the state that was sealed.
    #[error(
        "the facts lead to state {found}, the engine ended in {sealed}: a balance or leg changed \
         without a fact"
    )]
    State {
        /// Digest according to the seal.
        sealed: Digest,
        /// Digest of what the facts lead to.
        found: Digest,
    },
    /// The facts lead to no state at all.
    #[error("genesis leads to no state: {0}")]
    Genesis(#[source] StateError),
    /// The facts lead to no state at all.
    #[error("fact #{fact} leads to no state: {source}")]
    Fold {
        /// Where folding ended.
        fact: FactId,
        /// Why.
        source: StateError,
    },
}

/// Why a fact cannot be folded into balances and legs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// A balance, size or cost does not fit.
    #[error("a {0} grew past what the ledger can hold")]
    Overflow(&'static str),
    /// Nobody declared the instrument.
    #[error("instrument {0} was traded and never listed")]
    Unlisted(InstrumentId),
}
