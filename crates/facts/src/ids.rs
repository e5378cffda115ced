//! Names of things, dense from zero in the order of their sorted names.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($number:ty);)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $number);

        impl $name {
            /// Row of its column.
            ///
            /// # Panics
            /// On a machine whose addresses are narrower than the id.
            #[inline]
            pub fn row(self) -> usize {
                usize::try_from(self.0).expect("an id fits the address space")
            }

            /// The id of a row.
            ///
            /// # Panics
            /// When the row is past the last id: a world is refused before it grows so large.
            #[inline]
            pub fn from_row(row: usize) -> Self {
                Self(<$number>::try_from(row).expect("a world has fewer rows than ids"))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    )*};
}

ids! {
    /// An asset that balances are kept in.
    AssetId(u16);
    /// An exogenous price.
    FundamentalId(u16);
    /// A venue.
    VenueId(u16);
    /// An instrument of a venue.
    InstrumentId(u16);
    /// A group of accounts that an experiment names: a population, explicit accounts, the house.
    GroupId(u16);
    /// A trader: who decides.
    TraderId(u32);
    /// An account: what a trader, or the house, holds at one venue.
    AccountId(u32);
    /// A fact after genesis, counted from zero.
    FactId(u64);
}

/// The pot of money that stands behind a set of legs, and nothing else does: the collateral of an
/// account for all its cross legs, or the margin posted to one isolated leg.
///
/// Risk, liquidation and bankruptcy are of a purse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Purse {
    /// Whose it is.
    pub account: AccountId,
    /// The isolated leg whose margin it is; none for the account's own collateral.
    pub isolated: Option<InstrumentId>,
}

impl Purse {
    /// The collateral of an account.
    pub fn of(account: AccountId) -> Self {
        Self { account, isolated: None }
    }

    /// The margin of an isolated leg.
    pub fn isolated(account: AccountId, instrument: InstrumentId) -> Self {
        Self { account, isolated: Some(instrument) }
    }
}

impl From<AccountId> for Purse {
    fn from(account: AccountId) -> Self {
        Self::of(account)
    }
}
