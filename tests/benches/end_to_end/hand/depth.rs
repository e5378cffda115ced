//! Square-root depth with recovery.

use super::value;
use crate::scenario::{INVENTORY, RECOVERY, START, Scenario};
use units::{Money, PRICE_MAX, Rounding, Time, math};

/// Who trades against everybody else in one instrument.
#[derive(Debug, Default)]
pub(super) struct Depth {
    /// Money units that make a move.
    a_move: f64,
    pub(super) balance: Money,
    pub(super) size: i64,
    pub(super) cost: Money,
    notional: Money,
    since: Time,
}

/// What a trade would get: signed lots and their average price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quote {
    pub(super) size: i64,
    pub(super) price: i64,
}

fn float(money: Money) -> f64 {
    math::float(money.0)
}

fn root(depths: f64) -> f64 {
    math::sqrt(depths.abs()) * depths.signum()
}

/// Average of the moves from one displacement to another.
fn average(from: f64, to: f64) -> f64 {
    let (from, to) = (root(from), root(to));
    let (above, below) = if from * to > 0.0 {
        (from * from + from * to + to * to, from + to)
    } else {
        (from * from * from + to * to * to, from * from + to * to)
    };
    if below.abs() > 0.0 { 2.0 / 3.0 * above / below } else { 0.0 }
}

fn price(reference: i64, moves: f64) -> i64 {
    let price = math::float(i128::from(reference)) * (1.0 + 0.01 * moves);
    math::nearest_within(price, (1, PRICE_MAX))
}

impl Depth {
    pub(super) fn begin(&mut self, scenario: &Scenario, capital: Money) {
        self.a_move = math::float(i128::from(scenario.depth()) * 1_000_000);
        self.balance = capital;
        self.since = START;
    }

    fn displaced(&self, now: Time) -> Money {
        if now == self.since {
            return self.notional;
        }
        let age = now.since(self.since).as_seconds();
        let left = math::halved(age / RECOVERY.as_seconds());
        Money(math::nearest_wide(float(self.notional) * left))
    }

    pub(super) fn trade_price(&self, reference: i64, now: Time) -> i64 {
        price(reference, root(float(self.displaced(now)) / self.a_move))
    }

    pub(super) fn quote(&self, reference: i64, now: Time, size: i64) -> Quote {
        let displaced = self.displaced(now);
        let size = self.takes(reference, displaced, size);
        if size == 0 {
            return Quote { size, price: 1 };
        }
        let after = displaced + value(size, reference);
        let moves = average(float(displaced) / self.a_move, float(after) / self.a_move);
        Quote { size, price: price(reference, moves) }
    }

    pub(super) fn filled(&mut self, reference: i64, now: Time, size: i64) {
        self.notional = self.displaced(now) + value(size, reference);
        self.since = now;
    }

    /// As much of a size as is taken.
    fn takes(&self, reference: i64, displaced: Money, size: i64) -> i64 {
        let a_lot = value(1, reference);
        let unrealised = value(self.size, reference) - self.cost;
        let equity = (self.balance + unrealised).or_zero();
        let limit =
            equity.portion(Money(i128::from(INVENTORY)), Money(1_000), Rounding::Down).0 / a_lot.0;
        let most = i64::try_from(limit).unwrap_or(i64::MAX / 2);
        if size > 0 {
            return size.min(most.saturating_add(self.size)).max(0);
        }
        let moves = 0.01_f64.recip();
        let left = moves * moves.abs() * self.a_move + float(displaced);
        let bids = math::nearest(left * 1.0 / float(a_lot) - 0.5);
        -(-size).min(most.saturating_sub(self.size).min(bids)).max(0)
    }
}
