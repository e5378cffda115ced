//! Mechanisms of somebody else, in a crate of their own: what is here uses nothing but what the
//! README names, and nothing elsewhere knows of it.
//!
//! There is a third answer to *deleveraging*, [`OldestFirst`], and another to *behaviour*,
//! [`Reopens`]; and a question of its own, [`Surveillance`], with two answers. [`LargeTraderReport`]
//! leaves facts that no venue of the standard set does, and [`Escalation`] hears them.

mod oldest_first;
mod reopens;
mod large_trader_report;
mod escalation;

pub use escalation::{Escalation, SurveillanceEscalated};
pub use large_trader_report::{LargeTraderReport, LargeTraderReported};
pub use oldest_first::OldestFirst;
pub use reopens::Reopens;

use experiment::Catalogue;
use market::{Question, Scope};

/// Every mechanism of the standard set, and those of this crate.
pub fn catalogue() -> Catalogue {
    Catalogue::standard()
        .with::<OldestFirst>()
        .with::<Reopens>()
        .with::<LargeTraderReport>()
        .with::<Escalation>()
}

/// The question of who is watched; its answers act on nobody.
#[derive(Debug)]
pub enum Surveillance {}

impl Question for Surveillance {
    type Answer = ();
    const NAME: &'static str = "surveillance";
    const MEANING: &'static str = "Who is watched, and who hears of it?";
    const SCOPE: Scope = Scope::Venue;
    const MANY: bool = true;
}
