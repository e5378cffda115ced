//! Where a run stands: the agenda, the present event, the next fact.

use crate::{Here, Law, Place, carried::Pending};
use facts::{FactId, InstrumentId, KindTag, Purse, Stamp};
use kernel::{Agenda, Key, SchedulePast};
use units::{Money, Time};

/// Why a run cannot go on: a program is wrong, never a market.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A law does not hold.
    #[error("law {} is broken, {}: {detail}", law.number, law.name)]
    Law {
        /// Which.
        law: Law,
        /// What was found.
        detail: String,
    },
    /// A balance left the range of the ledger.
    #[error("the balance of {purse:?} left the range of the ledger when {amount:?} moved")]
    Overflow {
        /// The purse.
        purse: Purse,
        /// What moved.
        amount: Money,
    },
    /// A mechanism scheduled an event in the past.
    #[error("{mechanism}: {past}")]
    Past {
        /// The kind of event.
        mechanism: &'static str,
        /// When.
        past: SchedulePast,
    },
    /// One instant turned round without end.
    #[error("the instant turned round {rounds} times: mechanisms answer each other without end")]
    Livelock {
        /// The bound on rounds.
        rounds: u32,
    },
}

/// Where a run stops for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// When everything up to this time has happened.
    Time(Time),
    /// After so many events from the start.
    Events(u64),
    /// After the event in which the first liquidation opened.
    FirstLiquidation,
    /// Not before its end.
    Horizon,
}

/// Where a run stands.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) agenda: Agenda<Pending>,
    /// Number of the next event of each kind.
    pub(crate) sequences: Vec<u64>,
    pub(crate) next_fact: u64,
    pub(crate) stamp: Stamp,
    pub(crate) last_key: Option<Key>,
    pub(crate) cause: Option<FactId>,
    pub(crate) here: Here,
    pub(crate) fault: Option<Fault>,
    pub(crate) touched_instruments: Vec<InstrumentId>,
    pub(crate) touched_purses: Vec<Purse>,
    pub(crate) events: u64,
    /// When all laws are checked next: after so many events from the start.
    pub(crate) check_at: u64,
    /// Events between two checks of all laws.
    pub(crate) check_every: u64,
    /// The moment that it goes on to; `pause_at` follows from it.
    pub(crate) until: Moment,
    /// After how many events from the start it stops, as far as that is known.
    pub(crate) pause_at: u64,
    /// The first liquidation that was opened.
    pub(crate) first_liquidation: Option<FactId>,
    /// Whether laws are checked at all.
    pub(crate) is_judged: bool,
}

impl Course {
    pub(crate) fn new(start: Time, kinds: usize, check_every: u64) -> Self {
        Self {
            agenda: Agenda::new(start),
            sequences: vec![0; kinds],
            next_fact: 0,
            stamp: Stamp { time: start, round: 0, phase: 0, kind: KindTag(0), sequence: 0 },
            last_key: None,
            cause: None,
            here: Here { state: 0, place: Place::System },
            fault: None,
            touched_instruments: Vec::new(),
            touched_purses: Vec::new(),
            events: 0,
            check_at: check_every,
            check_every,
            until: Moment::Horizon,
            pause_at: u64::MAX,
            first_liquidation: None,
            is_judged: true,
        }
    }

    /// The laws are checked of a purse when the present event is over: once where it was among the last
    /// few already.
    #[inline]
    pub(crate) fn judge_later(&mut self, purse: Purse) {
        const FEW: usize = 3;
        if !self.touched_purses.iter().rev().take(FEW).any(|&it| it == purse) {
            self.touched_purses.push(purse);
        }
    }

    /// All laws are checked after every so many events of the run, at least one.
    pub(crate) fn check_every(&mut self, events: u64) {
        self.check_every = events.max(1);
        self.check_at =
            (self.events / self.check_every).saturating_add(1).saturating_mul(self.check_every);
    }

    /// Lets the run go on until a moment.
    pub(crate) fn go_on_until(&mut self, moment: Moment) {
        self.until = moment;
        self.pause_at = match moment {
            Moment::Events(events) => events,
            Moment::FirstLiquidation if self.first_liquidation.is_some() => self.events,
            Moment::FirstLiquidation | Moment::Time(_) | Moment::Horizon => u64::MAX,
        };
    }

    /// Whether the moment has come, unless that is a time.
    #[inline]
    pub(crate) fn is_paused(&self) -> bool {
        self.events >= self.pause_at
    }

    /// Notes that a liquidation was opened.
    pub(crate) fn note_liquidation(&mut self, opened: FactId) {
        if self.first_liquidation.is_none() {
            self.first_liquidation = Some(opened);
            self.go_on_until(self.until);
        }
    }

    /// Counts an event that has happened; whether all laws are to be checked.
    pub(crate) fn count_event(&mut self) -> bool {
        self.events += 1;
        let is_due = self.events >= self.check_at;
        if is_due {
            self.check_at = self.check_at.saturating_add(self.check_every);
        }
        is_due && self.is_judged
    }

    /// Breaks the run off after the present event; the first fault is kept.
    pub(crate) fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }
}
