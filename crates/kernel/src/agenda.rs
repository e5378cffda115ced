//! The future, in the order in which it will happen.

use crate::{Batch, Key, KindRank, radix::RadixQueue};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    mem,
};
use units::Time;

/// An event was scheduled before the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event was scheduled for {at}, before the present {now}")]
pub struct SchedulePast {
    /// When it was to happen.
    pub at: Time,
    /// The present.
    pub now: Time,
}

/// An event that has not happened, and where it stands: what a checkpoint keeps of an agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting<T> {
    /// Where it stands; the round counts for the present instant alone.
    pub key: Key,
    /// What it carries.
    pub payload: T,
}

/// Where a run stands between two events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The present.
    pub now: Time,
    /// Round and rank of the batch last begun; none before the first of an instant.
    pub turn: Option<(u32, KindRank)>,
    /// The last event that happened.
    pub last: Option<Key>,
}

/// What will happen: events of later instants in a radix queue, those of the present by round and
/// rank.
#[derive(Debug)]
pub struct Agenda<T> {
    progress: Progress,
    /// The batch whose turn it is, unless it is lent.
    batch: Batch<T>,
    is_lent: bool,
    /// The other batches of the present instant; each is put in order when its turn comes.
    present: BTreeMap<(u32, KindRank), Batch<T>>,
    /// Batches that are over, to be filled again.
    spare: Vec<Batch<T>>,
    future: RadixQueue<(KindRank, u64, T)>,
    /// Events of the present and later that will not happen; each is dropped when it is met.
    cancelled: BTreeSet<Key>,
    pending: usize,
}

impl<T> Agenda<T> {
    /// An empty agenda whose present is `start`, not before 1970.
    pub fn new(start: Time) -> Self {
        Self {
            progress: Progress { now: start, turn: None, last: None },
            batch: Batch::default(),
            is_lent: false,
            present: BTreeMap::new(),
            spare: Vec::new(),
            future: RadixQueue::new(),
            cancelled: BTreeSet::new(),
            pending: 0,
        }
    }

    /// The present.
    #[inline]
    pub fn now(&self) -> Time {
        self.progress.now
    }

    /// Where the run stands.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Number of events that have not happened and were not cancelled.
    pub fn pending(&self) -> usize {
        self.pending
    }

    /// Schedules an event; returns where it stands, by which it can be cancelled. For the present
    /// instant it joins this round when its rank is after that of the batch whose turn it is, and the
    /// next round otherwise.
    ///
    /// The caller gives each kind's sequence numbers in a strictly increasing order, or in an order
    /// of its own that never repeats within a round.
    ///
    /// # Errors
    /// [`SchedulePast`] when `at` is before the present.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a payload is made where it is to stand, not copied there"
    )]
    pub fn schedule(
        &mut self,
        at: Time,
        rank: KindRank,
        sequence: u64,
        payload: T,
    ) -> Result<Key, SchedulePast> {
        let Progress { now, turn, .. } = self.progress;
        if at < now {
            return Err(SchedulePast { at, now });
        }
        let mut round = 0;
        if at == now {
            round = turn.map_or(0, |(round, turn)| round + u32::from(rank <= turn));
            let batch = batch_of(&mut self.present, &mut self.spare, (round, rank));
            batch.push(sequence, payload);
        } else {
            self.future.push(instant(at), (rank, sequence, payload));
        }
        self.pending += 1;
        Ok(Key { time: at, round, rank, sequence })
    }

    /// Takes an event off the agenda before it happens, by where [`Agenda::schedule`] said that it
    /// stands; false when it has happened, or was cancelled already. What a resumed agenda was given
    /// can be cancelled in it; what had been cancelled before was not given to it.
    pub fn cancel(&mut self, scheduled: Key) -> bool {
        let Progress { now, last, .. } = self.progress;
        let is_ahead = scheduled.time >= now && Some(scheduled) > last;
        let is_new = is_ahead && self.cancelled.insert(scheduled);
        self.pending -= usize::from(is_new);
        is_new
    }

    /// Moves on to the next batch, the events of the least (time, round, phase, kind), unless some of
    /// the present one are left. The present moves to their time.
    ///
    /// Returns false, and stays where it is, when nothing is left at or before `horizon`.
    pub fn next_batch(&mut self, horizon: Time) -> bool {
        assert!(!self.is_lent, "a batch is given back before the next");
        while self.batch.is_over() {
            if let Some((turn, batch)) = self.present.pop_first() {
                self.begin(turn, batch);
            } else if !self.enter_next_instant(horizon) {
                return false;
            }
        }
        true
    }

    /// Where the next event of the batch stands; none when it is over, or lent.
    pub fn next(&self) -> Option<Key> {
        self.batch.next_key()
    }

    /// The batch whose turn it is, to be given back before the next is asked for, or what waits. Meanwhile
    /// events can be scheduled and cancelled.
    ///
    /// # Panics
    /// When it is lent already.
    #[must_use]
    pub fn lend(&mut self) -> Batch<T> {
        assert!(!mem::replace(&mut self.is_lent, true), "one batch is lent at a time");
        mem::take(&mut self.batch)
    }

    /// Takes back what it lent.
    pub fn give_back(&mut self, batch: Batch<T>) {
        self.is_lent = false;
        self.batch = batch;
    }

    /// Notes that an event of the lent batch happens now, once each; false where it was cancelled, and
    /// does not.
    #[inline]
    #[must_use]
    pub fn happens(&mut self, key: Key) -> bool {
        if !self.cancelled.is_empty() && self.cancelled.contains(&key) {
            return false;
        }
        self.progress.last = Some(key);
        self.pending -= 1;
        true
    }

    /// Everything that waits, in the order in which it would happen.
    pub fn waiting(&self) -> Vec<Waiting<&T>> {
        assert!(!self.is_lent, "a batch is given back before it is asked what waits");
        let time = self.progress.now;
        let begun = self.progress.turn.map(|turn| (turn, &self.batch));
        let batches = self.present.iter().map(|(&turn, batch)| (turn, batch));
        let present = begun.into_iter().chain(batches).flat_map(|((round, rank), batch)| {
            batch.left().map(move |(sequence, payload)| Waiting {
                key: Key { time, round, rank, sequence },
                payload,
            })
        });
        let future = self.future.iter().map(|(nanos, (rank, sequence, payload))| {
            let key = Key { time: moment(nanos), round: 0, rank: *rank, sequence: *sequence };
            Waiting { key, payload }
        });
        let mut waiting: Vec<_> =
            present.chain(future).filter(|it| !self.cancelled.contains(&it.key)).collect();
        waiting.sort_unstable_by_key(|waiting| waiting.key);
        waiting
    }

    /// An agenda that stands where another stood when it gave these up. What waited is dropped where
    /// it was for a time before the present.
    pub fn resumed(progress: Progress, waiting: impl IntoIterator<Item = Waiting<T>>) -> Self {
        let mut agenda = Self { progress, ..Self::new(progress.now) };
        let Self { present, spare, future, pending, .. } = &mut agenda;
        for Waiting { key: Key { time, round, rank, sequence }, payload } in waiting {
            match time.cmp(&progress.now) {
                Ordering::Equal => batch_of(present, spare, (round, rank)).push(sequence, payload),
                Ordering::Greater => future.push(instant(time), (rank, sequence, payload)),
                Ordering::Less => continue,
            }
            *pending += 1;
        }
        agenda
    }

    /// It is the turn of a batch, unless all of it was cancelled.
    fn begin(&mut self, turn: (u32, KindRank), batch: Batch<T>) {
        let mut over = mem::replace(&mut self.batch, batch);
        over.clear();
        self.spare.push(over);
        self.batch.begin(self.progress.now, turn, &self.cancelled);
        if !self.batch.is_over() {
            self.progress.turn = Some(turn);
        }
    }

    fn enter_next_instant(&mut self, horizon: Time) -> bool {
        let Self { future, present, spare, cancelled, .. } = self;
        let entered = future.take_instant(
            instant(horizon),
            |nanos, &(rank, sequence, _)| {
                let time = moment(nanos);
                !cancelled.contains(&Key { time, round: 0, rank, sequence })
            },
            |(rank, sequence, payload)| {
                batch_of(present, spare, (0, rank)).push(sequence, payload);
            },
        );
        if let Some(nanos) = entered {
            (self.progress.now, self.progress.turn) = (moment(nanos), None);
            while self.cancelled.first().is_some_and(|key| key.time < self.progress.now) {
                self.cancelled.pop_first();
            }
        }
        entered.is_some()
    }
}

/// A batch of the present instant, to be added to. Out of line, so that what it takes is made where it is
/// to stand.
#[inline(never)]
fn batch_of<'a, T>(
    present: &'a mut BTreeMap<(u32, KindRank), Batch<T>>,
    spare: &mut Vec<Batch<T>>,
    turn: (u32, KindRank),
) -> &'a mut Batch<T> {
    present.entry(turn).or_insert_with(|| spare.pop().unwrap_or_default())
}

fn instant(time: Time) -> u64 {
    u64::try_from(time.0).expect("simulated time is after 1970")
}

fn moment(nanos: u64) -> Time {
    Time(i64::try_from(nanos).expect("it was an instant when it was pushed"))
}
