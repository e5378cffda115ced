//! A whole run between two events, as bytes.
//!
//! Everything that a run is made of and that its plan does not say: columns, legs, open business, the
//! margin index, what mechanisms remember, what waits on the agenda, where the numbering stands. Rules
//! and kinds of events go by name, so that what is read again may stand among others.

use crate::{
    Engine, FundamentalPrice, Here, Instrument,
    account::AccountRow,
    boxes::{Moves, Watch},
    carried::Pending,
    course::Course,
    desk::Desk,
    ground::{Ground, Installed},
    leg::{LegRow, Legs},
    plan::Draft,
    rows::{self, Column},
    rules::{Handlers, Rules},
    states::States,
    stock::Stock,
};
use facts::{AccountId, FactId, KindTag, Sink, Stamp};
use kernel::{Agenda, Key, KindRank, Progress, Waiting};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::borrow::Cow;
use units::Time;

/// A value as bytes.
pub(crate) fn bytes_of<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("plain values can be written to memory")
}

/// The value that bytes are of; none where they are not, or of more than one.
pub(crate) fn value_of<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::take_from_bytes(bytes).ok().and_then(|(value, rest)| rest.is_empty().then_some(value))
}

/// A rule and what it remembers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SavedRule {
    pub(crate) installed: Installed,
    state: Option<Vec<u8>>,
}

/// A kind of event and the number of its next.
#[derive(Debug, Serialize, Deserialize)]
struct SavedKind {
    name: String,
    phase: u8,
    next: u64,
}

/// An event that waits.
#[derive(Debug, Serialize, Deserialize)]
struct SavedEvent {
    at: Time,
    round: u32,
    kind: u16,
    sequence: u64,
    cause: FactId,
    /// The rule whose timer it is.
    to: Option<u32>,
    bytes: Vec<u8>,
}

/// Where the loop stands.
#[derive(Debug, Serialize, Deserialize)]
struct SavedCourse {
    now: Time,
    /// Round and kind of the batch last begun.
    turn: Option<(u32, u16)>,
    /// Time, round, kind and number of the last event.
    last: Option<(Time, u32, u16, u64)>,
    stamp: Stamp,
    next_fact: u64,
    events: u64,
    check_every: u64,
    first_liquidation: Option<FactId>,
    kinds: Vec<SavedKind>,
    waiting: Vec<SavedEvent>,
}

/// What is small of a run between two events.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Head<'a> {
    pub(crate) ground: Cow<'a, Ground>,
    pub(crate) rules: Vec<SavedRule>,
    course: SavedCourse,
    fundamentals: Cow<'a, [FundamentalPrice]>,
    instruments: Cow<'a, [Instrument]>,
    desk: Cow<'a, Desk>,
    moved: Cow<'a, Moves>,
}

/// A run between two events: what is small, and then its columns.
#[derive(Debug)]
pub(crate) struct Saved<'a> {
    pub(crate) head: Head<'static>,
    pub(crate) accounts: Column<'a, AccountRow>,
    columns: &'a [u8],
}

/// What goes on, among rules.
#[derive(Debug)]
pub(crate) struct Resumed<'a> {
    pub(crate) stock: Stock,
    pub(crate) accounts: Column<'a, AccountRow>,
    /// The first leg of each account.
    pub(crate) firsts: Vec<Option<LegRow>>,
    pub(crate) course: Course,
}

/// What a checkpoint begins with.
const MAGIC: [u8; 8] = *b"delever4";

impl<S: Sink> Engine<S> {
    /// The whole run as it stands, from which [`Engine::resume`] goes on.
    pub fn checkpoint(&mut self) -> Vec<u8> {
        self.with_market(|market| {
            let head = bytes_of(&Head {
                ground: Cow::Borrowed(&market.rules.ground),
                rules: save_rules(market.rules, market.states),
                course: save_course(market.course, &market.rules.handlers),
                fundamentals: Cow::Borrowed(market.fundamentals),
                instruments: Cow::Borrowed(market.instruments),
                desk: Cow::Borrowed(market.desk),
                moved: Cow::Borrowed(&market.watch.moved),
            });
            let mut bytes = MAGIC.to_vec();
            rows::write(&mut bytes, head.into_iter());
            let accounts = market.accounts.iter().zip(&*market.deposits);
            rows::write(&mut bytes, accounts.map(|(account, &put)| account.row(put)));
            market.legs.write(&mut bytes);
            market.watch.write(&mut bytes);
            let sum = crc32c::crc32c(&bytes);
            bytes.reserve_exact(4);
            bytes.extend_from_slice(&sum.to_le_bytes());
            bytes
        })
    }
}

fn save_rules(rules: &Rules, states: &States) -> Vec<SavedRule> {
    let saved = (0..).zip(&rules.installed).map(|(state, installed)| SavedRule {
        installed: installed.clone(),
        state: states.save(state),
    });
    saved.collect()
}

fn save_course(course: &Course, handlers: &Handlers) -> SavedCourse {
    let kinds = handlers.kinds().iter().zip(&course.sequences).map(|(kind, &next)| SavedKind {
        name: kind.name.to_owned(),
        phase: kind.phase.place(),
        next,
    });
    let waiting = course.agenda.waiting().into_iter().map(|Waiting { key, payload }| SavedEvent {
        at: key.time,
        round: key.round,
        kind: key.rank.kind,
        sequence: key.sequence,
        cause: payload.cause,
        to: payload.instance(),
        bytes: (handlers.get(key.rank.kind).save)(payload.event.any()),
    });
    let Progress { now, turn, last } = course.agenda.progress();
    SavedCourse {
        now,
        turn: turn.map(|(round, rank)| (round, rank.kind)),
        last: last.map(|key| (key.time, key.round, key.rank.kind, key.sequence)),
        stamp: course.stamp,
        next_fact: course.next_fact,
        events: course.events,
        check_every: course.check_every,
        first_liquidation: course.first_liquidation,
        kinds: kinds.collect(),
        waiting: waiting.collect(),
    }
}

/// What is wrong with a checkpoint.
#[derive(Debug)]
pub(crate) struct Damaged;

/// Which installed rule each rule of a checkpoint is, if it still is one.
pub(crate) type Kept = Vec<Option<Here>>;

impl<'a> Saved<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (bytes, sum) = bytes.split_last_chunk()?;
        if crc32c::crc32c(bytes) != u32::from_le_bytes(*sum) {
            return None;
        }
        let mut columns = bytes.strip_prefix(&MAGIC)?;
        let head = Column::<u8>::read(&mut columns)?.all()?;
        let accounts = Column::read(&mut columns)?;
        Some(Self { head: value_of(&head)?, accounts, columns })
    }

    /// Lets the rules that are kept remember what they did.
    pub(crate) fn remember(&self, kept: &Kept, states: &mut States) -> Result<(), Damaged> {
        for (rule, here) in self.head.rules.iter().zip(kept) {
            if let Some(here) = here
                && !states.load(here.state, rule.state.as_deref())
            {
                return Err(Damaged);
            }
        }
        Ok(())
    }

    /// The time of the checkpoint: that of the last event.
    pub(crate) fn now(&self) -> Time {
        self.head.course.now
    }

    /// Nothing more happens until a moment before the next event.
    ///
    /// # Errors
    /// The time of the checkpoint, where that is later.
    pub(crate) fn wait_until(&mut self, moment: Time) -> Result<(), Time> {
        let course = &mut self.head.course;
        if moment < course.now {
            return Err(course.now);
        }
        if moment > course.now {
            (course.now, course.turn) = (moment, None);
            let (kind, sequence) = (KindTag(0), 0);
            course.stamp = Stamp { time: moment, round: 0, phase: 0, kind, sequence };
        }
        Ok(())
    }

    /// What the market held, and where the loop stood, among these kinds of events. Timers of rules
    /// that are kept no longer are dropped.
    pub(crate) fn resume(self, kept: &Kept, draft: &Draft) -> Result<Resumed<'a>, Damaged> {
        let Self { head, accounts, mut columns } = self;
        let (number, instruments) = (accounts.len(), draft.instruments.len());
        let (legs, firsts) = Legs::read(&mut columns, instruments, number).ok_or(Damaged)?;
        let slots = (number, number + legs.all().len());
        let watch = Watch::read(&mut columns, (slots, instruments), head.moved.into_owned());
        let is_whole = columns.is_empty()
            && number == AccountId(draft.people.accounts()).row()
            && head.instruments.len() == instruments;
        let stock = Stock {
            fundamentals: head.fundamentals.into_owned(),
            instruments: head.instruments.into_owned(),
            legs,
            desk: head.desk.into_owned(),
            watch: watch.filter(|_| is_whole).ok_or(Damaged)?,
        };
        let course = head.course.among(kept, &draft.handlers)?;
        Ok(Resumed { stock, accounts, firsts, course })
    }
}

impl SavedCourse {
    fn among(self, kept: &Kept, handlers: &Handlers) -> Result<Course, Damaged> {
        let Self { now, turn, last, stamp, next_fact, events, check_every, .. } = self;
        let Self { kinds, waiting, first_liquidation, .. } = self;
        let known = Known::of(&kinds, handlers);
        let mut sequences = vec![0; handlers.len()];
        for (saved, kind) in kinds.iter().zip(&known.kinds) {
            if let Some(kind) = kind {
                sequences[usize::from(*kind)] = saved.next;
            }
        }
        let mut resumed = Vec::new();
        for event in waiting {
            resumed.extend(known.event(&event, kept, handlers)?);
        }
        let rank = |kind| known.rank(kind).ok_or(Damaged);
        let turn = turn.map(|(round, kind)| rank(kind).map(|rank| (round, rank))).transpose()?;
        let last_key = last.map(|(time, round, kind, sequence)| {
            rank(kind).map(|rank| Key { time, round, rank, sequence })
        });
        let last_key = last_key.transpose()?;
        let agenda = Agenda::resumed(Progress { now, turn, last: last_key }, resumed);
        let mut course = Course {
            agenda,
            sequences,
            next_fact,
            stamp,
            last_key,
            events,
            first_liquidation,
            ..Course::new(now, handlers.len(), check_every)
        };
        course.check_every(check_every);
        Ok(course)
    }
}

/// The kinds of a checkpoint among those of a market.
struct Known {
    kinds: Vec<Option<u16>>,
    ranks: Vec<KindRank>,
}

impl Known {
    fn of(saved: &[SavedKind], handlers: &Handlers) -> Self {
        let known = |saved: &SavedKind| {
            let tag = KindTag::of(&saved.name);
            let at = handlers.kinds().iter().position(|kind| kind.tag == tag)?;
            u16::try_from(at).ok()
        };
        // A kind that is unknown here stands behind those that come before it.
        let rank = |saved: &SavedKind| {
            let place = (saved.phase, saved.name.as_str());
            let kinds = handlers.kinds().iter();
            let before = kinds.take_while(|kind| (kind.phase.place(), kind.name) <= place).count();
            let kind = u16::try_from(before.saturating_sub(1)).unwrap_or(u16::MAX);
            KindRank { phase: saved.phase, kind }
        };
        Self { kinds: saved.iter().map(known).collect(), ranks: saved.iter().map(rank).collect() }
    }

    fn rank(&self, saved: u16) -> Option<KindRank> {
        self.ranks.get(usize::from(saved)).copied()
    }

    /// An event that somebody here may hear.
    fn event(
        &self,
        event: &SavedEvent,
        kept: &Kept,
        handlers: &Handlers,
    ) -> Result<Option<Waiting<Pending>>, Damaged> {
        let to = match event.to {
            None => None,
            Some(state) => {
                let rule = usize::try_from(state).ok().and_then(|state| kept.get(state));
                match rule.ok_or(Damaged)? {
                    None => return Ok(None),
                    Some(here) => Some(*here),
                }
            },
        };
        let kind = self.kinds.get(usize::from(event.kind)).ok_or(Damaged)?;
        let Some(kind) = *kind else { return Ok(None) };
        let SavedEvent { at, round, sequence, cause, ref bytes, .. } = *event;
        let event = (handlers.get(kind).load)(bytes).ok_or(Damaged)?;
        let key = Key { time: at, round, rank: handlers.rank(kind), sequence };
        let payload = Pending::new(event, None, (cause, to));
        Ok(Some(Waiting { key, payload }))
    }
}
