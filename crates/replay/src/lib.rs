//! The log is the only output of a run; whatever is measured, judged or told afterwards reads
//! nothing else.
//!
//! ```text
//! DLVR version │ header │ genesis frames │ record frames │ seal
//! ```
//!
//! A [`Writer`] takes facts as they happen and ends in a [`Seal`]. [`Log::read`] gives them back
//! only when every byte is the one that was written: each frame has a checksum and is chained to
//! all before it, and the seal holds the number of facts, their digests, and the digest of the
//! final balances and legs, which reading folds again ([`State`]).
//!
//! [`Names`] tells a fact to a person, [`causes`] walks from a fact to its root, [`Filter`] picks,
//! [`diff()`] says where two logs part, and [`salvage`] what is whole of a damaged one.
//!
//! **Invariant:** the same facts give the same digest, whatever the header or the frames are.
//! **Invariant:** no input panics, and no length in it is believed beyond what a frame may hold.
//! **Invariant:** nothing here touches a disk, or knows how a fact came about.

mod header;
mod seal;
mod digest;
mod error;
mod codec;
mod compact;
mod frame;
mod foreign;
mod writer;
mod log;
mod salvage;
mod state;
mod funding;
mod names;
mod text;
mod filter;
mod diff;
#[cfg(test)]
mod sample;

pub use diff::{Compared, Difference, diff};
pub use digest::Digest;
pub use error::{LogError, StateError};
pub use filter::{Filter, causes, concerns, mentions};
pub use funding::Funding;
pub use header::Header;
pub use log::Log;
pub use names::Names;
pub use salvage::{Salvaged, salvage};
pub use seal::{Seal, SealReason, Sealed};
pub use state::{Leg, State};
pub use text::PHASES;
pub use writer::Writer;
