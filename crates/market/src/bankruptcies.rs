//! What purses without legs owe: who, how much, and where it was lost.

use crate::desk::Losses;
use facts::{FactId, InstrumentId, Purse};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, btree_map::Entry};
use units::{Money, Rounding, Side};

/// What a purse without legs owes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bankruptcy {
    /// What is still owed, positive.
    outstanding: Money,
    /// Where it came from.
    losses: Losses,
    /// Whether insurance and winners have been asked: before that nothing is booked.
    is_asked: bool,
    /// The fact that opened it.
    pub(crate) fact: FactId,
}

impl Bankruptcy {
    pub(crate) fn new(owed: Money, losses: Losses, fact: FactId) -> Self {
        Self { outstanding: owed, losses, is_asked: false, fact }
    }

    /// Splits what is owed over where it was lost, in proportion; cumulative rounding, so that the
    /// parts sum to the whole.
    pub(crate) fn attributed(&self) -> Vec<((InstrumentId, Side), Money)> {
        let total: Money = self.losses.values().copied().sum();
        let (mut lost, mut given) = (Money::ZERO, Money::ZERO);
        let parts = self.losses.iter().map(|(&key, &loss)| {
            lost += loss;
            let until = self.outstanding.portion(lost, total, Rounding::Down);
            let part = until - given;
            given = until;
            (key, part)
        });
        parts.filter(|&(_, part)| part > Money::ZERO).collect()
    }
}

/// The bankruptcies of the present instant, by purse.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Bankruptcies {
    of: BTreeMap<Purse, Bankruptcy>,
    /// Owed by all: there may be thousands at once, and a law asks after every event.
    outstanding: Money,
}

impl Bankruptcies {
    pub(crate) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    pub(crate) fn get(&self, purse: Purse) -> Option<&Bankruptcy> {
        self.of.get(&purse)
    }

    /// What a purse still owes: nothing when it is not bankrupt.
    pub(crate) fn owed_by(&self, purse: Purse) -> Money {
        self.get(purse).map_or(Money::ZERO, |bankruptcy| bankruptcy.outstanding)
    }

    /// What all of them still owe.
    pub(crate) fn outstanding(&self) -> Money {
        self.outstanding
    }

    pub(crate) fn insert(&mut self, purse: Purse, bankruptcy: Bankruptcy) {
        self.outstanding += bankruptcy.outstanding;
        let before = self.of.insert(purse, bankruptcy);
        self.outstanding -= before.map_or(Money::ZERO, |before| before.outstanding);
    }

    /// Takes what was paid off what a purse owes; who owes nothing more is not bankrupt any more.
    pub(crate) fn relieve(&mut self, purse: Purse, amount: Money) {
        if let Entry::Occupied(mut bankruptcy) = self.of.entry(purse) {
            self.outstanding -= amount;
            bankruptcy.get_mut().outstanding -= amount;
            if bankruptcy.get().outstanding == Money::ZERO {
                bankruptcy.remove();
            }
        }
    }

    /// Who is bankrupt.
    pub(crate) fn purses(&self) -> impl Iterator<Item = Purse> {
        self.of.keys().copied()
    }

    /// For whom insurance and winners have been asked.
    pub(crate) fn asked(&self) -> impl Iterator<Item = Purse> {
        self.of.iter().filter(|(_, bankruptcy)| bankruptcy.is_asked).map(|(&purse, _)| purse)
    }

    /// All of them: from now on they have been asked for.
    pub(crate) fn ask(&mut self) -> impl Iterator<Item = &Bankruptcy> {
        self.of.values_mut().map(|bankruptcy| {
            bankruptcy.is_asked = true;
            &*bankruptcy
        })
    }

    /// Whether the sum is that of its parts.
    pub(crate) fn add_up(&self) -> bool {
        self.of.values().map(|bankruptcy| bankruptcy.outstanding).sum::<Money>() == self.outstanding
    }
}

#[cfg(test)]
mod tests {
    use super::{Bankruptcies, Bankruptcy};
    use crate::desk::Losses;
    use facts::{AccountId, FactId, Purse};
    use units::Money;

    #[test]
    fn what_is_owed_in_all_is_the_sum_of_what_each_owes() {
        let purse = |account| Purse::of(AccountId(account));
        let mut bankruptcies = Bankruptcies::default();
        let mut owes = |account, owed| {
            let bankruptcy = Bankruptcy::new(Money(owed), Losses::new(), FactId(0));
            bankruptcies.insert(purse(account), bankruptcy);
            assert!(bankruptcies.add_up());
        };
        owes(0, 30);
        owes(1, 50);
        owes(1, 40);
        assert_eq!(bankruptcies.outstanding(), Money(70));
        for (account, paid, left) in [(0, 10, 60), (0, 20, 40), (2, 5, 40), (1, 40, 0)] {
            bankruptcies.relieve(purse(account), Money(paid));
            assert!(bankruptcies.add_up());
            assert_eq!(bankruptcies.outstanding(), Money(left));
        }
        assert!(bankruptcies.is_empty());
    }
}
