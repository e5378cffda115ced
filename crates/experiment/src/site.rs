//! Where rules are written.

use market::Scope;

/// What an arm patches by path; everything else that it writes is a rule.
pub(crate) const PATHS: [&str; 3] = ["venues", "traders", "fundamentals"];

/// Where rules are written: which questions are answered there, and what else may stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    scopes: &'static [Scope],
    pub(crate) others: &'static [&'static str],
    is_arm: bool,
}

impl Site {
    /// `rules` of an experiment.
    pub(crate) const EXPERIMENT: Self =
        Self { scopes: &[Scope::System], others: &[], is_arm: false };
    /// `rules` of a venue or a rule-book.
    pub(crate) const VENUE: Self =
        Self { scopes: &[Scope::Venue, Scope::Instrument], others: &[], is_arm: false };
    /// `rules` of an instrument.
    pub(crate) const INSTRUMENT: Self =
        Self { scopes: &[Scope::Instrument], others: &[], is_arm: false };
    /// An arm.
    pub(crate) const ARM: Self = Self {
        scopes: &[Scope::System, Scope::Venue, Scope::Instrument],
        others: &PATHS,
        is_arm: true,
    };
    /// A venue that an arm patches.
    pub(crate) const VENUE_OF_ARM: Self =
        Self { others: &["instruments"], is_arm: true, ..Self::VENUE };
    /// An instrument that an arm patches.
    pub(crate) const INSTRUMENT_OF_ARM: Self = Self { is_arm: true, ..Self::INSTRUMENT };

    /// Whether questions of this scope are answered here.
    pub(crate) fn takes(self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether it patches what is written elsewhere.
    pub(crate) fn is_arm(self) -> bool {
        self.is_arm
    }
}
