//! Prices: exogenous ones are set, index and mark prices are published.

use crate::{Law, Market};
use facts::{
    FactId, FundamentalId, FundamentalPriceSet, IndexPricePublished, InstrumentId,
    MarkPricePublished,
};
use serde::{Deserialize, Serialize};
use units::{Money, PRICE_MAX, Price, Time};

/// What an oracle saw; a mechanism may remember it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// Of which instrument.
    pub instrument: InstrumentId,
    /// The price it saw, in the instrument's price units.
    pub price: Price,
    /// When it looked.
    pub at: Time,
    seen: FactId,
}

impl Market<'_> {
    /// Sets an exogenous price, in units of 10^−[`crate::FUNDAMENTAL_DECIMALS`], positive.
    pub fn set_fundamental(&mut self, fundamental: FundamentalId, price: Price) {
        self.above_zero(price, i64::MAX);
        self.because(FactId(0));
        let row = &self.fundamentals[fundamental.row()];
        let ordinal = row.ordinal;
        let fact = self.record(FundamentalPriceSet { fundamental, price, ordinal });
        let row = &mut self.fundamentals[fundamental.row()];
        row.price = Some(price);
        row.ordinal += 1;
        row.set = Some(fact);
        for follower in &row.followers {
            let listing = &mut self.instruments[follower.row()];
            listing.fundamental_price = Some(listing.price_of_fundamental(price));
        }
    }

    /// What an oracle that looks now sees of the exogenous price an instrument follows; none before
    /// time starts.
    pub fn observe(&self, instrument: InstrumentId) -> Option<Observation> {
        let listing = self.instrument(instrument);
        let (price, seen) =
            (listing.fundamental_price?, self.fundamental(listing.fundamental).set?);
        Some(Observation { instrument, price, at: self.now(), seen })
    }

    /// Publishes an observation as the index price of its instrument.
    pub fn publish_index(&mut self, observation: Observation) {
        let Observation { instrument, price, at, seen } = observation;
        self.positive(price);
        self.because(seen);
        let fact = self.record(IndexPricePublished { instrument, price, observed: at });
        let row = &mut self.instruments[instrument.row()];
        row.index_price = Some(price);
        row.index_fact = Some(fact);
    }

    /// Publishes a mark price, positive, with what it was made from; every purse that holds the
    /// instrument is checked in the next margin phase.
    ///
    /// Its cause is the largest trade since the mark before, or the last such trade where there was
    /// none, when the mark's distance from the index moved further than the index did: trades and
    /// their recovery made it. It is the index price otherwise.
    pub fn publish_mark(&mut self, mark: MarkPricePublished) {
        let (instrument, price, index) = (mark.instrument, mark.price, mark.index);
        self.positive(price);
        let row = self.instrument(instrument);
        let before = row.mark_price.zip(row.marked_index).unwrap_or((price, index));
        let by_index = index.minus(before.1).0.abs();
        let by_trade = price.minus(index).minus(before.0.minus(before.1)).0.abs();
        let trade = row.largest_trade.map(|(fact, _)| fact);
        let cause = trade.filter(|_| by_trade > by_index).or(row.index_fact);
        if let Some(cause) = cause {
            self.because(cause);
        }
        let fact = self.record(mark);
        let row = &mut self.instruments[instrument.row()];
        row.previous_mark_price = row.mark_price;
        row.mark_price = Some(price);
        row.mark_fact = Some(fact);
        row.marked_index = Some(index);
        row.largest_trade = trade.map(|fact| (fact, Money::ZERO));
        self.mark_moved(instrument, fact);
    }

    /// From here to the end of the present handler, what happens is because of the last mark price of
    /// an instrument: whoever looks at it on a clock of their own says so.
    pub fn because_of_mark(&mut self, instrument: InstrumentId) {
        if let Some(mark) = self.instrument(instrument).mark_fact {
            self.because(mark);
        }
    }

    /// The same of the last index price.
    pub fn because_of_index(&mut self, instrument: InstrumentId) {
        if let Some(index) = self.instrument(instrument).index_fact {
            self.because(index);
        }
    }

    /// Remembers the trade that moved the price of an instrument most since its last mark.
    #[inline]
    pub(crate) fn note_trade(&mut self, instrument: InstrumentId, fact: FactId, notional: Money) {
        let largest = &mut self.instruments[instrument.row()].largest_trade;
        if largest.is_none_or(|(_, before)| notional >= before) {
            *largest = Some((fact, notional));
        }
    }

    pub(crate) fn positive(&mut self, price: Price) {
        self.above_zero(price, PRICE_MAX);
    }

    fn above_zero(&mut self, price: Price, most: i64) {
        if price.0 <= 0 || price.0 > most {
            let detail = format!("a price of {} units was set", price.0);
            self.course.fail(Law::PRICES.broken(detail));
        }
    }
}
