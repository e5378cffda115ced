//! What may be filled of orders that rest when another meets them.

use crate::{
    Market,
    resting::Owned,
    trade::{Party, Standing, most},
};
use book::{Order, Verdict};
use facts::{AccountId, InstrumentId, Obstacle, Purse};
use std::collections::BTreeMap;
use units::{Money, Price, Size};

/// The makers that one order meets, and what each would have traded so far.
///
/// An order of the same account is not traded with, but cancelled. Of the others as much is filled as
/// leaves its purse the margin that a trade needs at the marks of this moment, whatever they were when
/// it was put to rest; and, of one that may only reduce, as much as is held. What is left of it is
/// cancelled. The decision on an order depends on those before it and on nothing else: who takes
/// more meets the same orders first.
///
/// Source: Hyperliquid, "Order book" (margin is checked again of the resting side of each match) and
/// "Self-trade prevention" (the resting order is cancelled).
pub(crate) struct Makers<'a, 'w> {
    market: &'a Market<'w>,
    taker: AccountId,
    instrument: InstrumentId,
    met: BTreeMap<AccountId, Maker<'a>>,
}

/// A maker as it stood before, and what it has traded since.
struct Maker<'a> {
    purse: Purse,
    /// None while a leg has no mark price.
    standing: Option<Standing<'a>>,
    is_liquidated: bool,
    size: Size,
    worth: Money,
}

impl<'a, 'w> Makers<'a, 'w> {
    pub(crate) fn new(market: &'a Market<'w>, taker: AccountId, instrument: InstrumentId) -> Self {
        Self { market, taker, instrument, met: BTreeMap::new() }
    }

    /// The purse behind an account's orders here.
    pub(crate) fn purse_of(&self, account: AccountId) -> Purse {
        let met = self.met.get(&account).map(|maker| maker.purse);
        met.unwrap_or_else(|| self.market.purse_behind(account, self.instrument))
    }

    /// What may be filled of an order that is reached, of so many lots at most; they are taken to be.
    pub(crate) fn judge(&mut self, order: &Order<Owned>, lots: i64) -> Verdict<Obstacle> {
        let (market, instrument, account) = (self.market, self.instrument, order.of.account);
        if account == self.taker {
            return Verdict::Only(0, Obstacle::SelfTrade);
        }
        let maker = self.met.entry(account).or_insert_with(|| {
            let party = market.party_of(account, instrument);
            let (purse, standing) = (party.purse, market.standing(party));
            let is_liquidated = market.is_liquidated_in(party.slot);
            Maker { purse, standing, is_liquidated, size: Size::ZERO, worth: Money::ZERO }
        });
        if maker.is_liquidated {
            return Verdict::Only(0, Obstacle::UnderLiquidation);
        }
        let Some(standing) = &maker.standing else { return Verdict::Only(0, Obstacle::Margin) };
        let value = |lots| {
            let size = Size(lots).on(order.side);
            (size, standing.listing.value(size, order.price))
        };
        let to_flat = to_flat(standing.held + maker.size, order);
        let wanted = if order.of.reduce_only { lots.min(to_flat) } else { lots };
        let fits = |lots| {
            let (size, worth) = value(lots);
            market.affords(standing, (maker.size + size, maker.worth + worth), Money::ZERO)
        };
        // A purse that has the margin at both ends of a stretch has it in between, since what a leg needs
        // never grows more slowly with its size: to where the leg is flat, and on from there.
        let all_fit = |lots| {
            [1, to_flat, to_flat + 1, lots].into_iter().filter(|&it| 0 < it && it <= lots).all(fits)
        };
        let filled = if all_fit(wanted) { wanted } else { most(wanted - 1, all_fit) };
        let (size, worth) = value(filled);
        maker.size += size;
        maker.worth += worth;
        match filled {
            filled if filled == lots => Verdict::Fill,
            filled if filled == wanted => Verdict::Only(filled, Obstacle::NothingToReduce),
            filled => Verdict::Only(filled, Obstacle::Margin),
        }
    }
}

/// Lots of an order that reduce what is held.
fn to_flat(held: Size, order: &Order<Owned>) -> i64 {
    match held.side() {
        Some(side) if side != order.side => held.magnitude().0,
        _ => 0,
    }
}

impl Market<'_> {
    /// Whether a purse would have its initial margin if an order and all that rest on its side in the
    /// instrument were filled: what they would lose at the marks counts, what they would gain does not.
    pub(crate) fn has_margin_to_rest(&self, party: Party, (size, price): (Size, Price)) -> bool {
        let Some(standing) = self.standing(party) else { return false };
        let mark = standing.mark;
        let resting = self.resting(party.purse.account, party.instrument);
        let others = resting.filter(|other| other.size.side() == size.side() && !other.reduce_only);
        let others = others.map(|other| (other.size, other.price));
        let mut total = (Size::ZERO, Money::ZERO);
        for (size, price) in others.chain([(size, price)]) {
            let lost = standing.listing.value(size, price.minus(mark)).or_zero();
            total.0 += size;
            total.1 += standing.listing.value(size, mark) + lost;
        }
        self.affords(&standing, total, Money::ZERO)
    }
}
