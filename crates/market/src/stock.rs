//! What a market holds at one moment, and an engine put together from it.

use crate::{
    Account, Engine, Fault, FundamentalPrice, Instrument,
    account::Deposits,
    boxes::Watch,
    build::Blueprint,
    carried::Pending,
    course::Course,
    desk::Desk,
    leg::Legs,
    plan::{Draft, First},
    rules::Rules,
};
use bevy_ecs::prelude::World;
use facts::{FactId, Sink};
use kernel::Streams;
use units::Money;

/// What a market holds at one moment.
#[derive(Debug)]
pub(crate) struct Stock {
    pub(crate) fundamentals: Vec<FundamentalPrice>,
    pub(crate) instruments: Vec<Instrument>,
    pub(crate) legs: Legs,
    pub(crate) desk: Desk,
    pub(crate) watch: Watch,
}

impl<S: Sink> Engine<S> {
    /// Puts a market together from what its plan says and what it holds; the first events of its
    /// rules are still to be scheduled.
    pub(crate) fn assemble(
        blueprint: Blueprint<'_>,
        (stock, accounts): (Stock, impl Iterator<Item = (Account, Money)>),
        course: Course,
        sink: S,
    ) -> (Self, Vec<First>) {
        let (ground, installed) = (blueprint.ground(), blueprint.installed());
        let Blueprint { plan, draft, .. } = blueprint;
        let Draft { handlers, answers, people, venues, states, firsts, .. } = draft;
        let Stock { fundamentals, instruments, legs, desk, watch } = stock;
        let mut world = World::new();
        // A resource takes as much memory as there are entities before it.
        world.insert_resource(Deposits::default());
        world.insert_resource(legs);
        world.insert_resource(desk);
        world.insert_resource(watch);
        world.insert_resource(states);
        world.spawn_batch(fundamentals);
        world.spawn_batch(venues);
        world.spawn_batch(instruments);
        let mut deposits = Vec::with_capacity(accounts.size_hint().0);
        world.spawn_batch(accounts.map(|(account, deposited)| {
            deposits.push(deposited);
            account
        }));
        *world.resource_mut() = Deposits(deposits);
        let rules = Rules { handlers, answers, people, installed, ground };
        let streams = Streams::new(plan.seed);
        (Self { world, rules, course, streams, horizon: plan.horizon, sink }, firsts)
    }

    pub(crate) fn schedule_first(&mut self, first: First) {
        let Some(kind) = self.rules.handlers.find(first.kind) else { return };
        let rank = self.rules.handlers.rank(kind);
        let sequence = self.course.sequences[usize::from(kind)];
        self.course.sequences[usize::from(kind)] += 1;
        let pending = Pending::new(first.event, None, (FactId(0), Some(first.to)));
        if let Err(past) = self.course.agenda.schedule(first.at, rank, sequence, pending) {
            let mechanism = self.rules.handlers.get(kind).name;
            self.course.fail(Fault::Past { mechanism, past });
        }
    }
}
