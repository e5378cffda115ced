//! Holders who close everything at some time, and open the same again a little later.
//!
//! # Rule
//!
//! So long `after` the start each account closes its cross legs with orders that only reduce; `pause`
//! later it sends the opposite orders. What depth, band or margin did not allow is not tried again.
//!
//! # Why venues do it
//!
//! Traders do it, to realise a loss for the year in which they pay tax.
//!
//! # Parameters
//!
//! - `after`: time from the start to the first orders, not negative.
//! - `pause`: time from closing to opening again, above zero.
//!
//! # Known failure
//!
//! The price may have gone meanwhile; and many who do it at once move it themselves.
//!
//! # Sources
//!
//! Internal Revenue Code, section 1091, on wash sales, which it is there to avoid.

use facts::{GroupId, Purse};
use market::{Behaviour, Market, Mechanism, Order, Plan};
use serde::Deserialize;
use units::Duration;

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopens {
    /// Time from the start to the first orders.
    after: Duration,
    /// Time from closing to opening again.
    pause: Duration,
}

market::timers! {
    /// Everything is closed.
    ClosingDue { group: GroupId } in Decide;

    /// What was closed is opened again.
    ReopeningDue { group: GroupId, orders: Vec<Order> } in Decide;
}

impl Mechanism for Reopens {
    type Question = Behaviour;
    const NAME: &'static str = "Reopens";
    const SOURCE: &'static str = include_str!("reopens.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(self.pause > Duration::ZERO, "`pause` must be above zero, e.g. \"1s\"");
        plan.waits("after", self.after);
        plan.waits("pause", self.pause);
        plan.on(Self::close);
        plan.on(Self::reopen);
        let group = plan.group();
        plan.first(plan.start() + self.after, ClosingDue { group });
    }
}

impl Reopens {
    fn close(&self, market: &mut Market<'_>, due: &ClosingDue) {
        let purses = market.members(due.group).map(Purse::of);
        let legs = purses.flat_map(|purse| market.open_legs(purse));
        let orders: Vec<Order> = legs
            .map(|leg| {
                let (account, instrument, size) = (leg.account, leg.instrument, leg.size);
                Order::at_market(account, instrument, size)
            })
            .collect();
        for order in &orders {
            market.place(Order { size: -order.size, reduce_only: true, ..*order });
        }
        let group = due.group;
        market.schedule(market.now() + self.pause, ReopeningDue { group, orders });
    }

    #[expect(clippy::unused_self, reason = "a handler is a method of its mechanism")]
    fn reopen(&self, market: &mut Market<'_>, due: &ReopeningDue) {
        for &order in &due.orders {
            market.place(order);
        }
    }
}
