//! The questions a mechanism can answer.
//!
//! A question is a type: it names the folder its answers live in, says for what an answer holds,
//! whether several may hold at once, and, where others ask it, the trait of its answer. A crate
//! outside the standard set defines its own questions the same way.

use crate::{Here, Instrument, Market, RiskReport};
use facts::{AccountId, FactId, FundamentalId, GroupId, InstrumentId, Obstacle, Purse, VenueId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use units::{Duration, Money, Price, Ratio, Rounding, Size, mul_div};

/// For what an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One exogenous price.
    Fundamental,
    /// One instrument.
    Instrument,
    /// One venue.
    Venue,
    /// One group of accounts.
    Group,
    /// The whole system.
    System,
}

/// What a mechanism is installed for, and what an event concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Place {
    /// The whole system.
    System,
    /// An exogenous price.
    Fundamental(FundamentalId),
    /// A venue with all its instruments.
    Venue(VenueId),
    /// An instrument.
    Instrument(InstrumentId),
    /// A group of accounts.
    Group(GroupId),
    /// An account: what concerns it concerns its group and its venue. Nothing is installed for one.
    Account(AccountId),
}

impl Place {
    /// The account that it is, if it is one.
    #[inline]
    pub(crate) fn account(self) -> Option<AccountId> {
        if let Self::Account(account) = self { Some(account) } else { None }
    }
}

/// A question of market design.
pub trait Question: 'static {
    /// What its answers implement so that others can ask; `()` when nobody asks.
    type Answer: ?Sized + Send + Sync + 'static;
    /// Its name in an experiment, and of the folder of its answers.
    const NAME: &'static str;
    /// What it asks, in one line, for whoever looks for it.
    const MEANING: &'static str;
    /// For what one answer holds.
    const SCOPE: Scope;
    /// Whether several answers may hold at once.
    const MANY: bool = false;
}

macro_rules! questions {
    ($(#[doc = $meaning:literal] $name:ident($answer:ty) = $text:literal, $scope:ident $(, $many:literal)?;)*) => {$(
        #[doc = $meaning]
        #[derive(Debug)]
        pub enum $name {}

        impl Question for $name {
            type Answer = $answer;
            const NAME: &'static str = $text;
            const MEANING: &'static str = $meaning.trim_ascii();
            const SCOPE: Scope = Scope::$scope;
            $(const MANY: bool = $many;)?
        }
    )*};
}

questions! {
    /// How does an exogenous price move?
    Fundamental(dyn FundamentalAnswer) = "fundamental", Fundamental;
    /// What does a venue see of an exogenous price, and when?
    Oracle(()) = "oracle", Instrument;
    /// At which price are positions valued?
    MarkPrice(()) = "mark_price", Instrument;
    /// Who trades against orders and forced sales, and at what price?
    Liquidity(dyn LiquidityAnswer) = "liquidity", Instrument;
    /// How much equity does a position need?
    Margin(dyn MarginAnswer) = "margin", Instrument;
    /// What is closed when the equity is not there?
    Liquidation(()) = "liquidation", Venue;
    /// Which losses beyond margin does the venue pay?
    Insurance(dyn InsuranceAnswer) = "insurance", Venue;
    /// Which winners pay for what margin and insurance do not cover?
    Deleveraging(dyn DeleveragingAnswer) = "deleveraging", Venue;
    /// Who is asked for more margin, and by when?
    MarginCall(dyn MarginCallAnswer) = "margin_call", Venue;
    /// What do longs pay shorts?
    Funding(()) = "funding", Instrument;
    /// Who takes over positions before they are bankrupt?
    Backstop(()) = "backstop", Venue;
    /// When does trading stop?
    Halt(()) = "halt", Venue, true;
    /// What do traders do by themselves?
    Behaviour(()) = "behaviour", Group;
}

/// Answers [`Fundamental`]: an exogenous price.
pub trait FundamentalAnswer: Send + Sync {
    /// Its price when time starts, in units of 10^−[`crate::FUNDAMENTAL_DECIMALS`].
    fn opening_price(&self) -> Price;

    /// Lowest and highest price it can set, in the same units: every instrument that follows it must
    /// have a price for both.
    fn price_range(&self) -> (Price, Price);
}

/// What an order or a forced sale would get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Signed lots that find a counterparty; never more than was asked for, with the same sign.
    pub size: Size,
    /// What those lots are worth at the prices they would trade at, with their sign.
    pub worth: Money,
    /// Average price of those lots, where it is not whole rounded against whoever asked.
    pub price: Price,
    /// Price of the first of them: the best.
    pub first: Price,
    /// Price of the last of them, at least as bad as the average: that of the next small trade
    /// afterwards.
    pub last: Price,
}

/// What a counterparty trades of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// Who.
    pub with: Purse,
    /// Signed lots, with the sign of the quote.
    pub size: Size,
    /// At what price.
    pub price: Price,
    /// The resting order that is filled; none for a counterparty that had none.
    pub order: Option<FilledOrder>,
}

/// What an order is filled with: mostly by one counterparty.
pub type Fills = SmallVec<[Fill; 1]>;

/// A resting order that is filled, all of it or in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilledOrder {
    /// The fact that placed it.
    pub order: FactId,
    /// Signed size that is left of it.
    pub left: Size,
    /// Why what is left is cancelled; none where it goes on resting, or nothing is left.
    pub cancelled: Option<Obstacle>,
}

impl Quote {
    /// Nobody trades.
    pub const NOTHING: Self = Self {
        size: Size::ZERO,
        worth: Money::ZERO,
        price: Price(1),
        first: Price(1),
        last: Price(1),
    };

    /// What fills in an instrument come to, the best of them first.
    pub fn of(listing: &Instrument, fills: &[Fill]) -> Self {
        let (Some(first), Some(last)) = (fills.first(), fills.last()) else { return Self::NOTHING };
        let size = fills.iter().fold(Size::ZERO, |sum, fill| sum + fill.size);
        let worth: Money = fills.iter().map(|fill| listing.value(fill.size, fill.price)).sum();
        let a_unit = listing.value(size, Price(1));
        let against = if size.0 < 0 { Rounding::Down } else { Rounding::Up };
        let average = mul_div(worth.0, 1, a_unit.0, against).ok().and_then(|it| it.try_into().ok());
        let price = average.map_or(last.price, Price);
        Self { size, worth, price, first: first.price, last: last.price }
    }
}

/// Answers [`Liquidity`]: who trades against an order or a forced sale.
pub trait LiquidityAnswer: Send + Sync {
    /// What a purse that trades a signed size (negative sells) would get now. Changes nothing. The
    /// loss against the price before never falls with the size, neither on average nor for the last
    /// lot.
    fn quote(&self, market: &Market<'_>, here: Here, wanted: (Purse, Size)) -> Quote;

    /// Trades what it quoted to a purse: with whom, in order, the best price first. The market moves
    /// the legs and the money; the answer notes what its next quote depends on.
    fn fill(&self, market: &mut Market<'_>, here: Here, taken: (Purse, Quote)) -> Fills;

    /// Price of the next small trade, or what stands for it in marks and funding: what was last paid,
    /// pulled back by arbitrage or kept within the spread. None where there is nothing to say.
    fn trade_price(&self, market: &Market<'_>, here: Here) -> Option<Price>;
}

/// Equity a position needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requirement {
    /// To open it.
    pub initial: Money,
    /// To keep it; at most what is needed to open it.
    pub maintenance: Money,
}

/// Answers [`Margin`]: the equity a leg needs.
///
/// What it asks for a notional never falls as the notional grows, never grows by more than
/// [`MarginAnswer::steepest`] of that, and changes only where the answer says so with
/// [`Market::change_requirement`]: the margin re-check relies on all three.
pub trait MarginAnswer: Send + Sync {
    /// Requirement of a leg of this notional at the mark price, rounded up.
    fn requirement(&self, market: &Market<'_>, here: Here, notional: Money) -> Requirement;

    /// What [`MarginAnswer::requirement`] says of opening it; to be written where that alone is found
    /// faster.
    fn initial(&self, market: &Market<'_>, here: Here, notional: Money) -> Money {
        self.requirement(market, here, notional).initial
    }

    /// What [`MarginAnswer::requirement`] says of keeping it; to be written where that alone is found
    /// faster.
    fn maintenance(&self, market: &Market<'_>, here: Here, notional: Money) -> Money {
        self.requirement(market, here, notional).maintenance
    }

    /// Most by which the maintenance margin grows with the notional, until the answer next says that it
    /// changes what it asks: at most all of it. The lower it is, the less often shorts are looked at.
    fn steepest(&self, _market: &Market<'_>, _here: Here) -> Ratio {
        Ratio::ONE
    }
}

/// Answers [`MarginCall`]: who is asked for more margin.
pub trait MarginCallAnswer: Send + Sync {
    /// Equity below which a purse of this risk is called, and that it is asked to have: its
    /// maintenance margin where that is more. It never grows by more than twice what the notional
    /// does: the margin re-check relies on it.
    fn level(&self, market: &Market<'_>, here: Here, risk: &RiskReport) -> Money;

    /// How long a called purse has: above zero.
    fn within(&self) -> Duration;

    /// Whether a purse that missed its call is closed by force until it has what was asked for.
    fn enforces(&self) -> bool;
}

/// Answers [`Insurance`]: whether the venue stands behind a loss.
pub trait InsuranceAnswer: Send + Sync {
    /// Most of a `loss` of `purse` beyond its equity that the fund would pay now.
    fn quote(&self, market: &Market<'_>, here: Here, purse: Purse, loss: Money) -> Money;

    /// What the fund would still pay to anyone: nothing when it is exhausted.
    fn left(&self, market: &Market<'_>, here: Here) -> Money;
}

/// Answers [`Deleveraging`]: what winners are asked for.
///
/// It hears [`facts::ShortfallLeft`]: a `deficit` in cash of purses that have nothing left to close,
/// and, where winners take over positions, what is `unfilled` (see [`Market::shortfall`]). What it
/// leaves of the deficit is booked as the venue's debt; what it leaves unfilled is sold at any price.
pub trait DeleveragingAnswer: Send + Sync {
    /// Whether winners take over positions, so that a sale the fund does not stand behind is left
    /// to them; otherwise every sale is filled and winners pay what is owed in cash.
    fn takes_over_positions(&self) -> bool;
}
