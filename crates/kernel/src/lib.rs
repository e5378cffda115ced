//! The loop of a deterministic discrete-event simulation.
//!
//! ```text
//!  time ──► instant ──► round ──► phase ──► kind ──► sequence
//!           a moment    a turn    a place   events   the order in which
//!                       of the    in the    that     they were scheduled
//!                       cascade   round     are alike
//! ```
//!
//! The key `(time, round, phase, kind, sequence)` strictly increases over a run. An event scheduled
//! for the present instant at or before the present (phase, kind) joins the next round, so a cascade
//! turns round and never goes back; a bound on rounds makes a livelock an error.
//!
//! Random numbers are addressed by (seed, purpose, entity, decision), never by the order of events.
//!
//! **Invariant:** the kernel knows no market, no clock, no thread and no disk.
//! **Invariant:** no order depends on memory, hashing or insertion into a container.

mod key;
mod batch;
mod agenda;
mod radix;
mod run;
mod stream;

pub use agenda::{Agenda, Progress, SchedulePast, Waiting};
pub use batch::Batch;
pub use key::{Key, KindRank};
pub use run::{APPROACHED, Model, RunError, Stop, run};
pub use stream::{Draw, Stream, Streams};
