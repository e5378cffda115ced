//! What a field of a fact can be, so that any fact can be told, filtered and searched.

use crate::{
    AccountId, AssetId, FactId, FundamentalId, GroupId, InstrumentId, LegMark, Obstacle, Purse,
    Role, TimeInForce, TraderId, VenueId,
};
use serde::{Deserialize, Serialize};
use units::{Duration, Money, Price, Ratio, Side, Size, Time};

macro_rules! words {
    ($($(#[doc = $doc:literal])* $word:ident($type:ty);)*) => {
        /// The value of one field. Prices and sizes are in units of the instrument (or fundamental)
        /// that the same fact names; money in units of the asset of the fact's account, or of its
        /// venue.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Word<'a> {
            /// A field that says nothing here.
            Nothing,
            /// A text.
            Text(&'a str),
            /// Legs and the marks they were judged at.
            Legs(&'a [LegMark]),
            $($(#[doc = $doc])* $word($type),)*
        }

        /// A word that keeps what it says: what logs have of the facts of other mechanisms.
        ///
        /// The order of its kinds is permanent: a new one comes last.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Term {
            /// A field that says nothing here.
            Nothing,
            /// A text.
            Text(String),
            /// Legs and the marks they were judged at.
            Legs(Vec<LegMark>),
            $($(#[doc = $doc])* $word($type),)*
        }

        impl From<Word<'_>> for Term {
            fn from(word: Word<'_>) -> Self {
                match word {
                    Word::Nothing => Self::Nothing,
                    Word::Text(text) => Self::Text(text.to_owned()),
                    Word::Legs(legs) => Self::Legs(legs.to_owned()),
                    $(Word::$word(value) => Self::$word(value),)*
                }
            }
        }

        impl<'a> From<&'a Term> for Word<'a> {
            fn from(term: &'a Term) -> Self {
                match term {
                    Term::Nothing => Self::Nothing,
                    Term::Text(text) => Self::Text(text),
                    Term::Legs(legs) => Self::Legs(legs),
                    $(Term::$word(value) => Self::$word(*value),)*
                }
            }
        }

        $(impl From<&$type> for Word<'_> {
            fn from(value: &$type) -> Self {
                Self::$word(*value)
            }
        })*
    };
}

words! {
    /// An asset.
    Asset(AssetId);
    /// An exogenous price.
    Fundamental(FundamentalId);
    /// A venue.
    Venue(VenueId);
    /// An instrument.
    Instrument(InstrumentId);
    /// A group of accounts.
    Group(GroupId);
    /// A trader.
    Trader(TraderId);
    /// An account.
    Account(AccountId);
    /// A purse.
    Purse(Purse);
    /// An earlier fact.
    Fact(FactId);
    /// Money.
    Money(Money);
    /// A price.
    Price(Price);
    /// A size.
    Size(Size);
    /// A side.
    Side(Side);
    /// A ratio.
    Ratio(Ratio);
    /// A place in a ranking, in billionths; higher is closed first.
    Rank(i128);
    /// An instant.
    Time(Time);
    /// A span of time.
    Duration(Duration);
    /// A plain number.
    Number(i64);
    /// A count.
    Count(u64);
    /// What an account is for.
    Role(Role);
    /// Yes or no.
    Flag(bool);
}

impl From<&i8> for Word<'_> {
    fn from(value: &i8) -> Self {
        Self::Number(i64::from(*value))
    }
}

impl<'a> From<&'a String> for Word<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a Vec<LegMark>> for Word<'a> {
    fn from(value: &'a Vec<LegMark>) -> Self {
        Self::Legs(value)
    }
}

macro_rules! optional_words {
    ($($type:ty),*) => {$(
        impl From<&Option<$type>> for Word<'_> {
            fn from(value: &Option<$type>) -> Self {
                value.as_ref().map_or(Self::Nothing, Self::from)
            }
        }
    )*};
}

optional_words!(VenueId, InstrumentId, Price, Purse);

impl From<&Obstacle> for Word<'_> {
    fn from(value: &Obstacle) -> Self {
        Self::Text(value.text())
    }
}

impl From<&TimeInForce> for Word<'_> {
    fn from(value: &TimeInForce) -> Self {
        Self::Text(value.text())
    }
}
