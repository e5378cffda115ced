//! What every depth curve of this folder is: a named account with capital, and a price that what was
//! traded displaces and that forgets it. An answer adds its curve; it may let the depth thin.

use crate::Curve;
use facts::Purse;
use market::{
    Fill, Fills, Here, Instrument, Leg, Liquidity, LiquidityAnswer, Market, Mechanism, Plan, Quote,
    State,
};
use serde::{Deserialize, Serialize};
use std::{marker::PhantomData, sync::Arc};
use units::{
    Amount, Depth, Duration, Leverage, Money, PRICE_MAX, Price, Ratio, Rounding, Side, Size, Time,
    math,
};

/// Parameters that every answer has.
#[derive(Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) curve: Curve,
    pub(crate) depth: &'a Depth,
    pub(crate) recovery_half_life: Duration,
    pub(crate) capital: &'a Amount,
    pub(crate) inventory: Leverage,
}

impl Terms<'_> {
    /// Funds the liquidity account and lets it answer; `memory` is what the mechanism remembers
    /// beside what displaced its price.
    pub(crate) fn install<M, S>(self, plan: &mut Plan<'_, M>, memory: S)
    where
        M: Mechanism<Question = Liquidity>,
        S: State,
    {
        let Self { curve, depth, recovery_half_life, capital, inventory } = self;
        plan.require(
            recovery_half_life > Duration::ZERO,
            "`recovery_half_life` must be above zero, e.g. \"45s\"",
        );
        let (capital, notional) = (plan.money(capital), plan.money(&depth.notional));
        plan.deposit(plan.liquidity_account(), capital);
        plan.state(Displaced {
            notional: Money::ZERO,
            since: plan.start(),
            capital,
            there: Ratio::ONE,
            memory,
        });
        plan.answer(Arc::new(Provider::<S> {
            curve,
            depth: float(notional),
            a_move: as_float(depth.per),
            recovery_half_life,
            inventory,
            memory: PhantomData,
        }));
    }
}

/// What the price has not forgotten, and what else its mechanism remembers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Displaced<S> {
    /// Bought less sold, not forgotten at `since`; what was traded while only a share of the depth
    /// was there counts as what it would have been in the whole.
    notional: Money,
    since: Time,
    /// What the account began with.
    pub(crate) capital: Money,
    /// Share of the depth that is there, above zero: the same for a quote and its fill, since it
    /// changes only when its mechanism hears something.
    pub(crate) there: Ratio,
    pub(crate) memory: S,
}

/// The account that trades, and at which prices.
struct Provider<S> {
    curve: Curve,
    /// In money units.
    depth: f64,
    /// Of the price, that one depth makes.
    a_move: f64,
    recovery_half_life: Duration,
    inventory: Leverage,
    memory: PhantomData<fn() -> S>,
}

/// What a quote is made from.
struct Scene<'m, S> {
    listing: &'m Instrument,
    /// The exogenous price.
    reference: Price,
    state: &'m Displaced<S>,
    /// What the price has not forgotten now.
    displaced: Money,
}

impl<S: State> LiquidityAnswer for Provider<S> {
    fn quote(&self, market: &Market<'_>, here: Here, (_, size): (Purse, Size)) -> Quote {
        let Some(scene) = self.scene(market, here) else { return Quote::NOTHING };
        let Some(size) = self.takes(market, &scene, size) else { return Quote::NOTHING };
        let [first, price, last] = self.prices(&scene, scene.counted(size));
        Quote { size, worth: scene.listing.value(size, price), price, first, last }
    }

    fn fill(&self, market: &mut Market<'_>, here: Here, (_, quote): (Purse, Quote)) -> Fills {
        let Quote { size, price, .. } = quote;
        let with = Purse::of(market.instrument(here.instrument()).liquidity);
        let after = self.scene(market, here).map(|scene| scene.displaced + scene.counted(size));
        if let Some(notional) = after {
            let since = market.now();
            let displaced: &mut Displaced<S> = market.state_mut(here);
            (displaced.notional, displaced.since) = (notional, since);
        }
        let mut fills = Fills::new();
        fills.push(Fill { with, size, price, order: None });
        fills
    }

    fn trade_price(&self, market: &Market<'_>, here: Here) -> Option<Price> {
        let [price, ..] = self.prices(&self.scene(market, here)?, Money::ZERO);
        Some(price)
    }
}

impl<S: State> Scene<'_, S> {
    /// What a trade adds to the displacement.
    fn counted(&self, size: Size) -> Money {
        let value = self.listing.value(size, self.reference);
        if self.state.there == Ratio::ONE {
            return value;
        }
        value.portion(parts(Ratio::ONE), parts(self.state.there), Rounding::Down)
    }

    fn a_lot(&self) -> Money {
        self.listing.notional(Size(1), self.reference)
    }
}

impl<S: State> Provider<S> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to return one is to copy it")]
    fn scene<'m>(&self, market: &'m Market<'_>, here: Here) -> Option<Scene<'m, S>> {
        let listing = market.instrument(here.instrument());
        let reference = listing.fundamental_price?;
        let state: &Displaced<S> = market.state(here);
        let age = market.now().since(state.since);
        let is_fresh = age == Duration::ZERO;
        let displaced = if is_fresh { state.notional } else { self.left(state.notional, age) };
        Some(Scene { listing, reference, state, displaced })
    }

    /// What is left of a displacement after a while.
    fn left(&self, notional: Money, age: Duration) -> Money {
        let left = math::halved(age.as_seconds() / self.recovery_half_life.as_seconds());
        Money(math::nearest_wide(float(notional) * left))
    }

    /// Price as the market stands, on average while so much is traded, and then, to the nearest price
    /// unit: at least one, at most the highest that a market may have.
    fn prices(&self, scene: &Scene<'_, S>, traded: Money) -> [Price; 3] {
        let (before, after) = (scene.displaced, scene.displaced + traded);
        let moves = self.curve.moves(float(before) / self.depth, float(after) / self.depth);
        let reference = math::float(i128::from(scene.reference.0));
        moves.map(|moves| {
            let price = reference * (1.0 + self.a_move * moves);
            Price(math::nearest_within(price, (1, PRICE_MAX)))
        })
    }

    /// As much of `size` as the account takes; none when that is nothing.
    fn takes(&self, market: &Market<'_>, scene: &Scene<'_, S>, size: Size) -> Option<Size> {
        let side = size.side()?;
        let listing = scene.listing;
        let leg = market.leg(listing.liquidity, listing.id);
        let held = leg.map_or(Size::ZERO, |leg| leg.size);
        let most = self.inventory(scene, equity_with(market, listing, (leg, scene.reference)));
        // A sale adds to what the account is long, a purchase to what it is short.
        let room = match side {
            Side::Short => most.saturating_sub(held.0).min(self.bids(scene)),
            Side::Long => most.saturating_add(held.0),
        };
        let lots = size.magnitude().0.min(room);
        (lots > 0).then(|| Size(lots).on(side))
    }

    /// Lots that the account may hold.
    fn inventory(&self, scene: &Scene<'_, S>, equity: Money) -> i64 {
        let limit =
            equity.portion(Money(i128::from(self.inventory.0)), Money(1_000), Rounding::Down);
        let a_lot = scene.a_lot().0;
        let narrow = i64::try_from(limit.0).ok().zip(i64::try_from(a_lot).ok());
        match narrow.and_then(|(limit, a_lot)| limit.checked_div(a_lot)) {
            Some(lots) => lots,
            None => i64::try_from(limit.0 / a_lot).unwrap_or(i64::MAX / 2),
        }
    }

    /// Lots that can be sold until the price is zero.
    fn bids(&self, scene: &Scene<'_, S>) -> i64 {
        let left = self.curve.depths(self.a_move.recip()) * self.depth + float(scene.displaced);
        let lots = left * as_float(scene.state.there) / float(scene.a_lot());
        math::nearest(lots - 0.5)
    }
}

/// What the liquidity account is worth when its leg is valued at a price; nothing where it owes.
pub(crate) fn equity_at(market: &Market<'_>, listing: &Instrument, price: Price) -> Money {
    let leg = market.leg(listing.liquidity, listing.id);
    equity_with(market, listing, (leg, price))
}

fn equity_with(
    market: &Market<'_>,
    listing: &Instrument,
    (leg, price): (Option<&Leg>, Price),
) -> Money {
    let unrealised =
        leg.map_or(Money::ZERO, |leg| market.profit(leg, price) - market.funding_owed(leg));
    (market.balance(Purse::of(listing.liquidity)) + unrealised).or_zero()
}

/// A ratio as a float.
pub(crate) fn as_float(ratio: Ratio) -> f64 {
    math::float(i128::from(ratio.0)) / math::float(i128::from(Ratio::ONE.0))
}

fn parts(ratio: Ratio) -> Money {
    Money(i128::from(ratio.0))
}

fn float(money: Money) -> f64 {
    math::float(money.0)
}
