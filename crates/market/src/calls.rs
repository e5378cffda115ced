//! Margin calls: a purse that runs low is asked for more, by a deadline.
//!
//! Who is called, for how much and by when is an answer to *margin call*. A call ends when the purse
//! has what was asked for, at its deadline, or with the liquidation or bankruptcy that comes first.

use crate::{Asked, Event, MarginCall, MarginCallAnswer, Market, Phase, Place, RiskReport};
use facts::{FactId, MarginCallMet, MarginCallMissed, MarginCalled, Purse};
use serde::{Deserialize, Serialize};
use units::{Money, Time};

/// The deadline of a margin call is over.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MarginCallDue {
    purse: Purse,
    deadline: Time,
}

impl Event for MarginCallDue {
    const NAME: &'static str = "MarginCallDue";
    const PHASE: Phase = Phase::Margin;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::Account(self.purse.account)
    }
}

impl Market<'_> {
    /// The deadline of the call that a purse still has to answer.
    pub fn margin_call(&self, purse: Purse) -> Option<Time> {
        self.desk.calls.get(&purse).map(|call| call.deadline)
    }

    /// The answer to *margin call* at a purse's venue.
    #[inline]
    pub(crate) fn call_answer(&self, purse: Purse) -> Option<&Asked<'_, dyn MarginCallAnswer>> {
        // Mostly nobody calls, and then accounts need not be looked at.
        let calls = self.calls.as_ref()?;
        calls.get(self.account(purse.account).venue?.row())?.as_ref()
    }

    /// Equity below which a purse is called; none where nobody calls.
    #[inline]
    pub fn call_level(&self, purse: Purse, risk: &RiskReport) -> Option<Money> {
        let call = self.call_answer(purse)?;
        Some(call.answer.level(self, call.here, risk).max(risk.maintenance))
    }

    /// Whether a purse that is called has what was asked for.
    pub(crate) fn meets_call(&self, purse: Purse, risk: &RiskReport) -> bool {
        self.margin_call(purse).is_some()
            && self.call_level(purse, risk).is_some_and(|needed| risk.equity >= needed)
    }

    /// By how much the equity of a purse may move before the margin check has something to do for it;
    /// negative where it has: to open a liquidation, to call, or to end a call that is met.
    #[inline]
    pub(crate) fn room(&self, purse: Purse, risk: &RiskReport) -> Money {
        let above = risk.equity - risk.close_out;
        let Some(level) = self.call_level(purse, risk) else { return above };
        let missing = level - risk.equity;
        above.min(if self.margin_call(purse).is_some() { missing - Money(1) } else { -missing })
    }

    /// Remembers the fact since which a purse that is called has what was asked for: of several before
    /// the next check it is the one that was enough.
    pub(crate) fn note_relief(&mut self, purse: Purse, fact: FactId) {
        if self.margin_call(purse).is_some() {
            let is_met = self.risk(purse).is_some_and(|risk| self.meets_call(purse, &risk));
            if let Some(call) = self.desk.calls.get_mut(&purse) {
                call.relief = is_met.then(|| call.relief.unwrap_or(fact));
            }
        }
    }

    /// Calls a purse that runs low, and ends the call of one that has what was asked for.
    pub(crate) fn review_call(&mut self, purse: Purse, risk: &RiskReport) {
        let Some(needed) = self.call_level(purse, risk) else { return };
        let equity = risk.equity;
        if equity >= needed {
            if let Some(Call { fact: call, relief, .. }) = self.desk.calls.remove(&purse) {
                self.because(relief.unwrap_or(self.cause()));
                self.record(MarginCallMet { purse, call, equity, needed });
            }
        } else if risk.notional > Money::ZERO && self.margin_call(purse).is_none() {
            self.call(purse, (equity, needed));
        }
    }

    fn call(&mut self, purse: Purse, (equity, needed): (Money, Money)) {
        let Some(call) = self.ask::<MarginCall>(self.venue_of_purse(purse)) else { return };
        let deadline = self.now() + call.answer.within();
        let legs = self.leg_marks(purse);
        let fact = self.record(MarginCalled { purse, equity, needed, deadline, legs });
        self.desk.calls.insert(purse, Call { deadline, fact, relief: None });
        self.schedule_because(deadline, MarginCallDue { purse, deadline }, fact);
    }

    /// Ends a call that is missed at its deadline: it is made again, or enforced. One that the prices
    /// of this very instant meet, or overtake with a liquidation, is left to the check that they lead to.
    pub(crate) fn on_margin_call(&mut self, due: &MarginCallDue) {
        let purse = due.purse;
        let Some(risk) = self.risk(purse) else { return };
        let is_over = self.margin_call(purse) != Some(due.deadline);
        if is_over || risk.must_close() || self.meets_call(purse, &risk) {
            return;
        }
        let (Some(needed), Some(call)) =
            (self.call_level(purse, &risk), self.ask::<MarginCall>(self.venue_of_purse(purse)))
        else {
            return;
        };
        self.desk.calls.remove(&purse);
        let (equity, enforced) = (risk.equity, call.answer.enforces());
        let fact = self.record(MarginCallMissed { purse, equity, needed, enforced });
        if enforced {
            self.desk.enforced.insert(purse);
        }
        self.touch_because(purse, fact);
    }
}

/// A margin call that is neither met nor missed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    /// When it ends.
    deadline: Time,
    /// The fact that made it.
    fact: FactId,
    /// The fact since which the purse has what was asked for, until the check that ends the call.
    relief: Option<FactId>,
}
