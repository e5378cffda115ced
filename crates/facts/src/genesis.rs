//! Facts that declare the world before time starts.

use crate::{
    AccountId, AssetId, FundamentalId, GroupId, InstrumentId, Purse, TraderId, VenueId, kind::facts,
};
use serde::{Deserialize, Serialize};
use units::{Money, Price, Size};

/// What an account is for. Only [`Role::Trader`] may be liquidated or deleveraged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// The world outside the venues: where deposits come from.
    Outside,
    /// A venue's own income: fees.
    Revenue,
    /// A venue's insurance fund.
    InsuranceFund,
    /// What a venue owes because nobody paid: never positive, its magnitude is the booked debt.
    Debt,
    /// Where cut profits wait for the bankrupt purses of the same instant; empty between instants.
    Settlement,
    /// Counterparty of unrealised profit: its balance is the unsettled profit of an instrument.
    Clearing,
    /// The named account that forced sales trade against.
    Liquidity,
    /// A trader's account.
    Trader,
    /// Where funding waits between those who paid and those who will receive; what rounding leaves
    /// stays here.
    Funding,
    /// A venue's backstop, which takes over positions before they are bankrupt.
    Backstop,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 10] = [
        Self::Outside,
        Self::Revenue,
        Self::InsuranceFund,
        Self::Debt,
        Self::Settlement,
        Self::Clearing,
        Self::Liquidity,
        Self::Trader,
        Self::Funding,
        Self::Backstop,
    ];

    /// What an account of it is called: one of an instrument behind the name of that.
    pub fn label(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::Revenue => "revenue",
            Self::InsuranceFund => "insurance fund",
            Self::Debt => "debt",
            Self::Settlement => "settlement",
            Self::Clearing => "clearing",
            Self::Liquidity => "liquidity",
            Self::Trader => "trader",
            Self::Funding => "funding",
            Self::Backstop => "backstop",
        }
    }
}

facts! {
    /// An asset that balances are kept in.
    1 AssetListed {
        /// Its id.
        asset: AssetId,
        /// Its name.
        name: String,
        /// Digits after the point of its smallest unit.
        decimals: i8,
    }

    /// An exogenous price.
    2 FundamentalListed {
        /// Its id.
        fundamental: FundamentalId,
        /// Its name.
        name: String,
        /// Digits after the point of its price unit.
        price_decimals: i8,
    }

    /// A venue.
    3 VenueListed {
        /// Its id.
        venue: VenueId,
        /// Its name.
        name: String,
        /// The asset it settles in.
        asset: AssetId,
    }

    /// An instrument of a venue: a linear perpetual contract.
    4 InstrumentListed {
        /// Its id.
        instrument: InstrumentId,
        /// The venue that lists it.
        venue: VenueId,
        /// Its name within the venue.
        name: String,
        /// The exogenous price it follows.
        fundamental: FundamentalId,
        /// Digits after the point of its price unit.
        price_decimals: i8,
        /// Digits after the point of its lot.
        lot_decimals: i8,
        /// Money units that one lot is worth at one price unit.
        unit_value: i64,
        /// Counterparty of its unrealised profit.
        clearing: AccountId,
        /// The account forced sales trade against.
        liquidity: AccountId,
        /// Where funding waits between longs and shorts.
        funding: AccountId,
    }

    /// A rule in force: an answer to a question, with its parameters.
    5 RuleInstalled {
        /// The question.
        question: String,
        /// The answer.
        answer: String,
        /// The venue it holds for; none for the whole system.
        venue: Option<VenueId>,
        /// The instrument it holds for; none for all of the venue.
        instrument: Option<InstrumentId>,
        /// Its parameters as the experiment wrote them.
        parameters: String,
    }

    /// A group of accounts that the experiment names.
    6 GroupListed {
        /// Its id.
        group: GroupId,
        /// Its name.
        name: String,
    }

    /// An account, with an empty balance.
    7 AccountOpened {
        /// Its id.
        account: AccountId,
        /// Who decides over it.
        trader: TraderId,
        /// The venue it is held at; none for the outside world.
        venue: Option<VenueId>,
        /// What it is for.
        role: Role,
        /// The group it belongs to.
        group: GroupId,
        /// Its place in the group, from zero.
        ordinal: u64,
        /// Its own name within the group; empty where only the place names it.
        name: String,
    }

    /// Money put into a purse from outside.
    8 Deposited {
        /// Where it came from.
        from: AccountId,
        /// The purse.
        purse: Purse,
        /// How much, not negative.
        amount: Money,
    }

    /// A leg held at the start.
    9 LegOpened {
        /// The purse that stands behind it.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size.
        size: Size,
        /// Price it was entered at.
        entry: Price,
        /// Signed entry cost: entry price times size.
        cost: Money,
        /// Where the instrument's unsettled profit is kept.
        clearing: AccountId,
        /// Where it comes from.
        outside: AccountId,
    }
}
