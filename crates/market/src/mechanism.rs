//! What a mechanism is, and how it is put into a market.

use crate::{
    Event, Market, Place, Question, Scope,
    carried::Carried,
    instrument::BookTerms,
    plan::{Draft, Refusal},
    rules::{Handler, Here, Turn},
};
use facts::{AccountId, Description, FundamentalId, GroupId, InstrumentId, VenueId};
use serde::{Serialize, de::DeserializeOwned};
use std::{any::TypeId, fmt::Debug, sync::Arc};
use units::{Amount, Money, Price, Time};

/// An answer to a question of market design: parameters, and what to do when.
///
/// It reads the market and acts only through the market's verbs, each of which leaves a fact.
/// Whatever it remembers lives in a state that it registers with [`Plan::state`], and nowhere else: a
/// `Cell`, a lock, an atomic or a static is not in a checkpoint and is shared with runs on other
/// seeds, so that no run would be the same twice.
pub trait Mechanism: Debug + DeserializeOwned + Send + Sync + 'static {
    /// The question it answers.
    type Question: Question;
    /// Its name in an experiment: that of its struct.
    const NAME: &'static str;
    /// The file it is written in, `include_str!("its_name.rs")`: the lines of it that begin with
    /// `//!` are what `delever mechanisms` prints.
    const SOURCE: &'static str;
    /// Facts of its own that `delever explain` tells of and an experiment may expect:
    /// `&[AccountWarned::DESCRIPTION]`.
    const FACTS: &'static [Description] = &[];

    /// Says which events it hears, which question it answers for others, what it remembers and
    /// when it first acts.
    fn install(&self, plan: &mut Plan<'_, Self>);
}

/// What a mechanism remembers: plain values that a checkpoint can carry.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a mechanism can remember or wait for",
    note = "a state, a timer and a fact are plain values: \
            `#[derive(Debug, serde::Serialize, serde::Deserialize)]`"
)]
pub trait State: Serialize + DeserializeOwned + Debug + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Debug + Send + Sync + 'static> State for T {}

/// A mechanism with its parameters, whatever its type.
#[derive(Clone, Debug)]
pub struct Rule {
    question: &'static str,
    answer: &'static str,
    mechanism: Arc<dyn Installed>,
}

impl Rule {
    /// A rule in force with these parameters.
    pub fn new<M: Mechanism>(mechanism: M) -> Self {
        Self {
            question: M::Question::NAME,
            answer: M::NAME,
            mechanism: Arc::new(Shared(Arc::new(mechanism))),
        }
    }

    /// Name of the question.
    pub fn question(&self) -> &'static str {
        self.question
    }

    /// Name of the answer.
    pub fn answer(&self) -> &'static str {
        self.answer
    }

    /// For what one answer holds.
    pub fn scope(&self) -> Scope {
        self.mechanism.scope()
    }

    /// First price of an answer to the question of exogenous prices, in units of
    /// 10^−[`crate::FUNDAMENTAL_DECIMALS`]; none for every other rule.
    pub fn opening_price(&self) -> Option<Price> {
        let place = Place::Fundamental(FundamentalId(0));
        let mut draft = Draft::empty(Time::default());
        if self.scope() != Scope::Fundamental {
            return None;
        }
        self.install(&mut draft, Here { state: 0, place });
        let asked = draft.answers.one::<crate::Fundamental>(place)?;
        Some(asked.answer.opening_price())
    }

    /// Whether several answers to its question may hold at once.
    pub fn takes_many(&self) -> bool {
        self.mechanism.takes_many()
    }

    pub(crate) fn install(&self, draft: &mut Draft, here: Here) {
        self.mechanism.install(draft, here);
    }
}

trait Installed: Debug + Send + Sync {
    fn scope(&self) -> Scope;
    fn takes_many(&self) -> bool;
    fn install(&self, draft: &mut Draft, here: Here);
}

#[derive(Debug)]
struct Shared<M>(Arc<M>);

impl<M: Mechanism> Installed for Shared<M> {
    fn scope(&self) -> Scope {
        M::Question::SCOPE
    }

    fn takes_many(&self) -> bool {
        M::Question::MANY
    }

    fn install(&self, draft: &mut Draft, here: Here) {
        let refused = draft.refusals.len();
        let mut plan = Plan { mechanism: Arc::clone(&self.0), draft, here };
        self.0.install(&mut plan);
        if plan.draft.refusals.len() == refused {
            plan.refuse_silence();
            plan.refuse_deafness();
        }
    }
}

/// Where a mechanism says what it needs.
#[derive(Debug)]
pub struct Plan<'a, M> {
    mechanism: Arc<M>,
    pub(crate) draft: &'a mut Draft,
    pub(crate) here: Here,
}

impl<M: Mechanism> Plan<'_, M> {
    /// Hears every `E` that concerns the place it is installed for, or lies within it: a rule of a
    /// venue hears what happens in its instruments and to its accounts. A handler is a method:
    ///
    /// ```text
    /// plan.on(Self::call);
    ///
    /// fn call(&self, market: &mut Market<'_>, left: &ShortfallLeft) { … }
    /// ```
    pub fn on<E: Event>(&mut self, handler: fn(&M, &mut Market<'_>, &E)) {
        self.hear(Turn::Usual, handler);
    }

    /// Hears the same, before all who hear it with [`Plan::on`]: for whoever may settle what the
    /// others would act on.
    pub fn on_before<E: Event>(&mut self, handler: fn(&M, &mut Market<'_>, &E)) {
        self.hear(Turn::Before, handler);
    }

    fn hear<E: Event>(&mut self, turn: Turn, handler: fn(&M, &mut Market<'_>, &E)) {
        let mechanism = Arc::clone(&self.mechanism);
        let call = move |market: &mut Market<'_>, event: &Carried| {
            handler(&mechanism, market, event.get());
        };
        let handler = Handler { here: self.here, turn, name: M::NAME, call: Box::new(call) };
        self.draft.handlers.add::<E>(handler);
    }

    /// Answers its question whenever it is asked for the place it is installed for. A rule whose
    /// question others ask, and that hands nothing over, is refused.
    pub fn answer(&mut self, answer: Arc<<M::Question as Question>::Answer>) {
        self.draft.answers.add::<M::Question>(self.here, answer);
    }

    /// Refuses a rule that others would ask in vain.
    fn refuse_silence(&mut self) {
        let is_asked = TypeId::of::<<M::Question as Question>::Answer>() != TypeId::of::<()>();
        if is_asked && !self.draft.answers.has::<M::Question>(self.here) {
            self.refuse(format!(
                "`{}` answers *{}* for others and was never handed over: call \
                 `plan.answer(plan.this())` in `install`",
                M::NAME,
                M::Question::NAME
            ));
        }
    }

    /// Refuses a rule that would let its own timer pass.
    fn refuse_deafness(&mut self) {
        for event in self.draft.unheard(self.here) {
            self.refuse(format!(
                "`{}` schedules `{event}` and does not hear it: call `plan.on(…)` in `install`, with a \
                 method that takes `&{event}`",
                M::NAME
            ));
        }
    }

    /// The mechanism itself, to hand to [`Plan::answer`].
    pub fn this(&self) -> Arc<M> {
        Arc::clone(&self.mechanism)
    }

    /// Remembers `state`; read and write it with [`Market::state`] and [`Market::state_mut`]. A
    /// mechanism has one state: refuses the plan where it registers another.
    pub fn state(&mut self, state: impl State) {
        if !self.draft.states.put(self.here, state) {
            self.refuse(format!(
                "`{}` registers two states, and a mechanism has one: put both into one struct",
                M::NAME
            ));
        }
    }

    /// Schedules its first timer, which of all mechanisms only this instance hears. A rule that does
    /// not hear it is refused.
    pub fn first<E: Event>(&mut self, at: Time, event: E) {
        self.draft.first::<E>(self.here, at, event);
    }

    /// Says that it calls [`Market::set_band`] for what its venue lists. Only one rule of a venue
    /// may: refuses the plan where another one does.
    pub fn sets_bands(&mut self) {
        let Some(venue) = self.venue_or_refuse() else { return };
        if let Some(other) = self.draft.bands.insert(venue, M::NAME) {
            self.refuse(format!(
                "an instrument has one price band, and `{other}` sets it already: leave one of them"
            ));
        }
    }

    /// When simulated time starts.
    pub fn start(&self) -> Time {
        self.draft.start
    }

    /// What it is installed for.
    pub fn place(&self) -> Place {
        self.here.place
    }

    /// The instrument it is installed for.
    ///
    /// # Panics
    /// When its question is not about an instrument.
    #[track_caller]
    pub fn instrument(&self) -> InstrumentId {
        let Place::Instrument(instrument) = self.here.place else {
            Self::holds_for_no("instrument")
        };
        instrument
    }

    /// The venue it is installed for, or whose instrument or group it is installed for.
    ///
    /// # Panics
    /// When its question is about none of these, or the group is at no venue.
    #[track_caller]
    pub fn venue(&self) -> VenueId {
        let Some(venue) = self.draft.venue_of(self.here.place) else { Self::holds_for_no("venue") };
        venue
    }

    fn venue_or_refuse(&mut self) -> Option<VenueId> {
        let venue = self.draft.venue_of(self.here.place);
        if venue.is_none() {
            let scope = Self::scope();
            self.refuse(format!(
                "`{}` asks for what only a venue has, such as the asset of an amount, and *{}* is \
                 asked {scope}: take it as a number, or ask the question of a venue",
                M::NAME,
                M::Question::NAME
            ));
        }
        venue
    }

    fn scope() -> &'static str {
        match M::Question::SCOPE {
            Scope::Fundamental => "of an exogenous price",
            Scope::Instrument => "of an instrument",
            Scope::Venue => "of a venue",
            Scope::Group => "of a group",
            Scope::System => "of the whole system",
        }
    }

    #[track_caller]
    fn holds_for_no(what: &str) -> ! {
        panic!(
            "`{}` asks the plan for its {what}, and *{}* is asked {}, which has none",
            M::NAME,
            M::Question::NAME,
            Self::scope()
        )
    }

    /// The group it is installed for.
    ///
    /// # Panics
    /// When its question is not about a group.
    #[track_caller]
    pub fn group(&self) -> GroupId {
        let Place::Group(group) = self.here.place else { Self::holds_for_no("group") };
        group
    }

    /// Account of the venue's backstop.
    #[track_caller]
    pub fn backstop(&self) -> AccountId {
        self.draft.venue(self.venue()).backstop
    }

    /// Account of the venue's insurance fund.
    #[track_caller]
    pub fn insurance_fund(&self) -> AccountId {
        self.draft.venue(self.venue()).fund
    }

    /// Says that orders rest in a book of the instrument it is installed for: in one with a level every
    /// `tick`, which is positive, that holds so many orders at most.
    #[track_caller]
    pub fn keeps_book(&mut self, tick: Price, orders: u32) {
        let instrument = self.instrument();
        self.draft.instruments[instrument.row()].book = Some(BookTerms { tick, orders });
    }

    /// Account that forced sales of the instrument trade against.
    #[track_caller]
    pub fn liquidity_account(&self) -> AccountId {
        self.draft.instrument(self.instrument()).liquidity
    }

    /// The instrument it is installed for, as listed.
    #[track_caller]
    pub fn listing(&self) -> &crate::Instrument {
        self.draft.instrument(self.instrument())
    }

    /// The instrument of this name that the venue lists; refuses the plan where there is none.
    pub fn instrument_named(&mut self, name: &str) -> Option<InstrumentId> {
        let venue = self.venue_or_refuse()?;
        match self.draft.instrument_named(venue, name) {
            Ok(instrument) => Some(instrument),
            Err(message) => {
                self.refuse(message);
                None
            },
        }
    }

    /// An amount in the venue's settlement asset; refuses the plan when it is another asset, finer
    /// than its smallest unit, or what it holds for has no venue. Once it was checked so,
    /// [`Market::money`] says the same while the market runs.
    pub fn money(&mut self, amount: &Amount) -> Money {
        let Some(venue) = self.venue_or_refuse() else { return Money::ZERO };
        match self.draft.money(venue, amount) {
            Ok(money) => money,
            Err(message) => {
                self.refuse(message);
                Money::ZERO
            },
        }
    }

    /// Puts money from outside into an account at genesis.
    pub fn deposit(&mut self, account: AccountId, amount: Money) {
        self.draft.deposits.push((account, amount));
    }

    /// Refuses to be installed unless this holds; says what must hold. A message that names one
    /// parameter in backticks is shown where that parameter is written.
    #[expect(clippy::fn_params_excessive_bools, reason = "it is the condition that must hold")]
    pub fn require(&mut self, holds: bool, message: impl Into<String>) {
        if !holds {
            self.refuse(message);
        }
    }

    /// Refuses to be installed, and says why and what to do instead.
    pub fn refuse(&mut self, message: impl Into<String>) {
        let refusal = Refusal { rule: self.draft.installing, message: message.into() };
        self.draft.refusals.push(refusal);
    }
}
