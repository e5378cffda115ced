//! Prices: exogenous ones are set, index and mark prices are published.

use crate::{Fault, Market, watch::MarkMovedDue};
use facts::{
    FactId, FundamentalId, FundamentalPriceSet, IndexPricePublished, InstrumentId,
    MarkPricePublished,
};
use units::{PRICE_MAX, Price, Time};

/// What moved a mark price: the cause that its publication is recorded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkDriver {
    /// The index price.
    Index,
    /// Trading on the venue.
    Trade,
}

impl Market<'_> {
    /// Sets an exogenous price, in units of 10^−[`crate::FUNDAMENTAL_DECIMALS`], positive.
    pub fn set_fundamental(&mut self, fundamental: FundamentalId, price: Price) {
        self.positive(price);
        self.because(FactId(0));
        let row = &self.fundamentals[fundamental.row()];
        let ordinal = row.ordinal;
        let fact = self.record(FundamentalPriceSet { fundamental, price, ordinal });
        let row = &mut self.fundamentals[fundamental.row()];
        row.price = Some(price);
        row.ordinal += 1;
        row.set = Some(fact);
    }

    /// Publishes what the oracle saw at `observed`: the index price of an instrument, positive.
    pub fn publish_index(&mut self, instrument: InstrumentId, price: Price, observed: Time) {
        self.positive(price);
        let fundamental = self.instrument(instrument).fundamental;
        if let Some(set) = self.fundamental(fundamental).set {
            self.because(set);
        }
        let fact = self.record(IndexPricePublished { instrument, price, observed });
        let row = &mut self.instruments[instrument.row()];
        row.index_price = Some(price);
        row.index_fact = Some(fact);
    }

    /// Publishes a mark price, positive, with what it was made from; every purse that holds the
    /// instrument is checked in the next margin phase.
    pub fn publish_mark(&mut self, mark: MarkPricePublished, driver: MarkDriver) {
        let (instrument, price) = (mark.instrument, mark.price);
        self.positive(price);
        let row = self.instrument(instrument);
        let cause = match driver {
            MarkDriver::Index => row.index_fact,
            MarkDriver::Trade => row.trade_fact.or(row.index_fact),
        };
        if let Some(cause) = cause {
            self.because(cause);
        }
        let fact = self.record(mark);
        let row = &mut self.instruments[instrument.row()];
        row.previous_mark_price = row.mark_price;
        row.mark_price = Some(price);
        if self.watch.moved.is_empty() {
            self.schedule_because(self.now(), MarkMovedDue, fact);
        }
        self.watch.moved.insert(instrument, fact);
    }

    fn positive(&mut self, price: Price) {
        if price.0 <= 0 || price.0 > PRICE_MAX {
            self.course.fail(Fault::Law {
                number: 22,
                law: "a price is positive and within its limit",
                detail: format!("a price of {} units was set", price.0),
            });
        }
    }
}
