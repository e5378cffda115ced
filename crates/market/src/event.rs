//! What mechanisms hear.

use crate::{Market, Phase, Place, State};
use facts::{
    BankruptcyIncurred, CollateralAdded, DebtBooked, DebtRepaid, FeeCharged, FillRefused,
    FundamentalPriceSet, FundingPaid, FundingRateSet, Halted, IndexPricePublished, InsurancePaid,
    LimitOrderPlaced, LiquidationEnded, LiquidationOpened, LiquidationSpared, MarginCallMet,
    MarginCallMissed, MarginCalled, MarginReleased, MarginSeized, MarkPricePublished,
    OrderCancelled, OrderFilled, OrderPlaced, OrderRested, PenaltyCharged, PositionDeleveraged,
    PositionTakenOver, PriceBandSet, ProfitCut, RequirementChanged, RestingOrderCancelled, Resumed,
    SaleKept, SaleOrdered, SaleWithdrawn, ShortfallLeft, ShortfallSettled, Traded,
};

/// A kind of event: a timer of a mechanism, or a fact that mechanisms may hear.
///
/// A fact that somebody hears is delivered in the phase of its kind: in the present round when that
/// phase is still to come, in the next round otherwise. Like a state it is plain values, so that a
/// checkpoint can carry what is still to happen.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a mechanism can hear",
    note = "mechanisms hear timers, defined by `market::timers!`, facts of the standard set, each where \
            `delever explain KIND` says so, and facts defined by `market::facts!`"
)]
pub trait Event: State {
    /// Its name, unique among all kinds; kinds of one phase happen in the order of their names.
    const NAME: &'static str;
    /// When in a round it happens.
    const PHASE: Phase;

    /// What it concerns: a fact is heard only by mechanisms installed for that place, or for one it lies
    /// within, a timer by the instance that set it. Where that is an account, its row is read ahead,
    /// together with those of the next events.
    fn place(&self, market: &Market<'_>) -> Place;
}

/// Makes a type an event of its name: `Type in Phase at |event, market| place`, where the place is
/// what it concerns: the whole system when it is left out.
#[macro_export]
macro_rules! event {
    ($name:ident in $phase:ident) => {
        $crate::event! { $name in $phase at |_, _| $crate::Place::System }
    };
    ($name:ident in $phase:ident at |$event:pat_param, $market:pat_param| $place:expr) => {
        impl $crate::Event for $name {
            const NAME: &'static str = stringify!($name);
            const PHASE: $crate::Phase = $crate::Phase::$phase;

            fn place(&self, $market: &$crate::Market<'_>) -> $crate::Place {
                let $event = self;
                $place
            }
        }
    };
}

/// Defines the timers of a mechanism: kinds of events that it schedules for itself.
///
/// Each has a doc, a name, what it carries (of types that `serde` reads and writes), the phase it
/// happens in, and, where it is about one account, at which:
///
/// ```text
/// market::timers! {
///     /// What was not filled is tried again.
///     RetryDue { purse: Purse } in Liquidate at |timer, _| Place::Account(timer.purse.account);
/// }
/// ```
#[macro_export]
macro_rules! timers {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($field:ident: $type:ty),* $(,)? } in $phase:ident
            $(at |$timer:pat_param, $market:pat_param| $place:expr)?;
    )*) => {$(
        $(#[$doc])*
        #[derive(Debug, ::serde::Serialize, ::serde::Deserialize)]
        pub(crate) struct $name {
            $($field: $type),*
        }

        $crate::event! { $name in $phase $(at |$timer, $market| $place)? }
    )*};
}

macro_rules! heard {
    ($($fact:ident in $phase:ident at |$event:ident, $market:pat_param| $place:expr;)*) => {
        $(event! { $fact in $phase at |$event, $market| $place })*

        /// The phase in which mechanisms hear facts of the kind with this name; none where they
        /// are not told.
        pub fn heard_in(kind: &str) -> Option<Phase> {
            let heard = [$(($fact::NAME, $fact::PHASE)),*];
            heard.into_iter().find_map(|(name, phase)| (name == kind).then_some(phase))
        }
    };
}

heard! {
    FundamentalPriceSet in Oracle at |event, _| Place::Fundamental(event.fundamental);
    IndexPricePublished in Mark at |event, _| Place::Instrument(event.instrument);
    MarkPricePublished in Mark at |event, _| Place::Instrument(event.instrument);
    LiquidationOpened in Liquidate at |event, _| Place::Account(event.purse.account);
    LiquidationEnded in Decide at |event, _| Place::Account(event.purse.account);
    LiquidationSpared in Decide at |event, _| Place::Account(event.purse.account);
    SaleOrdered in Decide at |event, _| Place::Instrument(event.instrument);
    SaleKept in Decide at |event, _| Place::Instrument(event.instrument);
    SaleWithdrawn in Decide at |event, _| Place::Instrument(event.instrument);
    FillRefused in Insure at |event, _| Place::Instrument(event.instrument);
    FeeCharged in Decide at |event, _| Place::Account(event.purse.account);
    PenaltyCharged in Decide at |event, _| Place::Account(event.purse.account);
    InsurancePaid in Decide at |event, _| Place::Account(event.purse.account);
    ShortfallSettled in Decide at |event, _| Place::Account(event.purse.account);
    MarginReleased in Decide at |event, _| Place::Account(event.purse.account);
    DebtBooked in Decide at |event, _| Place::Account(event.purse.account);
    DebtRepaid in Decide at |event, _| Place::Account(event.fund);
    Traded in Halt at |event, _| Place::Instrument(event.instrument);
    BankruptcyIncurred in Insure at |event, _| Place::Account(event.purse.account);
    ShortfallLeft in Deleverage at |event, _| Place::Instrument(event.instrument);
    ProfitCut in Decide at |event, _| Place::Instrument(event.instrument);
    PositionDeleveraged in Decide at |event, _| Place::Instrument(event.instrument);
    Halted in Decide at |event, _| Place::Instrument(event.instrument);
    Resumed in Decide at |event, _| Place::Instrument(event.instrument);
    OrderPlaced in Decide at |event, _| Place::Instrument(event.instrument);
    OrderCancelled in Decide at |event, _| Place::Account(event.purse.account);
    CollateralAdded in Decide at |event, _| Place::Account(event.purse.account);
    FundingRateSet in Decide at |event, _| Place::Instrument(event.instrument);
    FundingPaid in Decide at |event, _| Place::Account(event.purse.account);
    MarginCalled in Decide at |event, _| Place::Account(event.purse.account);
    MarginCallMet in Decide at |event, _| Place::Account(event.purse.account);
    MarginCallMissed in Decide at |event, _| Place::Account(event.purse.account);
    PositionTakenOver in Decide at |event, _| Place::Account(event.purse.account);
    MarginSeized in Decide at |event, _| Place::Account(event.purse.account);
    PriceBandSet in Decide at |event, _| Place::Instrument(event.instrument);
    RequirementChanged in Decide at |event, _| Place::Instrument(event.instrument);
    LimitOrderPlaced in Decide at |event, _| Place::Instrument(event.instrument);
    OrderRested in Decide at |event, _| Place::Account(event.purse.account);
    OrderFilled in Decide at |event, _| Place::Account(event.purse.account);
    RestingOrderCancelled in Decide at |event, _| Place::Account(event.purse.account);
}
