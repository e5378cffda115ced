//! What has names that others refer to.

use crate::Code;

/// A kind of definition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// What one is called.
    pub(crate) one: &'static str,
    /// What all are called.
    pub(crate) many: &'static str,
    /// The mistake of naming one that is not there.
    pub(crate) unknown: Code,
}

impl Kind {
    pub(crate) const ASSET: Self = kind("asset", "assets", Code::UnknownAsset);
    pub(crate) const FUNDAMENTAL: Self =
        kind("fundamental", "fundamentals", Code::UnknownFundamental);
    pub(crate) const VENUE: Self = kind("venue", "venues", Code::UnknownVenue);
    pub(crate) const INSTRUMENT: Self =
        kind("instrument", "the venue lists", Code::UnknownInstrument);
    pub(crate) const GROUP: Self = kind("group", "groups", Code::UnknownGroup);
    pub(crate) const ARM: Self = kind("arm", "arms", Code::UnknownArm);
    pub(crate) const QUESTION: Self = kind("question", "questions", Code::UnknownQuestion);
    pub(crate) const METRIC: Self = kind("metric", "metrics", Code::UnknownMetric);
}

const fn kind(one: &'static str, many: &'static str, unknown: Code) -> Kind {
    Kind { one, many, unknown }
}
