//! What a field of a fact can be, so that any fact can be told, filtered and searched.

use crate::{
    AccountId, AssetId, FactId, FundamentalId, GroupId, InstrumentId, LegMark, Obstacle, Purse,
    Role, TraderId, VenueId,
};
use units::{Duration, Money, Price, Ratio, Side, Size, Time};

/// The value of one field. Prices and sizes are in units of the instrument (or fundamental) that
/// the same fact names; money in units of the asset of the fact's account, or of its venue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Word<'a> {
    /// An asset.
    Asset(AssetId),
    /// An exogenous price.
    Fundamental(FundamentalId),
    /// A venue.
    Venue(VenueId),
    /// An instrument.
    Instrument(InstrumentId),
    /// A group of accounts.
    Group(GroupId),
    /// A trader.
    Trader(TraderId),
    /// An account.
    Account(AccountId),
    /// A purse.
    Purse(Purse),
    /// An earlier fact.
    Fact(FactId),
    /// Money.
    Money(Money),
    /// A price.
    Price(Price),
    /// A size.
    Size(Size),
    /// A side.
    Side(Side),
    /// A ratio.
    Ratio(Ratio),
    /// A place in a ranking, in billionths; higher is closed first.
    Rank(i128),
    /// An instant.
    Time(Time),
    /// A span of time.
    Duration(Duration),
    /// A plain number.
    Number(i64),
    /// A count.
    Count(u64),
    /// What an account is for.
    Role(Role),
    /// Yes or no.
    Flag(bool),
    /// A text.
    Text(&'a str),
    /// Legs and the marks they were judged at.
    Legs(&'a [LegMark]),
    /// A field that says nothing here.
    Nothing,
}

macro_rules! words {
    ($($type:ty => $word:ident;)*) => {$(
        impl From<&$type> for Word<'_> {
            fn from(value: &$type) -> Self {
                Self::$word(*value)
            }
        }
    )*};
}

words! {
    AssetId => Asset;
    FundamentalId => Fundamental;
    VenueId => Venue;
    InstrumentId => Instrument;
    GroupId => Group;
    TraderId => Trader;
    AccountId => Account;
    Purse => Purse;
    FactId => Fact;
    Money => Money;
    Price => Price;
    Size => Size;
    Side => Side;
    Ratio => Ratio;
    i128 => Rank;
    Time => Time;
    Duration => Duration;
    u64 => Count;
    Role => Role;
    bool => Flag;
}

impl From<&i8> for Word<'_> {
    fn from(value: &i8) -> Self {
        Self::Number(i64::from(*value))
    }
}

impl From<&i64> for Word<'_> {
    fn from(value: &i64) -> Self {
        Self::Number(*value)
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
