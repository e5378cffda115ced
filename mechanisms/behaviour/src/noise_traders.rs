//! Traders who trade for reasons that have nothing to do with the market.
//!
//! # Rule
//!
//! Every `every`, from one such time after the start, `orders` orders are sent at the market, each by
//! a member drawn with equal chances, to buy or to sell with equal chances, for a notional drawn
//! from `size`, in lots at the exogenous price, rounded to the nearest but at least one. With a chance of
//! `closes` a member that holds something closes it instead. Everything is drawn for (group, number
//! of the tick, order): who trades when, on which side and how much is the same in every arm, however
//! far their histories are apart; only closing and what is filled depend on what a member has.
//!
//! # Why venues do it
//!
//! Traders do it: to invest, to spend, to hedge, for fun. It is the flow that makes a market, and the
//! background against which forced sales must be told apart.
//!
//! # Parameters
//!
//! - `instrument`: name of what they trade; a group for each instrument.
//! - `every`: time between two ticks of their clock, above zero.
//! - `orders`: orders a tick, 1 to 10,000. Work grows with orders, not with members.
//! - `size`: notional of an order: `Fixed("2_000 USDC")` or `LogNormal(median: "2_000 USDC", spread:
//!   1.0, most: "100_000 USDC")`, drawn again where it is above `most`.
//! - `closes`: chance that a member closes what it holds instead, within 0 % and 100 %: without it
//!   positions wander as far as margin allows.
//!
//! # Known failure
//!
//! Flow does not come in bursts, and does not fly when prices fall. Each order is one of many that are
//! independent; real ones are split and follow each other for hours.
//!
//! # Sources
//!
//! Black, "Noise", Journal of Finance 41 (1986); Kyle, "Continuous auctions and insider trading",
//! Econometrica 53 (1985); Farmer, Patelli and Zovko, "The predictive power of zero intelligence in
//! financial markets", PNAS 102 (2005).

use crate::drawn::Drawn;
use facts::{AccountId, GroupId, InstrumentId};
use market::{Behaviour, Draw, Market, Mechanism, Order, Plan};
use serde::{Deserialize, Serialize};
use units::{Amount, Duration, Ratio, SIZE_MAX, Side, Size, math};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoiseTraders {
    /// What they trade.
    instrument: String,
    /// Time between two ticks.
    every: Duration,
    /// Orders a tick.
    orders: u32,
    /// Notional of an order.
    size: Drawn<Amount>,
    /// Chance that a member closes what it holds instead.
    closes: Ratio,
}

/// What names mean at the venue.
#[derive(Debug, Serialize, Deserialize)]
struct Resolved {
    instrument: InstrumentId,
    /// Notional of an order in the settlement asset.
    size: Drawn<i128>,
}

market::timers! {
    /// Members trade at random.
    NoiseTickDue { group: GroupId, tick: u64 } in Decide;
}

impl Mechanism for NoiseTraders {
    type Question = Behaviour;
    const NAME: &'static str = "NoiseTraders";
    const SOURCE: &'static str = include_str!("noise_traders.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(self.every > Duration::ZERO, "`every` must be above zero, e.g. \"500ms\"");
        plan.require((1..=10_000).contains(&self.orders), "`orders` must be within 1 and 10,000");
        plan.require(self.closes.is_share(), "`closes` must be within 0% and 100%");
        let size = self.size.in_units(|amount| plan.money(amount).0);
        if let Some(fault) = size.fault() {
            plan.refuse(format!("`size`: {fault}"));
        }
        if let Some(instrument) = plan.instrument_named(&self.instrument) {
            plan.state(Resolved { instrument, size });
        }
        plan.on(Self::trade);
        plan.beats(self.every);
        plan.first(plan.start() + self.every, NoiseTickDue { group: plan.group(), tick: 0 });
    }
}

impl NoiseTraders {
    fn trade(&self, market: &mut Market<'_>, due: &NoiseTickDue) {
        let NoiseTickDue { group, tick } = *due;
        market.tick(self.every, NoiseTickDue { group, tick: tick + 1 });
        let purpose = format!("noise of {}", market.group_name(group));
        let stream = market.stream(&purpose);
        for order in 0..u64::from(self.orders) {
            let mut draw = stream.draw(tick, order);
            if let Some(account) = crate::pick(market, group, &mut draw)
                && let Some(order) = self.order(market, account, &mut draw)
            {
                market.place(order);
            }
        }
    }

    /// What a member does; nothing before there is a price.
    fn order(&self, market: &Market<'_>, account: AccountId, draw: &mut Draw) -> Option<Order> {
        let Resolved { instrument, size } = *market.state(market.here());
        let closes = draw.uniform() < math::to_float(i128::from(self.closes.0), 9);
        let side = if draw.uniform() < 0.5 { Side::Long } else { Side::Short };
        let held = market.leg(account, instrument).map_or(Size::ZERO, |leg| leg.size);
        if closes && held != Size::ZERO {
            return Some(Order::at_market(account, instrument, -held).reducing());
        }
        let price = market.fundamental_price(instrument)?;
        let a_lot = market.instrument(instrument).notional(Size(1), price).0;
        let lots = (size.sample(draw) + a_lot / 2).checked_div(a_lot)?;
        let lots = i64::try_from(lots).unwrap_or(SIZE_MAX).clamp(1, SIZE_MAX);
        Some(Order::at_market(account, instrument, Size(lots).on(side)))
    }
}
