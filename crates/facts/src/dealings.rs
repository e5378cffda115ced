//! Facts of what traders do by themselves, and of what venues ask and pay between liquidations.

use crate::{AccountId, FactId, InstrumentId, LegMark, Purse, kind::facts};
use serde::{Deserialize, Serialize};
use units::{Money, Price, Ratio, Size, Time};

/// Why an order, or what was left of it, was not filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Obstacle {
    /// Trading was halted.
    Halted,
    /// Nobody was there to trade with within the price band.
    NoDepth,
    /// The purse would have had less equity than it needs to open.
    Margin,
    /// A liquidation of the purse was under way.
    UnderLiquidation,
    /// It should only have reduced a leg, and there was nothing to reduce.
    NothingToReduce,
    /// It should only have rested, and would have traded at once.
    WouldTrade,
    /// It should have been filled whole or not at all, and could not be filled whole.
    NotWhole,
    /// Orders do not rest in the instrument.
    NoBook,
    /// As many orders rest as may.
    BookFull,
    /// Its price is no positive whole number of ticks.
    OffTick,
    /// Another order of the same account met it.
    SelfTrade,
    /// Its owner withdrew it.
    Withdrawn,
}

impl Obstacle {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Halted => "trading is halted",
            Self::NoDepth => "no depth",
            Self::Margin => "not enough margin",
            Self::UnderLiquidation => "under liquidation",
            Self::NothingToReduce => "nothing to reduce",
            Self::WouldTrade => "it would have traded at once",
            Self::NotWhole => "it could not be filled whole",
            Self::NoBook => "nothing rests here",
            Self::BookFull => "the book is full",
            Self::OffTick => "its price is no tick",
            Self::SelfTrade => "it met an order of the same account",
            Self::Withdrawn => "withdrawn by its owner",
        }
    }
}

facts! {
    /// A trader sent an order, to be filled at once as far as it can be. Which of the account's purses
    /// stands behind it is found when it trades.
    58 OrderPlaced {
        /// Whose.
        account: AccountId,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size: negative sells.
        size: Size,
        /// Whether it may only reduce what is held.
        reduce_only: bool,
    }

    /// An order, or what was left of it, was not filled and is gone.
    59 OrderCancelled {
        /// Whose.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size that was not filled.
        size: Size,
        /// Why.
        obstacle: Obstacle,
    }

    /// A trader put money from outside into a purse.
    60 CollateralAdded {
        /// Where it came from.
        from: AccountId,
        /// The purse.
        purse: Purse,
        /// How much, positive.
        amount: Money,
    }

    /// Funding for an interval became due: from longs to shorts where it is positive.
    61 FundingRateSet {
        /// The instrument.
        instrument: InstrumentId,
        /// Rate of the interval on notional at the index price.
        rate: Ratio,
        /// Average premium of the trade price over the index price that it was made from.
        premium: Ratio,
        /// The index price it is charged on.
        index_price: Price,
        /// Funding of one lot held long since time started, in billionths of the settlement asset's
        /// smallest unit.
        cumulative: i128,
    }

    /// What a leg owed in funding since it was last settled was paid.
    62 FundingPaid {
        /// Who paid; who received where the amount is negative.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size that was held.
        size: Size,
        /// How much, rounded up.
        amount: Money,
        /// The instrument's funding account, between those who paid and those who will receive.
        to: AccountId,
    }

    /// A trader was asked for more margin.
    63 MarginCalled {
        /// The purse.
        purse: Purse,
        /// Its equity.
        equity: Money,
        /// The equity that is asked for.
        needed: Money,
        /// By when.
        deadline: Time,
        /// Its legs and their marks.
        legs: Vec<LegMark>,
    }

    /// A purse that had been called has the equity that was asked for. Its cause is what met the call:
    /// collateral that was added, a trade, a transfer, a price.
    64 MarginCallMet {
        /// The purse.
        purse: Purse,
        /// The fact that called it.
        call: FactId,
        /// Its equity.
        equity: Money,
        /// The equity that was asked for.
        needed: Money,
    }

    /// The deadline of a margin call passed without the equity that was asked for.
    65 MarginCallMissed {
        /// The purse.
        purse: Purse,
        /// Its equity.
        equity: Money,
        /// The equity that was asked for.
        needed: Money,
        /// Whether what is missing is now closed by force.
        enforced: bool,
    }

    /// A venue's backstop took over a leg at the mark price.
    66 PositionTakenOver {
        /// Whose it was.
        purse: Purse,
        /// Who has it now.
        by: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size that changed hands: positive for a long.
        size: Size,
        /// The mark price.
        price: Price,
        /// Profit the purse realised: a loss is negative.
        purse_realised: Money,
        /// Profit the backstop realised by closing what it held the other way.
        by_realised: Money,
        /// Where realised profit comes from.
        clearing: AccountId,
    }

    /// What was left in a purse whose legs were taken over went with them.
    67 MarginSeized {
        /// The purse.
        purse: Purse,
        /// Who has it now.
        to: AccountId,
        /// How much, positive.
        amount: Money,
    }

    /// A venue set the band of prices that trades are allowed at.
    68 PriceBandSet {
        /// The instrument.
        instrument: InstrumentId,
        /// The price it is around.
        reference: Price,
        /// Lowest price allowed.
        low: Price,
        /// Highest price allowed.
        high: Price,
    }

    /// A venue changed the equity it asks for.
    69 RequirementChanged {
        /// The instrument.
        instrument: InstrumentId,
        /// Share of the notional needed to open.
        initial: Ratio,
        /// Share of the notional needed to keep.
        maintenance: Ratio,
        /// Share of the notional that was needed to keep before.
        was: Ratio,
        /// Realised volatility a year that it follows.
        volatility: Ratio,
    }
}
