//! Requirements rise and fall with how much the index has moved lately.
//!
//! # Rule
//!
//! Requirement = notional × rate, rounded up, with rate = `floor` + `weight` × volatility, rounded
//! up, at most `cap`, for initial and maintenance margin each. Volatility is that of the index price
//! a year, realised with weights that halve every `half_life`; before prices have moved it is zero.
//! With the first index price at least `every` after the last renewal the rates are made anew. They
//! change when one of them would by more than `step`, and every holder is then checked.
//!
//! # Why venues do it
//!
//! Margin covers the loss until a position is closed, and that is larger when prices move more.
//! Clearing houses must do it; they smooth it, because it asks for cash when there is least.
//!
//! # Parameters
//!
//! - `initial`, `maintenance`: each a `floor` and a `cap`, shares of notional above 0 % and at most
//!   100 %, and the `weight` of the volatility, within 0 % and 100 %: 5.2 % is about the move of a
//!   day, 0.14 % that of a minute. No number of `maintenance` is above that of `initial`.
//! - `half_life`: time in which a move counts half as much, above zero.
//! - `every`: time between two renewals, above zero.
//! - `step`: how much a rate changes at least, in shares of notional, within 0 % and 100 %.
//!
//! # Known failure
//!
//! Procyclical: a fall raises requirements, whoever cannot pay them is sold, and the sales are the
//! next fall. Accounts are closed at prices at which they were healthy an hour before.
//!
//! # Sources
//!
//! Murphy, Vasios and Vause, "An investigation into the procyclicality of risk-based initial margin
//! models", Bank of England Financial Stability Paper 29 (2014); Brunnermeier and Pedersen, "Market
//! liquidity and funding liquidity", Review of Financial Studies 22 (2009).

use facts::{IndexPricePublished, RequirementChanged};
use market::{Here, Margin, MarginAnswer, Market, Mechanism, Plan, Requirement};
use serde::{Deserialize, Serialize};
use units::{Duration, Money, Ratio, Rounding, Time, Volatility};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowsVolatility {
    /// Share of notional needed to open.
    initial: Rate,
    /// Share of notional needed to keep.
    maintenance: Rate,
    /// Time in which a move counts half as much.
    half_life: Duration,
    /// Time between two renewals.
    every: Duration,
    /// How much a rate changes at least.
    step: Ratio,
}

/// How a rate follows volatility.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    floor: Ratio,
    weight: Ratio,
    cap: Ratio,
}

/// What was seen, and the rates in force.
#[derive(Debug, Serialize, Deserialize)]
struct InForce {
    volatility: Volatility,
    renewed: Option<Time>,
    initial: Ratio,
    maintenance: Ratio,
}

impl Mechanism for FollowsVolatility {
    type Question = Margin;
    const NAME: &'static str = "FollowsVolatility";
    const SOURCE: &'static str = include_str!("follows_volatility.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let Self { initial, maintenance, .. } = self;
        if !(initial.is_sound() && maintenance.is_sound() && maintenance.is_within(*initial)) {
            plan.refuse(format!(
                "margins must have 0% < floor ≤ cap ≤ 100% and 0% ≤ weight ≤ 100%, and no number of \
                 `maintenance` above that of `initial`; found maintenance {maintenance} and initial \
                 {initial}"
            ));
        }
        plan.require(
            self.half_life > Duration::ZERO,
            "`half_life` must be above zero, e.g. \"1h\"",
        );
        plan.require(self.every > Duration::ZERO, "`every` must be above zero, e.g. \"5min\"");
        plan.require(self.step.is_share(), "`step` must be within 0% and 100%, e.g. \"0.5%\"");
        plan.state(InForce {
            volatility: Volatility::new(self.half_life),
            renewed: None,
            initial: initial.floor,
            maintenance: maintenance.floor,
        });
        plan.waits("every", self.every);
        plan.on(Self::follow);
        plan.answer(plan.this());
    }
}

impl MarginAnswer for FollowsVolatility {
    fn requirement(&self, market: &Market<'_>, here: Here, notional: Money) -> Requirement {
        let &InForce { initial, maintenance, .. } = market.state(here);
        Requirement {
            initial: notional.share(initial, Rounding::Up),
            maintenance: notional.share(maintenance, Rounding::Up),
        }
    }

    fn maintenance(&self, market: &Market<'_>, here: Here, notional: Money) -> Money {
        let in_force: &InForce = market.state(here);
        notional.share(in_force.maintenance, Rounding::Up)
    }

    fn steepest(&self, market: &Market<'_>, here: Here) -> Ratio {
        market.state::<InForce>(here).maintenance
    }
}

impl FollowsVolatility {
    fn follow(&self, market: &mut Market<'_>, index: &IndexPricePublished) {
        let (here, now) = (market.here(), market.now());
        let in_force: &mut InForce = market.state_mut(here);
        in_force.volatility.see(now, index.price);
        if in_force.renewed.is_some_and(|last| now.since(last) < self.every) {
            return;
        }
        in_force.renewed = Some(now);
        let volatility = in_force.volatility.per_year();
        let (initial, maintenance) = (self.initial.at(volatility), self.maintenance.at(volatility));
        let differs = |one: Ratio, other: Ratio| (one.0 - other.0).abs() > self.step.0;
        if differs(initial, in_force.initial) || differs(maintenance, in_force.maintenance) {
            let (was, instrument) = (in_force.maintenance, index.instrument);
            (in_force.initial, in_force.maintenance) = (initial, maintenance);
            let changed = RequirementChanged { instrument, initial, maintenance, was, volatility };
            market.change_requirement(changed);
        }
    }
}

impl Rate {
    fn is_sound(self) -> bool {
        let Self { floor, weight, cap } = self;
        Ratio::ZERO < floor && floor <= cap && cap <= Ratio::ONE && weight.is_share()
    }

    fn is_within(self, other: Self) -> bool {
        self.floor <= other.floor && self.weight <= other.weight && self.cap <= other.cap
    }

    /// The rate at a volatility, rounded up.
    fn at(self, volatility: Ratio) -> Ratio {
        let moved = Money(i128::from(volatility.0)).share(self.weight, Rounding::Up);
        let rate = i64::try_from(moved.0 + i128::from(self.floor.0)).unwrap_or(i64::MAX);
        Ratio(rate).min(self.cap)
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { floor, weight, cap } = self;
        write!(f, "(floor: {floor}, weight: {weight}, cap: {cap})")
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;
    use proptest::prelude::*;
    use units::Ratio;

    fn rate() -> impl Strategy<Value = Rate> {
        let part = 0..=Ratio::ONE.0;
        let rate = (1..=Ratio::ONE.0, part.clone(), part);
        rate.prop_map(|(floor, weight, more)| Rate {
            floor: Ratio(floor),
            weight: Ratio(weight),
            cap: Ratio((floor + more).min(Ratio::ONE.0)),
        })
    }

    #[test]
    fn a_rate_is_its_floor_in_calm_and_its_cap_in_a_storm() {
        let [floor, weight, cap] = [5, 1, 11].map(|percent| Ratio(percent * Ratio::PERCENT.0));
        let rate = Rate { floor, weight, cap };
        let at = |percent: i64| rate.at(Ratio(percent * Ratio::PERCENT.0)).to_string();
        assert_eq!([0, 50, 350, 700].map(at), ["5%", "5.5%", "8.5%", "11%"]);
        assert_eq!(rate.at(Ratio(1)).0, floor.0 + 1, "rounded up");
        assert_eq!(rate.at(Ratio(i64::MAX)), cap);
    }

    proptest! {
        #[test]
        fn maintenance_is_never_above_initial(one in rate(), two in rate(), moved in 0..i64::MAX) {
            let below = Rate {
                floor: one.floor.min(two.floor),
                weight: one.weight.min(two.weight),
                cap: one.cap.min(two.cap),
            };
            let volatility = Ratio(moved);
            prop_assert!(below.is_sound() && one.is_sound() && below.is_within(one));
            prop_assert!(Ratio::ZERO < below.at(volatility));
            prop_assert!(below.at(volatility) <= one.at(volatility) && one.at(volatility) <= Ratio::ONE);
        }
    }
}
