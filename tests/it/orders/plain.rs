//! A plain exchange says what a venue with a book makes of any stream of orders.

use super::{Act, RICH, SCENE, Scene};
use facts::{Fact, Purse, TimeInForce};
use proptest::{collection::vec, prelude::*, sample::select};
use std::collections::BTreeMap;
use tests::Books;

const MEMBERS: usize = 4;

/// In cents.
const TICK: i64 = 5;

/// What happened to whom; lots are signed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Happened {
    /// A maker's order was filled at its price.
    Filled { maker: usize, lots: i64, price: i64 },
    /// A maker's order was cancelled.
    Gone { maker: usize, lots: i64, price: i64, why: &'static str },
    /// An order, or what was left of it, rested.
    Rested { who: usize, lots: i64, price: i64 },
    /// An order, or what was left of it, did not.
    Refused { who: usize, lots: i64, why: &'static str },
}

#[derive(Clone, Copy, Debug)]
struct Resting {
    who: usize,
    lots: i64,
    price: i64,
    reduces: bool,
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
struct Sent {
    who: usize,
    lots: i64,
    limit: Option<i64>,
    force: TimeInForce,
    reduces: bool,
}

/// Resting orders by their numbers, which are their places in time, and what members hold.
#[derive(Clone, Debug, Default)]
struct Exchange {
    resting: BTreeMap<usize, Resting>,
    held: [i64; MEMBERS],
}

impl Exchange {
    /// As many of these lots as reduce what a member holds.
    fn reducing(&self, who: usize, lots: i64) -> i64 {
        let held = self.held[who];
        if held.signum() * lots.signum() < 0 {
            lots.signum() * held.abs().min(lots.abs())
        } else {
            0
        }
    }

    /// The order on the other side that comes first, and is within a limit.
    fn front(&self, sent: Sent) -> Option<usize> {
        let buys = sent.lots > 0;
        let others = self.resting.iter().filter(|(_, order)| (order.lots > 0) != buys);
        let place = |(id, order): &(&usize, &Resting)| {
            (if buys { order.price } else { -order.price }, **id)
        };
        let (id, order) = others.min_by_key(place)?;
        let reached =
            sent.limit.is_none_or(|it| if buys { order.price <= it } else { order.price >= it });
        reached.then_some(*id)
    }

    /// Takes so many lots, in magnitude; what is left, and what happened: those that are passed over,
    /// then fills.
    fn take(&mut self, sent: Sent, lots: i64) -> (i64, Vec<Happened>) {
        let (mut left, mut skipped, mut fills) = (lots, Vec::new(), Vec::new());
        while left > 0
            && let Some(id) = self.front(sent)
        {
            let Resting { who: maker, lots, price, reduces } = self.resting[&id];
            let most = lots.signum() * lots.abs().min(left);
            let (may, why) = if maker == sent.who {
                (0, "it met an order of the same account")
            } else if reduces {
                (self.reducing(maker, most), "nothing to reduce")
            } else {
                (most, "")
            };
            if may != 0 {
                fills.push(Happened::Filled { maker, lots: may, price });
                self.held[maker] += may;
                self.held[sent.who] -= may;
                left -= may.abs();
            }
            let rests = lots - may;
            if may != most {
                let told = if may == 0 { &mut skipped } else { &mut fills };
                told.push(Happened::Gone { maker, lots: rests, price, why });
            }
            if may != most || rests == 0 {
                self.resting.remove(&id);
            } else {
                self.resting.insert(id, Resting { who: maker, lots: rests, price, reduces });
            }
        }
        (left, skipped.into_iter().chain(fills).collect())
    }

    fn send(&mut self, id: usize, sent: Sent) -> Vec<Happened> {
        let Sent { who, lots, force, .. } = sent;
        let refused = |lots, why| vec![Happened::Refused { who, lots, why }];
        let wanted = if sent.reduces { self.reducing(who, lots) } else { lots };
        if wanted == 0 {
            return refused(lots, "nothing to reduce");
        }
        if force == TimeInForce::PostOnly && self.front(sent).is_some() {
            return refused(lots, "it would have traded at once");
        }
        let (unfilled, _) = self.clone().take(sent, wanted.abs());
        let filled = wanted.abs() - unfilled;
        if force == TimeInForce::FillOrKill && unfilled > 0 {
            return refused(lots, "it could not be filled whole");
        }
        let (_, mut happened) = self.take(sent, filled);
        let rests = wanted.signum() * unfilled;
        let mut left = lots - wanted.signum() * filled;
        let waits = matches!(force, TimeInForce::Rests | TimeInForce::PostOnly);
        let mut why = if rests == 0 { "nothing to reduce" } else { "no depth" };
        while unfilled > 0
            && let Some(front) = self.front(sent)
        {
            let (_, cleared) = self.take(sent, 1);
            assert!(!self.resting.contains_key(&front), "it is in the way and no more");
            happened.extend(cleared);
        }
        if let Some(price) = sent.limit.filter(|_| waits && rests != 0) {
            self.resting.insert(id, Resting { who, lots: rests, price, reduces: sent.reduces });
            happened.push(Happened::Rested { who, lots: rests, price });
            (left, why) = (left - rests, "nothing to reduce");
        }
        happened.extend((left != 0).then_some(Happened::Refused { who, lots: left, why }));
        happened
    }

    fn cancel(&mut self, who: usize, at: usize) -> Vec<Happened> {
        let own = self.resting.iter().filter(|(_, order)| order.who == who);
        let own: Vec<usize> = own.map(|(&id, _)| id).collect();
        let chosen = at.checked_rem(own.len()).and_then(|at| self.resting.remove(&own[at]));
        let gone = chosen.map(|Resting { lots, price, .. }| {
            let why = "withdrawn by its owner";
            Happened::Gone { maker: who, lots, price, why }
        });
        gone.into_iter().collect()
    }

    fn act(&mut self, id: usize, who: usize, act: Act) -> Vec<Happened> {
        let market = (None, TimeInForce::ImmediateOrCancel);
        let tick = |lots: i64, price: i64| {
            let down = price.div_euclid(TICK) * TICK;
            if lots > 0 || down == price { down } else { down + TICK }
        };
        let (lots, (limit, force), reduces) = match act {
            Act::Market(lots) => (lots, market, false),
            Act::Reduce(lots) => (lots, market, true),
            Act::Limit(lots, price, force) => (lots, (Some(tick(lots, price)), force), false),
            Act::ReduceLimit(lots, price, force) => (lots, (Some(tick(lots, price)), force), true),
            Act::Cancel(at) => return self.cancel(who, at),
        };
        self.send(id, Sent { who, lots, limit, force, reduces })
    }
}

/// What a log tells of orders.
fn happened(books: &Books) -> Vec<Happened> {
    let who = |purse: Purse| {
        let label = books.names.account_label(purse.account);
        label.rsplit('/').next().and_then(|name| name.parse().ok()).expect("actors have numbers")
    };
    let facts = books.log().records.iter().filter_map(|record| {
        if let Fact::OrderFilled(f) = &record.fact {
            Some(Happened::Filled { maker: who(f.purse), lots: f.size.0, price: f.price.0 })
        } else if let Fact::RestingOrderCancelled(f) = &record.fact {
            let (maker, why) = (who(f.purse), f.obstacle.text());
            Some(Happened::Gone { maker, lots: f.size.0, price: f.price.0, why })
        } else if let Fact::OrderRested(f) = &record.fact {
            Some(Happened::Rested { who: who(f.purse), lots: f.size.0, price: f.price.0 })
        } else if let Fact::OrderCancelled(f) = &record.fact {
            let (who, why) = (who(f.purse), f.obstacle.text());
            Some(Happened::Refused { who, lots: f.size.0, why })
        } else {
            None
        }
    });
    facts.collect()
}

fn act() -> impl Strategy<Value = Act> {
    let force = select(vec![
        TimeInForce::Rests,
        TimeInForce::Rests,
        TimeInForce::PostOnly,
        TimeInForce::ImmediateOrCancel,
        TimeInForce::FillOrKill,
    ]);
    let lots = prop_oneof![1_i64..60, -60_i64..-1];
    let price = prop_oneof![6 => 9_960_i64..10_040, 1 => 5_000_i64..20_000];
    let limit = (lots.clone(), price, force, prop::bool::weighted(0.25));
    prop_oneof![
        6 => limit.prop_map(|(lots, price, force, reduces)| {
            if reduces { Act::ReduceLimit(lots, price, force) } else { Act::Limit(lots, price, force) }
        }),
        1 => lots.clone().prop_map(Act::Market),
        1 => lots.prop_map(Act::Reduce),
        1 => (0_usize..20).prop_map(Act::Cancel),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(256),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_venue_fills_what_a_plain_exchange_fills_in_the_same_order(
        acts in vec((0..MEMBERS, act()), 1..120),
    ) {
        let mut exchange = Exchange::default();
        let mut expected = Vec::new();
        let mut script = Vec::new();
        for (id, &(who, act)) in acts.iter().enumerate() {
            expected.extend(exchange.act(id, who, act));
            script.push(format!("(\"{}ms\", {who}, {act:?})", 1_000 + 10 * id));
        }
        let members = [RICH; MEMBERS];
        let books = Scene { members: &members, acts: &script.join(", "), ..SCENE }.play();
        prop_assert_eq!(happened(&books), expected);
        for (who, held) in exchange.held.into_iter().enumerate() {
            let sign = if held < 0 { "-" } else { "" };
            let held = format!("{sign}{}.{}", held.abs() / 10, held.abs() % 10);
            let held = held.trim_end_matches(".0");
            prop_assert_eq!(books.size(&format!("actors/{who}"), "COIN"), held);
        }
    }
}
