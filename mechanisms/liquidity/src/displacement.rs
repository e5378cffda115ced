//! What every depth curve of this folder is: a named account with capital, and a price that what was
//! traded displaces and that forgets it. An answer adds its curve; it may let the depth thin.

use crate::Curve;
use facts::Purse;
use market::{
    Fill, Here, Instrument, Liquidity, LiquidityAnswer, Market, Mechanism, Plan, Quote, State,
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

impl<S: State> LiquidityAnswer for Provider<S> {
    fn quote(&self, market: &Market<'_>, here: Here, (_, size): (Purse, Size)) -> Quote {
        let listing = market.instrument(here.instrument());
        let Some(reference) = market.fundamental_price(listing.id) else { return Quote::NOTHING };
        let before = self.displaced(market, here);
        let Some(size) = self.takes(market, (here, before), size, reference) else {
            return Quote::NOTHING;
        };
        let after = before + Self::counted(market, here, size, reference);
        let [first, price, last] = self.prices(reference, before, after);
        Quote { size, worth: listing.value(size, price), price, first, last }
    }

    fn fill(&self, market: &mut Market<'_>, here: Here, (_, quote): (Purse, Quote)) -> Vec<Fill> {
        let Quote { size, price, .. } = quote;
        let listing = market.instrument(here.instrument());
        let fill = Fill { with: Purse::of(listing.liquidity), size, price, order: None };
        let Some(reference) = market.fundamental_price(listing.id) else { return vec![fill] };
        let traded = Self::counted(market, here, size, reference);
        let (notional, since) = (self.displaced(market, here) + traded, market.now());
        let displaced: &mut Displaced<S> = market.state_mut(here);
        (displaced.notional, displaced.since) = (notional, since);
        vec![fill]
    }

    fn trade_price(&self, market: &Market<'_>, here: Here) -> Option<Price> {
        let reference = market.fundamental_price(here.instrument())?;
        let displaced = self.displaced(market, here);
        let [price, ..] = self.prices(reference, displaced, displaced);
        Some(price)
    }
}

impl<S: State> Provider<S> {
    /// What the price has not forgotten now.
    fn displaced(&self, market: &Market<'_>, here: Here) -> Money {
        let displaced: &Displaced<S> = market.state(here);
        let age = market.now().since(displaced.since);
        if age == Duration::ZERO {
            return displaced.notional;
        }
        let left = math::halved(age.as_seconds() / self.recovery_half_life.as_seconds());
        Money(math::nearest_wide(float(displaced.notional) * left))
    }

    /// What a trade adds to the displacement.
    fn counted(market: &Market<'_>, here: Here, size: Size, reference: Price) -> Money {
        let there = market.state::<Displaced<S>>(here).there;
        let value = market.instrument(here.instrument()).value(size, reference);
        if there == Ratio::ONE {
            return value;
        }
        value.portion(parts(Ratio::ONE), parts(there), Rounding::Down)
    }

    /// Price at one displacement, on average up to another, and there, to the nearest price unit: at
    /// least one, at most the highest that a market may have.
    fn prices(&self, reference: Price, before: Money, after: Money) -> [Price; 3] {
        let moves = self.curve.moves(float(before) / self.depth, float(after) / self.depth);
        let reference = math::float(i128::from(reference.0));
        moves.map(|moves| {
            let price = math::nearest(reference * (1.0 + self.a_move * moves));
            Price(price.clamp(1, PRICE_MAX))
        })
    }

    /// As much of `size` as the account takes; none when that is nothing.
    fn takes(
        &self,
        market: &Market<'_>,
        (here, displaced): (Here, Money),
        size: Size,
        reference: Price,
    ) -> Option<Size> {
        let side = size.side()?;
        let listing = market.instrument(here.instrument());
        let held = market.leg(listing.liquidity, listing.id).map_or(Size::ZERO, |leg| leg.size);
        let most = self.inventory(market, listing, reference);
        // A sale adds to what the account is long, a purchase to what it is short.
        let room = match side {
            Side::Short => {
                most.saturating_sub(held.0).min(self.bids(market, (here, displaced), reference))
            },
            Side::Long => most.saturating_add(held.0),
        };
        let lots = size.magnitude().0.min(room);
        (lots > 0).then(|| Size(lots).on(side))
    }

    /// Lots that the account may hold.
    fn inventory(&self, market: &Market<'_>, listing: &Instrument, reference: Price) -> i64 {
        let equity = equity_at(market, listing, reference);
        let limit =
            equity.portion(Money(i128::from(self.inventory.0)), Money(1_000), Rounding::Down);
        let a_lot = listing.notional(Size(1), reference).0;
        let narrow = i64::try_from(limit.0).ok().zip(i64::try_from(a_lot).ok());
        match narrow.and_then(|(limit, a_lot)| limit.checked_div(a_lot)) {
            Some(lots) => lots,
            None => i64::try_from(limit.0 / a_lot).unwrap_or(i64::MAX / 2),
        }
    }

    /// Lots that can be sold until the price is zero.
    fn bids(&self, market: &Market<'_>, (here, displaced): (Here, Money), reference: Price) -> i64 {
        let listing = market.instrument(here.instrument());
        let there = as_float(market.state::<Displaced<S>>(here).there);
        let left = self.curve.depths(self.a_move.recip()) * self.depth + float(displaced);
        let lots = left * there / float(listing.notional(Size(1), reference));
        math::nearest(lots - 0.5)
    }
}

/// What the liquidity account is worth when its leg is valued at a price; nothing where it owes.
pub(crate) fn equity_at(market: &Market<'_>, listing: &Instrument, price: Price) -> Money {
    let leg = market.leg(listing.liquidity, listing.id);
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
