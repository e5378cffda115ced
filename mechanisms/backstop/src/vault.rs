//! A vault with its own capital takes over what the market did not close in time.
//!
//! # Rule
//!
//! When a liquidation opens, before anything is sold, and at every mark price while it is open: a
//! purse whose equity is above zero, and below `below` of the level that liquidations open at, is
//! taken over whole. The vault gets its legs at their mark prices, and what is left in it; the purse
//! keeps nothing. It does not take a purse that would leave it with more than `inventory` times its
//! equity in notional, legs the other way netted; that goes the usual way, and is looked at again.
//!
//! Every `every`, from the first position it takes until it holds none, the vault orders the closing
//! of `slice` of each leg, rounded down to whole lots, at least one. It pays fees and impact like
//! anyone.
//!
//! The vault is not called, liquidated or deleveraged. When it has closed everything and owes, that
//! is a shortfall like any other: for the fund, then for winners, then for the venue.
//!
//! # Why venues do it
//!
//! A position is closed at once whatever the book holds, and comes to market later, in pieces. What
//! was left of the margin pays for the risk.
//!
//! # Parameters
//!
//! - `capital`: what it starts with.
//! - `below`: share of the close-out level, above 0 % and at most 100 %: two thirds on Hyperliquid.
//! - `inventory`: most notional that it holds, as a multiple of its equity.
//! - `slice`: share of a leg that one order closes, above 0 % and at most 100 %.
//! - `every`: time between two slices, above zero.
//!
//! # Known failure
//!
//! It is full when it is needed most: what it took early loses, and the next purse, still solvent,
//! is sold into the same fall. Whoever is taken over pays all that is left, however little was
//! missing.
//!
//! # Sources
//!
//! Hyperliquid documentation, "Liquidations" (backstop below two thirds of maintenance; the margin is
//! not returned); Vega specification 0012-POSR (positions and margin go to the network, which
//! disposes of a fraction at a time), both read November 2026.

use facts::{
    InstrumentId, LiquidationOpened, MarkPricePublished, PositionTakenOver, Purse, VenueId,
};
use market::{Backstop, Market, Mechanism, Order, Plan};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use units::{Amount, Duration, Leverage, Money, Ratio, Rounding, Size};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vault {
    /// What it starts with.
    capital: Amount,
    /// Share of the close-out level below which it takes over.
    below: Ratio,
    /// Most notional that it holds, as a multiple of its equity.
    inventory: Leverage,
    /// Share of a leg that one order closes.
    slice: Ratio,
    /// Time between two slices.
    every: Duration,
}

/// Timers that are set.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Timers(BTreeSet<Timer>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Timer {
    Rescue,
    Unwinding,
}

market::timers! {
    /// Open liquidations are looked at, before anything is sold for them.
    RescueDue { venue: VenueId } in Margin;

    /// A slice of what was taken over is closed.
    UnwindingDue { venue: VenueId } in Decide;
}

impl Mechanism for Vault {
    type Question = Backstop;
    const NAME: &'static str = "Vault";
    const SOURCE: &'static str = include_str!("vault.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let is_part = |share: Ratio| share > Ratio::ZERO && share.is_share();
        plan.require(
            is_part(self.below),
            "`below` must be above 0% and at most 100%, e.g. \"66.7%\"",
        );
        plan.require(
            is_part(self.slice),
            "`slice` must be above 0% and at most 100%, e.g. \"10%\"",
        );
        plan.require(self.every > Duration::ZERO, "`every` must be above zero, e.g. \"30s\"");
        let capital = plan.money(&self.capital);
        plan.deposit(plan.backstop(), capital);
        plan.state(Timers::default());
        plan.waits("every", self.every);
        plan.on_before(Self::opened);
        plan.on(Self::marked);
        plan.on(Self::look);
        plan.on(Self::taken);
        plan.on(Self::unwind);
    }
}

impl Vault {
    fn opened(&self, market: &mut Market<'_>, opened: &LiquidationOpened) {
        if let Some(venue) = market.account(opened.purse.account).venue {
            self.consider(market, venue, opened.purse);
        }
    }

    /// Marks of all instruments are published before anyone is judged by them.
    #[expect(clippy::unused_self, reason = "a handler is a method of its mechanism")]
    fn marked(&self, market: &mut Market<'_>, mark: &MarkPricePublished) {
        let (here, venue) = (market.here(), market.instrument(mark.instrument).venue);
        if market.liquidated_purses(venue).is_empty() {
            return;
        }
        if market.state_mut::<Timers>(here).0.insert(Timer::Rescue) {
            market.schedule(market.now(), RescueDue { venue });
        }
    }

    fn look(&self, market: &mut Market<'_>, due: &RescueDue) {
        let here = market.here();
        market.state_mut::<Timers>(here).0.remove(&Timer::Rescue);
        for purse in market.liquidated_purses(due.venue) {
            self.consider(market, due.venue, purse);
        }
    }

    fn consider(&self, market: &mut Market<'_>, venue: VenueId, purse: Purse) {
        let Some(risk) = market.risk(purse) else { return };
        let level = risk.close_out.share(self.below, Rounding::Up);
        let is_low = Money::ZERO < risk.equity && risk.equity < level;
        if is_low && self.has_room(market, venue, (purse, risk.equity)) {
            market.take_over(purse);
        }
    }

    /// Whether what the vault would hold with a purse's legs is within its inventory.
    fn has_room(&self, market: &Market<'_>, venue: VenueId, (purse, left): (Purse, Money)) -> bool {
        let vault = Purse::of(market.venue(venue).backstop);
        let Some(own) = market.risk(vault) else { return false };
        let mut held: BTreeMap<InstrumentId, Size> = BTreeMap::new();
        for leg in market.open_legs(vault).chain(market.open_legs(purse)) {
            *held.entry(leg.instrument).or_default() += leg.size;
        }
        let notionals = held.into_iter().filter_map(|(instrument, size)| {
            let listing = market.instrument(instrument);
            Some(listing.notional(size, listing.mark_price?))
        });
        let (equity, inventory) = (own.equity + left, Money(i128::from(self.inventory.0)));
        notionals.sum::<Money>() <= equity.portion(inventory, Money(1_000), Rounding::Down)
    }

    fn taken(&self, market: &mut Market<'_>, taken: &PositionTakenOver) {
        let (here, venue) = (market.here(), market.instrument(taken.instrument).venue);
        if market.state_mut::<Timers>(here).0.insert(Timer::Unwinding) {
            market.schedule(market.now() + self.every, UnwindingDue { venue });
        }
    }

    fn unwind(&self, market: &mut Market<'_>, due: &UnwindingDue) {
        let (here, venue) = (market.here(), due.venue);
        let account = market.venue(venue).backstop;
        let legs = market.open_legs(Purse::of(account)).map(|leg| (leg.instrument, leg.size));
        let mut legs: Vec<(InstrumentId, Size)> = legs.collect();
        legs.sort();
        if legs.is_empty() {
            market.state_mut::<Timers>(here).0.remove(&Timer::Unwinding);
            return;
        }
        for (instrument, held) in legs {
            let size = self.slice_of(held);
            market.place(Order::at_market(account, instrument, -size).reducing());
        }
        market.schedule(market.now() + self.every, UnwindingDue { venue });
    }

    fn slice_of(&self, held: Size) -> Size {
        let lots = Money(i128::from(held.magnitude().0)).share(self.slice, Rounding::Down);
        let lots = Size(i64::try_from(lots.0).unwrap_or(i64::MAX).max(1));
        held.side().map_or(Size::ZERO, |side| lots.on(side))
    }
}
