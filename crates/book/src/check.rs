//! What must hold of a book, looked at from scratch.

use crate::{
    Book, Step,
    ladder::{Level, NONE, offset},
    mask::LEVELS,
};
use units::{Price, Side};

impl<T: Copy> Book<T> {
    /// Whether the best bid is below the best ask.
    ///
    /// # Errors
    /// What was found.
    pub fn check_uncrossed(&self) -> Result<(), String> {
        match (self.best(Side::Long), self.best(Side::Short)) {
            (Some(bid), Some(ask)) if bid >= ask => {
                Err(format!("{} is bid and {} asked", bid.0, ask.0))
            },
            _ => Ok(()),
        }
    }

    /// Whether both sides at a price hold as many lots as their orders, whose queue is whole, and
    /// something if they are there.
    ///
    /// # Errors
    /// What was found.
    pub fn check_level(&self, price: Price) -> Result<(), String> {
        let at = price.0.div_euclid(self.tick);
        [Side::Long, Side::Short].into_iter().try_for_each(|side| match self.level(side, at) {
            Some(level) => self.check_queue(side, at, level).map(|_| ()),
            None => Ok(()),
        })
    }

    /// Whether all of that holds at every price, and nothing rests anywhere else.
    ///
    /// # Errors
    /// What was found.
    pub fn check(&self) -> Result<(), String> {
        self.check_uncrossed()?;
        let mut count = 0;
        for side in [Side::Long, Side::Short] {
            let half = self.half(side);
            for place in (0..LEVELS).filter(|&place| half.near.contains(place)) {
                let at = self.start + offset(place);
                count += self.check_queue(side, at, &self.window[place])?;
            }
            for (&at, level) in &half.far {
                let is_far = match side {
                    Side::Long => at < self.start,
                    Side::Short => at >= self.start + offset(LEVELS),
                };
                if !is_far {
                    return Err(format!(
                        "the level at tick {at} is on the wrong side of the window"
                    ));
                }
                count += self.check_queue(side, at, level)?;
            }
        }
        let kept = self.nodes.iter().filter(|node| node.order.is_some()).count();
        if u32::try_from(count) != Ok(self.count) || kept != count {
            return Err(format!("{} orders rest, {count} in queues, {kept} kept", self.count));
        }
        Ok(())
    }

    /// The number of orders at a level that is as it must be.
    fn check_queue(&self, side: Side, at: i64, level: &Level) -> Result<usize, String> {
        let (mut lots, mut count, mut tail, mut last) = (0, 0, NONE, 0);
        for (slot, order) in self.queue(level) {
            if order.side != side || order.price != self.price(at) || order.lots <= 0 {
                return Err(format!(
                    "order {} of {} lots rests at tick {at}",
                    order.id, order.lots
                ));
            }
            if order.id <= last {
                return Err(format!("order {} waits behind {last}", order.id));
            }
            (lots, count, tail, last) = (lots + order.lots, count + 1, slot, order.id);
            if count > self.nodes.len() {
                return Err(format!("the queue at tick {at} has no end"));
            }
        }
        if lots == 0 || lots != level.lots || tail != level.tail {
            return Err(format!("{} lots at tick {at}, {lots} in its orders", level.lots));
        }
        Ok(count)
    }

    /// Whether orders of a side were reached in the order of their price and time, at the prices that
    /// a taker takes, for lots that they had; and none that rests now should have been before them.
    ///
    /// # Errors
    /// What was found.
    pub fn check_priority<W: Copy>(&self, side: Side, steps: &[Step<T, W>]) -> Result<(), String> {
        let place = |price: Price, id: u64| match side {
            Side::Long => (-price.0, id),
            Side::Short => (price.0, id),
        };
        let mut before = None;
        let front = self.orders(side).next().map(|order| (place(order.price, order.id), order.id));
        for step in steps {
            let this = place(step.order.price, step.order.id);
            if before.is_some_and(|before| before >= this) {
                return Err(format!("order {} was reached after a worse one", step.order.id));
            }
            if let Some((better, id)) = front.filter(|&(front, _)| front < this) {
                return Err(format!("order {id} at {} was passed over", better.0.abs()));
            }
            before = Some(this);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Book, Order, ladder::NONE};
    use units::{Price, Side};

    /// Two bids and an ask; what is done to them; and what is then found.
    fn found(spoil: impl FnOnce(&mut Book<()>)) -> String {
        let mut book = Book::new(Price(1), 10);
        for (id, side, price) in [(1, Side::Long, 99), (2, Side::Long, 99), (3, Side::Short, 101)] {
            let order = Order { id, side, price: Price(price), lots: 5, of: () };
            book.rest(order).expect("it rests");
        }
        assert_eq!(book.check(), Ok(()));
        spoil(&mut book);
        book.check().expect_err("it is spoilt")
    }

    fn lots(book: &mut Book<()>, slot: usize, lots: i64) {
        let order = book.nodes[slot].order.as_mut().expect("it rests");
        order.lots = lots;
    }

    #[test]
    fn a_book_that_is_spoilt_is_seen() {
        let near = |book: &Book<()>, at: i64| book.near(at).expect("it is near");
        assert!(found(|book| lots(book, 0, 6)).contains("10 lots at tick 99, 11 in its orders"));
        assert!(found(|book| lots(book, 1, 0)).contains("order 2 of 0 lots"));
        assert!(found(|book| book.nodes[0].next = NONE).contains("10 lots at tick 99, 5 in"));
        assert!(found(|book| book.nodes[1].next = 0).contains("waits behind"));
        assert!(found(|book| book.count = 4).contains("4 orders rest, 3 in queues"));
        let empty = found(|book| {
            let place = near(book, 98);
            book.bids.near.insert(place);
        });
        assert!(empty.contains("0 lots at tick 98"));
        let lost = found(|book| {
            let place = near(book, 101);
            book.asks.near.remove(place);
        });
        assert!(lost.contains("3 orders rest, 2 in queues"));
        let crossed = found(|book| {
            let place = near(book, 99);
            book.asks.near.insert(place);
        });
        assert!(crossed.contains("99 is bid and 99 asked"));
        let far = found(|book| {
            let level = book.window[near(book, 99)];
            book.bids.far.insert(100, level);
        });
        assert!(far.contains("wrong side of the window"));
    }
}
