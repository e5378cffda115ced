//! Why a log is refused.

use crate::Digest;
use facts::{FactId, InstrumentId};

/// Why bytes are not a whole log. Every byte is under a checksum, and facts under digests: the
/// remedy is another copy, or the run again, which the same experiment and seed repeat exactly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// There are no bytes.
    #[error("the log is empty: run the experiment again")]
    Empty,
    /// It is something else.
    #[error("this is not a log: a log begins with `DLVR`; check the path")]
    Foreign,
    /// It has another format.
    #[error("the log has format {found}, here {known} is read: use the engine that wrote it")]
    Version {
        /// Its format.
        found: u32,
        /// The format that is read.
        known: u32,
    },
    /// It ends before its seal.
    #[error(
        "the log has no seal after {frames} whole frames with {records} facts: the run did not \
         finish or the file was cut; run it again"
    )]
    Torn {
        /// Whole frames before the tear, the header among them.
        frames: u64,
        /// Facts after genesis in them.
        records: u64,
    },
    /// A frame is damaged.
    #[error("frame {frame} at byte {offset} is damaged: {what}; take another copy or run it again")]
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
         was replaced, removed or reordered; take another copy or run it again"
    )]
    Chain {
        /// Which frame; the header is 0.
        frame: u64,
        /// Where it begins.
        offset: usize,
    },
    /// The seal counts other facts than there are.
    #[error("the seal counts {sealed} facts, the log has {found}: run the experiment again")]
    Count {
        /// Facts according to the seal.
        sealed: u64,
        /// Facts that there are.
        found: u64,
    },
    /// The facts are not those that were sealed.
    #[error("the {what} digest is {found}, sealed was {sealed}: run the experiment again")]
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
         without a fact; report the experiment and its seed as a fault of the engine"
    )]
    State {
        /// Digest according to the seal.
        sealed: Digest,
        /// Digest of what the facts lead to.
        found: Digest,
    },
    /// The facts lead to no state at all.
    #[error("genesis leads to no state: {0}; report it as a fault of the engine")]
    Genesis(#[source] StateError),
    /// The facts lead to no state at all.
    #[error("fact #{fact} leads to no state: {source}; report it as a fault of the engine")]
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
