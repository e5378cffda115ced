//! Facts of mechanisms outside the standard set.

use crate::{Event, Market};
use facts::{Description, Fact, FactId, FactKind, Told, Word};
use std::any::TypeId;

/// The number under which logs keep all facts of mechanisms outside the standard set.
pub const TOLD: u16 = Told::TAG;

/// A fact of a mechanism outside the standard set, as [`crate::facts!`] defines it: [`Market::tell`]
/// leaves it.
pub trait Telling: Event {
    /// What is known of it without any: its doc and its fields.
    const DESCRIPTION: Description;

    /// Its fields in order, each with its name.
    fn words(&self) -> Vec<(&str, Word<'_>)>;
}

impl Market<'_> {
    /// Leaves a fact that the standard set does not have, and lets those hear it who asked to.
    pub fn tell<F: Telling>(&mut self, fact: F) -> FactId {
        const { assert!(!Fact::is_standard(F::NAME), "a standard kind of fact has this name") };
        let id = self.record(Told::new(F::NAME, fact.words()));
        if self.rules.handlers.find(TypeId::of::<F>()).is_some() {
            self.schedule_because(self.now(), fact, id);
        }
        id
    }
}

/// Defines facts of a mechanism outside the standard set.
///
/// Each has a doc, a name in the past tense, its fields, each with its doc and of a type that a
/// [`Word`] is made of, the phase in which other mechanisms hear it, and what it concerns:
///
/// ```text
/// market::facts! {
///     /// An account was told to hold less.
///     AccountWarned {
///         /// Which.
///         account: AccountId,
///         /// What it holds.
///         notional: Money,
///     } in Decide at |fact, _| Place::Account(fact.account);
/// }
/// ```
///
/// Who lists it among [`crate::Mechanism::FACTS`] has `delever explain` know it, and an experiment may
/// expect so many of it.
/// `market.tell(AccountWarned { account, notional })` leaves one. In a log it reads, and is found,
/// like any other fact; money, prices and sizes are shown in units of the first venue, account or
/// instrument that it names.
#[macro_export]
macro_rules! facts {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident { $($(#[doc = $field_doc:literal])* $field:ident: $type:ty),* $(,)? } in $phase:ident
            at |$fact:pat_param, $market:pat_param| $place:expr;
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: $type),*
        }

        $crate::event! { $name in $phase at |$fact, $market| $place }

        impl $crate::Telling for $name {
            const DESCRIPTION: $crate::Description = $crate::Description {
                tag: $crate::TOLD,
                name: stringify!($name),
                doc: concat!($($doc, "\n"),*),
                fields: &[$($crate::DescribedField {
                    name: stringify!($field),
                    kind: stringify!($type),
                    doc: concat!($($field_doc, "\n"),*),
                }),*],
                transfers: &[],
            };

            fn words(&self) -> Vec<(&str, $crate::Word<'_>)> {
                vec![$((stringify!($field), $crate::Word::from(&self.$field))),*]
            }
        }
    )*};
}
