//! Impact grows with the square root of what was sold; arbitrage brings the price back.
//!
//! # Rule
//!
//! The trade price is the fundamental times 1 + p·√(|v| ÷ d) with the sign of v, where v is the
//! notional traded so far, bought less sold, forgotten with a half-life, and a notional of d moves
//! the price by p. A trade pays the average of that price over the notionals it goes through, to
//! the nearest price unit. So selling in one piece or in many at once costs the same, and the law
//! for a fresh market is exactly the square root. The counterparty is a named liquidity account
//! with its own capital, which holds at most `inventory` times its equity; beyond that nothing is
//! filled.
//!
//! # Why venues do it
//!
//! They do not choose it: it is how markets answer large orders. Arbitrage towards outside prices
//! refills the book in seconds to minutes.
//!
//! # Parameters
//!
//! - `depth`: notional that moves the price by a ratio, e.g. `"40_000_000 USDC per 1%"`.
//! - `recovery_half_life`: time in which half of the displacement is gone, above zero.
//! - `capital`: what the liquidity account starts with.
//! - `inventory`: most it holds, as a multiple of its equity.
//!
//! # Known failure
//!
//! Depth stays what it was. In a real crash it thins as volatility rises and as those who provide
//! it lose money. The liquidity account itself is never liquidated: one that held much when the
//! price fell further ends with less than nothing, and nobody covers it.
//!
//! # Sources
//!
//! Sato and Kanazawa, arXiv 2411.13965 (exponent 0.489); Tóth et al., "Anomalous price impact and
//! the critical nature of liquidity", Physical Review X 1 (2011).

use facts::{InstrumentId, Purse};
use market::{Here, Instrument, Liquidity, LiquidityAnswer, Market, Mechanism, Plan, Quote};
use serde::{Deserialize, Serialize};
use units::{Amount, Depth, Duration, Leverage, Money, Price, Rounding, Side, Size, Time, math};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SquareRootDepth {
    /// Notional that moves the price by a ratio.
    depth: Depth,
    /// Time in which half of the displacement is gone.
    recovery_half_life: Duration,
    /// What the liquidity account starts with.
    capital: Amount,
    /// Most it holds, as a multiple of its equity.
    inventory: Leverage,
}

/// Notional bought less sold that the price has not forgotten at `since`.
#[derive(Debug, Serialize, Deserialize)]
struct Displaced {
    notional: Money,
    since: Time,
    /// The depth's notional in the settlement asset.
    depth: Money,
}

impl Mechanism for SquareRootDepth {
    type Question = Liquidity;
    const NAME: &'static str = "SquareRootDepth";
    const SOURCE: &'static str = include_str!("square_root_depth.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        if self.recovery_half_life <= Duration::ZERO {
            plan.refuse("`recovery_half_life` is above zero, e.g. \"45s\"");
        }
        let depth = plan.money(&self.depth.notional);
        let capital = plan.money(&self.capital);
        plan.deposit(plan.liquidity_account(), capital);
        plan.state(Displaced { notional: Money::ZERO, since: plan.start(), depth });
        plan.answer(plan.this());
    }
}

impl LiquidityAnswer for SquareRootDepth {
    fn quote(&self, market: &Market<'_>, here: Here, size: Size) -> Quote {
        let instrument = here.instrument();
        let nothing = Quote { size: Size::ZERO, price: Price(1) };
        let Some(reference) = market.fundamental_price(instrument) else { return nothing };
        let listing = market.instrument(instrument);
        let Some(size) = self.within_inventory(market, listing, size, reference) else {
            return nothing;
        };
        let before = self.displaced(market, here);
        let after = before + listing.value(size, reference);
        let impact = self.average_impact(market.state(here), before, after);
        Quote { size, price: displaced_price(reference, impact) }
    }

    fn filled(&self, market: &mut Market<'_>, here: Here, size: Size) {
        let instrument: InstrumentId = here.instrument();
        let Some(reference) = market.fundamental_price(instrument) else { return };
        let traded = market.instrument(instrument).value(size, reference);
        let (notional, since) = (self.displaced(market, here) + traded, market.now());
        let displaced: &mut Displaced = market.state_mut(here);
        (displaced.notional, displaced.since) = (notional, since);
    }

    fn trade_price(&self, market: &Market<'_>, here: Here) -> Option<Price> {
        let reference = market.fundamental_price(here.instrument())?;
        let displaced = self.displaced(market, here);
        let share = float(displaced) / float(market.state::<Displaced>(here).depth);
        let impact = self.per() * math::sqrt(share.abs()) * share.signum();
        Some(displaced_price(reference, impact))
    }
}

impl SquareRootDepth {
    fn per(&self) -> f64 {
        math::to_float(i128::from(self.depth.per.0), 9)
    }

    /// What the price has not forgotten now.
    fn displaced(&self, market: &Market<'_>, here: Here) -> Money {
        let displaced: &Displaced = market.state(here);
        let age = market.now().since(displaced.since).as_seconds();
        let half_lives = age / self.recovery_half_life.as_seconds();
        let left = math::exp(-half_lives * math::ln(2.0));
        Money(math::nearest_wide(float(displaced.notional) * left))
    }

    /// Average of p·√(|v| ÷ d)·sign(v) for v from `before` to `after`.
    fn average_impact(&self, displaced: &Displaced, before: Money, after: Money) -> f64 {
        if before == after {
            return 0.0;
        }
        let depth = float(displaced.depth);
        let (from, to) = (float(before) / depth, float(after) / depth);
        let area = |v: f64| 2.0 / 3.0 * v.abs() * math::sqrt(v.abs());
        self.per() * (area(to) - area(from)) / (to - from)
    }

    /// As much of `size` as the liquidity account may hold; none when it can take nothing.
    fn within_inventory(
        &self,
        market: &Market<'_>,
        listing: &Instrument,
        size: Size,
        reference: Price,
    ) -> Option<Size> {
        let side = size.side()?;
        let account = Purse::of(listing.liquidity);
        let held = market.leg(account.account, listing.id).map_or(Size::ZERO, |leg| leg.size);
        let unrealised = market
            .leg(account.account, listing.id)
            .map_or(Money::ZERO, |leg| market.profit(leg, reference));
        let equity = (market.balance(account) + unrealised).or_zero();
        let limit =
            equity.portion(Money(i128::from(self.inventory.0)), Money(1_000), Rounding::Down);
        let a_lot = listing.notional(Size(1), reference);
        let most = i64::try_from(limit.0.checked_div(a_lot.0)?).unwrap_or(i64::MAX / 2);
        // A sale adds to what the account is long, a purchase to what it is short.
        let room = match side {
            Side::Short => most.saturating_sub(held.0),
            Side::Long => most.saturating_add(held.0),
        };
        let lots = size.magnitude().0.min(room.max(0));
        (lots > 0).then(|| Size(lots).on(side))
    }
}

fn displaced_price(reference: Price, impact: f64) -> Price {
    let price = math::nearest(math::float(i128::from(reference.0)) * (1.0 + impact));
    Price(price.max(1))
}

fn float(money: Money) -> f64 {
    math::float(money.0)
}
