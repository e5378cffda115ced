//! Experiments: from a file that a person wrote to the plan of a market.
//!
//! ```text
//!  text ─► checked bytes  ─► parts that borrow the text ─► worlds, one an arm  ─► market plan
//!          source, syntax    parts, raw, reader            read, rules, people    check, plan
//! ```
//!
//! A rule is `question: Answer(parameters)`. Which answers exist is said by a [`Catalogue`]; a crate
//! outside this workspace adds its own with [`Catalogue::with`] and touches nothing here.
//!
//! Every piece of an experiment is read as a slice of its file, so its address is its position and
//! each mistake is shown where it stands, all of a file at once. Each has a [`Code`] that explains it.
//!
//! A venue's own accounts come from a table next to the experiment; its digest is part of what the
//! experiment says. What a person expects of an arm is no part of it, and is judged from a log.
//!
//! The people of an experiment do not depend on any rule: account *i* of a population is the same
//! in every arm that defines the population and its fundamental alike. Of as many accounts as are
//! asked for, it has its part of the same money, in every arm whose populations count in the same
//! proportions.
//!
//! **Invariant:** no disk, no clock, no environment; files come from [`Includes`].
//! **Invariant:** the order of definitions in a file, its comments and its spacing change nothing.
//! **Invariant:** no parameter has a silent default.
//! **Invariant:** whatever the bytes, reading ends, and never in a panic.

mod code;
mod diagnostic;
mod tokens;
mod brackets;
mod foreign;
mod syntax;
mod parts;
mod source;
mod form;
mod raw;
mod quantity;
mod mended;
mod example;
mod noun;
mod explain_ron;
mod faults;
mod kind;
mod reader;
mod belongs;
mod bracketed;
mod shapes;
mod catalogue;
mod include;
mod table;
mod world;
mod site;
mod rules;
mod venue;
mod people;
mod group;
mod drawn;
mod roster;
mod listed;
mod snapshot;
mod distribution;
mod population;
mod scale;
mod arm;
mod fork;
mod metric;
mod read;
mod label;
mod expect;
mod check;
mod balance;
mod budget;
mod horizon;
mod calls;
mod plan;
mod opening;
mod normal;
mod standard;
mod run;
mod judge;
#[cfg(test)]
mod trial;
#[cfg(test)]
mod tests;

pub use budget::ACCOUNTS_MAX;
pub use catalogue::Catalogue;
pub use code::Code;
pub use diagnostic::{Diagnostic, Severity, meant, nearest};
pub use example::Example;
pub use fork::Fork;
pub use form::{Field, Form, forms};
pub use include::Includes;
pub use plan::Experiment;
pub use read::{Loaded, load, load_scaled};
pub use reader::grouped;
pub use run::{NotResumed, Stop};
pub use table::TABLE_BYTES_MAX;
