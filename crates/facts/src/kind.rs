//! The closed list of standard facts.

use crate::{
    posting::{Transfer, Transfers},
    word::Word,
};
use serde::{Deserialize, Serialize};
use std::any::TypeId;

/// What every kind of fact has.
pub trait FactKind: Transfers + Clone + Into<Fact> + Send + Sync + 'static {
    /// Its permanent number.
    const TAG: u16;
    /// Its name, in the past tense.
    const NAME: &'static str;
    /// What it means, as its doc comment says: a line a line.
    const DOC: &'static str;
    /// Its fields in order.
    const FIELDS: &'static [Field];

    /// What it is called: the name of its kind, or the one that another mechanism gave it.
    fn name(&self) -> &str {
        Self::NAME
    }

    /// Its fields in order, each with its name.
    fn words(&self) -> Vec<(&str, Word<'_>)>;
}

/// What is known of a field without any fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type, as a program writes it.
    pub kind: &'static str,
    /// What it means, as its doc comment says: a line a line.
    pub doc: &'static str,
}

/// What is known of a kind of fact without any fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its permanent number.
    pub tag: u16,
    /// Its name, in the past tense.
    pub name: &'static str,
    /// What it means, as its doc comment says: a line a line.
    pub doc: &'static str,
    /// Its fields in order.
    pub fields: &'static [Field],
    /// The money it moves.
    pub transfers: &'static [Transfer],
}

/// Defines facts: the struct, its words, its kind.
macro_rules! facts {
    ($($(#[doc = $doc:literal])* $tag:literal $name:ident {
        $($(#[doc = $field_doc:literal])* $field:ident: $type:ty,)*
    })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: $type,)*
        }

        impl crate::FactKind for $name {
            const TAG: u16 = $tag;
            const NAME: &'static str = stringify!($name);
            const DOC: &'static str = concat!($($doc, "\n"),*);
            const FIELDS: &'static [crate::Field] = &[$(crate::Field {
                name: stringify!($field),
                kind: stringify!($type),
                doc: concat!($($field_doc, "\n"),*),
            },)*];

            fn words(&self) -> Vec<(&str, crate::Word<'_>)> {
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

            /// What it is called: the name of its kind, or the one that another mechanism gave it.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$name(fact) => fact.name(),)*
                }
            }

            /// Its fields in order, each with its name.
            pub fn words(&self) -> Vec<(&str, Word<'_>)> {
                match self {
                    $(Self::$name(fact) => fact.words(),)*
                }
            }

            /// Permanent number of the kind that is of this type; none where no kind is.
            pub fn tag_of(kind: TypeId) -> Option<u16> {
                let kinds = [$((TypeId::of::<crate::$name>(), <crate::$name as FactKind>::TAG)),*];
                kinds.into_iter().find_map(|(its, tag)| (its == kind).then_some(tag))
            }

            /// All kinds, in the order of their tags.
            pub const KINDS: &'static [Description] = &[$(Description {
                tag: <crate::$name as FactKind>::TAG,
                name: <crate::$name as FactKind>::NAME,
                doc: <crate::$name as FactKind>::DOC,
                fields: <crate::$name as FactKind>::FIELDS,
                transfers: <crate::$name as Transfers>::TRANSFERS,
            },)*];
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
    LimitOrderPlaced,
    OrderRested,
    OrderFilled,
    RestingOrderCancelled,
    RuleEnded,
    RuleBegun,
    CapitalAdded,
    CapitalWithdrawn,
}

impl Fact {
    /// Permanent numbers of genesis facts are below this, of all others at or above it.
    pub const FIRST_AFTER_GENESIS: u16 = 32;

    /// Whether a kind of this list has the name.
    pub const fn is_standard(name: &str) -> bool {
        let mut kinds = Self::KINDS;
        while let [kind, rest @ ..] = kinds {
            if same(kind.name.as_bytes(), name.as_bytes()) {
                return true;
            }
            kinds = rest;
        }
        false
    }

    /// Whether it declares the world rather than tells what happened in it.
    pub fn is_genesis(&self) -> bool {
        self.tag() < Self::FIRST_AFTER_GENESIS
    }
}

const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, rest @ ..], [its, others @ ..]) = (one, other) {
        if *first != *its {
            return false;
        }
        (one, other) = (rest, others);
    }
    one.is_empty() && other.is_empty()
}

#[cfg(test)]
mod tests {
    use super::Fact;

    #[test]
    fn a_standard_name_is_known_and_no_other() {
        assert!(Fact::KINDS.iter().all(|kind| Fact::is_standard(kind.name)));
        assert!(
            !["", "Trade", "Tradeds", "LargeTraderReported"].map(Fact::is_standard).contains(&true)
        );
    }

    #[test]
    fn tags_are_unique_and_in_order() {
        for pair in Fact::KINDS.windows(2) {
            assert!(pair[0].tag < pair[1].tag, "{} before {}", pair[0].name, pair[1].name);
        }
    }

    #[test]
    fn every_kind_and_every_field_says_what_it_is() {
        for kind in Fact::KINDS {
            assert!(!kind.doc.trim().is_empty(), "{}", kind.name);
            for field in kind.fields {
                assert!(!field.doc.trim().is_empty(), "{}.{}", kind.name, field.name);
            }
        }
    }
}
