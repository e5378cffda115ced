//! Orders that rest, orders that take, and what happens when they meet.

use serde::{Deserialize, Serialize};
use units::{Price, Side};

/// An order that rests, or is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order<T> {
    /// Its number: higher than that of every order that rested before, so that it is its place in
    /// time.
    pub id: u64,
    /// Long for a bid, short for an ask.
    pub side: Side,
    /// Its limit: positive, a whole number of ticks.
    pub price: Price,
    /// Lots that are left of it, positive.
    pub lots: i64,
    /// What whoever keeps the book knows of it.
    pub of: T,
}

/// Where an order rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub(crate) slot: u32,
    pub(crate) id: u64,
}

/// Why an order does not rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its price is not positive, not a whole number of ticks, or out of range.
    #[error("the price is no positive whole number of ticks within the range of prices")]
    OffTick,
    /// It has no lots, or more than an order may have.
    #[error("an order is for one lot or more, and for no more than a leg may hold")]
    Lots,
    /// It would trade with an order of the other side.
    #[error("the order would cross the book")]
    Crosses,
    /// As many orders rest as may.
    #[error("as many orders rest as may")]
    Full,
    /// Its number is not higher than that of every order before.
    #[error("an order's number is higher than that of every order before it")]
    Late,
}

/// An order that takes what rests on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taker {
    /// Long to buy, short to sell.
    pub side: Side,
    /// Lots that it takes at most.
    pub lots: i64,
    /// The worst price that it takes; none at any.
    pub limit: Option<Price>,
}

impl Taker {
    /// Whether it takes what rests at this price.
    #[inline]
    pub fn reaches(&self, price: Price) -> bool {
        self.limit.is_none_or(|limit| match self.side {
            Side::Long => price <= limit,
            Side::Short => price >= limit,
        })
    }
}

/// What may be filled of a resting order that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<W> {
    /// As much as the taker takes of it.
    Fill,
    /// So many lots and no more: what is left of it is cancelled, and why.
    Only(i64, W),
}

/// A resting order was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<T, W> {
    /// The order as it rested before.
    pub order: Order<T>,
    /// Lots that are filled, at its price.
    pub filled: i64,
    /// Lots that are cancelled, and why.
    pub cancelled: Option<(i64, W)>,
}

impl<T: Copy, W: Copy> Step<T, W> {
    /// What happens to an order that is reached with so many lots `left` to take.
    #[inline]
    pub(crate) fn of(
        order: &Order<T>,
        left: i64,
        judge: &mut impl FnMut(&Order<T>, i64) -> Verdict<W>,
    ) -> Self {
        let most = order.lots.min(left);
        let (filled, cancelled) = match judge(order, most) {
            Verdict::Fill => (most, None),
            Verdict::Only(lots, why) => {
                let filled = lots.clamp(0, most);
                (filled, Some((order.lots - filled, why)).filter(|&(lots, _)| lots > 0))
            },
        };
        Self { order: *order, filled, cancelled }
    }

    /// Lots of the order that go on resting.
    #[inline]
    pub fn left(&self) -> i64 {
        self.order.lots - self.filled - self.cancelled.map_or(0, |(lots, _)| lots)
    }
}
