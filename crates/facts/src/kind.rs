//! The closed list of standard facts.

use crate::word::Word;
use serde::{Deserialize, Serialize};

/// What every kind of fact has.
pub trait FactKind: Clone + Into<Fact> + Send + Sync + 'static {
    /// Its permanent number.
    const TAG: u16;
    /// Its name, in the past tense.
    const NAME: &'static str;

    /// Its fields in order, each with its name.
    fn words(&self) -> Vec<(&'static str, Word<'_>)>;
}

/// Defines facts: the struct, its words, its kind.
macro_rules! facts {
    ($($(#[$doc:meta])* $tag:literal $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl crate::FactKind for $name {
            const TAG: u16 = $tag;
            const NAME: &'static str = stringify!($name);

            fn words(&self) -> Vec<(&'static str, crate::Word<'_>)> {
                vec![$((stringify!($field), crate::Word::from(&self.$field)),)*]
            }
        }

        impl From<$name> for crate::Fact {
            fn from(fact: $name) -> Self {
                Self::$name(fact)
            }
        }
    )*};
}
pub(crate) use facts;

macro_rules! fact_enum {
    ($($name:ident,)*) => {
        /// Everything that can happen, in the past tense; genesis first.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Fact {
            $(#[doc = concat!("See [`crate::", stringify!($name), "`].")]
            $name(crate::$name),)*
        }

        impl Fact {
            /// Permanent number of its kind.
            pub fn tag(&self) -> u16 {
                match self {
                    $(Self::$name(_) => <crate::$name as FactKind>::TAG,)*
                }
            }

            /// Name of its kind.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => <crate::$name as FactKind>::NAME,)*
                }
            }

            /// Its fields in order, each with its name.
            pub fn words(&self) -> Vec<(&'static str, Word<'_>)> {
                match self {
                    $(Self::$name(fact) => fact.words(),)*
                }
            }

            /// Names of all kinds, in the order of their tags.
            pub const NAMES: &'static [(u16, &'static str)] =
                &[$((<crate::$name as FactKind>::TAG, <crate::$name as FactKind>::NAME),)*];
        }
    };
}

fact_enum! {
    AssetListed,
    FundamentalListed,
    VenueListed,
    InstrumentListed,
    RuleInstalled,
    GroupListed,
    AccountOpened,
    Deposited,
    LegOpened,
    RunStarted,
    FundamentalPriceSet,
    IndexPricePublished,
    MarkPricePublished,
    LiquidationOpened,
    LiquidationSpared,
    LiquidationEnded,
    SaleOrdered,
    SaleKept,
    FillRefused,
    Traded,
    FeeCharged,
    PenaltyCharged,
    BankruptcyIncurred,
    InsurancePaid,
    ShortfallLeft,
    ProfitCut,
    PositionDeleveraged,
    ShortfallSettled,
    DebtBooked,
    Halted,
    Resumed,
    Told,
    MarginReleased,
    DebtRepaid,
    SaleWithdrawn,
    OrderPlaced,
    OrderCancelled,
    CollateralAdded,
    FundingRateSet,
    FundingPaid,
    MarginCalled,
    MarginCallMet,
    MarginCallMissed,
    PositionTakenOver,
    MarginSeized,
    PriceBandSet,
    RequirementChanged,
}

impl Fact {
    /// Permanent numbers of genesis facts are below this, of all others at or above it.
    pub const FIRST_AFTER_GENESIS: u16 = 32;

    /// Whether it declares the world rather than tells what happened in it.
    pub fn is_genesis(&self) -> bool {
        self.tag() < Self::FIRST_AFTER_GENESIS
    }
}

#[cfg(test)]
mod tests {
    use super::Fact;

    #[test]
    fn tags_are_unique_and_in_order() {
        for pair in Fact::NAMES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} before {}", pair[0].1, pair[1].1);
        }
    }
}
