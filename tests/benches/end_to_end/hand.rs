//! The same market written by hand for this one scenario: plain vectors, one `match`, no log, no
//! laws, no plug-ins. The same arithmetic, ladder and agenda as the engine's.

#[path = "hand/depth.rs"]
mod depth;
#[path = "hand/liquidate.rs"]
mod liquidate;
#[path = "hand/trade.rs"]
mod trade;
#[path = "hand/waterfall.rs"]
mod waterfall;
#[path = "hand/watch.rs"]
mod watch;

use crate::scenario::{
    self, EVERY, FINE, Holding, INSTRUMENTS, LAG, ORDERS_A_DRAW, START, Scenario,
};
use depth::Depth;
use facts::{AccountId, InstrumentId, Purse};
use kernel::{APPROACHED, Agenda, Batch, KindRank, Stream, Streams};
use liquidate::Liquidation;
use market::ladder::{Generation, Rungs, Slot};
use std::{collections::BTreeMap, hint::black_box};
use units::{Duration, Money, Price, Side, Size};
use waterfall::Bankruptcy;

/// An account of a trader: its legs lie one after the other.
#[derive(Clone, Copy, Debug)]
struct Account {
    collateral: Money,
    first: u32,
    legs: u32,
    /// Business of its collateral.
    marks: Marks,
}

/// A leg. One without margin of its own stands behind its account's collateral.
#[derive(Clone, Copy, Debug)]
struct Leg {
    cost: Money,
    margin: Money,
    size: i64,
    account: u32,
    instrument: u16,
    is_isolated: bool,
    /// Business of its own margin.
    marks: Marks,
}

/// What is open for a purse.
#[derive(Clone, Copy, Debug, Default)]
struct Marks(u8);

impl Marks {
    const CHECKED: u8 = 1;
    const LIQUIDATED: u8 = 2;

    fn has(self, mark: u8) -> bool {
        self.0 & mark != 0
    }

    /// Whether it was not set.
    fn set(&mut self, mark: u8) -> bool {
        let was_set = self.has(mark);
        self.0 |= mark;
        !was_set
    }

    /// Whether it was set.
    fn clear(&mut self, mark: u8) -> bool {
        let was_set = self.has(mark);
        self.0 &= !mark;
        was_set
    }
}

/// What stands behind a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Backing {
    Collateral,
    Margin,
}

/// An instrument.
#[derive(Debug, Default)]
struct Book {
    fundamental: i64,
    index: i64,
    mark: i64,
    depth: Depth,
    clearing: Money,
    falls: Rungs<i64>,
    rises: Rungs<i64>,
    members: Vec<u32>,
}

/// The venue's own money.
#[derive(Debug, Default)]
struct House {
    outside: Money,
    revenue: Money,
    fund: Money,
    debt: Money,
    settlement: Money,
}

/// Open business.
#[derive(Debug, Default)]
struct Desk {
    liquidations: BTreeMap<Slot, Liquidation>,
    /// Liquidations, bankruptcies and cuts there ever were.
    opened: u64,
    ruined: u64,
    cut: u64,
    reserved: BTreeMap<u64, Money>,
    promised: Money,
    bankruptcies: BTreeMap<u64, Bankruptcy>,
    cuts: BTreeMap<(u16, Side), Money>,
    is_tallied: bool,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Path { instrument: u16, tick: u32 },
    Observation(u16),
    Publication { instrument: u16, price: i64 },
    Mark(u16),
    MarkMoved,
    Check(Slot),
    Trades { group: usize, tick: u32 },
    Opened(Slot),
    Retry { slot: Slot, liquidation: u64 },
    Order { account: u32, instrument: u16, size: i64 },
    Sale { slot: Slot, instrument: u16, size: i64 },
    Bankrupt(Slot),
    Tally,
    Shortfall { instrument: u16, losers: Side, deficit: Money },
    Debt,
}

/// Kinds of events in the order of a round.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Path,
    Observation,
    Publication,
    Mark,
    MarkMoved,
    Check,
    Trades,
    Opened,
    Retry,
    Order,
    Sale,
    Bankrupt,
    Tally,
    Shortfall,
    Debt,
}

const KINDS: usize = 15;

impl Kind {
    #[expect(clippy::as_conversions, reason = "an enum has no other way to its number")]
    fn row(self) -> usize {
        self as usize
    }

    fn rank(self) -> KindRank {
        let kind = u16::try_from(self.row()).expect("there are few");
        KindRank { phase: u8::try_from(kind).expect("there are few"), kind }
    }
}

#[derive(Debug)]
pub(crate) struct World<'s> {
    scenario: &'s Scenario,
    agenda: Agenda<Event>,
    sequences: [u64; KINDS],
    trades: Stream,
    accounts: Vec<Account>,
    legs: Vec<Leg>,
    books: Vec<Book>,
    house: House,
    desk: Desk,
    generations: Vec<Generation>,
    due: Vec<Slot>,
    moved: Vec<u16>,
    events: u64,
}

/// Row of an index.
fn row(index: u32) -> usize {
    usize::try_from(index).expect("an index fits the address space")
}

fn index(row: usize) -> u32 {
    u32::try_from(row).expect("there are fewer than 2^32")
}

fn value(size: i64, price: i64) -> Money {
    Money(i128::from(size) * i128::from(price) * i128::from(scenario::UNIT_VALUE))
}

fn side(size: i64) -> Option<Side> {
    Size(size).side()
}

impl<'s> World<'s> {
    pub(crate) fn new(scenario: &'s Scenario) -> Self {
        let traders = row(scenario.cross + scenario.isolated);
        let mut world = Self {
            scenario,
            agenda: Agenda::new(START),
            sequences: [0; KINDS],
            trades: Streams::new(scenario::SEED).purpose("trades"),
            accounts: Vec::with_capacity(traders + usize::from(INSTRUMENTS)),
            legs: Vec::new(),
            books: (0..INSTRUMENTS).map(|_| Book::default()).collect(),
            house: House::default(),
            desk: Desk::default(),
            generations: Vec::new(),
            due: Vec::new(),
            moved: Vec::new(),
            events: 0,
        };
        world.open_accounts();
        let million = |whole: i64| Money(i128::from(whole) * 1_000_000);
        world.house.fund = million(scenario.fund());
        world.house.outside -= million(scenario.fund());
        for instrument in 0..INSTRUMENTS {
            let capital = million(scenario.capital());
            world.house.outside -= capital;
            world.books[usize::from(instrument)].depth.begin(scenario, capital);
            let path = Event::Path { instrument, tick: 0 };
            world.schedule(Kind::Path, Duration::ZERO, path);
            world.schedule(Kind::Observation, Duration::ZERO, Event::Observation(instrument));
            world.schedule(Kind::Mark, Duration::ZERO, Event::Mark(instrument));
        }
        for group in 0..2 {
            let later = Duration(2 * EVERY.0);
            world.schedule(Kind::Trades, later, Event::Trades { group, tick: 0 });
        }
        world
    }

    fn open_accounts(&mut self) {
        let scenario = self.scenario;
        let mut left = vec![0; usize::from(INSTRUMENTS)];
        for ordinal in 0..scenario.cross + scenario.isolated {
            let backing =
                if ordinal < scenario.cross { Backing::Collateral } else { Backing::Margin };
            let holdings = (0..scenario.legs(ordinal)).map(|leg| Scenario::holding(ordinal, leg));
            let holdings: Vec<Holding> = holdings.collect();
            for holding in &holdings {
                left[usize::from(holding.instrument)] += holding.lots;
            }
            self.open_account(Money::ZERO, &holdings, backing);
        }
        for instrument in 0..INSTRUMENTS {
            let lots = -left[usize::from(instrument)];
            let holding = Holding { instrument, lots, margin: Money::ZERO };
            self.open_account(scenario::MAKER, &[holding], Backing::Collateral);
        }
        let accounts = self.accounts.len();
        self.generations = vec![0; accounts + self.legs.len()];
        let of_account = |account: &u32| self.accounts[row(*account)].legs > 0;
        let isolated = (index(accounts)..).zip(&self.legs).filter(|(_, leg)| leg.is_isolated);
        let cross = (0..index(accounts)).filter(of_account);
        let is_cross =
            |account: &u32| !self.legs[row(self.accounts[row(*account)].first)].is_isolated;
        self.due = cross.filter(is_cross).chain(isolated.map(|(slot, _)| slot)).collect();
    }

    fn open_account(&mut self, cash: Money, holdings: &[Holding], backing: Backing) {
        let is_isolated = backing == Backing::Margin;
        let (account, first) = (index(self.accounts.len()), index(self.legs.len()));
        let mut collateral = cash;
        for &Holding { instrument, lots, margin } in holdings {
            let cost = value(lots, scenario::opening(instrument));
            let book = &mut self.books[usize::from(instrument)];
            book.clearing -= cost;
            book.members.push(index(self.legs.len()));
            self.house.outside += cost - margin;
            collateral += if is_isolated { Money::ZERO } else { margin };
            let margin = if is_isolated { margin } else { Money::ZERO };
            let (size, marks) = (lots, Marks::default());
            let leg = Leg { cost, margin, size, account, instrument, is_isolated, marks };
            self.legs.push(leg);
        }
        self.house.outside -= cash;
        let legs = index(holdings.len());
        self.accounts.push(Account { collateral, first, legs, marks: Marks::default() });
    }

    pub(crate) fn run(&mut self) {
        while self.agenda.next_batch(self.scenario.horizon()) {
            let mut batch = self.agenda.lend();
            let mut approached = 0;
            loop {
                if approached == 0 {
                    self.approach(&batch);
                    approached = APPROACHED;
                }
                approached -= 1;
                let Some((key, event)) = batch.next() else { break };
                assert!(self.agenda.happens(key), "nothing is cancelled");
                self.deliver(*event);
                self.events += 1;
            }
            self.agenda.give_back(batch);
        }
    }

    /// Reads what the next events will look at first, so that memory brings all of it at once.
    fn approach(&self, batch: &Batch<Event>) {
        let mut slots = [None; APPROACHED];
        for (slot, event) in slots.iter_mut().zip(batch.ahead()) {
            *slot = match *event {
                Event::Check(slot)
                | Event::Opened(slot)
                | Event::Bankrupt(slot)
                | Event::Retry { slot, .. }
                | Event::Sale { slot, .. } => Some(slot),
                Event::Order { account, .. } => Some(account),
                Event::Path { .. }
                | Event::Observation(_)
                | Event::Publication { .. }
                | Event::Mark(_)
                | Event::MarkMoved
                | Event::Trades { .. }
                | Event::Tally
                | Event::Shortfall { .. }
                | Event::Debt => None,
            };
        }
        let legs = slots.map(|slot| {
            let slot = slot?;
            let account = || row(self.accounts[row(slot)].first);
            Some(self.leg_in(slot).unwrap_or_else(account))
        });
        for leg in legs.into_iter().flatten() {
            black_box(self.legs[leg].size);
        }
        for leg in legs.into_iter().flatten() {
            black_box(self.generations[row(self.slot_behind(index(leg)))]);
            if !self.legs[leg].is_isolated {
                self.approach_legs(leg);
            }
        }
    }

    /// Reads the legs of an account from its first: they lie side by side, and what is beyond them is not
    /// far.
    fn approach_legs(&self, first: usize) {
        for next in 0..=4 {
            black_box(self.legs[(first + next).min(self.legs.len() - 1)].size);
        }
    }

    fn deliver(&mut self, event: Event) {
        match event {
            Event::Path { instrument, tick } => self.on_path(instrument, tick),
            Event::Observation(instrument) => self.on_observation(instrument),
            Event::Publication { instrument, price } => {
                self.books[usize::from(instrument)].index = price;
            },
            Event::Mark(instrument) => self.on_mark(instrument),
            Event::MarkMoved => self.on_mark_moved(),
            Event::Check(slot) => self.on_check(slot),
            Event::Trades { group, tick } => self.on_trades(group, tick),
            Event::Opened(slot) => self.on_opened(slot),
            Event::Retry { slot, liquidation } => self.on_retry(slot, liquidation),
            Event::Order { account, instrument, size } => self.on_order(account, instrument, size),
            Event::Sale { slot, instrument, size } => self.on_sale(slot, instrument, size),
            Event::Bankrupt(slot) => self.on_bankrupt(slot),
            Event::Tally => self.on_tally(),
            Event::Shortfall { instrument, losers, deficit } => {
                self.on_shortfall(instrument, losers, deficit);
            },
            Event::Debt => self.on_debt(),
        }
    }

    fn schedule(&mut self, kind: Kind, after: Duration, event: Event) {
        let sequence = self.sequences[kind.row()];
        self.sequences[kind.row()] += 1;
        self.schedule_as(kind, after, sequence, event);
    }

    fn schedule_as(&mut self, kind: Kind, after: Duration, sequence: u64, event: Event) {
        let at = self.agenda.now() + after;
        let scheduled = self.agenda.schedule(at, kind.rank(), sequence, event);
        scheduled.expect("nothing is scheduled for the past");
    }

    fn on_path(&mut self, instrument: u16, tick: u32) {
        let price = self.scenario.path.at(tick, instrument).0;
        self.books[usize::from(instrument)].fundamental = (price + FINE / 2).div_euclid(FINE);
        self.schedule(Kind::Path, EVERY, Event::Path { instrument, tick: tick + 1 });
    }

    fn on_observation(&mut self, instrument: u16) {
        let price = self.books[usize::from(instrument)].fundamental;
        self.schedule(Kind::Observation, EVERY, Event::Observation(instrument));
        self.schedule(Kind::Publication, LAG, Event::Publication { instrument, price });
    }

    fn on_mark(&mut self, instrument: u16) {
        let now = self.agenda.now();
        self.schedule(Kind::Mark, EVERY, Event::Mark(instrument));
        let book = &mut self.books[usize::from(instrument)];
        if book.index == 0 {
            return;
        }
        let last = book.depth.trade_price(book.fundamental, now);
        let reach = i128::from(book.index) * i128::from(scenario::BAND.0) / 1_000_000_000;
        let reach = i64::try_from(reach).expect("a share of a price is a price");
        book.mark = last.clamp(book.index - reach, book.index + reach);
        if self.moved.is_empty() {
            self.schedule(Kind::MarkMoved, Duration::ZERO, Event::MarkMoved);
        }
        self.moved.push(instrument);
    }

    fn on_trades(&mut self, group: usize, tick: u32) {
        let scenario = self.scenario;
        self.schedule(Kind::Trades, EVERY, Event::Trades { group, tick: tick + 1 });
        let (first, members) = [(0, scenario.cross), (scenario.cross, scenario.isolated)][group];
        let entity = scenario::entity(first, tick);
        for draws in 0..scenario.orders[group] / ORDERS_A_DRAW {
            let mut draw = self.trades.draw(entity, u64::from(draws));
            for _ in 0..ORDERS_A_DRAW {
                let (member, chance) = (draw.bits() % u64::from(members), draw.bits());
                let account = first + u32::try_from(member).expect("there are fewer than 2^32");
                let (instrument, size) = scenario.order(account, chance);
                let order = Event::Order { account, instrument, size };
                self.schedule(Kind::Order, Duration::ZERO, order);
            }
        }
    }

    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    /// Liquidations, bankruptcies and cuts of winners' profits.
    pub(crate) fn cascade(&self) -> [u64; 3] {
        [self.desk.opened, self.desk.ruined, self.desk.cut]
    }

    /// Every purse and what it holds, in order.
    pub(crate) fn balances(&self) -> Vec<(Purse, Money)> {
        let House { outside, revenue, fund, debt, settlement } = self.house;
        let house = [outside, revenue, fund, debt, settlement, Money::ZERO];
        let mut balances: Vec<Money> = house.to_vec();
        for book in &self.books {
            balances.extend([book.clearing, book.depth.balance, Money::ZERO]);
        }
        let accounts = self.accounts.iter().map(|account| account.collateral);
        let balances = (0..).map(AccountId).zip(balances.into_iter().chain(accounts));
        let mut balances: Vec<(Purse, Money)> =
            balances.map(|(account, balance)| (Purse::of(account), balance)).collect();
        for leg in self.legs.iter().filter(|leg| leg.is_isolated) {
            let account = AccountId(scenario::FIRST.0 + leg.account);
            balances.push((Purse::isolated(account, InstrumentId(leg.instrument)), leg.margin));
        }
        balances.sort_by_key(|&(purse, _)| purse);
        balances
    }

    /// Every leg, in order of account and instrument.
    pub(crate) fn legs(&self) -> Vec<(AccountId, InstrumentId, Size, Money)> {
        let traders = self.legs.iter().map(|leg| {
            let account = AccountId(scenario::FIRST.0 + leg.account);
            (account, InstrumentId(leg.instrument), Size(leg.size), leg.cost)
        });
        let depths = (0..).zip(&self.books).map(|(instrument, book)| {
            let account = AccountId(7 + 3 * u32::from(instrument));
            (account, InstrumentId(instrument), Size(book.depth.size), book.depth.cost)
        });
        let mut legs: Vec<_> = traders.chain(depths).collect();
        legs.sort_by_key(|&(account, instrument, ..)| (account, instrument));
        legs
    }

    /// Mark prices.
    pub(crate) fn mark_prices(&self) -> Vec<Option<Price>> {
        self.books.iter().map(|book| Some(Price(book.mark))).collect()
    }
}
