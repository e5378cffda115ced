//! What legs owe in funding when a run ends.

use crate::{Run, who_paid::Payer};
use facts::{AccountId, Fact, InstrumentId, Purse, Record};
use replay::State;
use std::collections::BTreeMap;
use units::{Money, Rounding, Size, mul_div};

/// Parts of a money unit that cumulative funding counts.
const BILLION: i128 = 1_000_000_000;

/// Account, who holds what it will pay, and how much it owes for each leg that is not settled:
/// negative where it will receive. Rounded up, as a settlement would be.
pub(crate) fn unsettled(run: &Run<'_>) -> Vec<(AccountId, Option<Payer>, Money)> {
    let mut ledger = Ledger::default();
    for record in run.records() {
        ledger.learn(record);
    }
    if ledger.cumulative.is_empty() {
        return Vec::new();
    }
    let state = State::of(run.genesis(), run.records()).unwrap_or_default();
    let owed = state.legs().filter(|(.., leg)| leg.size != Size::ZERO).map(|(account, of, leg)| {
        let now = ledger.cumulative.get(&of).copied().unwrap_or_default();
        let then = ledger.settled.get(&(account, of)).copied().unwrap_or_default();
        let owed = mul_div(i128::from(leg.size.0), now - then, BILLION, Rounding::Up);
        (account, Some(Payer::Venue), Money(owed.unwrap_or_default()))
    });
    owed.collect()
}

#[derive(Default)]
struct Ledger {
    /// Cumulative funding of each instrument.
    cumulative: BTreeMap<InstrumentId, i128>,
    /// The same when a leg was last settled or changed.
    settled: BTreeMap<(AccountId, InstrumentId), i128>,
}

impl Ledger {
    fn learn(&mut self, record: &Record) {
        if let Fact::FundingRateSet(f) = &record.fact {
            self.cumulative.insert(f.instrument, f.cumulative);
        } else if let Fact::FundingPaid(f) = &record.fact {
            self.touch(f.instrument, [f.purse]);
        } else if let Fact::Traded(f) = &record.fact {
            self.touch(f.instrument, [f.buyer, f.seller]);
        } else if let Fact::PositionDeleveraged(f) = &record.fact {
            self.touch(f.instrument, [f.winner, f.bankrupt]);
        } else if let Fact::PositionTakenOver(f) = &record.fact {
            self.touch(f.instrument, [f.purse, f.by]);
        }
    }

    fn touch<const N: usize>(&mut self, instrument: InstrumentId, purses: [Purse; N]) {
        let now = self.cumulative.get(&instrument).copied().unwrap_or_default();
        for purse in purses {
            self.settled.insert((purse.account, instrument), now);
        }
    }
}
