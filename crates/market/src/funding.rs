//! Funding: what longs pay shorts, by a cumulative index per instrument, settled when a leg is
//! touched.

use crate::{Instrument, Law, Leg, Market, boxes::Move, leg::LegRow};
use facts::{FundingPaid, FundingRateSet, InstrumentId, Purse};
use units::{Money, Ratio, Rounding, Size, mul_div};

/// Parts of a money unit that cumulative funding counts.
const BILLION: i128 = 1_000_000_000;

impl Market<'_> {
    /// Charges an interval of funding: longs owe `rate` of their notional at the index price to
    /// shorts, and the reverse where it is negative; `premium` is what it was made from. Every purse
    /// that holds the instrument is checked in the next margin phase. Nothing is charged before the
    /// first index price; an interval charges at most the whole notional.
    ///
    /// Nothing is paid yet: what a leg owes counts as lost in every risk report, and is paid when
    /// the leg next trades.
    pub fn charge_funding(&mut self, instrument: InstrumentId, rate: Ratio, premium: Ratio) {
        let listing = self.instrument(instrument);
        let Some(index_price) = listing.index_price else { return };
        if rate > Ratio::ONE || rate < Ratio(-Ratio::ONE.0) {
            self.course.fail(Law::FUNDING.broken(format!("{rate} of the notional was charged")));
            return;
        }
        let a_lot = listing.value(Size(1), index_price);
        let due = a_lot.0 * i128::from(rate.0);
        let cumulative = listing.cumulative_funding + due;
        if let Some(index) = listing.index_fact {
            self.because(index);
        }
        let fact =
            self.record(FundingRateSet { instrument, rate, premium, index_price, cumulative });
        let row = &mut self.instruments[instrument.row()];
        row.cumulative_funding = cumulative;
        self.legs.charge(instrument, cumulative);
        let row = &mut self.instruments[instrument.row()];
        if !std::mem::replace(&mut row.is_funded, true) {
            self.expose_members(instrument);
        }
        self.moved(instrument, Move { fact, loss: due, needs: 0 });
    }

    /// What a leg owes in funding since it was last settled, rounded up; negative where it will
    /// receive.
    #[inline]
    pub fn funding_owed(&self, leg: &Leg) -> Money {
        let listing = self.instrument(leg.instrument);
        if listing.is_funded { self.funding_since(leg, listing) } else { Money::ZERO }
    }

    fn funding_since(&self, leg: &Leg, listing: &Instrument) -> Money {
        let due = listing.cumulative_funding - self.legs.funding(leg.instrument, leg.charges);
        if due == 0 {
            return Money::ZERO;
        }
        let owed = mul_div(i128::from(leg.size.0), due, BILLION, Rounding::Up);
        Money(owed.expect("funding is bounded by prices and sizes"))
    }

    /// Pays what a leg owes, before its size changes.
    #[inline]
    pub(crate) fn settle_funding(&mut self, purse: Purse, row: LegRow) {
        if self.instrument(self.legs.get(row).instrument).is_funded {
            self.pay_funding(purse, row);
        }
    }

    fn pay_funding(&mut self, purse: Purse, row: LegRow) {
        let leg = *self.legs.get(row);
        let instrument = leg.instrument;
        let listing = self.instrument(instrument);
        let (cumulative, to) = (listing.cumulative_funding, listing.funding);
        if self.legs.funding(instrument, leg.charges) == cumulative {
            return;
        }
        self.legs.get_mut(row).charges = self.legs.charges(instrument);
        if leg.size != Size::ZERO {
            self.instruments[instrument.row()].settlements += 1;
            let amount = self.funding_owed(&leg);
            let size = leg.size;
            self.record(FundingPaid { purse, instrument, size, amount, to });
        }
    }
}
