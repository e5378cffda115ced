//! How fast the book matches: beside a ladder written by hand for nothing but this stream of orders,
//! and beside a plain map of queues. All three must make the same fills.
//!
//! `cargo bench -p tests --bench matching` sends 500,000 operations, 55 % limit orders, 35 % cancels,
//! 10 % market orders; without `--bench` a thousand, so that it cannot rot. The best of several
//! rounds counts: what disturbs a round only makes it slower.

#![expect(clippy::disallowed_types, reason = "it measures time, and nothing depends on it")]
#![expect(clippy::print_stdout, reason = "what it measures is printed")]

use book::{Book, Order, Taker, Ticket, Verdict};
use std::{
    collections::{BTreeMap, VecDeque},
    hint::black_box,
    time::{Duration, Instant},
};
use units::{Price, Side};

/// Levels of the ladder written by hand: the stream stays within.
const LEVELS: usize = 1 << 14;

#[derive(Clone, Copy, Debug)]
enum Operation {
    /// A limit order takes what it reaches and rests.
    Add(Limit),
    /// An order that rests is cancelled.
    Cancel { id: u64 },
    /// A market order takes.
    Take { side: Side, lots: i64 },
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    id: u64,
    side: Side,
    price: i64,
    lots: i64,
}

/// A book that can be measured; every fill is told to a digest.
trait Measured {
    fn add(&mut self, limit: Limit, fills: &mut Digest);
    fn cancel(&mut self, id: u64);
    fn take(&mut self, side: Side, lots: i64, fills: &mut Digest);
}

/// Of the fills, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Digest {
    fills: u64,
    mixed: u64,
}

impl Digest {
    #[inline]
    fn fill(&mut self, maker: u64, price: i64, lots: i64) {
        self.fills += 1;
        for word in [maker, price.unsigned_abs(), lots.unsigned_abs()] {
            self.mixed = (self.mixed ^ word).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(23);
        }
    }
}

/// Random numbers of a seed (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> i64 {
        i64::try_from(self.next() % bound).expect("the bound is small")
    }
}

/// The stream: limits lie a geometric number of ticks from a middle that wanders, cancels hit orders
/// that rest.
fn stream(count: usize) -> Vec<Operation> {
    let mut random = Random(42);
    let (mut plain, mut fills) = (Plain::default(), Digest::default());
    let mut placed: Vec<u64> = Vec::new();
    let (mut middle, mut id) = (8_192_i64, 0);
    let mut operations = Vec::with_capacity(count);
    while operations.len() < count {
        if operations.len() % 16 == 0 {
            middle = (middle + random.below(3) - 1).clamp(4_096, 12_288);
        }
        let side = if random.below(2) == 0 { Side::Long } else { Side::Short };
        let lots = 1 + random.below(100);
        let operation = match random.below(100) {
            0..55 => {
                let mut away = 0;
                while away < 1_000 && random.below(16) != 0 {
                    away += 1;
                }
                id += 1;
                placed.push(id);
                let price = if side == Side::Long { middle - away } else { middle + 1 + away };
                Operation::Add(Limit { id, side, price, lots })
            },
            55..90 => loop {
                if placed.is_empty() {
                    break Operation::Take { side, lots };
                }
                let at = usize::try_from(random.next() % number(placed.len())).unwrap_or(0);
                let id = placed.swap_remove(at);
                if plain.places.contains_key(&id) {
                    break Operation::Cancel { id };
                }
            },
            _ => Operation::Take { side, lots: 2 * lots },
        };
        send(&mut plain, operation, &mut fills);
        operations.push(operation);
    }
    operations
}

#[inline]
fn send(book: &mut impl Measured, operation: Operation, fills: &mut Digest) {
    match operation {
        Operation::Add(limit) => book.add(limit, fills),
        Operation::Cancel { id } => book.cancel(id),
        Operation::Take { side, lots } => book.take(side, lots, fills),
    }
}

fn run<B: Measured>(mut book: B, operations: &[Operation]) -> (Duration, Digest) {
    let mut fills = Digest::default();
    let start = Instant::now();
    for &operation in operations {
        send(&mut book, operation, &mut fills);
    }
    let took = start.elapsed();
    black_box(&book);
    (took, fills)
}

/// The book of this workspace, with a ticket an order, as a venue keeps them.
struct Ours {
    book: Book<()>,
    tickets: Vec<Option<Ticket>>,
}

impl Ours {
    fn new(orders: usize) -> Self {
        Self { book: Book::new(Price(1), u32::MAX), tickets: vec![None; orders + 1] }
    }

    #[inline]
    fn meet(&mut self, taker: Taker, fills: &mut Digest) -> i64 {
        let fill = |_: &Order<()>, _| Verdict::<()>::Fill;
        self.book.take(taker, fill, |step| {
            fills.fill(step.order.id, step.order.price.0, step.filled);
        })
    }
}

impl Measured for Ours {
    #[inline]
    fn add(&mut self, limit: Limit, fills: &mut Digest) {
        let Limit { id, side, price, lots } = limit;
        let price = Price(price);
        let left = self.meet(Taker { side, lots, limit: Some(price) }, fills);
        if left > 0 {
            let order = Order { id, side, price, lots: left, of: () };
            self.tickets[place(id)] = self.book.rest(order).ok();
        }
    }

    #[inline]
    fn cancel(&mut self, id: u64) {
        if let Some(ticket) = self.tickets[place(id)] {
            self.book.cancel(ticket);
        }
    }

    #[inline]
    fn take(&mut self, side: Side, lots: i64, fills: &mut Digest) {
        self.meet(Taker { side, lots, limit: None }, fills);
    }
}

/// No order.
const NONE: usize = usize::MAX;

#[derive(Clone, Copy)]
struct Node {
    side: Side,
    price: usize,
    lots: i64,
    next: usize,
    previous: usize,
}

/// A ladder that knows how many prices and orders there will be: a queue a price through a table of
/// orders by number, and the best price of each side, found by looking at one after the other.
struct ByHand {
    heads: Vec<usize>,
    tails: Vec<usize>,
    nodes: Vec<Node>,
    bid: usize,
    ask: usize,
}

impl ByHand {
    fn new(orders: usize) -> Self {
        let node = Node { side: Side::Long, price: 0, lots: 0, next: NONE, previous: NONE };
        Self {
            heads: vec![NONE; LEVELS],
            tails: vec![NONE; LEVELS],
            nodes: vec![node; orders + 1],
            bid: 0,
            ask: LEVELS - 1,
        }
    }

    #[inline]
    fn unlink(&mut self, at: usize) {
        let Node { side, price, next, previous, .. } = self.nodes[at];
        if previous == NONE {
            self.heads[price] = next;
        } else {
            self.nodes[previous].next = next;
        }
        if next == NONE {
            self.tails[price] = previous;
        } else {
            self.nodes[next].previous = previous;
        }
        match side {
            Side::Long => {
                while self.bid > 0 && self.heads[self.bid] == NONE {
                    self.bid -= 1;
                }
            },
            Side::Short => {
                while self.ask < LEVELS - 1 && self.heads[self.ask] == NONE {
                    self.ask += 1;
                }
            },
        }
    }

    #[inline]
    fn meet(&mut self, side: Side, limit: usize, mut left: i64, fills: &mut Digest) -> i64 {
        while left > 0 {
            let price = if side == Side::Long { self.ask } else { self.bid };
            let reached = if side == Side::Long { price <= limit } else { price >= limit };
            let at = self.heads[price];
            if !reached || at == NONE {
                break;
            }
            let filled = self.nodes[at].lots.min(left);
            left -= filled;
            self.nodes[at].lots -= filled;
            fills.fill(number(at), i64::try_from(price).unwrap_or_default(), filled);
            if self.nodes[at].lots == 0 {
                self.unlink(at);
            }
        }
        left
    }
}

impl Measured for ByHand {
    #[inline]
    fn add(&mut self, limit: Limit, fills: &mut Digest) {
        let Limit { id, side, price, lots } = limit;
        let price = usize::try_from(price).unwrap_or_default();
        let left = self.meet(side, price, lots, fills);
        if left == 0 {
            return;
        }
        let at = place(id);
        let last = self.tails[price];
        self.nodes[at] = Node { side, price, lots: left, next: NONE, previous: last };
        self.tails[price] = at;
        if last == NONE {
            self.heads[price] = at;
        } else {
            self.nodes[last].next = at;
        }
        match side {
            Side::Long => self.bid = self.bid.max(price),
            Side::Short => self.ask = self.ask.min(price),
        }
    }

    #[inline]
    fn cancel(&mut self, id: u64) {
        self.unlink(place(id));
    }

    #[inline]
    fn take(&mut self, side: Side, lots: i64, fills: &mut Digest) {
        let limit = if side == Side::Long { LEVELS - 1 } else { 0 };
        self.meet(side, limit, lots, fills);
    }
}

/// A map of queues a side, and a map of where orders are.
#[derive(Default)]
struct Plain {
    bids: BTreeMap<i64, VecDeque<(u64, i64)>>,
    asks: BTreeMap<i64, VecDeque<(u64, i64)>>,
    places: BTreeMap<u64, (Side, i64)>,
}

impl Plain {
    fn side(&mut self, side: Side) -> &mut BTreeMap<i64, VecDeque<(u64, i64)>> {
        match side {
            Side::Long => &mut self.bids,
            Side::Short => &mut self.asks,
        }
    }

    fn meet(&mut self, side: Side, limit: Option<i64>, mut left: i64, fills: &mut Digest) -> i64 {
        while left > 0 {
            let level = match side {
                Side::Long => self.asks.first_entry(),
                Side::Short => self.bids.last_entry(),
            };
            let Some(mut level) = level else { break };
            let price = *level.key();
            let reached = limit.is_none_or(|limit| match side {
                Side::Long => price <= limit,
                Side::Short => price >= limit,
            });
            if !reached {
                break;
            }
            if let Some((id, lots)) = level.get_mut().front_mut() {
                let filled = left.min(*lots);
                left -= filled;
                *lots -= filled;
                fills.fill(*id, price, filled);
                if *lots == 0 {
                    self.places.remove(id);
                    level.get_mut().pop_front();
                }
            }
            if level.get().is_empty() {
                level.remove();
            }
        }
        left
    }
}

impl Measured for Plain {
    fn add(&mut self, limit: Limit, fills: &mut Digest) {
        let Limit { id, side, price, lots } = limit;
        let left = self.meet(side, Some(price), lots, fills);
        if left > 0 {
            self.side(side).entry(price).or_default().push_back((id, left));
            self.places.insert(id, (side, price));
        }
    }

    fn cancel(&mut self, id: u64) {
        let Some((side, price)) = self.places.remove(&id) else { return };
        if let Some(queue) = self.side(side).get_mut(&price) {
            queue.retain(|&(its, _)| its != id);
            if queue.is_empty() {
                self.side(side).remove(&price);
            }
        }
    }

    fn take(&mut self, side: Side, lots: i64, fills: &mut Digest) {
        self.meet(side, None, lots, fills);
    }
}

fn place(id: u64) -> usize {
    usize::try_from(id).expect("the stream is short")
}

fn number(at: usize) -> u64 {
    u64::try_from(at).expect("the stream is short")
}

fn main() {
    let is_measured = std::env::args().any(|argument| argument == "--bench");
    let (count, rounds) = if is_measured { (500_000, 15) } else { (1_000, 1) };
    let operations = stream(count);
    let orders = operations.len();
    let mut best = [Duration::MAX; 3];
    let mut digests = [Digest::default(); 3];
    for _ in 0..rounds {
        let runs = [
            run(ByHand::new(orders), &operations),
            run(Ours::new(orders), &operations),
            run(Plain::default(), &operations),
        ];
        for (at, (took, digest)) in runs.into_iter().enumerate() {
            best[at] = best[at].min(took);
            digests[at] = digest;
        }
    }
    assert!(digests.iter().all(|digest| *digest == digests[0]), "equal fills: {digests:?}");
    println!("{count} operations, {} fills, digest {:016x}", digests[0].fills, digests[0].mixed);
    for (name, took) in ["ladder by hand", "book", "map of queues"].into_iter().zip(best) {
        let each = took.as_secs_f64() * 1e9 / f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let ratio = took.as_secs_f64() / best[0].as_secs_f64();
        println!("{name:15} {each:7.1} ns an operation {ratio:6.2} x");
    }
}
