//! An order book: price levels, queues of resting orders, price-time priority.
//!
//! ```text
//!   bids, far      window of 4,096 ticks: a level each, dense           asks, far
//!  ┌──────────┐   ┌──────────────────────────────────────────────┐   ┌──────────┐
//!  │ ordered  │   │ … ■ ■ . ■ ■■│   touch   │■■ . ■ ■ . . ■ …     │   │ ordered  │
//!  │   map    │   └──────│───────────────────────────────────────┘   │   map    │
//!  └──────────┘          └─► head ⇄ order ⇄ order ⇄ tail             └──────────┘
//! ```
//!
//! A level is a queue of orders, linked through the slab that they lie in, the oldest first; a set of
//! bits a side says which levels of the window hold any, and so which is the best. Resting, cancelling
//! and filling an order at the front take the same time in a book of ten orders and of a hundred
//! thousand. Levels further from the touch than the window wait in an ordered map; when the touch
//! leaves the window, it moves there.
//!
//! The book knows neither owners nor money. Whoever keeps it says of each resting order that is
//! reached what may be filled of it ([`Verdict`]); what may not is cancelled. So a match is planned on
//! a book that stays as it is ([`Book::plan`]) by the same steps by which it is made ([`Book::take`]).
//!
//! **Invariant:** the best bid is below the best ask.
//! **Invariant:** a level holds an order, and as many lots as its orders.
//! **Invariant:** no order is reached before a better or an older one at the same price.
//! **Invariant:** no floating point, no clock, no hash.

#![deny(clippy::float_arithmetic)]

mod mask;
mod order;
mod ladder;
mod matching;
mod check;
mod kept;

pub use ladder::Book;
pub use order::{Order, Refusal, Step, Taker, Ticket, Verdict};

/// Most orders that may rest in a book: with the largest size, their sum is within an `i64`.
pub const ORDERS_MAX: u32 = 1 << 17;

const _: () = assert!(i64::MAX / units::SIZE_MAX >= 1 << 17);
