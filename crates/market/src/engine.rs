//! The engine: a bevy world, its rules, and the loop over it.

use crate::{
    Account, Fault, FundamentalPrice, Instrument, Liquidity, Margin, MarginCall, Market,
    MarketPlan, Place, Refusal, Venue,
    account::Deposits,
    boxes::Watch,
    build::Blueprint,
    course::{Course, Moment},
    deliver::Moved,
    desk::Desk,
    genesis::Genesis,
    leg::{Leg, Legs},
    rules::Rules,
    states::States,
    stock::Stock,
};
use bevy_ecs::{
    change_detection::ContiguousMut,
    prelude::{Query, ResMut, World},
    system::SystemState,
};
use facts::{AccountId, FactId, InstrumentId, Purse, RunStarted, Sink};
use kernel::{RunError, Stop, Streams};
use units::{Money, Price, Size, Time};

/// Rounds one instant may have before it is called a livelock.
const ROUNDS_MAX: u32 = 10_000;

/// Fewest events between two checks of all laws over the whole market, unless told otherwise. In a
/// market of more accounts there are as many more: what a check takes grows with them.
const CHECK_EVERY: u64 = 100_000;

/// A market that can run.
#[derive(Debug)]
pub struct Engine<S> {
    pub(crate) world: World,
    pub(crate) rules: Rules,
    pub(crate) course: Course,
    pub(crate) streams: Streams,
    pub(crate) horizon: Time,
    pub(crate) sink: S,
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The horizon was reached.
    Horizon,
    /// Nothing was left to happen.
    Quiet,
    /// It was to stop here, between two events; it can go on.
    Paused,
    /// The run could not go on: a program is wrong. The time of the event, its kind, and the fault.
    Broken {
        /// When.
        time: Time,
        /// Kind of the event.
        event: &'static str,
        /// Number of the next fact.
        fact: FactId,
        /// Why.
        fault: Fault,
    },
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Why.
    pub end: End,
    /// Events left on the agenda.
    pub pending: u64,
}

type Columns<'w, 's> = (
    Query<'w, 's, &'static mut Account>,
    Query<'w, 's, &'static mut FundamentalPrice>,
    Query<'w, 's, &'static mut Venue>,
    Query<'w, 's, &'static mut Instrument>,
    ResMut<'w, Deposits>,
    ResMut<'w, Legs>,
    ResMut<'w, Desk>,
    ResMut<'w, Watch>,
    ResMut<'w, States>,
);

impl<S: Sink> Engine<S> {
    /// Builds a market and declares it to `sink`.
    ///
    /// # Errors
    /// Everything that is wrong with the plan.
    pub fn build(plan: &MarketPlan, mut sink: S) -> Result<Self, Vec<Refusal>> {
        let mut blueprint = Blueprint::draw(plan)?;
        let mut accounts = blueprint.accounts();
        let mut instruments = blueprint.draft.instruments.clone();
        let held = plan.groups.iter().flat_map(|group| &group.accounts).flat_map(|it| &it.legs);
        let isolated = held.clone().filter(|leg| leg.isolated.is_some()).count();
        let mut legs = Legs::new(instruments.len(), (held.count(), isolated));
        Genesis {
            blueprint: &blueprint,
            accounts: &mut accounts,
            instruments: &mut instruments,
            legs: &mut legs,
            sink: &mut sink,
        }
        .declare()
        .map_err(|faults| {
            let refusals = faults.into_iter().map(|message| Refusal { rule: None, message });
            refusals.collect::<Vec<_>>()
        })?;
        let rows = u64::try_from(accounts.len() + legs.all().len()).unwrap_or(u64::MAX);
        let stock = Stock {
            watch: Watch::over(accounts.len(), legs.all(), instruments.len()),
            fundamentals: std::mem::take(&mut blueprint.fundamentals),
            desk: Desk::default(),
            instruments,
            legs,
        };
        let kinds = blueprint.draft.handlers.len();
        let course = Course::new(plan.start, kinds, CHECK_EVERY.max(rows));
        let (mut engine, firsts) =
            Self::assemble(blueprint, (stock, accounts.into_iter()), course, sink);
        engine.with_market(|market| {
            market.record(RunStarted { horizon: plan.horizon });
        });
        for first in firsts {
            engine.schedule_first(first);
        }
        Ok(engine)
    }

    /// Checks every law over the whole market after so many events, at least one, rather than after
    /// 100,000, or as many as there are accounts and legs. After each, a run takes as long as its
    /// accounts and events multiplied, and stops at the very event that broke a law.
    pub fn check_every(&mut self, events: u64) {
        self.course.check_every(events);
    }

    /// Checks no law at all: only to measure what the laws cost. Nothing that a user runs may do so.
    pub fn without_laws(&mut self) {
        self.course.is_judged = false;
    }

    /// Events that have happened.
    pub fn events(&self) -> u64 {
        self.course.events
    }

    /// Runs to the horizon, or until nothing is left to happen.
    pub fn run(&mut self) -> Ended {
        self.run_until(Moment::Horizon)
    }

    /// Runs to a moment, or to the horizon, or until nothing is left to happen.
    pub fn run_until(&mut self, moment: Moment) -> Ended {
        let horizon = match moment {
            Moment::Time(time) => self.horizon.min(time),
            Moment::Events(_) | Moment::FirstLiquidation | Moment::Horizon => self.horizon,
        };
        self.course.go_on_until(moment);
        let is_early = horizon < self.horizon;
        let end = self.with_market(|market| {
            let stopped = kernel::run(&mut Moved(market), horizon, ROUNDS_MAX);
            let next = FactId(market.course.next_fact);
            match stopped {
                Ok(Stop::Paused) => End::Paused,
                Ok(Stop::Horizon) if is_early => End::Paused,
                Ok(stop) => match market.check_at_the_end() {
                    Ok(()) if stop == Stop::Quiet => End::Quiet,
                    Ok(()) => End::Horizon,
                    Err(fault) => {
                        End::Broken { time: market.now(), event: "the end", fact: next, fault }
                    },
                },
                Err(error) => {
                    let (key, fault) = match error {
                        RunError::Fault { key, fault } => (key, fault),
                        RunError::Livelock { key } => (key, Fault::Livelock { rounds: ROUNDS_MAX }),
                    };
                    let event = market.rules.handlers.get(key.rank.kind).name;
                    End::Broken { time: key.time, event, fact: next, fault }
                },
            }
        });
        let pending = u64::try_from(self.course.agenda.pending()).unwrap_or(u64::MAX);
        Ended { end, pending }
    }

    /// Every purse and what it holds, in order.
    pub fn balances(&mut self) -> Vec<(Purse, Money)> {
        self.with_market(|market| {
            let legs = &*market.legs;
            let own = (0..).map(AccountId).zip(&*market.accounts);
            let own = own.map(|(id, account)| (Purse::of(id), account.collateral));
            let of_legs =
                legs.all().iter().filter_map(|leg| Some((leg.purse(), legs.margin(leg)?)));
            let mut balances: Vec<(Purse, Money)> = own.chain(of_legs).collect();
            balances.sort_by_key(|&(purse, _)| purse);
            balances
        })
    }

    /// Every leg with its size and entry cost, in order of account and instrument.
    pub fn legs(&mut self) -> Vec<(AccountId, InstrumentId, Size, Money)> {
        self.with_market(|market| {
            let legs = market.legs.all().iter();
            let row = |leg: &Leg| (leg.account, leg.instrument, leg.size, leg.cost);
            let mut legs: Vec<_> = legs.map(row).collect();
            legs.sort_by_key(|&(account, instrument, ..)| (account, instrument));
            legs
        })
    }

    /// Where the facts go.
    pub fn sink(&self) -> &S {
        &self.sink
    }

    /// The mark price of every instrument, in order; none before the first.
    pub fn mark_prices(&mut self) -> Vec<Option<Price>> {
        self.with_market(|market| market.instruments.iter().map(|it| it.mark_price).collect())
    }

    /// Where the facts went.
    pub fn into_sink(self) -> S {
        self.sink
    }

    /// Borrows the world's columns once. Accounts lie in one table in the order of their ids: the
    /// row is the id.
    pub(crate) fn with_market<R>(&mut self, act: impl FnOnce(&mut Market<'_>) -> R) -> R {
        let mut state: SystemState<Columns<'_, '_>> = SystemState::new(&mut self.world);
        let (
            mut accounts,
            mut fundamentals,
            mut venues,
            mut instruments,
            deposits,
            legs,
            desk,
            watch,
            states,
        ) = state.get_mut(&mut self.world).expect("the world holds every column");
        let (legs, desk) = (legs.into_inner(), desk.into_inner());
        let (watch, states) = (watch.into_inner(), states.into_inner());
        let instruments = column(&mut instruments);
        let place = |instrument: &Instrument| Place::Instrument(instrument.id);
        let margin = |instrument| self.rules.answers.one::<Margin>(place(instrument));
        let margins = instruments.iter().map(margin).collect();
        let liquidity = |instrument| self.rules.answers.one::<Liquidity>(place(instrument));
        let liquidities = instruments.iter().map(liquidity).collect();
        let venues = column(&mut venues);
        let call = |venue: &Venue| self.rules.answers.one::<MarginCall>(Place::Venue(venue.id));
        let calls: Vec<_> = venues.iter().map(call).collect();
        let calls = calls.iter().any(Option::is_some).then_some(calls);
        let keeps = self.sink.keeps();
        let mut market = Market {
            accounts: column(&mut accounts),
            deposits: &mut deposits.into_inner().0,
            fundamentals: column(&mut fundamentals),
            venues,
            instruments,
            margins,
            liquidities,
            calls,
            legs,
            desk,
            watch,
            states,
            rules: &self.rules,
            course: &mut self.course,
            sink: &mut self.sink,
            keeps,
            streams: self.streams,
        };
        act(&mut market)
    }
}

/// The one table of a component, as a slice; empty when nothing was spawned.
fn column<'w, C>(query: &'w mut Query<'_, '_, &'static mut C>) -> &'w mut [C]
where
    C: bevy_ecs::component::Component<Mutability = bevy_ecs::component::Mutable>,
{
    let mut tables = query.contiguous_iter_mut().expect("a column is stored in a table");
    let first = tables.next();
    assert!(tables.next().is_none(), "all rows of a column lie in one table");
    first.map_or(&mut [], |table| ContiguousMut::bypass_change_detection_split(table).0)
}
