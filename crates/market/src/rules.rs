//! The rules in force: who hears what, who answers what, who remembers what.

use crate::{Event, Market, Phase, Place, Question, State, checkpoint, people::Group};
use bevy_ecs::resource::Resource;
use facts::{InstrumentId, KindTag};
use kernel::KindRank;
use serde::{Deserialize, Serialize};
use std::{
    any::{Any, TypeId},
    collections::BTreeMap,
    fmt,
    sync::Arc,
};
use units::Time;

/// Which instance of a mechanism is meant: what it is installed for, and where it remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Here {
    pub(crate) state: u32,
    /// What it is installed for.
    pub place: Place,
}

impl Here {
    /// The instrument it is installed for.
    ///
    /// # Panics
    /// When its question is not about an instrument.
    pub fn instrument(self) -> InstrumentId {
        let Place::Instrument(instrument) = self.place else {
            panic!("installed for {:?}, which is no instrument", self.place)
        };
        instrument
    }
}

type Call = Box<dyn Fn(&mut Market<'_>, &dyn Any) + Send + Sync>;

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
    pub(crate) load: fn(&[u8]) -> Option<Box<dyn Any + Send + Sync>>,
    type_id: TypeId,
    pub(crate) handlers: Vec<Handler>,
}

/// Every kind of event of a run, ranked by phase and name.
#[derive(Debug, Default)]
pub(crate) struct Handlers {
    kinds: Vec<Kind>,
    by_type: BTreeMap<TypeId, u16>,
}

impl Handlers {
    pub(crate) fn add<E: Event>(&mut self, handler: Handler) {
        let kind = self.kind::<E>();
        self.kinds[usize::from(kind)].handlers.push(handler);
    }

    /// Makes a kind known; ranks are final only after [`Handlers::settle`].
    pub(crate) fn kind<E: Event>(&mut self) -> u16 {
        let kinds = &mut self.kinds;
        *self.by_type.entry(TypeId::of::<E>()).or_insert_with(|| {
            kinds.push(Kind {
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
                load: |bytes| Some(Box::new(checkpoint::value_of::<E>(bytes)?)),
                type_id: TypeId::of::<E>(),
                handlers: Vec::new(),
            });
            u16::try_from(kinds.len() - 1).expect("a run has fewer than 65,536 kinds of events")
        })
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
        self.by_type = (0..).zip(&self.kinds).map(|(at, kind)| (kind.type_id, at)).collect();
        Ok(())
    }

    pub(crate) fn find(&self, event: TypeId) -> Option<u16> {
        self.by_type.get(&event).copied()
    }

    /// All kinds, in the order of their ranks.
    pub(crate) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    pub(crate) fn get(&self, kind: u16) -> &Kind {
        &self.kinds[usize::from(kind)]
    }

    pub(crate) fn rank(&self, kind: u16) -> KindRank {
        KindRank { phase: self.get(kind).phase.place(), kind }
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

impl<A: ?Sized> fmt::Debug for Asked<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer at {:?}", self.here.place)
    }
}

type AnyAnswer = (Here, Box<dyn Any + Send + Sync>);

/// Answers in force, by question and place.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    answers: BTreeMap<(TypeId, Place), Vec<AnyAnswer>>,
}

impl Answers {
    pub(crate) fn add<Q: Question>(&mut self, here: Here, answer: Arc<Q::Answer>) {
        let key = (TypeId::of::<Q>(), here.place);
        self.answers.entry(key).or_default().push((here, Box::new(answer)));
    }

    /// Every answer to a question at a place, in the order of the rules' names.
    pub(crate) fn all<Q: Question>(
        &self,
        place: Place,
    ) -> impl Iterator<Item = Asked<'_, Q::Answer>> {
        let answers = self.answers.get(&(TypeId::of::<Q>(), place));
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

trait AnyState: Any + fmt::Debug + Send + Sync {
    fn any(&self) -> &dyn Any;
    fn any_mut(&mut self) -> &mut dyn Any;
    fn save(&self) -> Vec<u8>;
    /// Becomes what the bytes say; false where they are not of such a state.
    fn load(&mut self, bytes: &[u8]) -> bool;
}

impl<S: State> AnyState for S {
    fn any(&self) -> &dyn Any {
        self
    }

    fn any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn save(&self) -> Vec<u8> {
        checkpoint::bytes_of(self)
    }

    fn load(&mut self, bytes: &[u8]) -> bool {
        checkpoint::value_of(bytes).map(|state| *self = state).is_some()
    }
}

/// What mechanisms remember: one state an instance.
#[derive(Debug, Default, Resource)]
pub(crate) struct States {
    states: BTreeMap<u32, Box<dyn AnyState>>,
}

impl States {
    pub(crate) fn put(&mut self, here: Here, state: impl State) {
        self.states.insert(here.state, Box::new(state));
    }

    /// What an instance remembers, as bytes; none where it remembers nothing.
    pub(crate) fn save(&self, state: u32) -> Option<Vec<u8>> {
        self.states.get(&state).map(|state| state.save())
    }

    /// Lets an instance remember what the bytes say; false where they are not of its state.
    pub(crate) fn load(&mut self, state: u32, bytes: Option<&[u8]>) -> bool {
        match (self.states.get_mut(&state), bytes) {
            (Some(state), Some(bytes)) => state.load(bytes),
            (state, bytes) => state.is_none() && bytes.is_none(),
        }
    }

    pub(crate) fn get<S: State>(&self, here: Here) -> &S {
        let state = self.states.get(&here.state).map(|state| state.as_ref().any());
        state.and_then(<dyn Any>::downcast_ref).expect("the state was registered at install")
    }

    pub(crate) fn get_mut<S: State>(&mut self, here: Here) -> &mut S {
        let state = self.states.get_mut(&here.state).map(|state| state.as_mut().any_mut());
        state.and_then(<dyn Any>::downcast_mut).expect("the state was registered at install")
    }
}

/// Everything that is fixed while a market runs.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) handlers: Handlers,
    pub(crate) answers: Answers,
    pub(crate) groups: Vec<Group>,
    /// What is installed, by state.
    pub(crate) installed: Vec<Installed>,
    /// What the market is built on whatever its rules are.
    pub(crate) ground: Ground,
}

/// A rule that is installed: which answer with which parameters, and for what it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Installed {
    pub(crate) question: String,
    pub(crate) place: Place,
    pub(crate) answer: String,
    pub(crate) parameters: String,
}

/// What no rule changes: lists, names, seed, the number of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ground {
    pub(crate) seed: u64,
    pub(crate) start: Time,
    pub(crate) assets: Vec<(String, i8)>,
    pub(crate) fundamentals: Vec<String>,
    pub(crate) venues: Vec<String>,
    pub(crate) instruments: Vec<(String, String)>,
    pub(crate) groups: Vec<String>,
    pub(crate) accounts: u64,
}

impl Ground {
    /// The first part that is another.
    pub(crate) fn differs_in(&self, other: &Self) -> Option<&'static str> {
        let parts = [
            ("seeds", self.seed == other.seed),
            ("starts", self.start == other.start),
            ("assets", self.assets == other.assets),
            ("fundamentals", self.fundamentals == other.fundamentals),
            ("venues", self.venues == other.venues),
            ("instruments", self.instruments == other.instruments),
            ("groups of traders", self.groups == other.groups),
            ("numbers of accounts", self.accounts == other.accounts),
        ];
        parts.into_iter().find_map(|(part, same)| (!same).then_some(part))
    }
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
