//! Depth thins when prices move, and when those who provide it lose money; it comes back.
//!
//! # Rule
//!
//! With every index price, those who provide depth decide how much of `depth` is there: the share
//! min(1, calm ÷ realised)^elasticity × min(1, equity ÷ capital), at least `floor`. Realised
//! volatility is that of the index prices so far, forgotten with a half-life; equity is that of the
//! liquidity account, its position valued at the index price. In that book impact is as in
//! `LinearDepth` or `SquareRootDepth`. What is traded while a share s is there displaces the price
//! as 1 ÷ s of it would in the whole; depth that goes or comes moves no price by itself.
//!
//! # Why venues do it
//!
//! They do not choose it: whoever makes markets quotes less when a quote is more likely to be run
//! over, and when the capital that bears it shrinks. The same sale costs more in the minutes in which
//! most must be sold.
//!
//! # Parameters
//!
//! - `shape`: `SquareRoot` or `Linear`.
//! - `depth`: notional that moves the price by a ratio while all of it is there.
//! - `recovery_half_life`: time in which half of the displacement is gone, above zero.
//! - `capital`: what the liquidity account starts with.
//! - `inventory`: most it holds, as a multiple of its equity.
//! - `calm_volatility`: a year's volatility up to which all depth is there, above 0 %.
//! - `volatility_half_life`: time after which a return counts half, above zero.
//! - `elasticity`: percent of the depth that go with a percent of volatility, not negative: with
//!   `"100%"` twice the calm volatility halves the depth, with `"0%"` it does nothing.
//! - `floor`: least share of the depth that stays, in [1 %, 100 %].
//!
//! # Known failure
//!
//! The elasticity is a guess: measured spreads and depths follow volatility, but by how much differs
//! between markets and days. A jump thins the book for some half-lives even when nothing follows it,
//! and a fast oracle's noise is volatility, too. Nobody new comes while depth is dear.
//!
//! # Sources
//!
//! Nagel, "Evaporating liquidity", Review of Financial Studies 25 (2012); Brunnermeier and Pedersen,
//! "Market liquidity and funding liquidity", Review of Financial Studies 22 (2009); Kirilenko, Kyle,
//! Samadi and Tuzun, "The flash crash: high-frequency trading in an electronic market", Journal of
//! Finance 72 (2017).

use crate::{
    Curve,
    displacement::{Displaced, Terms, as_float, equity_at},
};
use facts::IndexPricePublished;
use market::{Liquidity, Market, Mechanism, Plan};
use serde::Deserialize;
use units::{Amount, Depth, Duration, Leverage, Money, Ratio, Volatility, math};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThinningDepth {
    /// How impact grows.
    shape: Curve,
    /// Notional that moves the price by a ratio while all of it is there.
    depth: Depth,
    /// Time in which half of the displacement is gone.
    recovery_half_life: Duration,
    /// What the liquidity account starts with.
    capital: Amount,
    /// Most it holds, as a multiple of its equity.
    inventory: Leverage,
    /// A year's volatility up to which all depth is there.
    calm_volatility: Ratio,
    /// Time after which a return counts half.
    volatility_half_life: Duration,
    /// Percent of the depth that go with a percent of volatility.
    elasticity: Ratio,
    /// Least share of the depth that stays.
    floor: Ratio,
}

impl Mechanism for ThinningDepth {
    type Question = Liquidity;
    const NAME: &'static str = "ThinningDepth";
    const SOURCE: &'static str = include_str!("thinning_depth.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(
            self.calm_volatility > Ratio::ZERO,
            "`calm_volatility` must be above 0%, e.g. \"60%\"",
        );
        plan.require(
            self.volatility_half_life > Duration::ZERO,
            "`volatility_half_life` must be above zero, e.g. \"5min\"",
        );
        plan.require(
            self.elasticity >= Ratio::ZERO,
            "`elasticity` must not be negative, e.g. \"100%\"",
        );
        plan.require(
            (Ratio::PERCENT..=Ratio::ONE).contains(&self.floor),
            "`floor` must be within 1% and 100%: some depth stays",
        );
        let terms = Terms {
            curve: self.shape,
            depth: &self.depth,
            recovery_half_life: self.recovery_half_life,
            capital: &self.capital,
            inventory: self.inventory,
        };
        terms.install(plan, Volatility::new(self.volatility_half_life));
        plan.on(Self::decide);
    }
}

impl ThinningDepth {
    fn decide(&self, market: &mut Market<'_>, index: &IndexPricePublished) {
        let (here, now) = (market.here(), market.now());
        let equity = equity_at(market, market.instrument(index.instrument), index.price);
        let displaced: &mut Displaced<Volatility> = market.state_mut(here);
        displaced.memory.see(now, index.price);
        displaced.there = self.share(displaced.memory.per_year(), equity, displaced.capital);
    }

    /// Share of the depth that is there.
    fn share(&self, realised: Ratio, equity: Money, capital: Money) -> Ratio {
        let calm = as_float(self.calm_volatility) / as_float(realised.max(self.calm_volatility));
        let by_volatility = math::pow(calm, as_float(self.elasticity));
        let by_losses = math::float(equity.min(capital).0) / math::float(capital.0.max(1));
        Ratio(math::to_units(by_volatility * by_losses, 9)).clamp(self.floor, Ratio::ONE)
    }
}

#[cfg(test)]
mod tests {
    use super::ThinningDepth;
    use crate::Curve;
    use proptest::prelude::*;
    use units::{Duration, Money, Price, Ratio, Time, Volatility};

    /// Calm up to 100 %, with a floor of 2 %.
    fn thinning(elasticity: i64) -> ThinningDepth {
        let parsed = "they are valid";
        ThinningDepth {
            shape: Curve::Linear,
            depth: "10_000 USDC per 1%".parse().expect(parsed),
            recovery_half_life: Duration::SECOND,
            capital: "1_000 USDC".parse().expect(parsed),
            inventory: "1x".parse().expect(parsed),
            calm_volatility: Ratio::ONE,
            volatility_half_life: Duration(60 * Duration::SECOND.0),
            elasticity: Ratio(elasticity),
            floor: Ratio(2 * Ratio::PERCENT.0),
        }
    }

    const CAPITAL: Money = Money(1_000);

    fn percent(percent: i64) -> Ratio {
        Ratio(percent * Ratio::PERCENT.0)
    }

    #[test]
    fn twice_the_volatility_or_half_the_capital_halves_depth_at_an_elasticity_of_one() {
        let share = |realised, equity| {
            thinning(Ratio::ONE.0).share(percent(realised), Money(equity), CAPITAL)
        };
        assert_eq!(share(0, 1_000), percent(100));
        assert_eq!(share(100, 1_000), percent(100));
        assert_eq!(share(200, 1_000), percent(50));
        assert_eq!(share(200, 500), percent(25));
        assert_eq!(share(50, 2_000), percent(100), "profits and calm add no depth");
        assert_eq!(share(100_000, 1), percent(2), "the floor stays");
        assert_eq!(thinning(0).share(percent(100_000), CAPITAL, CAPITAL), percent(100));
    }

    #[test]
    fn depth_comes_back_when_prices_stand_still() {
        let thinning = thinning(Ratio::ONE.0);
        let mut volatility = Volatility::new(thinning.volatility_half_life);
        let mut share = |second: i64, price: i64| {
            volatility.see(Time(second * Duration::SECOND.0), Price(price));
            thinning.share(volatility.per_year(), CAPITAL, CAPITAL)
        };
        assert_eq!(share(0, 100), Ratio::ONE);
        assert_eq!(share(60, 90), percent(2));
        let shares: Vec<Ratio> = (2..30).map(|minute| share(60 * minute, 90)).collect();
        assert!(shares.is_sorted());
        assert_eq!(shares.last(), Some(&Ratio::ONE));
    }

    proptest! {
        #[test]
        fn more_volatility_and_larger_losses_never_leave_more(
            elasticity in 0..5 * Ratio::ONE.0,
            volatilities in prop::array::uniform2(0..i64::MAX),
            equities in prop::array::uniform2(0_i128..2_000),
        ) {
            let thinning = thinning(elasticity);
            let mut volatilities = volatilities.map(Ratio);
            let mut equities = equities.map(Money);
            volatilities.sort();
            equities.sort();
            let calm = thinning.share(volatilities[0], equities[1], CAPITAL);
            let wild = thinning.share(volatilities[1], equities[0], CAPITAL);
            prop_assert!(thinning.floor <= wild && wild <= calm && calm <= Ratio::ONE);
        }
    }
}
