//! Where orders rest: a slab, levels that are queues through it, a window of levels, and the rest.

use crate::{
    ORDERS_MAX, Order, Refusal, Ticket,
    mask::{LEVELS, Mask},
};
use std::collections::BTreeMap;
use units::{PRICE_MAX, Price, SIZE_MAX, Side};

/// No order.
pub(crate) const NONE: u32 = u32::MAX;

/// An order in the slab, between those before and after it in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Node<T> {
    /// None where the slot is free: then `next` is the next free one.
    pub(crate) order: Option<Order<T>>,
    pub(crate) next: u32,
    pub(crate) previous: u32,
}

/// The orders at one price, the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) head: u32,
    pub(crate) tail: u32,
    /// Lots of all its orders.
    pub(crate) lots: i64,
}

impl Level {
    pub(crate) const EMPTY: Self = Self { head: NONE, tail: NONE, lots: 0 };
}

/// Levels of one side.
#[derive(Clone, Debug)]
pub(crate) struct Half {
    /// Those in the window that hold orders.
    pub(crate) near: Mask,
    /// Those outside of it, by tick: bids below it, asks above it.
    pub(crate) far: BTreeMap<i64, Level>,
}

impl Half {
    pub(crate) const EMPTY: Self = Self { near: Mask::EMPTY, far: BTreeMap::new() };

    fn is_empty(&self) -> bool {
        self.near.is_empty() && self.far.is_empty()
    }
}

/// An order book. See the crate.
#[derive(Clone, Debug)]
pub struct Book<T> {
    pub(crate) tick: i64,
    pub(crate) most: u32,
    pub(crate) nodes: Vec<Node<T>>,
    /// First free slot.
    pub(crate) free: u32,
    pub(crate) count: u32,
    /// Number of the last order that rested.
    pub(crate) last: u64,
    /// Tick of the first level of the window.
    pub(crate) start: i64,
    pub(crate) window: Vec<Level>,
    pub(crate) bids: Half,
    pub(crate) asks: Half,
}

impl<T: Copy> Book<T> {
    /// An empty book with one level for every so many price units, at least one, that holds at most
    /// so many orders.
    pub fn new(tick: Price, most: u32) -> Self {
        Self {
            tick: tick.0.max(1),
            most: most.min(ORDERS_MAX),
            nodes: Vec::new(),
            free: NONE,
            count: 0,
            last: 0,
            start: 0,
            window: vec![Level::EMPTY; LEVELS],
            bids: Half::EMPTY,
            asks: Half::EMPTY,
        }
    }

    /// Price units between two levels.
    pub fn tick(&self) -> Price {
        Price(self.tick)
    }

    /// How many orders rest.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The highest bid, or the lowest ask.
    #[inline]
    pub fn best(&self, side: Side) -> Option<Price> {
        self.best_tick(side).map(|at| self.price(at))
    }

    /// The order that rests where the ticket says; none when it is gone.
    pub fn get(&self, ticket: Ticket) -> Option<&Order<T>> {
        let order = self.nodes.get(index(ticket.slot))?.order.as_ref()?;
        (order.id == ticket.id).then_some(order)
    }

    /// Lots that rest at a price.
    pub fn lots_at(&self, side: Side, price: Price) -> i64 {
        let at = price.0.div_euclid(self.tick);
        self.level(side, at).map_or(0, |level| level.lots)
    }

    /// Orders of one side in the order in which they are reached.
    pub fn orders(&self, side: Side) -> impl Iterator<Item = &Order<T>> {
        let near = std::iter::successors(self.half(side).near.best(side), move |&at| {
            self.half(side).near.next(side, at)
        });
        let near = near.map(|at| &self.window[at]);
        let far = self.half(side).far.values();
        let (falling, rising) = match side {
            Side::Long => (Some(far.rev()), None),
            Side::Short => (None, Some(far)),
        };
        let far = falling.into_iter().flatten().chain(rising.into_iter().flatten());
        near.chain(far).flat_map(|level| self.queue(level)).map(|(_, order)| order)
    }

    /// Puts an order behind all others at its price.
    ///
    /// # Errors
    /// Why it does not rest.
    #[inline]
    pub fn rest(&mut self, order: Order<T>) -> Result<Ticket, Refusal> {
        let Order { id, side, price, lots, .. } = order;
        let at = price.0 / self.tick;
        if price.0 <= 0 || price.0 > PRICE_MAX || at * self.tick != price.0 {
            return Err(Refusal::OffTick);
        }
        if lots <= 0 || lots > SIZE_MAX {
            return Err(Refusal::Lots);
        }
        if self.crosses(side, at) {
            return Err(Refusal::Crosses);
        }
        if self.count >= self.most {
            return Err(Refusal::Full);
        }
        if id <= self.last {
            return Err(Refusal::Late);
        }
        self.last = id;
        self.count += 1;
        self.reach(side, at);
        let slot = self.slot_for(order);
        self.append(side, at, slot, lots);
        Ok(Ticket { slot, id })
    }

    /// Takes an order out of the book; none when it is gone already.
    #[inline]
    pub fn cancel(&mut self, ticket: Ticket) -> Option<Order<T>> {
        let order = *self.get(ticket)?;
        self.lower(ticket.slot, &order, order.lots);
        Some(order)
    }

    /// Takes `by` lots out of an order: all of it when none are left.
    #[inline]
    pub(crate) fn lower(&mut self, slot: u32, order: &Order<T>, by: i64) {
        let (side, at) = (order.side, order.price.0 / self.tick);
        let node = &mut self.nodes[index(slot)];
        if by < order.lots {
            node.order = Some(Order { lots: order.lots - by, ..*order });
            self.level_mut(side, at).lots -= by;
            return;
        }
        let (next, previous) = (node.next, node.previous);
        *node = Node { order: None, next: self.free, previous: NONE };
        self.free = slot;
        self.count -= 1;
        if next != NONE {
            self.nodes[index(next)].previous = previous;
        }
        if previous != NONE {
            self.nodes[index(previous)].next = next;
        }
        let level = self.level_mut(side, at);
        level.lots -= by;
        if previous == NONE {
            level.head = next;
        }
        if next == NONE {
            level.tail = previous;
        }
        if level.head == NONE {
            self.drop_level(side, at);
        }
    }

    /// Whether an order of a side at a tick would trade.
    #[inline]
    fn crosses(&self, side: Side, at: i64) -> bool {
        self.best_tick(side.opposite()).is_some_and(|other| match side {
            Side::Long => other <= at,
            Side::Short => other >= at,
        })
    }

    #[inline]
    pub(crate) fn best_tick(&self, side: Side) -> Option<i64> {
        let half = self.half(side);
        let near = half.near.best(side).map(|at| self.start + offset(at));
        near.or_else(|| {
            let far = match side {
                Side::Long => half.far.last_key_value(),
                Side::Short => half.far.first_key_value(),
            };
            far.map(|(&at, _)| at)
        })
    }

    #[inline]
    pub(crate) fn price(&self, at: i64) -> Price {
        Price(at * self.tick)
    }

    #[inline]
    pub(crate) fn half(&self, side: Side) -> &Half {
        match side {
            Side::Long => &self.bids,
            Side::Short => &self.asks,
        }
    }

    #[inline]
    pub(crate) fn half_mut(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Long => &mut self.bids,
            Side::Short => &mut self.asks,
        }
    }

    /// Its place in the window.
    #[inline]
    pub(crate) fn near(&self, at: i64) -> Option<usize> {
        usize::try_from(at - self.start).ok().filter(|&at| at < LEVELS)
    }

    /// The level at a tick; none where none of the side's orders rest.
    #[inline]
    pub(crate) fn level(&self, side: Side, at: i64) -> Option<&Level> {
        match self.near(at) {
            Some(place) => self.half(side).near.contains(place).then(|| &self.window[place]),
            None => self.half(side).far.get(&at),
        }
    }

    #[inline]
    fn level_mut(&mut self, side: Side, at: i64) -> &mut Level {
        match self.near(at) {
            Some(place) => &mut self.window[place],
            None => self.half_mut(side).far.entry(at).or_insert(Level::EMPTY),
        }
    }

    /// The orders of a level with their slots, the oldest first.
    pub(crate) fn queue(&self, level: &Level) -> impl Iterator<Item = (u32, &Order<T>)> {
        let following = move |&slot: &u32| {
            let next = self.nodes.get(index(slot))?.next;
            (next != NONE).then_some(next)
        };
        let slots = std::iter::successors(Some(level.head).filter(|&it| it != NONE), following);
        slots.filter_map(|slot| Some((slot, self.nodes.get(index(slot))?.order.as_ref()?)))
    }

    #[inline]
    fn slot_for(&mut self, order: Order<T>) -> u32 {
        let node = Node { order: Some(order), next: NONE, previous: NONE };
        if self.free == NONE {
            self.nodes.push(node);
            return u32::try_from(self.nodes.len() - 1).expect("orders are bounded");
        }
        let slot = self.free;
        self.free = self.nodes[index(slot)].next;
        self.nodes[index(slot)] = node;
        slot
    }

    #[inline]
    fn append(&mut self, side: Side, at: i64, slot: u32, lots: i64) {
        if let Some(place) = self.near(at) {
            self.half_mut(side).near.insert(place);
        }
        let level = self.level_mut(side, at);
        level.lots += lots;
        let last = std::mem::replace(&mut level.tail, slot);
        if last == NONE {
            level.head = slot;
        } else {
            self.nodes[index(last)].next = slot;
            self.nodes[index(slot)].previous = last;
        }
    }

    /// Forgets a level that holds no order any more, and moves the window when it was the last in it.
    #[inline]
    fn drop_level(&mut self, side: Side, at: i64) {
        match self.near(at) {
            Some(place) => {
                self.half_mut(side).near.remove(place);
                if self.bids.near.is_empty() && self.asks.near.is_empty() {
                    let touch = self.best_tick(side).or_else(|| self.best_tick(side.opposite()));
                    if let Some(touch) = touch {
                        self.move_window(touch);
                    }
                }
            },
            None => {
                self.half_mut(side).far.remove(&at);
            },
        }
    }

    /// Moves the window to a tick at which an order is to rest, where it would be a bid above it, an
    /// ask below it, or the first of all.
    #[inline]
    fn reach(&mut self, side: Side, at: i64) {
        let end = self.start + offset(LEVELS);
        let beyond = match side {
            Side::Long => at >= end,
            Side::Short => at < self.start,
        };
        if beyond || (self.near(at).is_none() && self.bids.is_empty() && self.asks.is_empty()) {
            self.move_window(at);
        }
    }

    /// Moves the window so that `around` is in the middle of it.
    fn move_window(&mut self, around: i64) {
        for side in [Side::Long, Side::Short] {
            while let Some(place) = self.half(side).near.best(side) {
                let level = std::mem::replace(&mut self.window[place], Level::EMPTY);
                let at = self.start + offset(place);
                self.half_mut(side).near.remove(place);
                self.half_mut(side).far.insert(at, level);
            }
        }
        self.start = (around - offset(LEVELS / 2)).max(0);
        let range = self.start..self.start + offset(LEVELS);
        for side in [Side::Long, Side::Short] {
            let near: Vec<(i64, Level)> =
                self.half_mut(side).far.extract_if(range.clone(), |_, _| true).collect();
            for (at, level) in near {
                if let Some(place) = self.near(at) {
                    self.window[place] = level;
                    self.half_mut(side).near.insert(place);
                }
            }
        }
    }
}

/// A slot as an index.
#[inline]
pub(crate) fn index(slot: u32) -> usize {
    usize::try_from(slot).expect("a slot fits the address space")
}

/// A place in the window as a number of ticks.
#[inline]
pub(crate) fn offset(place: usize) -> i64 {
    i64::try_from(place).expect("a window is small")
}
