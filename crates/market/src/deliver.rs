//! How an event reaches those who hear it, and what the market itself hears.

use crate::{
    Event, Fault, Market, Place,
    calls::MarginCallDue,
    carried::{Carried, Pending},
    halt::ResumeDue,
    ladder::Slot,
    orders::OrderDue,
    rules::{Handler, Handlers, Here, Turn},
    sale::SaleDue,
    watch::{MarkMovedDue, PurseCheckDue},
    waterfall::{DebtDue, ShortfallTallyDue},
};
use facts::{AccountId, Stamp, VenueId};
use kernel::{APPROACHED, Agenda, Batch, Key, Model};
use std::hint::black_box;

/// A market as the loop moves it.
pub(crate) struct Moved<'a, 'w>(pub(crate) &'a mut Market<'w>);

impl Model for Moved<'_, '_> {
    type Payload = Pending;
    type Fault = Fault;

    fn agenda(&mut self) -> &mut Agenda<Pending> {
        &mut self.0.course.agenda
    }

    fn approach(&self, batch: &Batch<Pending>) {
        self.0.approach(batch);
    }

    #[inline]
    fn deliver(&mut self, key: Key, pending: &Pending) -> Result<(), Fault> {
        self.0.deliver(key, pending)
    }

    #[inline]
    fn is_paused(&self) -> bool {
        self.0.course.is_paused()
    }
}

impl Market<'_> {
    /// Reads the rows that the next events will look at first. What one of them reads alone waits for
    /// memory each time; what is read together waits once.
    fn approach(&self, batch: &Batch<Pending>) {
        if batch.ahead().nth(1).is_none() {
            return;
        }
        let mut slots = [None; APPROACHED];
        for (slot, pending) in slots.iter_mut().zip(batch.ahead()) {
            *slot = pending.slot();
        }
        let first_leg = |slot: Slot| {
            let first = || self.accounts.get(AccountId(slot).row())?.first_leg;
            self.leg_in(slot).or_else(first).filter(|&row| self.legs.has(row))
        };
        let legs = slots.map(|slot| slot.and_then(first_leg));
        self.legs.approach(&legs);
        for row in legs.iter().flatten() {
            black_box(self.watch.generation(self.slot_behind(*row)));
        }
    }

    /// Lets everyone hear an event who asked to, then checks the laws.
    #[inline]
    fn deliver(&mut self, key: Key, pending: &Pending) -> Result<(), Fault> {
        if self.course.is_judged {
            self.check_order(key)?;
        }
        let kind = self.rules.handlers.get(key.rank.kind);
        self.course.stamp = Stamp {
            time: key.time,
            round: key.round,
            phase: key.rank.phase,
            kind: kind.tag,
            sequence: key.sequence,
        };
        if let Some(instance) = pending.instance() {
            for handler in kind.handlers_of(instance) {
                self.hand_over_to(handler, pending);
            }
        } else {
            let place = kind.is_local.then(|| (kind.place)(pending.event.any(), self));
            for handler in &kind.handlers {
                if place.is_none_or(|place| self.covers(handler.here.place, place)) {
                    self.hand_over_to(handler, pending);
                }
            }
        }
        let is_due = self.course.count_event();
        self.check_event()?;
        if is_due { self.check_everything() } else { Ok(()) }
    }

    #[inline]
    fn hand_over_to(&mut self, handler: &Handler, pending: &Pending) {
        self.course.cause = Some(pending.cause);
        self.course.here = handler.here;
        (handler.call)(self, &pending.event);
    }

    /// Whether a mechanism installed for `installed` hears what concerns `event`.
    pub(crate) fn covers(&self, installed: Place, event: Place) -> bool {
        match (installed, event) {
            (Place::System, _) | (_, Place::System) => true,
            (Place::Instrument(instrument), Place::Fundamental(fundamental)) => {
                self.instrument(instrument).fundamental == fundamental
            },
            (Place::Group(group), Place::Account(account)) => self.membership(account).0 == group,
            (Place::Group(one), Place::Group(other)) => one == other,
            (installed, event) => {
                let venue = self.venue_at(installed);
                let is_wider = |place| matches!(place, Place::Venue(_) | Place::Group(_));
                let is_kin =
                    is_wider(installed) || matches!(event, Place::Venue(_) | Place::Account(_));
                installed == event || (is_kin && venue.is_some() && venue == self.venue_at(event))
            },
        }
    }

    /// The venue that a place is at.
    pub(crate) fn venue_at(&self, place: Place) -> Option<VenueId> {
        match place {
            Place::System | Place::Fundamental(_) => None,
            Place::Venue(venue) => Some(venue),
            Place::Instrument(instrument) => Some(self.instrument(instrument).venue),
            Place::Group(group) => self.venue_of_group(group),
            Place::Account(account) => self.account(account).venue,
        }
    }
}

/// What the market itself hears.
pub(crate) fn hear_core(handlers: &mut Handlers) {
    core(handlers, |market, event: &MarkMovedDue| market.on_mark_moved(event));
    core(handlers, |market, event: &PurseCheckDue| market.on_purse_check(event));
    core(handlers, |market, event: &MarginCallDue| market.on_margin_call(event));
    core(handlers, |market, event: &OrderDue| market.on_order(event));
    core(handlers, |market, event: &SaleDue| market.on_sale(event));
    core(handlers, |market, event: &ShortfallTallyDue| market.on_tally(event));
    core(handlers, |market, event: &DebtDue| market.on_debt(event));
    core(handlers, |market, event: &ResumeDue| market.on_resume(event));
}

fn core<E: Event>(
    handlers: &mut Handlers,
    act: impl Fn(&mut Market<'_>, &E) + Send + Sync + 'static,
) {
    let call = move |market: &mut Market<'_>, event: &Carried| act(market, event.get());
    let (here, turn) = (Here::MARKET, Turn::Usual);
    handlers.add::<E>(Handler { here, turn, name: "market", call: Box::new(call) });
}
