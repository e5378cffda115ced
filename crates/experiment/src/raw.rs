//! An experiment as it is written: every part a slice of its file, read further only on demand.

use ron::{Options, extensions::Extensions};

/// How RON is read, in every file.
pub(crate) fn options() -> Options {
    let extensions = Extensions::IMPLICIT_SOME
        | Extensions::UNWRAP_NEWTYPES
        | Extensions::UNWRAP_VARIANT_NEWTYPES;
    Options::default().with_default_extension(extensions)
}

/// How fields are written, for those that are missing.
const EXAMPLES: &[(&str, &str)] = &[
    ("schema", "1"),
    ("name", "\"crash\""),
    ("question", "\"Who pays?\""),
    ("seed", "7"),
    ("start", "\"2025-10-10T20:45:00Z\""),
    ("horizon", "\"80min\""),
    ("assets", "{ \"USDC\": Asset(decimals: 6) }"),
    ("traders", "[…]"),
    ("arms", "{ \"base\": () }"),
    ("metrics", "[Shortfall]"),
    ("fork", "BeforeFirstLiquidation"),
    ("source", "\"documentation of the venue, 2025-10-01\""),
    ("rules", "(…)"),
    ("decimals", "6"),
    ("settles_in", "\"USDC\""),
    ("taker_fee", "\"0.05%\""),
    ("index", "\"BTC\""),
    ("price_unit", "\"0.01\""),
    ("lot", "\"0.001\""),
    ("count", "1_000"),
    ("on", "\"perp\""),
    ("side", "Long"),
    ("holds", "{ \"BTC\": \"100%\" }"),
    ("margin", "Cross"),
    ("collateral", "\"200 USDC\""),
    ("leverage", "Fixed(\"5x\")"),
    ("entered", "Within(\"3%\")"),
    ("behaviour", "Passive()"),
    ("accounts", "[…]"),
    ("size", "\"-2.5\""),
    ("entry", "\"62_000\""),
];

/// A field as it is written.
pub(crate) fn example(field: &str) -> String {
    let known = EXAMPLES.iter().find(|(name, _)| *name == field);
    format!("`{field}: {}`", known.map_or("…", |(_, example)| example))
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
    const NAME: &'static str;
    const FIELDS: &'static [&'static str];
    /// Fields that may be left out.
    const OPTIONAL: &'static [&'static str];

    /// Of the value of each field, where it has one; `missing` stands for the others.
    fn of(value: impl Fn(&str) -> Option<Raw<'a>>, missing: Raw<'a>) -> Self;
}

macro_rules! written {
    ($($(#[$doc:meta])* $name:ident { $($field:ident),* $(,)? } or { $($optional:ident),* })*) => {$(
        $(#[$doc])*
        pub(crate) struct $name<'a> {
            $(pub(crate) $field: Raw<'a>,)*
            $(pub(crate) $optional: Option<Raw<'a>>,)*
        }

        impl<'a> Written<'a> for $name<'a> {
            const NAME: &'static str = stringify!($name);
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
            const OPTIONAL: &'static [&'static str] = &[$(stringify!($optional)),*];

            fn of(value: impl Fn(&str) -> Option<Raw<'a>>, missing: Raw<'a>) -> Self {
                Self {
                    $($field: value(stringify!($field)).unwrap_or(missing),)*
                    $($optional: value(stringify!($optional)),)*
                }
            }
        }
    )*};
}
pub(crate) use written;

written! {
    /// A file that is run.
    Experiment {
        schema, name, question, seed, start, horizon, assets, fundamentals, venues, traders, arms,
        metrics,
    } or { rules, expect, fork }

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
pub(crate) enum Traders<'a> {
    Population(Population<'a>),
    Accounts(Accounts<'a>),
    Rest(Rest<'a>),
}
