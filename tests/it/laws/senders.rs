//! Traders of random markets who send orders of every type.

use experiment::Catalogue;
use facts::{GroupId, TimeInForce};
use market::{Behaviour, Draw, Market, Mechanism, Order, Plan};
use proptest::{prelude::*, sample::select};
use serde::{Deserialize, Serialize};
use units::{Duration, Price, Side, Size};

/// What random markets are made of: the standard set and these traders.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue::standard().with::<SendsAnything>()
}

pub(super) fn anything() -> impl Strategy<Value = String> {
    let instrument = select(vec!["COIN", "COIN", "GEM"]);
    (instrument, select(vec!["300ms", "1s"]), 1_u64..4).prop_map(|(instrument, every, orders)| {
        format!("SendsAnything(instrument: \"{instrument}\", every: \"{every}\", orders: {orders})")
    })
}

/// Sends orders of any type, side, size and price near the exogenous one, and withdraws some.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendsAnything {
    instrument: String,
    every: Duration,
    orders: u64,
}

market::timers! {
    /// Members send orders.
    AnythingDue { group: GroupId, beat: u64 } in Decide;
}

#[derive(Debug, Serialize, Deserialize)]
struct In(facts::InstrumentId);

impl Mechanism for SendsAnything {
    type Question = Behaviour;
    const NAME: &'static str = "SendsAnything";
    const SOURCE: &'static str = include_str!("senders.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        if let Some(instrument) = plan.instrument_named(&self.instrument) {
            plan.state(In(instrument));
        }
        plan.on(Self::send);
        plan.beats(self.every);
        plan.first(plan.start() + self.every, AnythingDue { group: plan.group(), beat: 0 });
    }
}

impl SendsAnything {
    fn send(&self, market: &mut Market<'_>, due: &AnythingDue) {
        let AnythingDue { group, beat } = *due;
        market.tick(self.every, AnythingDue { group, beat: beat + 1 });
        for order in 0..self.orders {
            let mut draw = market.draw("anything", beat, order);
            self.send_one(market, group, &mut draw);
        }
    }

    #[expect(clippy::unused_self, reason = "a handler is a method of its mechanism")]
    fn send_one(&self, market: &mut Market<'_>, group: GroupId, draw: &mut Draw) {
        let In(instrument) = *market.state(market.here());
        let mut below = |bound: u64| draw.bits() % bound;
        let count = u64::try_from(market.members(group).len()).unwrap_or(1);
        let Some(account) = market.member(group, below(count.max(1))) else { return };
        let Some(Price(price)) = market.fundamental_price(instrument) else { return };
        let lots = i64::try_from(1 + below(300)).unwrap_or(1);
        let side = if below(2) == 0 { Side::Long } else { Side::Short };
        let size = Size(lots).on(side);
        let away = i64::try_from(below(600)).unwrap_or(0) - 300;
        let limit = Price(price + price * away / 10_000);
        let order = match below(20) {
            0..3 => {
                let resting: Vec<_> = market.resting(account, instrument).collect();
                if let Some(chosen) = resting.first() {
                    market.cancel(account, instrument, chosen.order);
                }
                return;
            },
            3..6 => Order::at_market(account, instrument, size),
            kind => {
                let force = match kind {
                    6..13 => TimeInForce::Rests,
                    13..15 => TimeInForce::PostOnly,
                    15..18 => TimeInForce::ImmediateOrCancel,
                    _ => TimeInForce::FillOrKill,
                };
                Order::with_limit((account, instrument), size, limit, force)
            },
        };
        market.place(if below(4) == 0 { order.reducing() } else { order });
    }
}
