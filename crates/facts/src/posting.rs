//! The money that moves with a fact.

use crate::{Fact, Purse};
use units::Money;

/// Why money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Put in from outside at the start or where a rule begins; taken back where one ends.
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

/// A transfer that every fact of a kind makes: the names of the fields that say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Field that holds the amount.
    pub amount: &'static str,
    /// Field that says where it leaves.
    pub from: &'static str,
    /// Field that says where it arrives.
    pub to: &'static str,
    /// Why.
    pub purpose: Purpose,
}

/// Which transfers a kind makes.
pub trait Transfers {
    /// All of them, in order: two at most.
    const TRANSFERS: &'static [Transfer];

    /// Books every transfer of this fact, in order.
    fn each_posting(&self, book: impl FnMut(Posting));
}

/// Defines what each kind of fact moves: `amount: from -> to, purpose`.
macro_rules! postings {
    ($($fact:ident {$(
        $amount:ident: $from:ident $(.$from_part:ident)? -> $to:ident $(.$to_part:ident)?, $purpose:ident;
    )*})*) => {
        $(impl Transfers for crate::$fact {
            const TRANSFERS: &'static [Transfer] = &[$(Transfer {
                amount: stringify!($amount),
                from: stringify!($from $(.$from_part)?),
                to: stringify!($to $(.$to_part)?),
                purpose: Purpose::$purpose,
            },)*];

            #[inline]
            fn each_posting(&self, mut _book: impl FnMut(Posting)) {
                let _fact = self;
                $(_book(Posting {
                    from: Purse::from(_fact.$from $(.$from_part)?),
                    to: Purse::from(_fact.$to $(.$to_part)?),
                    amount: _fact.$amount,
                    purpose: Purpose::$purpose,
                });)*
            }
        }

        const _: () = assert!(
            <crate::$fact as Transfers>::TRANSFERS.len() <= 2,
            "a fact makes two transfers at most"
        );)*

        impl Fact {
            /// Every balance that this fact changes: two at most.
            ///
            /// The sum over a log is every balance there is; nothing else moves money.
            pub fn postings(&self) -> [Option<Posting>; 2] {
                let mut postings = [None; 2];
                let mut free = postings.iter_mut();
                let book = |posting| *free.next().expect("two at most") = Some(posting);
                match self {
                    $(Self::$fact(fact) => fact.each_posting(book),)*
                }
                postings
            }
        }
    };
}

postings! {
    Deposited { amount: from -> purse, Deposit; }
    LegOpened { cost: clearing -> outside, Opening; }
    Traded {
        buyer_realised: clearing -> buyer, Realised;
        seller_realised: clearing -> seller, Realised;
    }
    PositionDeleveraged {
        winner_realised: clearing -> winner, Realised;
        bankrupt_realised: clearing -> bankrupt, Realised;
    }
    PositionTakenOver {
        purse_realised: clearing -> purse, Realised;
        by_realised: clearing -> by, Realised;
    }
    CollateralAdded { amount: from -> purse, TopUp; }
    FundingPaid { amount: purse -> to, Funding; }
    MarginSeized { amount: purse -> to, Seizure; }
    FeeCharged { amount: purse -> to, Fee; }
    PenaltyCharged { amount: purse -> to, Penalty; }
    InsurancePaid { amount: fund -> purse, Insurance; }
    ProfitCut { amount: clearing -> to, Cut; }
    ShortfallSettled { amount: from -> purse, Settlement; }
    DebtBooked { amount: debt -> purse, Debt; }
    MarginReleased { amount: purse -> purse.account, Release; }
    DebtRepaid { amount: fund -> debt, Debt; }
    AssetListed {}
    FundamentalListed {}
    VenueListed {}
    InstrumentListed {}
    RuleInstalled {}
    GroupListed {}
    AccountOpened {}
    RunStarted {}
    FundamentalPriceSet {}
    IndexPricePublished {}
    MarkPricePublished {}
    LiquidationOpened {}
    LiquidationSpared {}
    LiquidationEnded {}
    SaleOrdered {}
    SaleKept {}
    SaleWithdrawn {}
    FillRefused {}
    BankruptcyIncurred {}
    ShortfallLeft {}
    Halted {}
    Resumed {}
    Told {}
    RuleEnded {}
    RuleBegun {}
    CapitalAdded { amount: from -> purse, Deposit; }
    CapitalWithdrawn { amount: purse -> to, Deposit; }
    OrderPlaced {}
    OrderCancelled {}
    FundingRateSet {}
    MarginCalled {}
    MarginCallMet {}
    MarginCallMissed {}
    PriceBandSet {}
    RequirementChanged {}
    LimitOrderPlaced {}
    OrderRested {}
    OrderFilled {}
    RestingOrderCancelled {}
}
