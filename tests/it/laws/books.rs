//! Laws of books, judged from logs alone.

use super::{
    design, outcome,
    random::{market, path, person},
};
use facts::{Fact, FactId, InstrumentId, Purse, Record};
use proptest::prelude::*;
use replay::Log;
use std::collections::BTreeMap;
use units::{Price, Size};

/// Orders that rest, by price and time: bids at negative prices, so that the first is the best.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    bids: BTreeMap<(Price, FactId), Rests>,
    asks: BTreeMap<(Price, FactId), Rests>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rests {
    purse: Purse,
    left: Size,
}

impl Seen {
    fn side(&mut self, size: Size) -> &mut BTreeMap<(Price, FactId), Rests> {
        if size.0 > 0 { &mut self.bids } else { &mut self.asks }
    }

    fn rest(&mut self, order: FactId, price: Price, rests: Rests) {
        let key = (self.at(rests.left, price), order);
        self.side(rests.left).insert(key, rests);
    }

    /// Fills a part of an order, which is the first of its side; what is left.
    fn fill(&mut self, order: FactId, price: Price, size: Size) -> Result<Size, String> {
        let key = (self.at(size, price), order);
        let best = self.side(size).first_key_value().map(|(&key, _)| key);
        if best != Some(key) {
            return Err(format!("{order} at {price:?} was filled before {best:?}"));
        }
        self.take(order, price, size)
    }

    /// Takes a part of an order; what is left.
    fn take(&mut self, order: FactId, price: Price, size: Size) -> Result<Size, String> {
        let key = (self.at(size, price), order);
        let side = self.side(size);
        let rests = side.get_mut(&key).ok_or_else(|| format!("{order} does not rest there"))?;
        let left = rests.left - size;
        if left.0 * rests.left.0 < 0 {
            return Err(format!("{size:?} of {rests:?}"));
        }
        rests.left = left;
        if left == Size::ZERO {
            side.remove(&key);
        }
        Ok(left)
    }

    #[expect(clippy::unused_self, reason = "it says how this is ordered")]
    fn at(&self, size: Size, price: Price) -> Price {
        if size.0 > 0 { Price(-price.0) } else { price }
    }

    fn is_crossed(&self) -> bool {
        let best = |side: &BTreeMap<(Price, FactId), Rests>| {
            side.first_key_value().map(|((price, _), _)| price.0)
        };
        best(&self.bids).zip(best(&self.asks)).is_some_and(|(bid, ask)| -bid >= ask)
    }
}

/// What is wrong with the books that a log tells of: laws 19 to 21.
pub(crate) fn judge(log: &Log) -> Result<usize, String> {
    let mut books: BTreeMap<InstrumentId, Seen> = BTreeMap::new();
    let (mut fills, mut last): (usize, Option<&Record>) = (0, None);
    for record in &log.records {
        if let Fact::OrderRested(f) = &record.fact {
            let book = books.entry(f.instrument).or_default();
            book.rest(f.order, f.price, Rests { purse: f.purse, left: f.size });
            if record.cause != Some(f.order) || book.is_crossed() {
                return Err(format!("{f:?} rests in {book:?}"));
            }
        } else if let Fact::OrderFilled(f) = &record.fact {
            let book = books.entry(f.instrument).or_default();
            let left = book.fill(f.order, f.price, f.size)?;
            let trade = last.filter(|last| record.cause == Some(last.id));
            let Some(Fact::Traded(trade)) = trade.map(|trade| &trade.fact) else {
                return Err(format!("{f:?} without a trade"));
            };
            let maker = if f.size.0 > 0 { trade.buyer } else { trade.seller };
            let same = (maker, trade.size, trade.price);
            if left != f.left || same != (f.purse, f.size.magnitude(), f.price) {
                return Err(format!("{f:?} by {trade:?}"));
            }
            if trade.buyer.account == trade.seller.account {
                return Err(format!("{trade:?} is with oneself"));
            }
            fills += 1;
        } else if let Fact::RestingOrderCancelled(f) = &record.fact {
            let book = books.entry(f.instrument).or_default();
            if book.take(f.order, f.price, f.size)? != Size::ZERO {
                return Err(format!("{f:?} left something"));
            }
        } else if let Fact::LiquidationOpened(f) = &record.fact {
            let orders =
                books.values().flat_map(|book| book.bids.values().chain(book.asks.values()));
            let count = orders.filter(|rests| rests.purse == f.purse).count();
            // They are cancelled by the facts that follow it.
            let after = log.records.iter().skip_while(|it| it.id <= record.id);
            let cancelled = after
                .take_while(|it| matches!(it.fact, Fact::RestingOrderCancelled(_)))
                .filter(|it| it.cause == Some(record.id));
            if cancelled.count() < count {
                return Err(format!("{f:?} leaves {count} orders"));
            }
        }
        last = Some(record);
    }
    Ok(fills)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(384),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn orders_rest_uncrossed_and_are_filled_by_price_then_time(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        judge(&log).map_err(TestCaseError::fail)?;
    }
}
