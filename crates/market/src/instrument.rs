//! Venues, what they list, and the exogenous prices they follow.

use bevy_ecs::component::Component;
use facts::{AccountId, AssetId, FactId, FundamentalId, InstrumentId, VenueId};
use serde::{Deserialize, Serialize};
use units::{Money, Price, Ratio, Size, Time};

/// Digits after the point of the price unit of every exogenous price.
pub const FUNDAMENTAL_DECIMALS: i8 = 8;

/// Powers of ten.
const POWERS: [i64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// An exogenous price.
#[derive(Clone, Debug, Component, Serialize, Deserialize)]
pub struct FundamentalPrice {
    /// Its id.
    pub id: FundamentalId,
    /// Its name, which addresses its random numbers.
    pub name: String,
    /// Its price, in units of 10^−[`FUNDAMENTAL_DECIMALS`]; none before the first is set.
    pub price: Option<Price>,
    pub(crate) set: Option<FactId>,
    pub(crate) ordinal: u64,
    /// Instruments that follow it: the plan says which.
    #[serde(skip)]
    pub(crate) followers: Vec<InstrumentId>,
}

/// A venue and its own accounts.
#[derive(Clone, Copy, Debug, Component)]
pub struct Venue {
    /// Its id.
    pub id: VenueId,
    /// The asset it settles in.
    pub asset: AssetId,
    /// Digits after the point of that asset's smallest unit.
    pub asset_decimals: i8,
    /// Fee on the notional of a trade, paid to the venue by whoever ordered it.
    pub taker_fee: Ratio,
    /// Its income.
    pub revenue: AccountId,
    /// Its insurance fund.
    pub fund: AccountId,
    /// What it owes because nobody paid.
    pub debt: AccountId,
    /// Where cut profits wait within an instant.
    pub settlement: AccountId,
    /// Its backstop, which takes over positions where a rule says when.
    pub backstop: AccountId,
}

/// A linear perpetual contract.
#[derive(Clone, Copy, Debug, Component, Serialize, Deserialize)]
pub struct Instrument {
    /// Its id.
    pub id: InstrumentId,
    /// The venue that lists it.
    pub venue: VenueId,
    /// The exogenous price it follows.
    pub fundamental: FundamentalId,
    /// Digits after the point of its price unit.
    pub price_decimals: i8,
    /// Digits after the point of its lot.
    pub lot_decimals: i8,
    /// Money units that one lot is worth at one price unit, positive.
    pub unit_value: i64,
    /// Counterparty of unrealised profit: its balance is the unsettled profit of all legs.
    pub clearing: AccountId,
    /// The account that orders and forced sales trade against.
    pub liquidity: AccountId,
    /// Where funding waits between longs and shorts.
    pub funding: AccountId,
    /// The exogenous price it follows, in its own price units, to the nearest; none before time starts.
    pub fundamental_price: Option<Price>,
    /// Last published index price.
    pub index_price: Option<Price>,
    /// Last published mark price.
    pub mark_price: Option<Price>,
    /// The mark price before that.
    pub previous_mark_price: Option<Price>,
    /// Trading is halted until then.
    pub halted_until: Option<Time>,
    /// Lowest and highest price that trades are allowed at.
    pub band: Option<(Price, Price)>,
    /// The book in which orders rest; none where they do not.
    pub(crate) book: Option<BookTerms>,
    /// Funding of one lot held long since time started, in billionths of the settlement asset's
    /// smallest unit.
    pub cumulative_funding: i128,
    /// Whether funding was ever charged: from then on purses are watched for it.
    pub(crate) is_funded: bool,
    /// How often a leg's funding was settled.
    pub(crate) settlements: u64,
    pub(crate) index_fact: Option<FactId>,
    pub(crate) mark_fact: Option<FactId>,
    /// The largest trade since the last mark, or before it where there was none, and its notional:
    /// nothing for one before the last mark.
    pub(crate) largest_trade: Option<(FactId, Money)>,
    /// Index price that the last mark was made from.
    pub(crate) marked_index: Option<Price>,
    pub(crate) tally: Tally,
}

/// What a book is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BookTerms {
    /// Price units between two levels.
    pub(crate) tick: Price,
    /// Most orders that may rest in it.
    pub(crate) orders: u32,
}

/// Running totals over the legs of an instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Lots of all longs.
    pub(crate) long: i128,
    /// Lots of all shorts, positive.
    pub(crate) short: i128,
    /// Signed entry cost of all legs.
    pub(crate) cost: Money,
}

impl Tally {
    pub(crate) fn add(&mut self, size: Size, cost: Money) {
        self.long += i128::from(size.0.max(0));
        self.short -= i128::from(size.0.min(0));
        self.cost += cost;
    }

    /// A leg of size and cost `before` has others now.
    pub(crate) fn change(&mut self, before: (Size, Money), after: (Size, Money)) {
        let ((held, paid), (size, cost)) = (before, after);
        self.long += i128::from(size.0.max(0) - held.0.max(0));
        self.short += i128::from(held.0.min(0) - size.0.min(0));
        self.cost += cost - paid;
    }
}

impl Instrument {
    /// Worth of `size` at `price`: exact, with the sign of the size (for a positive price).
    #[inline]
    pub fn value(&self, size: Size, price: Price) -> Money {
        match size.0.checked_mul(price.0) {
            Some(narrow) => Money(i128::from(narrow) * i128::from(self.unit_value)),
            None => self.wide_value(size, price),
        }
    }

    /// Out of line, so that what nearly all are takes two multiplications.
    #[cold]
    #[inline(never)]
    fn wide_value(&self, size: Size, price: Price) -> Money {
        Money(i128::from(size.0) * i128::from(price.0) * i128::from(self.unit_value))
    }

    /// Worth of `size` at `price` without its sign.
    #[inline]
    pub fn notional(&self, size: Size, price: Price) -> Money {
        self.value(size, price).magnitude()
    }

    /// Open interest in lots: those of all longs, which are as many as those of all shorts.
    pub fn open_interest(&self) -> i128 {
        self.tally.long
    }

    /// A price of the fundamental in this instrument's price units, to the nearest.
    pub fn price_of_fundamental(&self, price: Price) -> Price {
        let decimals = usize::from((FUNDAMENTAL_DECIMALS - self.price_decimals).unsigned_abs());
        let scale = POWERS[decimals];
        Price((price.0 + scale / 2).div_euclid(scale))
    }
}
