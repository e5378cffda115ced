//! The rules in force: who hears what, who answers what, who remembers what.

use crate::{
    Event, Market, Phase, Place, Question,
    by_type::ByType,
    carried::Carried,
    checkpoint,
    ground::{Ground, Installed},
    people::People,
};
use facts::{Fact, FactKind, InstrumentId, KindTag};
use kernel::KindRank;
use std::{
    any::{Any, TypeId},
    collections::BTreeMap,
    fmt,
    sync::Arc,
};

/// Which instance of a mechanism is meant: what it is installed for, and where it remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Here {
    pub(crate) state: u32,
    /// What it is installed for.
    pub place: Place,
}

impl Here {
    /// The market itself, which hears some events, too.
    pub(crate) const MARKET: Self = Self { state: u32::MAX, place: Place::System };

    /// The instrument it is installed for.
    ///
    /// # Panics
    /// When its question is not about an instrument.
    #[inline]
    pub fn instrument(self) -> InstrumentId {
        let Place::Instrument(instrument) = self.place else {
            panic!("installed for {:?}, which is no instrument", self.place)
        };
        instrument
    }
}

type Call = Box<dyn Fn(&mut Market<'_>, &Carried) + Send + Sync>;

/// Whether a handler hears an event before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Turn {
    Before,
    Usual,
}

pub(crate) struct Handler {
    pub(crate) here: Here,
    pub(crate) turn: Turn,
    pub(crate) name: &'static str,
    pub(crate) call: Call,
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:?}", self.name, self.here.place)
    }
}

/// A kind of event and everyone who hears it.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) phase: Phase,
    pub(crate) tag: KindTag,
    pub(crate) place: fn(&dyn Any, &Market<'_>) -> Place,
    /// Writes an event of this kind.
    pub(crate) save: fn(&dyn Any) -> Vec<u8>,
    /// Reads an event of this kind; none where the bytes are not of one.
    pub(crate) load: fn(&[u8]) -> Option<Carried>,
    type_id: TypeId,
    pub(crate) handlers: Vec<Handler>,
    /// Whether one of them hears only what concerns its place.
    pub(crate) is_local: bool,
    rank: KindRank,
    /// Places of the handlers of one instance, by its number.
    by_instance: Vec<(u32, usize)>,
}

impl Kind {
    /// Handlers of one instance, in their order.
    pub(crate) fn handlers_of(&self, instance: u32) -> impl Iterator<Item = &Handler> {
        let first = self.by_instance.partition_point(|&(state, _)| state < instance);
        let own = self.by_instance[first..].iter().take_while(move |(state, _)| *state == instance);
        own.map(|&(_, at)| &self.handlers[at])
    }
}

/// Every kind of event of a run, ranked by phase and name.
#[derive(Debug, Default)]
pub(crate) struct Handlers {
    kinds: Vec<Kind>,
    by_type: ByType<u16>,
    /// Kinds that are standard facts, by their tags: a run looks one up for every fact.
    facts: Vec<Option<u16>>,
}

impl Handlers {
    pub(crate) fn add<E: Event>(&mut self, handler: Handler) {
        let kind = self.kind::<E>();
        self.kinds[usize::from(kind)].handlers.push(handler);
    }

    /// Makes a kind known; ranks are final only after [`Handlers::settle`].
    pub(crate) fn kind<E: Event>(&mut self) -> u16 {
        if let Some(kind) = self.find(TypeId::of::<E>()) {
            return kind;
        }
        let kind = u16::try_from(self.kinds.len());
        let kind = kind.expect("a run has fewer than 65,536 kinds of events");
        self.kinds.push(Kind {
            name: E::NAME,
            phase: E::PHASE,
            tag: KindTag::of(E::NAME),
            place: |event, market| {
                let event: &E = event.downcast_ref().expect("a kind carries one type of event");
                event.place(market)
            },
            save: |event| {
                let event: &E = event.downcast_ref().expect("a kind carries one type of event");
                checkpoint::bytes_of(event)
            },
            load: |bytes| {
                let event: E = checkpoint::value_of(bytes)?;
                Some(Carried::of(event))
            },
            type_id: TypeId::of::<E>(),
            handlers: Vec::new(),
            is_local: false,
            rank: KindRank { phase: E::PHASE.place(), kind },
            by_instance: Vec::new(),
        });
        self.by_type.insert(TypeId::of::<E>(), kind);
        kind
    }

    /// Ranks kinds by (phase, name) and their handlers by (turn, name, place): the order in which
    /// rules were installed has no effect.
    ///
    /// # Errors
    /// Two names that are one, or that share a tag.
    pub(crate) fn settle(&mut self) -> Result<(), String> {
        self.kinds.sort_by_key(|kind| (kind.phase, kind.name));
        for kind in &mut self.kinds {
            kind.handlers.sort_by_key(|handler| (handler.turn, handler.name, handler.here.place));
            let instances = kind.handlers.iter().map(|handler| handler.here.state);
            kind.by_instance = instances.zip(0..).collect();
            kind.by_instance.sort_unstable();
            kind.is_local = kind.handlers.iter().any(|it| it.here.place != Place::System);
        }
        let mut tags: BTreeMap<KindTag, &str> = BTreeMap::new();
        for kind in &self.kinds {
            if let Some(other) = tags.insert(kind.tag, kind.name) {
                return Err(format!(
                    "two kinds of events cannot be told apart: `{other}` and `{}`; rename one",
                    kind.name
                ));
            }
        }
        (self.by_type, self.facts) = (ByType::default(), Vec::new());
        for (at, kind) in (0..).zip(&mut self.kinds) {
            kind.rank.kind = at;
            self.by_type.insert(kind.type_id, at);
            if let Some(tag) = Fact::tag_of(kind.type_id).map(usize::from) {
                self.facts.resize(self.facts.len().max(tag + 1), None);
                self.facts[tag] = Some(at);
            }
        }
        Ok(())
    }

    pub(crate) fn find(&self, event: TypeId) -> Option<u16> {
        self.by_type.get(event).copied()
    }

    /// The kind of event that facts of a kind are; none where nobody hears them.
    #[inline]
    pub(crate) fn kind_of_fact<F: FactKind>(&self) -> Option<u16> {
        self.facts.get(usize::from(F::TAG)).copied().flatten()
    }

    /// All kinds, in the order of their ranks.
    pub(crate) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    pub(crate) fn get(&self, kind: u16) -> &Kind {
        &self.kinds[usize::from(kind)]
    }

    pub(crate) fn rank(&self, kind: u16) -> KindRank {
        self.get(kind).rank
    }

    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }
}

/// An answer in force, and where it remembers.
pub struct Asked<'w, A: ?Sized> {
    /// Its own place, to hand back to it.
    pub here: Here,
    /// The answer.
    pub answer: &'w A,
}

impl<A: ?Sized> Clone for Asked<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: ?Sized> Copy for Asked<'_, A> {}

impl<A: ?Sized> fmt::Debug for Asked<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer at {:?}", self.here.place)
    }
}

type AnyAnswer = (Here, Box<dyn Any + Send + Sync>);

/// Answers in force, by question and place.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    questions: ByType<ByPlace<Vec<AnyAnswer>>>,
}

/// Values by place.
#[derive(Debug, Default)]
struct ByPlace<V> {
    /// Places of one sort, by row.
    sorts: [Vec<V>; 6],
}

impl<V: Default> ByPlace<V> {
    /// Sort and row of a place.
    fn at(place: Place) -> (usize, usize) {
        match place {
            Place::System => (0, 0),
            Place::Fundamental(fundamental) => (1, fundamental.row()),
            Place::Venue(venue) => (2, venue.row()),
            Place::Instrument(instrument) => (3, instrument.row()),
            Place::Group(group) => (4, group.row()),
            Place::Account(account) => (5, account.row()),
        }
    }

    fn get(&self, place: Place) -> Option<&V> {
        let (sort, row) = Self::at(place);
        self.sorts[sort].get(row)
    }

    fn get_or_default(&mut self, place: Place) -> &mut V {
        let (sort, row) = Self::at(place);
        let rows = &mut self.sorts[sort];
        if row >= rows.len() {
            rows.resize_with(row + 1, V::default);
        }
        &mut rows[row]
    }
}

impl Answers {
    pub(crate) fn add<Q: Question>(&mut self, here: Here, answer: Arc<Q::Answer>) {
        let answers = self.questions.get_or_default(TypeId::of::<Q>());
        answers.get_or_default(here.place).push((here, Box::new(answer)));
    }

    /// Whether an instance handed an answer to a question over.
    pub(crate) fn has<Q: Question>(&self, here: Here) -> bool {
        self.all::<Q>(here.place).any(|asked| asked.here == here)
    }

    /// Every answer to a question at a place, in the order of the rules' names.
    pub(crate) fn all<Q: Question>(
        &self,
        place: Place,
    ) -> impl Iterator<Item = Asked<'_, Q::Answer>> {
        let question = self.questions.get(TypeId::of::<Q>());
        let answers = question.and_then(|answers| answers.get(place));
        answers.into_iter().flatten().map(|(here, answer)| {
            let answer: &Arc<Q::Answer> =
                answer.downcast_ref().expect("a question has one type of answer");
            Asked { here: *here, answer: answer.as_ref() }
        })
    }

    pub(crate) fn one<Q: Question>(&self, place: Place) -> Option<Asked<'_, Q::Answer>> {
        self.all::<Q>(place).next()
    }
}

/// Everything that is fixed while a market runs.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) handlers: Handlers,
    pub(crate) answers: Answers,
    pub(crate) people: People,
    /// What is installed, by state.
    pub(crate) installed: Vec<Installed>,
    /// What the market is built on whatever its rules are.
    pub(crate) ground: Ground,
}

#[cfg(test)]
mod tests {
    use super::{Handler, Handlers, Here, Turn};
    use crate::Place;
    use facts::{Resumed, VenueId};

    #[test]
    fn who_hears_before_acts_first_and_names_decide_the_rest() {
        let mut handlers = Handlers::default();
        for (name, turn, venue) in [
            ("Vault", Turn::Usual, 0),
            ("FullClose", Turn::Usual, 1),
            ("FullClose", Turn::Usual, 0),
            ("Vault", Turn::Before, 0),
            ("Tiered", Turn::Before, 0),
        ] {
            let here = Here { state: 0, place: Place::Venue(VenueId(venue)) };
            handlers.add::<Resumed>(Handler { here, turn, name, call: Box::new(|_, _| {}) });
        }
        handlers.settle().expect("one name is one kind");
        let heard = handlers.get(0).handlers.iter();
        let heard: Vec<String> = heard.map(|handler| format!("{handler:?}")).collect();
        let expected = ["Tiered", "Vault", "FullClose", "FullClose", "Vault"];
        assert!(
            heard.iter().zip(expected).all(|(heard, name)| heard.starts_with(name)),
            "{heard:?}"
        );
        assert!(heard[2] < heard[3], "equal names in the order of their places");
    }
}
