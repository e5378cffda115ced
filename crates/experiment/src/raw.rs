//! An experiment as it is written: every part a slice of its file, read further only on demand.

use crate::tokens::after_blanks;
use ron::{Options, extensions::Extensions, value::RawValue};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use std::fmt;

/// How RON is read, in every file.
pub(crate) fn options() -> Options {
    let extensions = Extensions::IMPLICIT_SOME
        | Extensions::UNWRAP_NEWTYPES
        | Extensions::UNWRAP_VARIANT_NEWTYPES;
    Options::default().with_default_extension(extensions)
}

/// A part that is valid RON; what it means is for later.
#[derive(Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(crate) struct Raw<'a>(#[serde(borrow)] &'a RawValue);

impl<'a> Raw<'a> {
    /// The part from its first token on: a slice of the file.
    pub(crate) fn text(self) -> &'a str {
        after_blanks(self.0.get_ron())
    }
}

macro_rules! written {
    ($($(#[$doc:meta])* $name:ident { $($field:ident),* $(,)? } or { $($optional:ident),* })*) => {$(
        $(#[$doc])*
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name<'a> {
            $(#[serde(borrow)] pub(crate) $field: Raw<'a>,)*
            $(#[serde(borrow)] pub(crate) $optional: Option<Raw<'a>>,)*
        }
    )*};
}
pub(crate) use written;

written! {
    /// A file that is run.
    Experiment {
        schema, name, question, seed, start, horizon, assets, fundamentals, venues, traders, arms,
        metrics,
    } or { rules, expect }

    /// A file that venues include.
    RuleBook { schema, source, rules, instruments } or { include }

    /// An asset.
    Asset { decimals } or {}

    /// A venue.
    Venue { settles_in, taker_fee, instruments, rules } or { include }

    /// An instrument.
    Perpetual { index, price_unit, lot } or { rules }

    /// Accounts drawn from distributions.
    Population {
        count, on, side, holds, legs, margin, collateral, leverage, entered, behaviour,
    } or { name }

    /// Accounts one by one, here or in a table.
    #[expect(clippy::struct_field_names, reason = "fields are called as in the file")]
    Accounts { on, behaviour } or { name, accounts, file, digest }

    /// The account that takes what is left.
    Rest { on, collateral, behaviour } or { name }

    /// One account.
    Account { name, collateral, legs } or {}

    /// A leg of one account.
    Leg { size, entry, margin } or {}
}

/// People who hold accounts.
#[derive(Deserialize)]
pub(crate) enum Traders<'a> {
    Population(#[serde(borrow)] Population<'a>),
    Accounts(#[serde(borrow)] Accounts<'a>),
    Rest(#[serde(borrow)] Rest<'a>),
}

/// `(key: value, …)` with keys that nobody knows in advance.
pub(crate) struct Fields<'a>(pub(crate) Vec<(&'a str, Raw<'a>)>);

/// `{key: value, …}`.
pub(crate) struct Entries<'a>(pub(crate) Vec<(Raw<'a>, Raw<'a>)>);

struct Key<'a>(&'a str);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl<'de> Visitor<'de> for Name {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(name))
            }
        }
        deserializer.deserialize_identifier(Name)
    }
}

struct Pairs<K>(std::marker::PhantomData<K>);

impl<'de, K: Deserialize<'de>> Visitor<'de> for Pairs<K> {
    type Value = Vec<(K, Raw<'de>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = Pairs::<Key<'de>>(std::marker::PhantomData);
        let pairs = deserializer.deserialize_struct("", &[], visitor)?;
        Ok(Self(pairs.into_iter().map(|(Key(name), value)| (name, value)).collect()))
    }
}

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs(std::marker::PhantomData)).map(Self)
    }
}
