//! A taker meets what rests: the best price first, at each price the oldest order first.

use crate::{Book, Order, Step, Taker, Verdict, ladder::index};
use units::Side;

impl<T: Copy> Book<T> {
    /// Takes what rests on the other side, step by step, and returns the lots that are left to take.
    ///
    /// `judge` is asked what may be filled of each order that is reached: it is given the order and
    /// the lots that would be taken of it. Orders are reached until nothing is left to take, or the
    /// limit is: what may not be filled and stands in the way is gone then.
    #[inline]
    pub fn take<W: Copy>(
        &mut self,
        taker: Taker,
        mut judge: impl FnMut(&Order<T>, i64) -> Verdict<W>,
        mut done: impl FnMut(Step<T, W>),
    ) -> i64 {
        let side = taker.side.opposite();
        let mut left = taker.lots;
        while left > 0
            && let Some((slot, order)) = self.front(side)
            && taker.reaches(order.price)
        {
            let step = Step::of(&order, left, &mut judge);
            left -= step.filled;
            self.lower(slot, &order, order.lots - step.left());
            done(step);
        }
        left
    }

    /// The steps that [`Book::take`] would make, in order; the book stays as it is.
    pub fn plan<W: Copy>(
        &self,
        taker: Taker,
        mut judge: impl FnMut(&Order<T>, i64) -> Verdict<W>,
    ) -> impl Iterator<Item = Step<T, W>> {
        let mut left = taker.lots;
        let reached = self.orders(taker.side.opposite());
        reached.map_while(move |order| {
            (left > 0 && taker.reaches(order.price)).then(|| {
                let step = Step::of(order, left, &mut judge);
                left -= step.filled;
                step
            })
        })
    }

    /// The order of a side that is reached first, and its slot.
    #[inline]
    fn front(&self, side: Side) -> Option<(u32, Order<T>)> {
        let level = self.level(side, self.best_tick(side)?)?;
        self.nodes[index(level.head)].order.map(|order| (level.head, order))
    }
}
