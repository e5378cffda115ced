//! Laws of margin calls and orders.

use super::{
    design, outcome,
    random::{market, path, person},
};
use facts::{AccountId, Fact, FactId, InstrumentId, Purse, Record};
use proptest::prelude::*;
use replay::State;
use std::collections::{BTreeMap, BTreeSet};
use units::{Size, Time};

/// Margin calls that stand, each with its deadline and its fact, and purses under liquidation, at one
/// point of a log.
#[derive(Debug, Default)]
struct Calls {
    standing: BTreeMap<Purse, (Time, FactId)>,
    liquidated: BTreeSet<Purse>,
}

/// Whether a fact may leave a purse with what it was asked for: it moves its money or its legs, or
/// what legs are worth and need.
fn may_meet(fact: &Fact, purse: Purse) -> bool {
    if let Fact::CollateralAdded(f) = fact {
        f.purse == purse
    } else if let Fact::Traded(f) = fact {
        f.buyer == purse || f.seller == purse
    } else if let Fact::PositionDeleveraged(f) = fact {
        f.winner == purse
    } else if let Fact::MarginReleased(f) = fact {
        Purse::of(f.purse.account) == purse
    } else {
        matches!(
            fact,
            Fact::MarkPricePublished(_) | Fact::FundingRateSet(_) | Fact::RequirementChanged(_)
        )
    }
}

impl Calls {
    /// What is wrong with a record, of which the cause is given.
    fn hear(&mut self, record: &Record, cause: Option<&Record>) -> Result<(), String> {
        let (now, fact) = (record.stamp.time, &record.fact);
        let wrong = || Err(format!("{now}: {fact:?} while {self:?}"));
        if let Fact::MarginCalled(f) = fact {
            let right = f.equity < f.needed && !f.legs.is_empty() && f.deadline > now;
            if !right || self.liquidated.contains(&f.purse) {
                return wrong();
            }
            if self.standing.insert(f.purse, (f.deadline, record.id)).is_some() {
                return Err(format!("{now}: {fact:?} was called already"));
            }
        } else if let Fact::MarginCallMet(f) = fact {
            let answers = |&(deadline, call): &(Time, FactId)| now <= deadline && f.call == call;
            let met_by = |cause: &Record| cause.id > f.call && may_meet(&cause.fact, f.purse);
            let is_right = self.standing.remove(&f.purse).as_ref().is_some_and(answers);
            if f.equity < f.needed || !is_right || !cause.is_some_and(met_by) {
                return Err(format!("{now}: {fact:?} because of {cause:?}"));
            }
        } else if let Fact::MarginCallMissed(f) = fact {
            let call = self.standing.get(&f.purse).copied();
            if f.equity >= f.needed || call != cause.map(|cause| (now, cause.id)) {
                return wrong();
            }
            self.standing.remove(&f.purse);
        } else if let Fact::LiquidationOpened(f) = fact {
            self.standing.remove(&f.purse);
            self.liquidated.insert(f.purse);
        } else if let Fact::LiquidationEnded(f) = fact {
            self.liquidated.remove(&f.purse);
        } else if let Fact::LiquidationSpared(f) = fact {
            self.liquidated.remove(&f.purse);
        } else if let Fact::BankruptcyIncurred(f) = fact {
            self.standing.remove(&f.purse);
        }
        Ok(())
    }
}

/// What is left of an order, and for whom.
#[derive(Debug)]
struct Open {
    account: AccountId,
    instrument: InstrumentId,
    /// What is neither filled nor cancelled, and does not rest.
    left: Size,
    /// What rests.
    rests: Size,
    reduce_only: bool,
}

impl Open {
    /// Whether trading `size` only reduced what was held before.
    fn reduced(&self, held: Size, size: Size) -> Result<(), String> {
        let after = held + size;
        let reduces = after.magnitude() < held.magnitude() && after.0 * held.0 >= 0;
        if self.reduce_only && !reduces {
            return Err(format!("{self:?} went from {held:?} to {after:?}"));
        }
        Ok(())
    }

    /// Takes a part of what rests; what is left of it.
    fn take(&mut self, size: Size) -> Result<Size, String> {
        let left = self.rests - size;
        if size.side() != self.rests.side() || left.0 * self.rests.0 < 0 {
            return Err(format!("{size:?} of {self:?}"));
        }
        self.rests = left;
        Ok(left)
    }
}

/// Orders by the fact that placed them, and who holds what.
#[derive(Debug)]
struct Orders {
    open: BTreeMap<FactId, Open>,
    state: State,
}

impl Orders {
    /// What is wrong with a record.
    fn hear(&mut self, record: &Record) -> Result<(), String> {
        let order = record.cause.and_then(|cause| self.open.get_mut(&cause));
        let placed = |account, instrument, left, reduce_only| Open {
            account,
            instrument,
            left,
            rests: Size::ZERO,
            reduce_only,
        };
        if let Fact::OrderPlaced(f) = &record.fact {
            let open = placed(f.account, f.instrument, f.size, f.reduce_only);
            self.open.insert(record.id, open);
        } else if let Fact::LimitOrderPlaced(f) = &record.fact {
            let open = placed(f.account, f.instrument, f.size, f.reduce_only);
            self.open.insert(record.id, open);
        } else if let Fact::OrderRested(f) = &record.fact {
            let order = order.ok_or("nothing was ordered")?;
            (order.left, order.rests) = (order.left - f.size, f.size);
        } else if let Fact::OrderFilled(f) = &record.fact {
            let order = self.open.get_mut(&f.order).ok_or("nothing was ordered")?;
            if order.take(f.size)? != f.left {
                return Err(format!("{f:?} of {order:?}"));
            }
            let held = self.state.leg(order.account, order.instrument).size;
            order.reduced(held - f.size, f.size)?;
        } else if let Fact::RestingOrderCancelled(f) = &record.fact {
            let order = self.open.get_mut(&f.order).ok_or("nothing was ordered")?;
            order.take(f.size)?;
        } else if let Fact::OrderCancelled(f) = &record.fact {
            let order = order.ok_or("nothing was ordered")?;
            order.left = order.left - f.size;
        } else if let Fact::Traded(f) = &record.fact
            && f.forced.is_none()
        {
            let order = order.ok_or("nothing was ordered")?;
            let bought = order.account == f.buyer.account;
            let size = if bought { f.size } else { -f.size };
            order.left = order.left - size;
            let held = self.state.leg(order.account, order.instrument).size;
            order.reduced(held, size)?;
        }
        self.state.apply(record).map_err(|error| error.to_string())
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(384),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_call_is_for_a_position_and_ends_once(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        let mut calls = Calls::default();
        for record in &log.records {
            let cause = record.cause.map(|cause| &log.records[cause.row()]);
            calls.hear(record, cause).map_err(TestCaseError::fail)?;
        }
        let end = log.records.last().map_or(Time(0), |record| record.stamp.time);
        prop_assert!(calls.standing.values().all(|&(deadline, _)| deadline >= end), "{:?}", calls);
    }

    #[test]
    fn an_order_is_filled_or_cancelled_to_the_last_lot_and_reduces_where_it_only_may(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        let state = State::of(&log.genesis, &[]).expect("the log was verified");
        let mut orders = Orders { open: BTreeMap::new(), state };
        for record in &log.records {
            orders.hear(record).map_err(TestCaseError::fail)?;
        }
        let left: Vec<&Open> = orders.open.values().filter(|it| it.left != Size::ZERO).collect();
        prop_assert!(left.is_empty(), "{:?}", left);
    }
}
