//! What legs owe in funding: charged by a cumulative index, paid when a leg is touched.

use facts::{AccountId, Fact, InstrumentId, Purse, Record};
use std::collections::BTreeMap;
use units::{Money, Rounding, Size, mul_div};

/// Parts of a money unit that cumulative funding counts.
const BILLION: i128 = 1_000_000_000;

/// Funding that was charged and is not paid yet, folded from facts alone.
#[derive(Clone, Debug, Default)]
pub struct Funding {
    /// Cumulative funding of each instrument.
    cumulative: BTreeMap<InstrumentId, i128>,
    /// The same when a leg was last settled or changed.
    settled: BTreeMap<(AccountId, InstrumentId), i128>,
}

impl Funding {
    /// Folds a fact of the run.
    pub fn apply(&mut self, record: &Record) {
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

    /// Whether any was charged.
    pub fn is_charged(&self) -> bool {
        !self.cumulative.is_empty()
    }

    /// What a leg of this size owes since it was last settled, rounded up, as a settlement would
    /// be; negative where it will receive.
    pub fn owed(&self, account: AccountId, instrument: InstrumentId, size: Size) -> Money {
        let now = self.cumulative.get(&instrument).copied().unwrap_or_default();
        let then = self.settled.get(&(account, instrument)).copied().unwrap_or_default();
        let owed = mul_div(i128::from(size.0), now.saturating_sub(then), BILLION, Rounding::Up);
        Money(owed.unwrap_or_default())
    }

    fn touch<const N: usize>(&mut self, instrument: InstrumentId, purses: [Purse; N]) {
        let now = self.cumulative.get(&instrument).copied().unwrap_or_default();
        for purse in purses {
            self.settled.insert((purse.account, instrument), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Funding;
    use crate::sample;
    use facts::{AccountId, Fact, FundingPaid, FundingRateSet, InstrumentId, Purse};
    use units::{Money, Price, Ratio, Size};

    const LONG: AccountId = AccountId(3);
    const SHORT: AccountId = AccountId(2);
    const BTC: InstrumentId = InstrumentId(0);

    /// What a long and a short of five lots owe after these facts.
    fn owed(facts: &[Fact]) -> [Money; 2] {
        let mut funding = Funding::default();
        for record in sample::story(facts) {
            funding.apply(&record);
        }
        [funding.owed(LONG, BTC, Size(5)), funding.owed(SHORT, BTC, Size(-5))]
    }

    fn charged(cumulative: i128) -> Fact {
        let (rate, premium, index_price) = (Ratio::ZERO, Ratio::ZERO, Price(1));
        FundingRateSet { instrument: BTC, rate, premium, index_price, cumulative }.into()
    }

    #[test]
    fn what_is_charged_is_owed_until_the_leg_is_touched() {
        assert_eq!(owed(&[]), [Money(0); 2]);
        assert_eq!(owed(&[charged(1), charged(3_000_000_000)]), [Money(15), Money(-15)]);
        let paid = FundingPaid {
            purse: Purse::of(LONG),
            instrument: BTC,
            size: Size(5),
            amount: Money(15),
            to: AccountId(0),
        };
        let paid = [charged(3_000_000_000), paid.into(), charged(4_000_000_000)];
        assert_eq!(owed(&paid), [Money(5), Money(-20)]);
        let sold = [charged(3_000_000_000), sample::sale(1, 50, 0)];
        assert_eq!(owed(&sold), [Money(0); 2]);
    }

    #[test]
    fn rounding_is_against_who_pays() {
        assert_eq!(owed(&[charged(1)]), [Money(1), Money(0)]);
        assert_eq!(owed(&[charged(-1)]), [Money(0), Money(1)]);
    }
}
