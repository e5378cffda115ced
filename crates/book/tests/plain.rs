//! A plain book, a map of queues, says what a book does: equal fills, in order, for every stream of
//! orders of every type.

use book::{Book, Order, Step, Taker, Ticket, Verdict};
use proptest::{collection::vec, prelude::*};
use std::collections::{BTreeMap, VecDeque};
use units::{Price, Side};

/// Price units between two levels.
const TICK: i64 = 5;

/// Owners, and the most that each may hold.
const OWNERS: usize = 3;
const MOST: i64 = 200;

/// How long an order waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Force {
    Rests,
    ImmediateOrCancel,
    FillOrKill,
    PostOnly,
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
struct Sent {
    owner: usize,
    side: Side,
    lots: i64,
    /// In ticks; none at the market.
    limit: Option<i64>,
    force: Force,
    reduces: bool,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Send(Sent),
    /// The order sent so many before, if it still rests.
    Cancel(u64),
}

/// Whose a resting order is, and whether it may only reduce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Of {
    owner: usize,
    reduces: bool,
}

/// Why what was left of a resting order was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    SelfTrade,
    NothingToReduce,
    Limit,
}

/// Who was reached, at what price, what was filled and what cancelled.
type Reached = (u64, i64, i64, Option<(i64, Why)>);

/// What happened, and then what rests.
#[derive(Debug, Default, PartialEq, Eq)]
struct Happened {
    reached: Vec<Reached>,
    rests: i64,
}

/// What owners hold, and what may be filled of their orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Holdings([i64; OWNERS]);

impl Holdings {
    /// Lots of an order that its owner may have filled, and why not more.
    fn may(&self, taker: usize, order: (Side, Of), most: i64) -> (i64, Why) {
        let (side, of) = order;
        let held = match side {
            Side::Long => self.0[of.owner],
            Side::Short => -self.0[of.owner],
        };
        let room = (MOST - held).max(0);
        if of.owner == taker {
            (0, Why::SelfTrade)
        } else if of.reduces && -held < most.min(room) {
            ((-held).max(0), Why::NothingToReduce)
        } else {
            (room.min(most), Why::Limit)
        }
    }

    fn trade(&mut self, buyer: usize, seller: usize, lots: i64) {
        self.0[buyer] += lots;
        self.0[seller] -= lots;
    }

    fn fill(&mut self, taker: Sent, maker: usize, lots: i64) {
        match taker.side {
            Side::Long => self.trade(taker.owner, maker, lots),
            Side::Short => self.trade(maker, taker.owner, lots),
        }
    }

    /// Lots that the sender may trade.
    fn wanted(&self, sent: Sent) -> i64 {
        let held = match sent.side {
            Side::Long => -self.0[sent.owner],
            Side::Short => self.0[sent.owner],
        };
        if sent.reduces { sent.lots.min(held.max(0)) } else { sent.lots }
    }
}

/// A book as one would write it first.
#[derive(Debug, Default)]
struct Plain {
    bids: BTreeMap<i64, VecDeque<(u64, i64, Of)>>,
    asks: BTreeMap<i64, VecDeque<(u64, i64, Of)>>,
    holdings: Holdings,
}

impl Plain {
    fn best(&self, side: Side) -> Option<i64> {
        match side {
            Side::Long => self.bids.keys().next_back().copied(),
            Side::Short => self.asks.keys().next().copied(),
        }
    }

    fn side(&mut self, side: Side) -> &mut BTreeMap<i64, VecDeque<(u64, i64, Of)>> {
        match side {
            Side::Long => &mut self.bids,
            Side::Short => &mut self.asks,
        }
    }

    /// The book and its holdings if as much were taken.
    fn taken(&self, sent: Sent, lots: i64) -> (Self, Happened, i64) {
        let mut after = Self {
            bids: self.bids.clone(),
            asks: self.asks.clone(),
            holdings: self.holdings.clone(),
        };
        let (mut happened, mut left) = (Happened::default(), lots);
        let other = sent.side.opposite();
        while let Some(price) = after.best(other)
            && left > 0
            && reaches(sent, price)
        {
            let Some((id, has, of)) =
                after.side(other).get_mut(&price).and_then(VecDeque::pop_front)
            else {
                after.side(other).remove(&price);
                continue;
            };
            let most = has.min(left);
            let (may, why) = after.holdings.may(sent.owner, (other, of), most);
            let filled = may.min(most);
            after.holdings.fill(sent, of.owner, filled);
            left -= filled;
            let cancelled = (filled < most).then_some((has - filled, why));
            happened.reached.push((id, price, filled, cancelled));
            if cancelled.is_none() && filled < has {
                let queue = after.side(other).entry(price).or_default();
                queue.push_front((id, has - filled, of));
            }
        }
        after.bids.retain(|_, queue| !queue.is_empty());
        after.asks.retain(|_, queue| !queue.is_empty());
        (after, happened, left)
    }

    fn send(&mut self, id: u64, sent: Sent) -> Happened {
        let wanted = self.holdings.wanted(sent);
        let crosses = self.best(sent.side.opposite()).is_some_and(|price| reaches(sent, price));
        if wanted == 0 || sent.force == Force::PostOnly && crosses {
            return Happened::default();
        }
        let (after, mut happened, left) = self.taken(sent, wanted);
        if sent.force == Force::FillOrKill && left > 0 {
            return Happened::default();
        }
        *self = after;
        let rests = matches!(sent.force, Force::Rests | Force::PostOnly) && left > 0;
        if let Some(price) = sent.limit.filter(|_| rests) {
            let of = Of { owner: sent.owner, reduces: sent.reduces };
            self.side(sent.side).entry(price).or_default().push_back((id, left, of));
            happened.rests = left;
        }
        happened
    }

    fn cancel(&mut self, id: u64) {
        for side in [Side::Long, Side::Short] {
            self.side(side).retain(|_, queue| {
                queue.retain(|&(its, ..)| its != id);
                !queue.is_empty()
            });
        }
    }

    fn orders(&self) -> Vec<(u64, i64, i64)> {
        let bids = self
            .bids
            .iter()
            .rev()
            .flat_map(|(&price, queue)| queue.iter().map(move |o| (price, o)));
        let asks =
            self.asks.iter().flat_map(|(&price, queue)| queue.iter().map(move |o| (price, o)));
        bids.chain(asks).map(|(price, &(id, lots, _))| (id, price, lots)).collect()
    }
}

fn reaches(sent: Sent, price: i64) -> bool {
    sent.limit.is_none_or(|limit| match sent.side {
        Side::Long => price <= limit,
        Side::Short => price >= limit,
    })
}

/// The book, used as a venue would.
#[derive(Debug)]
struct Venue {
    book: Book<Of>,
    tickets: BTreeMap<u64, Ticket>,
    holdings: Holdings,
}

impl Venue {
    fn new() -> Self {
        let book = Book::new(Price(TICK), 10_000);
        Self { book, tickets: BTreeMap::new(), holdings: Holdings::default() }
    }

    /// Judges what is reached, and remembers what would be held.
    fn judge(sent: Sent, holdings: &mut Holdings) -> impl FnMut(&Order<Of>, i64) -> Verdict<Why> {
        move |order, most| {
            let (may, why) = holdings.may(sent.owner, (order.side, order.of), most);
            holdings.fill(sent, order.of.owner, may.min(most));
            if may < most { Verdict::Only(may, why) } else { Verdict::Fill }
        }
    }

    fn send(&mut self, id: u64, sent: Sent) -> Happened {
        let lots = self.holdings.wanted(sent);
        let limit = sent.limit.map(|ticks| Price(ticks * TICK));
        let taker = Taker { side: sent.side, lots, limit };
        let best = self.book.best(sent.side.opposite());
        if lots == 0 || sent.force == Force::PostOnly && best.is_some_and(|it| taker.reaches(it)) {
            return Happened::default();
        }
        let mut planned = self.holdings.clone();
        let plan: Vec<Step<Of, Why>> =
            self.book.plan(taker, Self::judge(sent, &mut planned)).collect();
        let filled: i64 = plan.iter().map(|step| step.filled).sum();
        if sent.force == Force::FillOrKill && filled < lots {
            return Happened::default();
        }
        let mut steps = Vec::new();
        let judge = Self::judge(sent, &mut self.holdings);
        let left = self.book.take(taker, judge, |step| steps.push(step));
        assert_eq!((&steps, left), (&plan, lots - filled), "it is made as it was planned");
        assert_eq!(planned, self.holdings);
        self.book.check_priority(sent.side.opposite(), &steps).expect("price, then time");
        let reached = steps
            .iter()
            .map(|step| (step.order.id, step.order.price.0 / TICK, step.filled, step.cancelled));
        let mut happened = Happened { reached: reached.collect(), rests: 0 };
        let rests = matches!(sent.force, Force::Rests | Force::PostOnly) && left > 0;
        if let Some(price) = limit.filter(|_| rests) {
            let of = Of { owner: sent.owner, reduces: sent.reduces };
            let order = Order { id, side: sent.side, price, lots: left, of };
            self.tickets.insert(id, self.book.rest(order).expect("it does not cross"));
            happened.rests = left;
        }
        happened
    }

    fn orders(&self) -> Vec<(u64, i64, i64)> {
        let orders = [Side::Long, Side::Short].into_iter().flat_map(|side| self.book.orders(side));
        orders.map(|order| (order.id, order.price.0 / TICK, order.lots)).collect()
    }
}

fn side() -> impl Strategy<Value = Side> {
    prop::sample::select(vec![Side::Long, Side::Short])
}

/// Limits near the touch, far from it, and, of a book that wanders, anywhere.
fn limit() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        8 => (19_980_i64..20_020).prop_map(Some),
        2 => (10_000_i64..30_000).prop_map(Some),
        1 => prop::sample::select(vec![1, 1_000_000]).prop_map(Some),
        2 => Just(None),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let force = prop::sample::select(vec![
        Force::Rests,
        Force::Rests,
        Force::Rests,
        Force::PostOnly,
        Force::ImmediateOrCancel,
        Force::FillOrKill,
    ]);
    let sent = (0..OWNERS, side(), 1_i64..60, limit(), force, prop::bool::weighted(0.2));
    let sent = sent.prop_map(|(owner, side, lots, limit, force, reduces)| {
        Act::Send(Sent { owner, side, lots, limit, force, reduces })
    });
    prop_oneof![3 => sent, 1 => (1_u64..40).prop_map(Act::Cancel)]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(512),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_plain_book_fills_the_same_in_the_same_order(acts in vec(act(), 1..200)) {
        let (mut plain, mut venue) = (Plain::default(), Venue::new());
        for (id, act) in (1..).zip(acts) {
            match act {
                Act::Send(sent) => prop_assert_eq!(plain.send(id, sent), venue.send(id, sent)),
                Act::Cancel(back) => {
                    let id = id.saturating_sub(back);
                    plain.cancel(id);
                    if let Some(ticket) = venue.tickets.get(&id) {
                        venue.book.cancel(*ticket);
                        prop_assert_eq!(venue.book.cancel(*ticket), None, "it is gone");
                    }
                },
            }
            prop_assert_eq!(venue.book.check(), Ok(()));
            prop_assert_eq!(plain.orders(), venue.orders());
            prop_assert_eq!(&plain.holdings, &venue.holdings);
        }
    }

    #[test]
    fn a_book_that_was_kept_goes_on_as_it_would(
        before in vec(act(), 1..60),
        after in vec(act(), 1..60),
    ) {
        let mut venue = Venue::new();
        let act_on = |venue: &mut Venue, first: u64, acts: &[Act]| -> Vec<Happened> {
            let acts = (first..).zip(acts);
            acts.map(|(id, &act)| match act {
                Act::Send(sent) => venue.send(id, sent),
                Act::Cancel(back) => {
                    let ticket = venue.tickets.get(&id.saturating_sub(back)).copied();
                    ticket.map(|ticket| venue.book.cancel(ticket));
                    Happened::default()
                },
            }).collect()
        };
        act_on(&mut venue, 1, &before);
        let bytes = postcard::to_allocvec(&venue.book).expect("a book is plain values");
        let book: Book<Of> = postcard::from_bytes(&bytes).expect("what was kept is a book");
        let (tickets, holdings) = (venue.tickets.clone(), venue.holdings.clone());
        let mut again = Venue { book, tickets, holdings };
        prop_assert_eq!(again.orders(), venue.orders());
        let ids = 1_000;
        prop_assert_eq!(act_on(&mut venue, ids, &after), act_on(&mut again, ids, &after));
        let kept = |book: &Book<Of>| postcard::to_allocvec(book).expect("a book is plain values");
        prop_assert_eq!(kept(&venue.book), kept(&again.book));
    }
}
