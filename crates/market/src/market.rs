//! The market as a mechanism sees it.

use crate::{
    Account, Asked, Event, FundamentalPrice, Here, Instrument, Leg, LiquidityAnswer, MarginAnswer,
    MarginCallAnswer, Place, Question, State, Venue,
    boxes::Watch,
    carried::{Carried, Pending},
    course::Course,
    desk::Desk,
    leg::{LegRow, Legs},
    plan::money_in,
    rules::Rules,
    states::States,
};
use facts::{
    AccountId, FactId, FactKind, FundamentalId, InstrumentId, Purse, Record, Sink, VenueId,
};
use kernel::{Draw, Stream, Streams};
use std::any::{TypeId, type_name};
use units::{Amount, Duration, Money, Price, Size, Time};

/// What the columns of the world lend to one run of the loop.
pub struct Market<'w> {
    pub(crate) accounts: &'w mut [Account],
    pub(crate) deposits: &'w mut [Money],
    pub(crate) fundamentals: &'w mut [FundamentalPrice],
    pub(crate) venues: &'w mut [Venue],
    pub(crate) instruments: &'w mut [Instrument],
    pub(crate) legs: &'w mut Legs,
    pub(crate) desk: &'w mut Desk,
    pub(crate) watch: &'w mut Watch,
    pub(crate) states: &'w mut States,
    pub(crate) rules: &'w Rules,
    /// Answers to *margin* by instrument: they are asked for every leg of every scan.
    pub(crate) margins: Vec<Option<Asked<'w, dyn MarginAnswer>>>,
    /// Answers to *liquidity* by instrument: they are asked for every order.
    pub(crate) liquidities: Vec<Option<Asked<'w, dyn LiquidityAnswer>>>,
    /// Answers to *margin call* by venue, if there is one at all: they are asked for in every check.
    pub(crate) calls: Option<Vec<Option<Asked<'w, dyn MarginCallAnswer>>>>,
    pub(crate) course: &'w mut Course,
    pub(crate) sink: &'w mut dyn Sink,
    /// Whether the sink keeps facts.
    pub(crate) keeps: bool,
    pub(crate) streams: Streams,
}

impl std::fmt::Debug for Market<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the market at {}", self.now())
    }
}

/// What can be read.
impl<'w> Market<'w> {
    /// The present.
    #[inline]
    pub fn now(&self) -> Time {
        self.course.agenda.now()
    }

    /// The instance of the mechanism that hears the present event.
    #[inline]
    pub fn here(&self) -> Here {
        self.course.here
    }

    /// An account.
    #[inline]
    pub fn account(&self, account: AccountId) -> &Account {
        &self.accounts[account.row()]
    }

    /// What was put into an account before time started, margin of isolated legs included, and by the
    /// rules of a fork since.
    pub fn deposited(&self, account: AccountId) -> Money {
        self.deposits[account.row()]
    }

    /// A venue.
    #[inline]
    pub fn venue(&self, venue: VenueId) -> &Venue {
        &self.venues[venue.row()]
    }

    /// An instrument.
    #[inline]
    pub fn instrument(&self, instrument: InstrumentId) -> &Instrument {
        &self.instruments[instrument.row()]
    }

    /// An amount in the settlement asset of the venue that an instance of a mechanism is installed
    /// for, or whose instrument or group it is installed for. To be checked with [`crate::Plan::money`]
    /// at install, which refuses what cannot be said in it.
    ///
    /// # Panics
    /// For what was not checked so.
    #[track_caller]
    pub fn money(&self, here: Here, amount: &Amount) -> Money {
        let venue = self.venue_at(here.place).map(|venue| self.venue(venue));
        let asset = venue.and_then(|venue| self.rules.ground.assets.get(venue.asset.row()));
        let said = asset.map(|(name, decimals)| money_in((name, *decimals), amount));
        match said.unwrap_or_else(|| Err("what it holds for has no venue".to_owned())) {
            Ok(money) => money,
            Err(why) => panic!("{why}: check it with `plan.money(…)` in `install`"),
        }
    }

    /// Instruments of a venue, in order of id.
    pub fn instruments_of(&self, venue: VenueId) -> Vec<InstrumentId> {
        let listed = self.instruments.iter().filter(|instrument| instrument.venue == venue);
        listed.map(|instrument| instrument.id).collect()
    }

    /// An exogenous price.
    pub fn fundamental(&self, fundamental: FundamentalId) -> &FundamentalPrice {
        &self.fundamentals[fundamental.row()]
    }

    /// The exogenous price an instrument follows, in its own price units; none before time starts.
    #[inline]
    pub fn fundamental_price(&self, instrument: InstrumentId) -> Option<Price> {
        self.instrument(instrument).fundamental_price
    }

    /// The leg of an account in an instrument, open or closed.
    #[inline]
    pub fn leg(&self, account: AccountId, instrument: InstrumentId) -> Option<&Leg> {
        self.leg_row(account, instrument).map(|row| self.legs.get(row))
    }

    /// Open legs in an instrument, in the order in which their accounts first held it.
    pub fn legs_in(&self, instrument: InstrumentId) -> impl Iterator<Item = &Leg> {
        let legs = self.legs.members(instrument).iter().map(|row| self.legs.get(row));
        legs.filter(|leg| leg.size != Size::ZERO)
    }

    /// The venue of a purse, as a place.
    ///
    /// # Panics
    /// For the outside world, which is at no venue.
    pub fn venue_of_purse(&self, purse: Purse) -> Place {
        Place::Venue(self.account(purse.account).venue.expect("a purse is held at a venue"))
    }

    /// What the next small trade in an instrument would cost: last paid, pulled back by arbitrage or
    /// kept within the spread.
    pub fn trade_price(&self, instrument: InstrumentId) -> Option<Price> {
        let liquidity = self.liquidity(instrument)?;
        liquidity.answer.trade_price(self, liquidity.here)
    }

    /// The answer to *liquidity* in force for an instrument.
    #[inline]
    pub(crate) fn liquidity(
        &self,
        instrument: InstrumentId,
    ) -> Option<Asked<'w, dyn LiquidityAnswer>> {
        self.liquidities[instrument.row()]
    }

    /// Whether trades in an instrument are allowed now.
    #[inline]
    pub fn may_trade(&self, instrument: InstrumentId) -> bool {
        self.instrument(instrument).halted_until.is_none()
    }

    /// The answer in force to a question at a place; none when nobody answers.
    pub fn ask<Q: Question>(&self, place: Place) -> Option<Asked<'w, Q::Answer>> {
        let rules: &'w Rules = self.rules;
        rules.answers.one::<Q>(place)
    }

    /// What an instance of a mechanism remembers.
    ///
    /// # Panics
    /// When it registered no state of this type.
    #[inline]
    #[track_caller]
    pub fn state<S: State>(&self, here: Here) -> &S {
        let Some(state) = self.states.get(here) else { no_state::<S>(self.rules, here) };
        state
    }

    /// What an instance of a mechanism remembers, to change it. While it is borrowed the market
    /// cannot be read: read first, then borrow.
    ///
    /// # Panics
    /// When it registered no state of this type.
    #[inline]
    #[track_caller]
    pub fn state_mut<S: State>(&mut self, here: Here) -> &mut S {
        let Some(state) = self.states.get_mut(here) else { no_state::<S>(self.rules, here) };
        state
    }

    /// The random numbers of one decision of one entity, for a purpose: at most 32, and the same
    /// whoever else draws. Give each decision of an entity a number of its own, from a counter in the
    /// mechanism's state or of an exogenous clock.
    pub fn draw(&self, purpose: &str, entity: u64, decision: u64) -> Draw {
        self.stream(purpose).draw(entity, decision)
    }

    /// All random numbers of a purpose: for who draws from it more than once in a handler.
    pub fn stream(&self, purpose: &str) -> Stream {
        self.streams.purpose(purpose)
    }

    #[inline]
    pub(crate) fn leg_row(&self, account: AccountId, instrument: InstrumentId) -> Option<LegRow> {
        let first = self.account(account).first_leg;
        let mut chain = self.legs.chain(first);
        chain.find(|(_, leg)| leg.instrument == instrument).map(|(row, _)| row)
    }

    #[inline]
    pub(crate) fn is_trader(&self, account: AccountId) -> bool {
        account.0 >= self.rules.people.first_trader.0
    }
}

/// Whoever reads what was never registered is shown, with what is missing there.
#[cold]
#[track_caller]
fn no_state<S>(rules: &Rules, here: Here) -> ! {
    let rule = usize::try_from(here.state).ok().and_then(|row| rules.installed.get(row));
    let answer = rule.map_or("it", |rule| &rule.answer);
    panic!(
        "`{answer}` remembers no `{}`: call `plan.state(…)` with one in its `install`; a mechanism \
         has one state, and is read as the type that it registered",
        type_name::<S>()
    )
}

/// What makes things happen.
impl Market<'_> {
    /// Schedules a timer that follows from what is happening: it carries the present cause. Of all
    /// mechanisms only the instance whose handler schedules it hears it.
    ///
    /// # Panics
    /// Where no mechanism hears anything: in an answer that the market itself asks for.
    pub fn schedule<E: Event>(&mut self, at: Time, event: E) {
        self.set_timer(at, event, self.cause());
    }

    /// Schedules the next beat of a clock that nothing in the market causes. Of all mechanisms only
    /// the instance whose handler schedules it hears it.
    ///
    /// # Panics
    /// As [`Market::schedule`].
    pub fn tick<E: Event>(&mut self, after: Duration, event: E) {
        self.set_timer(self.now() + after, event, FactId(0));
    }

    fn set_timer<E: Event>(&mut self, at: Time, event: E, cause: FactId) {
        assert!(
            self.here() != Here::MARKET,
            "a timer is set where a mechanism hears something, not in an answer"
        );
        let kind = self.kind::<E>();
        let sequence = self.next_sequence(kind);
        self.put_on_agenda((kind, at), event, (cause, sequence), Some(self.here()));
    }

    /// The fact that what happens now follows from.
    pub(crate) fn cause(&self) -> FactId {
        self.course.cause.unwrap_or(FactId(0))
    }

    #[inline]
    pub(crate) fn schedule_because<E: Event>(&mut self, at: Time, event: E, cause: FactId) {
        let kind = self.kind::<E>();
        let sequence = self.next_sequence(kind);
        self.put_on_agenda((kind, at), event, (cause, sequence), None);
    }

    /// Schedules an event whose place among its kind is given: equal places never meet in a round.
    pub(crate) fn schedule_in_order<E: Event>(
        &mut self,
        at: Time,
        event: E,
        cause: FactId,
        sequence: u64,
    ) {
        self.put_on_agenda((self.kind::<E>(), at), event, (cause, sequence), None);
    }

    /// Lets one instance of a mechanism hear an event now.
    pub(crate) fn schedule_to<E: Event>(&mut self, to: Here, event: E, cause: FactId) {
        let kind = self.kind::<E>();
        let sequence = self.next_sequence(kind);
        self.put_on_agenda((kind, self.now()), event, (cause, sequence), Some(to));
    }

    fn next_sequence(&mut self, kind: u16) -> u64 {
        let next = &mut self.course.sequences[usize::from(kind)];
        let sequence = *next;
        *next += 1;
        sequence
    }

    fn kind<E: Event>(&self) -> u16 {
        let kind = self.rules.handlers.find(TypeId::of::<E>());
        kind.expect("a mechanism schedules kinds that it hears or registered")
    }

    fn put_on_agenda<E: Event>(
        &mut self,
        (kind, at): (u16, Time),
        event: E,
        (cause, sequence): (FactId, u64),
        to: Option<Here>,
    ) {
        let rank = self.rules.handlers.rank(kind);
        let account = event.place(self).account();
        let pending = Pending::new(Carried::of(event), account, (cause, to));
        if let Err(past) = self.course.agenda.schedule(at, rank, sequence, pending) {
            self.course.fail(crate::Fault::Past { mechanism: E::NAME, past });
        }
    }

    /// Leaves a fact, moves the money it says, and lets those hear it who asked to.
    ///
    /// This is the only way to the log and to the ledger.
    #[inline]
    pub(crate) fn record<F: FactKind>(&mut self, fact: F) -> FactId {
        let id = FactId(self.course.next_fact);
        self.course.next_fact += 1;
        self.require_cause(id);
        self.post(&fact);
        let kind = self.rules.handlers.kind_of_fact::<F>();
        match (kind, self.keeps) {
            (Some(kind), true) => {
                self.keep_fact(id, fact.clone());
                self.deliver_later(kind, id, fact);
            },
            (Some(kind), false) => self.deliver_later(kind, id, fact),
            (None, true) => self.keep_fact(id, fact),
            (None, false) => {},
        }
        id
    }

    fn keep_fact<F: FactKind>(&mut self, id: FactId, fact: F) {
        let (stamp, cause) = (self.course.stamp, self.course.cause);
        self.sink.record(&Record { id, stamp, cause, fact: fact.into() });
    }

    /// From here to the end of the present handler, `fact` is the cause of what happens.
    pub(crate) fn because(&mut self, fact: FactId) {
        self.course.cause = Some(fact);
    }

    fn deliver_later<F: FactKind>(&mut self, kind: u16, cause: FactId, fact: F) {
        let handlers = &self.rules.handlers;
        let place = (handlers.get(kind).place)(&fact, self);
        let (rank, now) = (handlers.rank(kind), self.now());
        let sequence = self.next_sequence(kind);
        let pending = Pending::new(Carried::of(fact), place.account(), (cause, None));
        if let Err(past) = self.course.agenda.schedule(now, rank, sequence, pending) {
            self.course.fail(crate::Fault::Past { mechanism: F::NAME, past });
        }
    }
}
