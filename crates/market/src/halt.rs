//! Halts and price bands: trading in an instrument stops and goes on, or keeps within prices.

use crate::{Event, Market, Phase, Place, Quote};
use facts::{Halted, InstrumentId, PriceBandSet, Purse, Resumed};
use serde::{Deserialize, Serialize};
use units::{Duration, Price, Ratio, Size};

/// A halt is over.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ResumeDue(InstrumentId);

impl Event for ResumeDue {
    const NAME: &'static str = "ResumeDue";
    const PHASE: Phase = Phase::Halt;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::Instrument(self.0)
    }
}

/// Why trading is halted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// The price that tripped it.
    pub price: Price,
    /// The reference it fell from.
    pub reference: Price,
    /// The fall that was enough.
    pub fall: Ratio,
}

impl Market<'_> {
    /// Halts trading in an instrument for `pause`; one that is halted for longer stays so.
    pub fn halt(&mut self, instrument: InstrumentId, pause: Duration, trip: Trip) {
        let until = self.now() + pause;
        if self.instrument(instrument).halted_until.is_some_and(|present| present >= until) {
            return;
        }
        let Trip { price, reference, fall } = trip;
        let fact = self.record(Halted { instrument, until, pause, price, reference, fall });
        self.instruments[instrument.row()].halted_until = Some(until);
        self.schedule_because(until, ResumeDue(instrument), fact);
    }

    /// Sets the band of prices, both positive, that trades in an instrument are allowed at from now
    /// on, and tries the forced sales again that a band kept. The band in force may be set again: the
    /// book may have filled since; it leaves no fact.
    pub fn set_band(&mut self, band: PriceBandSet) {
        let PriceBandSet { instrument, low, high, .. } = band;
        self.positive(low);
        self.positive(high);
        if self.instrument(instrument).band != Some((low, high)) {
            self.record(band);
            self.instruments[instrument.row()].band = Some((low, high));
        }
        if self.may_trade(instrument) {
            self.release_kept(instrument);
        }
    }

    /// Cuts a quote back to its largest part whose prices, from the first lot to the last, are within the
    /// band in force: then those of every smaller part are.
    pub(crate) fn keep_within_band(&self, of: (Purse, InstrumentId), quote: &mut Quote) {
        let Some((low, high)) = self.instrument(of.1).band else { return };
        if (low..=high).contains(&quote.first) {
            self.cut_back(of, quote, |quote| (low..=high).contains(&quote.last));
        } else {
            quote.size = Size::ZERO;
        }
    }

    /// Resumes trading, unless a longer halt has come meanwhile.
    pub(crate) fn on_resume(&mut self, resume: &ResumeDue) {
        let instrument = resume.0;
        if self.instrument(instrument).halted_until == Some(self.now()) {
            self.instruments[instrument.row()].halted_until = None;
            self.record(Resumed { instrument });
            self.release_kept(instrument);
        }
    }
}
