//! The field's words: accounts, legs, venues, instruments, the ledger, risk, the laws, and the
//! verbs through which mechanisms act.
//!
//! | word | means |
//! |---|---|
//! | `fundamental` | an exogenous price: the world outside the venues |
//! | `index_price` | what a venue's oracle sees of it |
//! | `mark_price` | price at which a venue values positions |
//! | `bankruptcy_price` | closing here leaves exactly no equity |
//! | `collateral` | cash of an account |
//! | `purse` | the money behind a set of legs: an account's collateral, or an isolated leg's margin |
//! | `leg` | a position of one account in one instrument |
//! | `equity` | purse + unrealised profit of its legs |
//! | `notional` | price × size, without sign |
//! | `initial_margin`, `maintenance_margin` | equity needed to open, to keep |
//! | `open_interest` | sum of long sizes, counted once |
//! | `insurance_fund`, `shortfall` | pays losses beyond a purse; the loss |
//! | `depth`, `impact` | notional that moves the price; the move |
//! | `book`, `tick` | where orders rest; the distance between its prices |
//! | `maker`, `taker` | whose order rested; who traded with it |
//!
//! A market is a bevy world whose columns the loop borrows once: an account's id is its row.
//! Mechanisms hear events and answer questions; a fact is the only way to change money, and every
//! fact goes to the log with the fact that caused it.
//!
//! **Invariant:** no mechanism is known here by name.
//! **Invariant:** only a recorded fact moves money, by its postings; one function records.
//! **Invariant:** the laws are checked in every run: after every event for what it touched, and where a
//! law says so when an instant is over, or at checkpoints.

#![deny(clippy::float_arithmetic)]

mod phase;
mod event;
mod tell;
mod question;
mod mechanism;
mod notice;
mod plan;
mod by_type;
mod rules;
mod states;
mod ground;
mod instrument;
mod account;
mod leg;
mod desk;
mod carried;
mod course;
mod market;
mod prices;
mod ledger;
mod funding;
mod risk;
pub mod ladder;
mod boxes;
mod slots;
mod watch;
mod calls;
mod people;
mod orders;
mod trade;
mod resting;
mod makers;
mod priority;
mod liquidations;
mod sale;
mod bankruptcies;
mod waterfall;
mod winners;
mod takeover;
mod halt;
mod law;
mod laws;
mod build;
mod genesis;
mod engine;
mod deliver;
mod stock;
mod rows;
mod checkpoint;
mod fork;
mod opening;
mod estimate;

pub use account::Account;
pub use build::HOUSE;
pub use course::{Fault, Moment};
pub use engine::{End, Ended, Engine};
pub use estimate::{Clock, Estimate, Uncalled, Wait, estimate};
pub use event::{Event, heard_in};
pub use facts::{Description, Field as DescribedField, Word};
pub use fork::Unresumed;
pub use halt::Trip;
pub use instrument::{FUNDAMENTAL_DECIMALS, FundamentalPrice, Instrument, Venue};
pub use kernel::{Draw, Stream};
pub use law::Law;
pub use leg::Leg;
pub use market::Market;
pub use mechanism::{Mechanism, Plan, Rule, State};
pub use opening::{Lack, Lacking, lacking};
pub use orders::{Order, OrderKind};
pub use phase::Phase;
pub use plan::{
    AccountPlan, AssetPlan, GroupPlan, InstrumentPlan, LegPlan, MarketPlan, PlacePlan, Refusal,
    RulePlan, VenuePlan,
};
pub use prices::Observation;
pub use question::{
    Backstop, Behaviour, Deleveraging, DeleveragingAnswer, Fill, FilledOrder, Fills, Fundamental,
    FundamentalAnswer, Funding, Halt, Insurance, InsuranceAnswer, Liquidation, Liquidity,
    LiquidityAnswer, Margin, MarginAnswer, MarginCall, MarginCallAnswer, MarkPrice, Oracle, Place,
    Question, Quote, Requirement, Scope,
};
pub use resting::RestingOrder;
pub use risk::RiskReport;
pub use rules::{Asked, Here};
pub use sale::Sale;
pub use tell::{TOLD, Telling};
pub use waterfall::{Shortfall, Unfilled};
pub use winners::{Close, Cut, Winner};
