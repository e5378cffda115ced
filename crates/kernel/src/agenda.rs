//! The future, in the order in which it will happen.

use crate::{Key, KindRank, radix::RadixQueue};
use std::{cmp::Ordering, collections::BTreeMap};
use units::Time;

/// An event that was scheduled, by which it can be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket {
    slot: u32,
    generation: u32,
}

/// An event whose turn has come; its payload is taken with [`Agenda::take`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Where it stands in the run.
    pub key: Key,
    ticket: Ticket,
}

/// An event was scheduled before the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event was scheduled for {at}, before the present {now}")]
pub struct SchedulePast {
    /// When it was to happen.
    pub at: Time,
    /// The present.
    pub now: Time,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    rank: KindRank,
    sequence: u64,
    ticket: Ticket,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    payload: Option<T>,
}

/// An event that has not happened, and where it stands: what a checkpoint keeps of an agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting<T> {
    /// Where it stands; the round counts for the present instant alone.
    pub key: Key,
    /// What it carries.
    pub payload: T,
}

/// What will happen: events of later instants in a radix queue, those of the present by round and
/// rank.
#[derive(Debug)]
pub struct Agenda<T> {
    now: Time,
    /// Round and rank of the batch being delivered; none before the first of an instant.
    turn: Option<(u32, KindRank)>,
    /// Batches of the present instant; each is put in order when its turn comes.
    present: BTreeMap<(u32, KindRank), Vec<(u64, Ticket)>>,
    /// Lists of batches that are over, to be filled again.
    spare: Vec<Vec<(u64, Ticket)>>,
    future: RadixQueue<Entry>,
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

impl<T> Agenda<T> {
    /// An empty agenda whose present is `start`, not before 1970.
    pub fn new(start: Time) -> Self {
        Self {
            now: start,
            turn: None,
            present: BTreeMap::new(),
            spare: Vec::new(),
            future: RadixQueue::new(),
            slots: Vec::new(),
            free: Vec::new(),
        }
    }

    /// The present.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Number of events that have not happened and were not cancelled.
    pub fn pending(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Schedules an event. For the present instant it joins this round when its rank is after that
    /// of the batch being delivered, and the next round otherwise.
    ///
    /// The caller gives each kind's sequence numbers in a strictly increasing order, or in an order
    /// of its own that never repeats within a round.
    ///
    /// # Errors
    /// [`SchedulePast`] when `at` is before the present.
    pub fn schedule(
        &mut self,
        at: Time,
        rank: KindRank,
        sequence: u64,
        payload: T,
    ) -> Result<Ticket, SchedulePast> {
        if at < self.now {
            return Err(SchedulePast { at, now: self.now });
        }
        let ticket = self.store(payload);
        if at == self.now {
            let round = match self.turn {
                Some((round, turn)) if rank <= turn => round + 1,
                Some((round, _)) => round,
                None => 0,
            };
            self.put_now((round, rank), (sequence, ticket));
        } else {
            self.future.push(instant(at), Entry { rank, sequence, ticket });
        }
        Ok(ticket)
    }

    /// Takes an event off the agenda before it happens; none when it has happened already.
    pub fn cancel(&mut self, ticket: Ticket) -> Option<T> {
        self.release(ticket)
    }

    /// Moves on to the next batch, the events of the least (time, round, phase, kind), in order of
    /// sequence; fills `batch` with them. The present moves to their time.
    ///
    /// Returns false, and stays where it is, when nothing is left at or before `horizon`.
    pub fn next_batch(&mut self, horizon: Time, batch: &mut Vec<Due>) -> bool {
        batch.clear();
        loop {
            while let Some(((round, rank), waiting)) = self.present.pop_first() {
                self.fill(round, rank, waiting, batch);
                if !batch.is_empty() {
                    self.turn = Some((round, rank));
                    return true;
                }
            }
            if !self.enter_next_instant(horizon) {
                return false;
            }
        }
    }

    /// Payload of an event of the present batch, to look at; none when it was cancelled meanwhile.
    pub fn peek(&self, due: &Due) -> Option<&T> {
        let place = &self.slots[row(due.ticket.slot)];
        place.payload.as_ref().filter(|_| place.generation == due.ticket.generation)
    }

    /// Payload of an event of the present batch; none when it was cancelled meanwhile.
    pub fn take(&mut self, due: &Due) -> Option<T> {
        self.release(due.ticket)
    }

    /// Puts an event of the present batch back whose turn has come and that has not happened: it is
    /// the next again.
    pub fn put_back(&mut self, due: &Due) {
        let Key { round, rank, sequence, .. } = due.key;
        self.put_now((round, rank), (sequence, due.ticket));
    }

    /// Round and rank of the batch last taken; none before the first of an instant.
    pub fn turn(&self) -> Option<(u32, KindRank)> {
        self.turn
    }

    /// Everything that waits, in the order in which it would happen.
    pub fn waiting(&self) -> Vec<Waiting<&T>> {
        let time = self.now;
        let present = self.present.iter().flat_map(|(&(round, rank), batch)| {
            let key = move |sequence| Key { time, round, rank, sequence };
            batch.iter().map(move |&(sequence, ticket)| (key(sequence), ticket))
        });
        let future = self.future.iter().map(|(nanos, entry)| {
            let Entry { rank, sequence, ticket } = *entry;
            (Key { time: moment(nanos), round: 0, rank, sequence }, ticket)
        });
        let payload = |(key, ticket): (Key, Ticket)| {
            let payload = alive(&self.slots, ticket).then(|| &self.slots[row(ticket.slot)])?;
            Some(Waiting { key, payload: payload.payload.as_ref()? })
        };
        let mut waiting: Vec<_> = present.chain(future).filter_map(payload).collect();
        waiting.sort_unstable_by_key(|waiting| waiting.key);
        waiting
    }

    /// An agenda that stands where another stood when it gave these up: at the time `now`, behind the
    /// batch `turn` of it. What waited is dropped where it was for a time before `now`.
    pub fn resumed(
        now: Time,
        turn: Option<(u32, KindRank)>,
        waiting: impl IntoIterator<Item = Waiting<T>>,
    ) -> Self {
        let mut agenda = Self { turn, ..Self::new(now) };
        for Waiting { key, payload } in waiting {
            let Key { time, round, rank, sequence } = key;
            let ticket = agenda.store(payload);
            match time.cmp(&now) {
                Ordering::Equal => agenda.put_now((round, rank), (sequence, ticket)),
                Ordering::Greater => {
                    agenda.future.push(instant(time), Entry { rank, sequence, ticket });
                },
                Ordering::Less => drop(agenda.release(ticket)),
            }
        }
        agenda
    }

    /// Adds to a batch of the present instant.
    fn put_now(&mut self, place: (u32, KindRank), event: (u64, Ticket)) {
        let Self { present, spare, .. } = self;
        let batch = present.entry(place);
        batch.or_insert_with(|| spare.pop().unwrap_or_default()).push(event);
    }

    /// Puts what is alive of a batch in order of sequence.
    fn fill(
        &mut self,
        round: u32,
        rank: KindRank,
        mut waiting: Vec<(u64, Ticket)>,
        batch: &mut Vec<Due>,
    ) {
        waiting.retain(|&(_, ticket)| alive(&self.slots, ticket));
        if !waiting.is_sorted() {
            waiting.sort_unstable();
        }
        let time = self.now;
        batch.extend(waiting.drain(..).map(|(sequence, ticket)| {
            let key = Key { time, round, rank, sequence };
            Due { key, ticket }
        }));
        self.spare.push(waiting);
    }

    fn enter_next_instant(&mut self, horizon: Time) -> bool {
        let Self { future, present, spare, slots, .. } = self;
        let entered = future.take_instant(
            instant(horizon),
            |entry| alive(slots, entry.ticket),
            |Entry { rank, sequence, ticket }| {
                let batch = present.entry((0, rank));
                batch.or_insert_with(|| spare.pop().unwrap_or_default()).push((sequence, ticket));
            },
        );
        if let Some(nanos) = entered {
            self.now = moment(nanos);
            self.turn = None;
        }
        entered.is_some()
    }

    fn store(&mut self, payload: T) -> Ticket {
        if let Some(slot) = self.free.pop() {
            let place = &mut self.slots[row(slot)];
            place.payload = Some(payload);
            return Ticket { slot, generation: place.generation };
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 events are pending");
        self.slots.push(Slot { generation: 0, payload: Some(payload) });
        Ticket { slot, generation: 0 }
    }

    fn release(&mut self, ticket: Ticket) -> Option<T> {
        let place = &mut self.slots[row(ticket.slot)];
        if place.generation != ticket.generation {
            return None;
        }
        let payload = place.payload.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(ticket.slot);
        Some(payload)
    }
}

fn alive<T>(slots: &[Slot<T>], ticket: Ticket) -> bool {
    let place = &slots[row(ticket.slot)];
    place.generation == ticket.generation && place.payload.is_some()
}

fn row(slot: u32) -> usize {
    usize::try_from(slot).expect("a slot fits the address space")
}

fn instant(time: Time) -> u64 {
    u64::try_from(time.0).expect("simulated time is after 1970")
}

fn moment(nanos: u64) -> Time {
    Time(i64::try_from(nanos).expect("it was an instant when it was pushed"))
}
