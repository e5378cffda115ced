//! What a log leads to: final balances and legs.

use crate::{Digest, LogError, StateError, digest::Tally};
use facts::{AccountId, Fact, InstrumentId, Purse, Record};
use std::collections::BTreeMap;
use units::{Money, Price, Size};

/// A leg as facts leave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leg {
    /// Signed size.
    pub size: Size,
    /// Signed entry cost.
    pub cost: Money,
}

/// Balances and legs, folded from facts alone: what an engine's own columns must equal (law 32).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    balances: BTreeMap<Purse, Money>,
    legs: BTreeMap<(AccountId, InstrumentId), Leg>,
    unit_values: BTreeMap<InstrumentId, i64>,
}

/// One party's part of a trade.
struct Fill {
    purse: Purse,
    instrument: InstrumentId,
    size: i64,
    price: Price,
    realised: Money,
}

impl State {
    /// What these facts lead to.
    ///
    /// # Errors
    /// When a number does not fit, or an instrument was never listed.
    pub fn of(genesis: &[Fact], records: &[Record]) -> Result<Self, LogError> {
        let mut state = Self::default();
        for fact in genesis {
            state.apply_genesis(fact).map_err(LogError::Genesis)?;
        }
        for record in records {
            state.apply(record).map_err(|source| LogError::Fold { fact: record.id, source })?;
        }
        Ok(state)
    }

    /// Folds a fact that declares the world.
    ///
    /// # Errors
    /// When a number does not fit.
    pub fn apply_genesis(&mut self, fact: &Fact) -> Result<(), StateError> {
        if let Fact::InstrumentListed(listed) = fact {
            self.unit_values.insert(listed.instrument, listed.unit_value);
        } else if let Fact::LegOpened(opened) = fact {
            let leg = Leg { size: opened.size, cost: opened.cost };
            self.legs.insert((opened.purse.account, opened.instrument), leg);
        }
        self.post(fact)
    }

    /// Folds a fact of the run.
    ///
    /// # Errors
    /// When a number does not fit, or an instrument was never listed.
    pub fn apply(&mut self, record: &Record) -> Result<(), StateError> {
        for fill in fills(&record.fact)?.into_iter().flatten() {
            self.fill(&fill)?;
        }
        if let Fact::ProfitCut(cut) = &record.fact {
            let leg = self.legs.entry((cut.purse.account, cut.instrument)).or_default();
            leg.cost = add(leg.cost, cut.amount, "cost")?;
        }
        self.post(&record.fact)
    }

    /// Money in a purse.
    pub fn balance(&self, purse: Purse) -> Money {
        self.balances.get(&purse).copied().unwrap_or_default()
    }

    /// The leg of an account in an instrument; flat where there is none.
    pub fn leg(&self, account: AccountId, instrument: InstrumentId) -> Leg {
        self.legs.get(&(account, instrument)).copied().unwrap_or_default()
    }

    /// All purses that money ever moved to or from, in order, with what they hold.
    pub fn balances(&self) -> impl Iterator<Item = (Purse, Money)> {
        self.balances.iter().map(|(purse, balance)| (*purse, *balance))
    }

    /// All legs that ever were, in order of account and instrument.
    pub fn legs(&self) -> impl Iterator<Item = (AccountId, InstrumentId, Leg)> {
        self.legs.iter().map(|((account, instrument), leg)| (*account, *instrument, *leg))
    }

    /// Digest of all balances and legs that are not zero.
    pub fn digest(&self) -> Digest {
        let legs =
            self.legs().map(|(account, instrument, leg)| (account, instrument, leg.size, leg.cost));
        Self::digest_of(self.balances(), legs)
    }

    /// The same digest from anybody's own columns: balances in the order of purses, legs in that
    /// of account and instrument. What is zero is left out.
    pub fn digest_of(
        balances: impl Iterator<Item = (Purse, Money)>,
        legs: impl Iterator<Item = (AccountId, InstrumentId, Size, Money)>,
    ) -> Digest {
        let mut tally = Tally::default();
        for (purse, balance) in balances.filter(|(_, balance)| *balance != Money::ZERO) {
            tally.entry(&(0_u8, purse, balance));
        }
        let held = |size, cost| size != Size::ZERO || cost != Money::ZERO;
        for (account, instrument, size, cost) in legs.filter(|leg| held(leg.2, leg.3)) {
            tally.entry(&(1_u8, account, instrument, size, cost));
        }
        tally.digest()
    }

    fn post(&mut self, fact: &Fact) -> Result<(), StateError> {
        for posting in fact.postings().into_iter().flatten() {
            let debit = posting.amount.0.checked_neg().map(Money);
            let debit = debit.ok_or(StateError::Overflow("balance"))?;
            for (purse, amount) in [(posting.from, debit), (posting.to, posting.amount)] {
                let balance = self.balances.entry(purse).or_default();
                *balance = add(*balance, amount, "balance")?;
            }
        }
        Ok(())
    }

    fn fill(&mut self, fill: &Fill) -> Result<(), StateError> {
        let unit_value =
            self.unit_values.get(&fill.instrument).ok_or(StateError::Unlisted(fill.instrument))?;
        let value = i128::from(fill.size)
            .checked_mul(i128::from(fill.price.0))
            .and_then(|value| value.checked_mul(i128::from(*unit_value)))
            .ok_or(StateError::Overflow("value"))?;
        let leg = self.legs.entry((fill.purse.account, fill.instrument)).or_default();
        let size = leg.size.0.checked_add(fill.size).ok_or(StateError::Overflow("size"))?;
        let cost = add(add(leg.cost, Money(value), "cost")?, fill.realised, "cost")?;
        *leg = Leg { size: Size(size), cost };
        Ok(())
    }
}

/// Both parties' parts of a trade, where the fact is one.
fn fills(fact: &Fact) -> Result<[Option<Fill>; 2], StateError> {
    let opposite = |size: Size| size.0.checked_neg().ok_or(StateError::Overflow("size"));
    if let Fact::Traded(f) = fact {
        let fill = |purse, size, realised| {
            Some(Fill { purse, instrument: f.instrument, size, price: f.price, realised })
        };
        let sold = opposite(f.size)?;
        Ok([fill(f.buyer, f.size.0, f.buyer_realised), fill(f.seller, sold, f.seller_realised)])
    } else if let Fact::PositionDeleveraged(f) = fact {
        let fill = |purse, size, realised| {
            Some(Fill { purse, instrument: f.instrument, size, price: f.price, realised })
        };
        let other = opposite(f.size)?;
        Ok([
            fill(f.winner, f.size.0, f.winner_realised),
            fill(f.bankrupt, other, f.bankrupt_realised),
        ])
    } else if let Fact::PositionTakenOver(f) = fact {
        let fill = |purse, size, realised| {
            Some(Fill { purse, instrument: f.instrument, size, price: f.price, realised })
        };
        let given = opposite(f.size)?;
        Ok([fill(f.purse, given, f.purse_realised), fill(f.by, f.size.0, f.by_realised)])
    } else {
        Ok([None, None])
    }
}

fn add(balance: Money, amount: Money, what: &'static str) -> Result<Money, StateError> {
    balance.checked_add(amount).map_err(|_| StateError::Overflow(what))
}

#[cfg(test)]
mod tests {
    use super::{Leg, State};
    use crate::{LogError, StateError, sample};
    use facts::{AccountId, Fact, FactId, InstrumentId, PositionDeleveraged, ProfitCut, Purse};
    use units::{Money, Price, Size};

    const LONG: AccountId = AccountId(3);
    const SHORT: AccountId = AccountId(2);
    const BTC: InstrumentId = InstrumentId(0);

    fn after(facts: &[Fact]) -> State {
        State::of(&sample::world(), &sample::story(facts)).expect("it is small")
    }

    #[test]
    fn genesis_leaves_deposits_and_legs_at_their_entry_cost() {
        let state = after(&[]);
        assert_eq!(state.balance(Purse::of(LONG)), Money(100));
        assert_eq!(state.leg(LONG, BTC), Leg { size: Size(5), cost: Money(20_000) });
        assert_eq!(state.leg(SHORT, BTC), Leg { size: Size(-5), cost: Money(-20_000) });
    }

    #[test]
    fn a_leg_closed_at_a_profit_leaves_no_cost_and_the_profit() {
        let state = after(&[sample::sale(2, 50, 2_000), sample::sale(3, 30, -3_000)]);
        assert_eq!(state.leg(LONG, BTC), Leg::default());
        assert_eq!(state.leg(SHORT, BTC), Leg::default());
        assert_eq!(state.balance(Purse::of(LONG)), Money(-900));
        assert_eq!(state.balance(Purse::of(SHORT)), Money(1_900));
        assert_eq!(state.balances().map(|(_, balance)| balance).sum::<Money>(), Money::ZERO);
    }

    #[test]
    fn a_cut_raises_the_cost_by_what_it_takes() {
        let state = after(&[Fact::from(ProfitCut {
            purse: Purse::of(SHORT),
            instrument: BTC,
            amount: Money(70),
            profit: Money(100),
            rank: 0,
            clearing: AccountId(1),
            to: AccountId(5),
        })]);
        assert_eq!(state.leg(SHORT, BTC), Leg { size: Size(-5), cost: Money(-19_930) });
        assert_eq!(state.balance(Purse::of(AccountId(5))), Money(70));
    }

    #[test]
    fn a_deleveraged_position_leaves_both_sides() {
        let state = after(&[Fact::from(PositionDeleveraged {
            winner: Purse::of(SHORT),
            bankrupt: Purse::of(LONG),
            instrument: BTC,
            size: Size(5),
            price: Price(39),
            mark: Price(30),
            profit: Money(5_000),
            rank: 0,
            winner_realised: Money(500),
            bankrupt_realised: Money(-500),
            clearing: AccountId(1),
        })]);
        assert_eq!(state.leg(SHORT, BTC), Leg::default());
        assert_eq!(state.leg(LONG, BTC), Leg::default());
    }

    #[test]
    fn what_is_zero_is_no_part_of_the_digest() {
        let state = after(&[]);
        let idle = (Purse::of(AccountId(9)), Money::ZERO);
        let legs = state.legs().map(|(account, of, leg)| (account, of, leg.size, leg.cost));
        let flat = (AccountId(9), BTC, Size::ZERO, Money::ZERO);
        let digest = State::digest_of(state.balances().chain([idle]), legs.chain([flat]));
        assert_eq!(digest, state.digest());
        assert_ne!(digest, after(&[sample::sale(1, 40, 0)]).digest());
    }

    #[test]
    fn what_does_not_fit_or_was_never_listed_is_an_error() {
        let huge = sample::story(&[sample::sale(i64::MAX, i64::MAX, 0)]);
        let folded = State::of(&sample::world(), &huge);
        let source = StateError::Overflow("value");
        assert_eq!(folded, Err(LogError::Fold { fact: FactId(0), source }));
        let source = StateError::Unlisted(BTC);
        assert_eq!(State::of(&[], &huge), Err(LogError::Fold { fact: FactId(0), source }));
    }
}
