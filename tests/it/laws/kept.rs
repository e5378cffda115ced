//! The law of sales that wait.

use super::{
    design, outcome,
    random::{market, path, person},
};
use facts::{Fact, InstrumentId, Record};
use proptest::prelude::*;

/// Whether a fact stops or opens trading in an instrument.
fn turns(fact: &Fact, instrument: InstrumentId) -> bool {
    if let Fact::Halted(f) = fact {
        f.instrument == instrument
    } else if let Fact::Resumed(f) = fact {
        f.instrument == instrument
    } else {
        false
    }
}

/// What was told although it follows from nothing but having been told before.
fn told_again(records: &[Record]) -> Option<&Record> {
    records.iter().find(|record| {
        let Some(cause) = record.cause.filter(|_| matches!(record.fact, Fact::SaleKept(_))) else {
            return false;
        };
        let Fact::SaleKept(before) = &records[cause.row()].fact else { return false };
        let between = &records[cause.row()..record.id.row()];
        record.fact == Fact::from(before.clone())
            && !between.iter().any(|record| turns(&record.fact, before.instrument))
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(384),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_sale_that_waits_is_told_where_it_is_news(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        prop_assert_eq!(told_again(&log.records), None);
    }
}
