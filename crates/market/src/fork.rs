//! A run that goes on from a checkpoint: under the same rules, or under others.
//!
//! Rules that are the same, with the same parameters for the same place, go on as if nothing had
//! happened. One that is not among the rules any more ends, and its timers with it. One that is new
//! begins there and then, in the market as it is: its clocks start, it remembers nothing, it hears of
//! the liquidations that are open, and every purse is looked at anew.

use crate::{
    Account, Engine, Here, Instrument, Insurance, Market, MarketPlan, Place, Question, Refusal,
    account::AccountRow,
    boxes::Move,
    build::Blueprint,
    checkpoint::{Kept, Resumed, Saved},
    genesis::OUTSIDE,
    ground::Installed,
    instrument::BookTerms,
    plan::First,
    rows::Column,
};
use facts::{
    AccountId, CapitalAdded, CapitalWithdrawn, FactId, InstrumentId, LiquidationOpened, Purse,
    RuleBegun, RuleEnded, Sink, VenueId,
};
use std::collections::BTreeMap;
use units::{Money, Time};

/// Why a run cannot go on from a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unresumed {
    /// The bytes are not those of a checkpoint of this engine.
    #[error("the checkpoint is damaged, or of another version of the engine")]
    Damaged,
    /// What no rule changes is another.
    #[error("the checkpoint is of another market: {0} are not the same")]
    Ground(&'static str),
    /// The run was to go on as it was, and the rules are others.
    #[error("the rules are not those of the checkpoint: {0}")]
    Rules(String),
    /// The moment is before the checkpoint.
    #[error("the checkpoint is of {at}, after {asked}")]
    Early {
        /// The time of the checkpoint.
        at: Time,
        /// The moment asked for.
        asked: Time,
    },
    /// The plan is wrong.
    #[error("the market refuses its rules")]
    Refused(Vec<Refusal>),
}

impl<S: Sink> Engine<S> {
    /// Goes on from a checkpoint as if the run had never stopped. `plan` is the one that the run was
    /// built from; `sink` takes the facts from there on.
    ///
    /// # Errors
    /// When the bytes are damaged, or of another market or other rules.
    pub fn resume(plan: &MarketPlan, checkpoint: &[u8], sink: S) -> Result<Self, Unresumed> {
        let saved = Saved::read(checkpoint).ok_or(Unresumed::Damaged)?;
        let (engine, change) = Self::restore(plan, saved, sink)?;
        match change.begun.first().map(|(_, rule)| rule).or(change.ended.first()) {
            None => Ok(engine),
            Some(Installed { question, answer, .. }) => {
                Err(Unresumed::Rules(format!("`{question}: {answer}`")))
            },
        }
    }

    /// Goes on from a checkpoint under the rules of `plan`, from `at` on where that is later than the
    /// checkpoint: the moment must be before the next event.
    ///
    /// # Errors
    /// When the bytes are damaged, of another market, or of a later time; when the plan is refused.
    pub fn fork(
        plan: &MarketPlan,
        checkpoint: &[u8],
        at: Option<Time>,
        sink: S,
    ) -> Result<Self, Unresumed> {
        let mut saved = Saved::read(checkpoint).ok_or(Unresumed::Damaged)?;
        if let Some(asked) = at {
            saved.wait_until(asked).map_err(|at| Unresumed::Early { at, asked })?;
        }
        let (mut engine, change) = Self::restore(plan, saved, sink)?;
        if !change.ended.is_empty() || !change.begun.is_empty() {
            engine.with_market(|market| market.change_rules(&change));
        }
        for first in change.firsts {
            engine.schedule_first(first);
        }
        Ok(engine)
    }

    fn restore(plan: &MarketPlan, saved: Saved<'_>, sink: S) -> Result<(Self, Change), Unresumed> {
        let before: Vec<Installed> =
            saved.head.rules.iter().map(|it| it.installed.clone()).collect();
        let blueprint = Blueprint::draw_at(plan, before.clone(), saved.now());
        let mut blueprint = blueprint.map_err(Unresumed::Refused)?;
        if let Some(part) = saved.head.ground.differs_in(&blueprint.ground()) {
            return Err(Unresumed::Ground(part));
        }
        let (kept, mut change) = Change::of(before, &blueprint);
        saved.remember(&kept, &mut blueprint.draft.states).map_err(|_| Unresumed::Damaged)?;
        change.capital = capital(&blueprint.draft.deposits, &saved.accounts);
        let resumed = saved.resume(&kept, &blueprint.draft);
        let Resumed { mut stock, accounts, firsts, course } =
            resumed.map_err(|_| Unresumed::Damaged)?;
        for (fundamental, drawn) in stock.fundamentals.iter_mut().zip(&mut blueprint.fundamentals) {
            fundamental.followers = std::mem::take(&mut drawn.followers);
        }
        let mut is_whole = stock.fundamentals.len() == blueprint.fundamentals.len();
        let venues = blueprint.draft.venues.len();
        let accounts = accounts.iter().zip(firsts).map_while(|(row, first)| {
            let row = row.filter(|(venue, ..)| venue.is_none_or(|venue| venue.row() < venues));
            is_whole &= row.is_some();
            row.map(|row| Account::of(row, first))
        });
        let (engine, firsts) = Self::assemble(blueprint, (stock, accounts), course, sink);
        if !is_whole {
            return Err(Unresumed::Damaged);
        }
        change.firsts = firsts.into_iter().filter(|first| change.begins(first.to)).collect();
        Ok((engine, change))
    }
}

/// What another plan changes in a run that goes on.
#[derive(Debug, Default)]
struct Change {
    ended: Vec<Installed>,
    begun: Vec<(Here, Installed)>,
    /// The books of all instruments.
    books: Vec<Option<BookTerms>>,
    /// Venues whose price bands hold no longer.
    unbanded: Vec<VenueId>,
    /// What accounts of the house are given on top of what they were given at the start.
    capital: Vec<(AccountId, Money)>,
    /// First events of the rules that begin.
    firsts: Vec<First>,
}

impl Change {
    /// Which rule of the blueprint each one before is, and what is left on either side.
    fn of(before: Vec<Installed>, blueprint: &Blueprint<'_>) -> (Kept, Self) {
        let places = (0..).zip(&blueprint.rules);
        let heres = places.map(|(state, &(_, place))| Here { state, place });
        let mut begun: Vec<(Here, Installed)> = heres.zip(blueprint.installed()).collect();
        let mut change = Self::default();
        let mut kept = Kept::new();
        for rule in before {
            let same = begun.iter().position(|(_, other)| *other == rule);
            kept.push(same.map(|at| begun.remove(at).0));
            change.ended.extend(same.is_none().then_some(rule));
        }
        let bands = &blueprint.draft.bands;
        let venues = blueprint.draft.venues.iter().map(|venue| venue.id);
        let is_unbanded = |venue: &VenueId| {
            let begins = |name: &str| begun.iter().any(|(_, rule)| rule.answer == name);
            bands.get(venue).is_none_or(|name| begins(name))
        };
        change.unbanded = venues.filter(is_unbanded).collect();
        change.books = blueprint.draft.instruments.iter().map(|listing| listing.book).collect();
        change.begun = begun;
        (kept, change)
    }

    fn begins(&self, here: Here) -> bool {
        self.begun.iter().any(|(begun, _)| *begun == here)
    }
}

/// What the deposits of a plan are more than accounts were given.
fn capital(
    deposits: &[(AccountId, Money)],
    accounts: &Column<'_, AccountRow>,
) -> Vec<(AccountId, Money)> {
    let mut planned: BTreeMap<AccountId, Money> = BTreeMap::new();
    for &(account, amount) in deposits {
        *planned.entry(account).or_default() += amount;
    }
    let more = |(id, amount): (AccountId, Money)| {
        let deposited = accounts.get(id.row()).map(|(.., deposited)| deposited);
        (id, amount - deposited.unwrap_or_default())
    };
    planned.into_iter().map(more).filter(|&(_, amount)| amount > Money::ZERO).collect()
}

impl Market<'_> {
    fn change_rules(&mut self, change: &Change) {
        self.because(FactId(0));
        let mut last = FactId(0);
        for Installed { question, place, answer, .. } in change.ended.clone() {
            let (venue, instrument) = self.whereabouts(place);
            last = self.record(RuleEnded { question, answer, venue, instrument });
        }
        for (_, rule) in change.begun.clone() {
            let Installed { question, place, answer, parameters } = rule;
            let (venue, instrument) = self.whereabouts(place);
            last = self.record(RuleBegun { question, answer, venue, instrument, parameters });
        }
        for &(account, amount) in &change.capital {
            let (from, purse) = (Purse::of(OUTSIDE), Purse::of(account));
            let fact = self.record(CapitalAdded { from, purse, amount });
            self.deposits[account.row()] += amount;
            self.because(fact);
            if let Some(venue) = self.account(account).venue {
                self.repay_debt(venue);
            }
            self.because(FactId(0));
        }
        self.withdraw_funds(change);
        self.lift_bands(change);
        self.change_books(change);
        self.tell_what_is_open(change);
        self.look_at_all(last);
    }

    /// A fund that no rule stands behind any more is none, and what it promised is void.
    fn withdraw_funds(&mut self, change: &Change) {
        let ended = change.ended.iter().filter(|rule| rule.question == Insurance::NAME);
        for Installed { place, .. } in ended {
            let Place::Venue(venue) = *place else { continue };
            if self.ask::<Insurance>(*place).is_some() {
                continue;
            }
            self.desk.promises.void(venue);
            let purse = Purse::of(self.venue(venue).fund);
            let amount = self.balance(purse);
            if amount > Money::ZERO {
                self.record(CapitalWithdrawn { purse, to: Purse::of(OUTSIDE), amount });
                self.deposits[purse.account.row()] -= amount;
            }
        }
    }

    /// A band ends with the rule that set it: sales that it kept go on.
    fn lift_bands(&mut self, change: &Change) {
        for row in 0..self.instruments.len() {
            let Instrument { id, venue, band, .. } = self.instruments[row];
            if band.is_some() && change.unbanded.contains(&venue) {
                self.instruments[row].band = None;
                if self.may_trade(id) {
                    self.release_kept(id);
                }
            }
        }
    }

    /// Orders rest in a book as long as its terms are the same.
    fn change_books(&mut self, change: &Change) {
        for (row, &book) in change.books.iter().enumerate() {
            let listing = self.instruments[row];
            if listing.book != book {
                self.close_book(listing.id);
                self.instruments[row].book = book;
            }
        }
    }

    fn whereabouts(&self, place: Place) -> (Option<VenueId>, Option<InstrumentId>) {
        let instrument =
            if let Place::Instrument(instrument) = place { Some(instrument) } else { None };
        (self.venue_at(place), instrument)
    }

    /// Rules that begin hear of the liquidations that are under way, as they stand.
    fn tell_what_is_open(&mut self, change: &Change) {
        let Some(kind) = self.rules.handlers.kind_of_fact::<LiquidationOpened>() else {
            return;
        };
        let hears = |here: Here| {
            let mut handlers = self.rules.handlers.get(kind).handlers.iter();
            change.begins(here) && handlers.any(|handler| handler.here == here)
        };
        let heard: Vec<Here> = change.begun.iter().map(|it| it.0).filter(|it| hears(*it)).collect();
        let open = self.desk.liquidations.iter().map(|(&purse, it)| (purse, it.opened));
        for (purse, cause) in open.collect::<Vec<_>>() {
            let place = Place::Account(purse.account);
            let Some(risk) = self.risk(purse) else { continue };
            for &here in &heard {
                if self.covers(here.place, place) {
                    let (equity, needed) = (risk.equity, risk.close_out);
                    let legs = self.leg_marks(purse);
                    self.schedule_to(
                        here,
                        LiquidationOpened { purse, equity, needed, legs },
                        cause,
                    );
                }
            }
        }
    }

    /// Every purse is looked at because of `fact`.
    fn look_at_all(&mut self, fact: FactId) {
        let watch = std::mem::take(self.watch);
        *self.watch = watch.anew(self.accounts.len(), self.legs.all(), self.instruments.len());
        let step = Move { fact, loss: 0, needs: 0 };
        for row in 0..self.instruments.len() {
            self.moved(self.instruments[row].id, step);
        }
    }
}
