//! The money that moves with a fact.

use crate::{Fact, Purse};
use units::Money;

/// Why money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Put in from outside at the start.
    Deposit,
    /// Unsettled profit of legs held at the start.
    Opening,
    /// Profit or loss realised by a trade.
    Realised,
    /// Trading fee.
    Fee,
    /// Liquidation penalty.
    Penalty,
    /// Insurance of a shortfall.
    Insurance,
    /// Profit given up by a winner.
    Cut,
    /// Cut profit that covers a shortfall.
    Settlement,
    /// Shortfall booked as debt, or debt paid back.
    Debt,
    /// Margin of a closed isolated leg, back to its account.
    Release,
    /// Money put in from outside during the run.
    TopUp,
    /// Funding between longs and shorts.
    Funding,
    /// What was left behind positions that a backstop took over.
    Seizure,
}

/// One transfer. A negative amount flows the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Where it leaves.
    pub from: Purse,
    /// Where it arrives.
    pub to: Purse,
    /// How much.
    pub amount: Money,
    /// Why.
    pub purpose: Purpose,
}

impl Fact {
    /// Every balance that this fact changes: two at most.
    ///
    /// The sum over a log is every balance there is; nothing else moves money.
    pub fn postings(&self) -> [Option<Posting>; 2] {
        let one = |from, to, amount, purpose| [Some(Posting { from, to, amount, purpose }), None];
        let house =
            |from, to, amount, purpose| one(Purse::of(from), Purse::of(to), amount, purpose);
        let both = |clearing, parties: [(Purse, Money); 2]| {
            let from = Purse::of(clearing);
            parties
                .map(|(to, amount)| Some(Posting { from, to, amount, purpose: Purpose::Realised }))
        };
        match self {
            Self::Deposited(f) => one(Purse::of(f.from), f.purse, f.amount, Purpose::Deposit),
            Self::LegOpened(f) => house(f.clearing, f.outside, f.cost, Purpose::Opening),
            Self::Traded(f) => {
                both(f.clearing, [(f.buyer, f.buyer_realised), (f.seller, f.seller_realised)])
            },
            Self::PositionDeleveraged(f) => {
                both(f.clearing, [(f.winner, f.winner_realised), (f.bankrupt, f.bankrupt_realised)])
            },
            Self::PositionTakenOver(f) => {
                both(f.clearing, [(f.purse, f.purse_realised), (f.by, f.by_realised)])
            },
            Self::CollateralAdded(f) => one(Purse::of(f.from), f.purse, f.amount, Purpose::TopUp),
            Self::FundingPaid(f) => one(f.purse, Purse::of(f.to), f.amount, Purpose::Funding),
            Self::MarginSeized(f) => one(f.purse, Purse::of(f.to), f.amount, Purpose::Seizure),
            Self::FeeCharged(f) => one(f.purse, Purse::of(f.to), f.amount, Purpose::Fee),
            Self::PenaltyCharged(f) => one(f.purse, Purse::of(f.to), f.amount, Purpose::Penalty),
            Self::InsurancePaid(f) => one(Purse::of(f.fund), f.purse, f.amount, Purpose::Insurance),
            Self::ProfitCut(f) => house(f.clearing, f.to, f.amount, Purpose::Cut),
            Self::ShortfallSettled(f) => {
                one(Purse::of(f.from), f.purse, f.amount, Purpose::Settlement)
            },
            Self::DebtBooked(f) => one(Purse::of(f.debt), f.purse, f.amount, Purpose::Debt),
            Self::MarginReleased(f) => {
                one(f.purse, Purse::of(f.purse.account), f.amount, Purpose::Release)
            },
            Self::DebtRepaid(f) => house(f.fund, f.debt, f.amount, Purpose::Debt),
            Self::AssetListed(_)
            | Self::FundamentalListed(_)
            | Self::VenueListed(_)
            | Self::InstrumentListed(_)
            | Self::RuleInstalled(_)
            | Self::GroupListed(_)
            | Self::AccountOpened(_)
            | Self::RunStarted(_)
            | Self::FundamentalPriceSet(_)
            | Self::IndexPricePublished(_)
            | Self::MarkPricePublished(_)
            | Self::LiquidationOpened(_)
            | Self::LiquidationSpared(_)
            | Self::LiquidationEnded(_)
            | Self::SaleOrdered(_)
            | Self::SaleKept(_)
            | Self::SaleWithdrawn(_)
            | Self::FillRefused(_)
            | Self::BankruptcyIncurred(_)
            | Self::ShortfallLeft(_)
            | Self::Halted(_)
            | Self::Resumed(_)
            | Self::Told(_)
            | Self::OrderPlaced(_)
            | Self::OrderCancelled(_)
            | Self::FundingRateSet(_)
            | Self::MarginCalled(_)
            | Self::MarginCallMet(_)
            | Self::MarginCallMissed(_)
            | Self::PriceBandSet(_)
            | Self::RequirementChanged(_) => [None, None],
        }
    }
}
