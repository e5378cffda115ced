//! What an experiment is written with, and how each form explains itself.
//!
//! A form is `Name(field: …)` or one of a few words. It is documented where it is defined; the
//! documentation is what `delever explain` prints, and the examples are what messages propose.

use crate::{distribution, drawn, expect, fork, quantity, raw, rules};

/// `Name(field: …)`, or a word that is chosen among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it begins with.
    pub name: &'static str,
    /// What it means, as its doc comment says: a line a line.
    pub doc: &'static str,
    /// Its fields, those that may be left out last.
    pub fields: &'static [Field],
}

/// A named part of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it means, as its doc comment says: a line a line.
    pub doc: &'static str,
    /// A value, as it is written.
    pub example: &'static str,
    /// Whether it may be left out.
    pub is_optional: bool,
}

/// Every form, from the whole to its parts.
pub fn forms() -> impl Iterator<Item = &'static Form> {
    let parts = [raw::FORMS, drawn::FORMS, drawn::SIDES, distribution::FORMS, rules::FORMS];
    let others = [fork::FORMS, quantity::FORMS, expect::FORMS, expect::DIGEST_FORM];
    parts.into_iter().chain(others).flatten()
}

impl Form {
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }
}

/// A part; what it means is for later. Empty, at the beginning of what should have it, where it is
/// missing, which was told then.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'a>(pub(crate) &'a str);

impl<'a> Raw<'a> {
    /// The part from its first token to its last: a slice of the file.
    pub(crate) fn text(self) -> &'a str {
        self.0
    }
}

/// What is written as `Name(field: …)`.
pub(crate) trait Written<'a>: Sized {
    const FORM: Form;

    /// Of the value of each field, where it has one; `missing` stands for the others.
    fn of(value: impl Fn(&str) -> Option<Raw<'a>>, missing: Raw<'a>) -> Self;
}

/// Defines forms with fields: `or` those that may be left out.
macro_rules! written {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident {
            $($(#[doc = $field_doc:literal])* $field:ident: $example:literal,)*
        } or {
            $($(#[doc = $other_doc:literal])* $other:ident: $other_example:literal,)*
        }
    )*) => {
        /// Every form that is defined here.
        pub(crate) const FORMS: &[$crate::form::Form] =
            &[$(<$name<'_> as $crate::form::Written<'_>>::FORM,)*];

        $(
            $(#[doc = $doc])*
            pub(crate) struct $name<'a> {
                $($(#[doc = $field_doc])* pub(crate) $field: $crate::form::Raw<'a>,)*
                $($(#[doc = $other_doc])* pub(crate) $other: Option<$crate::form::Raw<'a>>,)*
            }

            impl<'a> $crate::form::Written<'a> for $name<'a> {
                const FORM: $crate::form::Form = $crate::form::Form {
                    name: stringify!($name),
                    doc: concat!($($doc, "\n"),*),
                    fields: &[
                        $($crate::form::Field {
                            name: stringify!($field),
                            doc: concat!($($field_doc, "\n"),*),
                            example: $example,
                            is_optional: false,
                        },)*
                        $($crate::form::Field {
                            name: stringify!($other),
                            doc: concat!($($other_doc, "\n"),*),
                            example: $other_example,
                            is_optional: true,
                        },)*
                    ],
                };

                fn of(
                    value: impl Fn(&str) -> Option<$crate::form::Raw<'a>>,
                    missing: $crate::form::Raw<'a>,
                ) -> Self {
                    Self {
                        $($field: value(stringify!($field)).unwrap_or(missing),)*
                        $($other: value(stringify!($other)),)*
                    }
                }
            }
        )*
    };
}
pub(crate) use written;

/// Defines words one of which is chosen, with or without something in parentheses.
macro_rules! chosen {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident $(<$of:ident>)? {
            $(
                $(#[doc = $word_doc:literal])*
                $word:ident $(($part:ident))? $({$(
                    $(#[doc = $field_doc:literal])*
                    $field:ident: $kind:ident = $example:literal,
                )*})?,
            )*
        }
    )*) => {
        /// Every word that is defined here.
        pub(crate) const FORMS: &[$crate::form::Form] = &[$($($crate::form::Form {
            name: stringify!($word),
            doc: concat!($($word_doc, "\n"),*),
            fields: &[$($($crate::form::Field {
                name: stringify!($field),
                doc: concat!($($field_doc, "\n"),*),
                example: $example,
                is_optional: false,
            },)*)?],
        },)*)*];

        $(
            $(#[doc = $doc])*
            #[derive(serde::Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(crate) enum $name $(<$of>)? {
                $(
                    $(#[doc = $word_doc])*
                    $word $(($part))? $({$($(#[doc = $field_doc])* $field: $kind,)*})?,
                )*
            }
        )*
    };
}
pub(crate) use chosen;
