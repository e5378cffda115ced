//! Taking over: a venue's backstop takes every leg of a purse at the mark, with what is left in it.

use crate::{Market, Place};
use facts::{MarginSeized, PositionTakenOver, Purse, VenueId};
use units::{Money, Price, Size};

impl Market<'_> {
    /// Purses of a venue that a liquidation is open for, in order.
    pub fn liquidated_purses(&self, venue: VenueId) -> Vec<Purse> {
        let purses = self.desk.liquidations.keys().copied();
        purses.filter(|purse| self.account(purse.account).venue == Some(venue)).collect()
    }

    /// The venue's backstop takes over every leg of a purse under liquidation at its mark price, and
    /// what is left in the purse with them; sales that wait are withdrawn. It is no trade: neither a
    /// halt nor a band stops it. Returns whether it did: a purse that owes, or with a leg that has no
    /// mark, is left to others.
    pub fn take_over(&mut self, purse: Purse) -> bool {
        let Place::Venue(venue) = self.venue_of_purse(purse) else { return false };
        let solvent = self.risk(purse).is_some_and(|risk| risk.equity >= Money::ZERO);
        let legs = self.leg_marks(purse);
        let last = legs.last().and_then(|leg| Some((leg.instrument, leg.size.side()?)));
        let Some(closed) = last.filter(|_| self.is_liquidated(purse) && solvent) else {
            return false;
        };
        let backstop = self.venue(venue).backstop;
        for leg in legs {
            self.hand_over(purse, Purse::of(backstop), (leg.instrument, leg.size, leg.mark));
        }
        let amount = self.balance(purse);
        if amount > Money::ZERO {
            self.record(MarginSeized { purse, to: backstop, amount });
        }
        self.settle_if_flat(purse, closed);
        // What it held the other way may have been its last, and its loss more than it has.
        self.settle_if_flat(Purse::of(backstop), closed);
        true
    }

    fn hand_over(
        &mut self,
        purse: Purse,
        by: Purse,
        (instrument, size, price): (facts::InstrumentId, Size, Price),
    ) {
        let purse_realised = self.trade_leg(&mut self.party(purse, instrument), (-size, price));
        let by_realised = self.trade_leg(&mut self.party(by, instrument), (size, price));
        let clearing = self.instrument(instrument).clearing;
        self.record(PositionTakenOver {
            purse,
            by,
            instrument,
            size,
            price,
            purse_realised,
            by_realised,
            clearing,
        });
    }
}
