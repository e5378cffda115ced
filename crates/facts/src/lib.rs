//! What can happen in a run: every standard fact, its permanent tag, and the words in it.
//!
//! A run is a log of facts. *Genesis* facts declare the world before time starts: assets, venues,
//! instruments, rules, accounts, legs. Every later fact is a [`Record`]: an id, the [`Stamp`] of
//! the event it came from, the fact that caused it, and what happened, in the past tense.
//!
//! **Invariant:** a tag is permanent; a fact is never renamed, reordered or given a new meaning.
//! **Invariant:** a fact that moves money says so in [`Fact::postings`], and nothing else does.
//! **Invariant:** nothing here knows how a fact came about.

mod ids;
mod stamp;
mod word;
mod kind;
mod genesis;
mod story;
mod dealings;
mod orders;
mod fork;
mod told;
mod posting;
mod sink;

pub use dealings::{
    CollateralAdded, FundingPaid, FundingRateSet, MarginCallMet, MarginCallMissed, MarginCalled,
    MarginSeized, Obstacle, OrderCancelled, OrderPlaced, PositionTakenOver, PriceBandSet,
    RequirementChanged,
};
pub use fork::{CapitalAdded, CapitalWithdrawn, RuleBegun, RuleEnded};
pub use genesis::{
    AccountOpened, AssetListed, Deposited, FundamentalListed, GroupListed, InstrumentListed,
    LegOpened, Role, RuleInstalled, VenueListed,
};
pub use ids::{
    AccountId, AssetId, FactId, FundamentalId, GroupId, InstrumentId, Purse, TraderId, VenueId,
};
pub use kind::{Description, Fact, FactKind, Field};
pub use orders::{LimitOrderPlaced, OrderFilled, OrderRested, RestingOrderCancelled, TimeInForce};
pub use posting::{Posting, Purpose, Transfer, Transfers};
pub use sink::Sink;
pub use stamp::{KindTag, Record, Stamp};
pub use story::{
    BankruptcyIncurred, DebtBooked, DebtRepaid, FeeCharged, FillRefused, FundamentalPriceSet,
    Halted, IndexPricePublished, InsurancePaid, LegMark, LiquidationEnded, LiquidationOpened,
    LiquidationSpared, MarginReleased, MarkPricePublished, PenaltyCharged, PositionDeleveraged,
    ProfitCut, Resumed, RunStarted, SaleKept, SaleOrdered, SaleWithdrawn, ShortfallLeft,
    ShortfallSettled, Traded,
};
pub use told::Told;
pub use word::{Term, Word};
