//! What a book refuses, and how far it reaches.

use book::{Book, ORDERS_MAX, Order, Refusal, Step, Taker, Verdict};
use units::{PRICE_MAX, Price, SIZE_MAX, Side};

fn order(id: u64, side: Side, price: i64, lots: i64) -> Order<()> {
    Order { id, side, price: Price(price), lots, of: () }
}

fn fills(book: &mut Book<()>, side: Side, lots: i64) -> Vec<(u64, i64)> {
    let mut fills = Vec::new();
    let taker = Taker { side, lots, limit: None };
    book.take(taker, |_, _| Verdict::<()>::Fill, |step| fills.push((step.order.id, step.filled)));
    fills
}

#[test]
fn what_may_not_rest_is_refused() {
    let mut book = Book::new(Price(10), 3);
    assert_eq!(book.rest(order(5, Side::Long, 100, 1)).err(), None);
    for (refused, why) in [
        (order(6, Side::Short, 105, 1), Refusal::OffTick),
        (order(6, Side::Short, 0, 1), Refusal::OffTick),
        (order(6, Side::Short, -10, 1), Refusal::OffTick),
        (order(6, Side::Short, PRICE_MAX - PRICE_MAX % 10 + 10, 1), Refusal::OffTick),
        (order(6, Side::Short, 110, 0), Refusal::Lots),
        (order(6, Side::Short, 110, SIZE_MAX + 1), Refusal::Lots),
        (order(6, Side::Short, 100, 1), Refusal::Crosses),
        (order(6, Side::Short, 90, 1), Refusal::Crosses),
        (order(5, Side::Short, 110, 1), Refusal::Late),
    ] {
        assert_eq!(book.rest(refused), Err(why), "{refused:?}");
    }
    for id in [6, 7] {
        assert_eq!(book.rest(order(id, Side::Short, 110, SIZE_MAX)).err(), None);
    }
    assert_eq!(book.rest(order(8, Side::Short, 120, 1)), Err(Refusal::Full));
    assert_eq!((book.count(), book.lots_at(Side::Short, Price(110))), (3, 2 * SIZE_MAX));
    assert_eq!(Book::<()>::new(Price(0), u32::MAX).tick(), Price(1));
    assert!(i64::from(ORDERS_MAX) * SIZE_MAX > 0);
}

#[test]
fn bids_and_asks_at_the_ends_of_the_range_meet_those_at_the_touch() {
    let mut book = Book::new(Price(1), 100);
    let prices = [(1, 1), (2, PRICE_MAX / 2), (3, 7_000), (4, PRICE_MAX / 2 - 4_000)];
    for (id, price) in prices {
        book.rest(order(id, Side::Long, price, 1)).expect("it rests");
    }
    for (id, price) in [(5, PRICE_MAX), (6, PRICE_MAX / 2 + 1), (7, PRICE_MAX / 2 + 5_000)] {
        book.rest(order(id, Side::Short, price, 1)).expect("it rests");
    }
    assert_eq!(book.check(), Ok(()));
    assert_eq!(fills(&mut book, Side::Short, 9), [(2, 1), (4, 1), (3, 1), (1, 1)]);
    assert_eq!(book.check(), Ok(()));
    book.rest(order(8, Side::Long, 3, 1)).expect("it rests");
    assert_eq!(fills(&mut book, Side::Long, 9), [(6, 1), (7, 1), (5, 1)]);
    assert_eq!((book.best(Side::Long), book.best(Side::Short)), (Some(Price(3)), None));
    assert_eq!(book.check(), Ok(()));
}

#[test]
fn steps_out_of_order_and_orders_passed_over_are_seen() {
    let mut book = Book::new(Price(1), 100);
    let resting = [order(1, Side::Short, 101, 4), order(2, Side::Short, 101, 4)];
    for order in resting {
        book.rest(order).expect("it rests");
    }
    let step = |order, filled| Step::<(), ()> { order, filled, cancelled: None };
    let [first, second] = resting;
    assert_eq!(book.check_priority(Side::Short, &[step(first, 2)]), Ok(()));
    let said = book.check_priority(Side::Short, &[step(second, 4)]);
    assert_eq!(said, Err("order 1 at 101 was passed over".to_owned()));
    let said = book.check_priority(Side::Short, &[step(second, 4), step(first, 4)]);
    assert!(said.is_err_and(|said| said.contains("passed over")));
    fills(&mut book, Side::Long, 8);
    let said = book.check_priority(Side::Short, &[step(second, 4), step(first, 4)]);
    assert_eq!(said, Err("order 1 was reached after a worse one".to_owned()));
}
