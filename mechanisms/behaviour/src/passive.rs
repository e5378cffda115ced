//! Holders who do nothing.
//!
//! # Rule
//!
//! They hold what they hold until it is closed for them.
//!
//! # Why venues do it
//!
//! Traders do it: of those deleveraged on 10 October 2025, 3.8 % traded the same coin within a
//! minute.
//!
//! # Parameters
//!
//! None.
//!
//! # Known failure
//!
//! Nobody tops up, hedges or runs: cascades are as deep as margins and depth make them, no deeper.
//!
//! # Sources
//!
//! Reaction times in the data of arXiv 2512.01112v3, pluriholonomic/autodeleveraging-analysis.

use market::{Behaviour, Mechanism, Plan};
use serde::Deserialize;

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passive {}

impl Mechanism for Passive {
    type Question = Behaviour;
    const NAME: &'static str = "Passive";
    const SOURCE: &'static str = include_str!("passive.rs");

    fn install(&self, _: &mut Plan<'_, Self>) {}
}
