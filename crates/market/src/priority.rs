//! Laws 19, 20 and 21: what holds of books and fills, wherever orders meet.

use crate::{
    Fault, Fill, Law, Market, Order, Quote,
    orders::{OrderDue, reaches},
    resting::Met,
};
use facts::{AccountId, FactId, InstrumentId};
use units::{Money, Size};

impl Market<'_> {
    /// Law 19 for the levels that the present event changed.
    pub(crate) fn check_levels(&mut self) -> Result<(), Fault> {
        if self.desk.books.touched.is_empty() {
            return Ok(());
        }
        let mut touched = std::mem::take(&mut self.desk.books.touched);
        touched.sort_unstable();
        touched.dedup();
        let checked = touched.iter().try_for_each(|(instrument, price)| {
            let Some(listed) = self.desk.books.listed.get(instrument) else { return Ok(()) };
            let level = listed.book.check_uncrossed();
            level
                .and_then(|()| listed.book.check_level(*price))
                .map_err(|detail| Law::BOOK.broken(format!("{instrument:?}: {detail}")))
        });
        touched.clear();
        self.desk.books.touched = touched;
        checked
    }

    /// Law 19 for all books, from scratch; and every account knows where its orders are.
    pub(crate) fn check_books(&self) -> Result<(), Fault> {
        let books = &self.desk.books;
        for (&instrument, listed) in &books.listed {
            let known = books.orders.iter().filter(|(key, rested)| {
                let order = listed.book.get(rested.ticket);
                key.1 == instrument
                    && order.is_some_and(|order| {
                        let key = (key.0, key.2, rested.lots - rested.filled);
                        key == (order.of.account, FactId(order.id), order.lots)
                    })
            });
            let (known, count) = (known.count(), listed.book.count());
            let found = match listed.book.check() {
                Ok(()) if usize::try_from(count) == Ok(known) => continue,
                Ok(()) => format!("{count} orders rest, and accounts know of {known}"),
                Err(found) => found,
            };
            return Err(Law::BOOK.broken(format!("{instrument:?}: {found}")));
        }
        Ok(())
    }

    /// Law 21: what an answer trades of a quote is what it quoted, within its prices; and law 22, it
    /// is on a tick.
    #[inline]
    pub(crate) fn require_whole(&mut self, instrument: InstrumentId, quote: Quote, fills: &[Fill]) {
        if !self.course.is_judged {
            return;
        }
        let listing = self.instrument(instrument);
        let size = fills.iter().fold(Size::ZERO, |sum, fill| sum + fill.size);
        let worth: Money = fills.iter().map(|fill| listing.value(fill.size, fill.price)).sum();
        let (low, high) = (quote.first.min(quote.last), quote.first.max(quote.last));
        let is_within = |fill: &Fill| {
            fill.size.side() == quote.size.side() && (low..=high).contains(&fill.price)
        };
        if (size, worth) != (quote.size, quote.worth) || !fills.iter().all(is_within) {
            let detail = format!("{quote:?} of {instrument:?} is traded as {fills:?}");
            self.course.fail(Law::FILLS.broken(detail));
        }
        let tick = self.tick_size(instrument);
        let between = |fill: &&Fill| tick.is_some_and(|tick| fill.price.0 % tick.0 != 0);
        if let Some(fill) = fills.iter().find(between) {
            let detail = format!("{instrument:?} traded at {}, between ticks", fill.price.0);
            self.course.fail(Law::PRICES.broken(detail));
        }
    }

    /// Law 21: an order is quoted no more than it asks for, and no price worse than its limit.
    #[inline]
    pub(crate) fn require_asked(&mut self, due: &OrderDue, quote: Quote) {
        if !self.course.is_judged {
            return;
        }
        let OrderDue { instrument, size, .. } = *due;
        let limit = due.limit().map(|(limit, _)| limit);
        let within = |side| [quote.first, quote.last].iter().all(|&it| reaches(side, limit, it));
        let is_more = quote.size.magnitude() > size.magnitude();
        if is_more || quote.size.side() != size.side() || !size.side().is_some_and(within) {
            let order = Order::from(*due);
            let detail = format!("{order:?} in {instrument:?} is filled as {quote:?}");
            self.course.fail(Law::FILLS.broken(detail));
        }
    }

    /// Law 21: what was filled of a resting order, what was cancelled and what is left is what rested.
    pub(crate) fn require_bounds(&mut self, key: (AccountId, InstrumentId, FactId), met: &Met) {
        let cancelled = met.cancelled.map_or(0, |(lots, _)| lots);
        let left = met.order.lots - met.filled - cancelled;
        let rested = self.desk.books.orders.get(&key);
        let holds = rested
            .is_some_and(|rested| rested.filled + met.filled + cancelled + left == rested.lots);
        let is_bounded = met.filled >= 0 && cancelled >= 0 && left >= 0;
        if !holds || !is_bounded {
            let detail = format!("{met:?} of {rested:?}");
            self.course.fail(Law::FILLS.broken(detail));
        }
    }
}
