//! Facts of a run, in the order in which a reader meets them.

use crate::{AccountId, FundamentalId, InstrumentId, Purse, kind::facts};
use serde::{Deserialize, Serialize};
use units::{Duration, Money, Price, Ratio, Side, Size, Time};

/// A leg and the mark it was judged at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LegMark {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Signed size.
    pub size: Size,
    /// Mark price.
    pub mark: Price,
}

facts! {
    /// Time started: the root of every cause.
    32 RunStarted {
        /// When nothing happens any more.
        horizon: Time,
    }

    /// An exogenous price moved.
    33 FundamentalPriceSet {
        /// Which.
        fundamental: FundamentalId,
        /// Its new price.
        price: Price,
        /// How many have been set before: with the fundamental, its address in the random stream.
        ordinal: u64,
    }

    /// An oracle published an index price.
    34 IndexPricePublished {
        /// For which instrument.
        instrument: InstrumentId,
        /// The index price.
        price: Price,
        /// When it was observed.
        observed: Time,
    }

    /// A venue published a mark price.
    35 MarkPricePublished {
        /// For which instrument.
        instrument: InstrumentId,
        /// The mark price.
        price: Price,
        /// Index price it was made from.
        index: Price,
        /// Trade price it was made from.
        last: Price,
        /// Averaged basis it was made from, where the rule keeps one: trade price over index.
        basis: Option<Price>,
    }

    /// A purse had less equity than it needs to keep its legs.
    36 LiquidationOpened {
        /// The purse.
        purse: Purse,
        /// Its equity.
        equity: Money,
        /// The equity it needed: its maintenance margin, or what a margin call that it missed had
        /// asked for.
        needed: Money,
        /// Its legs and their marks.
        legs: Vec<LegMark>,
    }

    /// A liquidation found the purse healthy again before it acted.
    37 LiquidationSpared {
        /// The purse.
        purse: Purse,
        /// Its equity.
        equity: Money,
        /// The equity it needed.
        needed: Money,
    }

    /// A liquidation reached its exit, or had nothing left to close.
    38 LiquidationEnded {
        /// The purse.
        purse: Purse,
        /// Its equity.
        equity: Money,
        /// The equity it needed; nothing for a purse without legs.
        needed: Money,
    }

    /// A liquidation ordered a forced sale (of a long) or purchase (of a short).
    39 SaleOrdered {
        /// The purse.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size to trade: negative sells.
        size: Size,
        /// Equity the decision was made at.
        equity: Money,
        /// Maintenance margin the decision was made at.
        maintenance: Money,
        /// Mark price the decision was made at.
        mark: Price,
    }

    /// A halt or a price band kept a forced sale waiting. While bands go on to keep all of it nothing
    /// is said again.
    40 SaleKept {
        /// The purse.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size that waits.
        size: Size,
    }

    /// Part of a forced sale was not filled: the depth ended, or its price was worse than bankruptcy
    /// and the fund would not stand behind it. Winners are asked to take over what stayed. Where no
    /// rule of deleveraging takes over positions, a price is never refused, however empty the fund:
    /// only what the depth does not take stays, and the liquidation tries it again.
    41 FillRefused {
        /// The purse.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size that stayed.
        size: Size,
        /// Price the whole sale would have had, on average; none where the depth ended.
        offered: Option<Price>,
        /// Price below which (for a sale) the purse loses more than its equity.
        bankruptcy_price: Price,
        /// What the fund would stand behind.
        backing: Money,
    }

    /// A trade: the seller's leg falls and the buyer's rises by `size`.
    42 Traded {
        /// The instrument.
        instrument: InstrumentId,
        /// Who bought.
        buyer: Purse,
        /// Who sold.
        seller: Purse,
        /// Lots, positive.
        size: Size,
        /// Average price.
        price: Price,
        /// Profit the buyer realised (by closing a short).
        buyer_realised: Money,
        /// Profit the seller realised (by closing a long).
        seller_realised: Money,
        /// Where realised profit comes from.
        clearing: AccountId,
        /// The purse whose liquidation forced it; none where a trader's order made it.
        forced: Option<Purse>,
    }

    /// A trading fee.
    43 FeeCharged {
        /// Who paid.
        purse: Purse,
        /// Who received.
        to: AccountId,
        /// How much.
        amount: Money,
        /// On what notional.
        notional: Money,
        /// At which rate; rounded up.
        rate: Ratio,
    }

    /// A liquidation penalty, at most the equity that was left.
    44 PenaltyCharged {
        /// Who paid.
        purse: Purse,
        /// Who received.
        to: AccountId,
        /// How much.
        amount: Money,
        /// On what notional.
        notional: Money,
        /// At which rate; rounded up.
        rate: Ratio,
    }

    /// A purse without legs owed money: a bankruptcy record of exactly that amount was opened.
    45 BankruptcyIncurred {
        /// The purse.
        purse: Purse,
        /// What it owed, positive.
        shortfall: Money,
    }

    /// The insurance fund paid into a bankrupt purse.
    46 InsurancePaid {
        /// The purse.
        purse: Purse,
        /// The fund.
        fund: AccountId,
        /// How much.
        amount: Money,
        /// What was owed before.
        shortfall: Money,
        /// What the fund held before.
        balance: Money,
    }

    /// Neither margin nor fund covered a loss: winners of the instrument are asked, where a rule says
    /// which.
    47 ShortfallLeft {
        /// The instrument the losses came from.
        instrument: InstrumentId,
        /// The side that lost.
        losers: Side,
        /// Money owed by purses without legs.
        deficit: Money,
        /// Lots that could not be closed on the market, positive.
        unfilled: Size,
        /// Number of bankrupt purses.
        purses: u64,
    }

    /// A winner gave up profit in cash: its entry cost rose by the amount.
    48 ProfitCut {
        /// The winner.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// How much.
        amount: Money,
        /// Unrealised profit before.
        profit: Money,
        /// Place in the ranking, or weight in the sharing, that decided, in billionths: of a whole
        /// of the asset where it is money.
        rank: i128,
        /// Where the unsettled profit was kept.
        clearing: AccountId,
        /// Where the cut profit went.
        to: AccountId,
    }

    /// A winner's position was closed against a bankrupt purse.
    49 PositionDeleveraged {
        /// The winner.
        winner: Purse,
        /// The bankrupt purse.
        bankrupt: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size the winner traded: negative closes a long.
        size: Size,
        /// Price of both.
        price: Price,
        /// Mark price at the time.
        mark: Price,
        /// The winner's unrealised profit before, at the mark.
        profit: Money,
        /// Place in the ranking, or weight in the sharing, that decided, in billionths: of a whole
        /// of the asset where it is money.
        rank: i128,
        /// Profit the winner realised.
        winner_realised: Money,
        /// Profit the bankrupt purse realised: a loss is negative.
        bankrupt_realised: Money,
        /// Where realised profit comes from.
        clearing: AccountId,
    }

    /// Cut profit was paid to a bankrupt purse.
    50 ShortfallSettled {
        /// The purse.
        purse: Purse,
        /// Where the cut profit waited.
        from: AccountId,
        /// How much.
        amount: Money,
    }

    /// Nobody paid: the venue booked the rest of a shortfall as its own debt.
    51 DebtBooked {
        /// The purse that was cleared.
        purse: Purse,
        /// The venue's debt account.
        debt: AccountId,
        /// How much.
        amount: Money,
    }

    /// Trading in an instrument was halted.
    52 Halted {
        /// The instrument.
        instrument: InstrumentId,
        /// Until when.
        until: Time,
        /// How long.
        pause: Duration,
        /// The price that tripped it.
        price: Price,
        /// The reference it fell from.
        reference: Price,
        /// The fall that was enough.
        fall: Ratio,
    }

    /// Trading in an instrument resumed.
    53 Resumed {
        /// The instrument.
        instrument: InstrumentId,
    }

    /// What was left of an isolated leg's margin went back to the account's collateral.
    55 MarginReleased {
        /// The purse of the closed leg.
        purse: Purse,
        /// How much, positive.
        amount: Money,
    }

    /// The insurance fund paid back booked debt.
    56 DebtRepaid {
        /// The fund.
        fund: AccountId,
        /// The venue's debt account.
        debt: AccountId,
        /// How much, positive.
        amount: Money,
    }

    /// A forced sale that was kept waiting was withdrawn: its liquidation had ended meanwhile.
    57 SaleWithdrawn {
        /// The purse.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size that was waiting.
        size: Size,
    }
}
