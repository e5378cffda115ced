//! Picking facts out of a log, and asking why they happened.

use crate::Log;
use facts::{AccountId, Fact, FactId, FactKind, InstrumentId, Record, Told, Word};
use std::iter::successors;
use units::Time;

/// A fact, the fact that led to it, and so on back to the root; empty when there is no such fact.
pub fn causes(log: &Log, id: FactId) -> Vec<&Record> {
    let cause = |record: &&Record| record.cause.filter(|cause| *cause < record.id);
    successors(log.record(id), |record| log.record(cause(record)?)).collect()
}

/// Whether a fact is about an account: it, or one of its purses, is in it.
pub fn concerns(fact: &Fact, account: AccountId) -> bool {
    fact.words().into_iter().any(|(_, word)| {
        word == Word::Account(account)
            || matches!(word, Word::Purse(purse) if purse.account == account)
    })
}

/// Whether a fact is about an instrument: it, a leg in it, or an isolated purse of it is in it.
pub fn mentions(fact: &Fact, instrument: InstrumentId) -> bool {
    fact.words().into_iter().any(|(_, word)| {
        word == Word::Instrument(instrument)
            || matches!(word, Word::Purse(purse) if purse.isolated == Some(instrument))
            || matches!(word, Word::Legs(legs) if legs.iter().any(|leg| leg.instrument == instrument))
    })
}

/// Which facts to show; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// About this account.
    pub account: Option<AccountId>,
    /// About this instrument.
    pub instrument: Option<InstrumentId>,
    /// Of one of these kinds, by name; empty for all. What strangers told has a name of its own, and
    /// is `Told`, too.
    pub kinds: Vec<String>,
    /// At this time or later.
    pub from: Option<Time>,
    /// At this time or earlier.
    pub to: Option<Time>,
}

impl Filter {
    /// Whether to show a fact.
    pub fn matches(&self, record: &Record) -> bool {
        let Record { stamp, fact, .. } = record;
        self.from.is_none_or(|from| stamp.time >= from)
            && self.to.is_none_or(|to| stamp.time <= to)
            && self.picks(fact)
    }

    /// Whether a fact is about what is asked for, whenever it happened: what is declared before time
    /// starts has no time.
    pub fn picks(&self, fact: &Fact) -> bool {
        (self.kinds.is_empty() || self.kinds.iter().any(|kind| is_called(fact, kind)))
            && self.account.is_none_or(|account| concerns(fact, account))
            && self.instrument.is_none_or(|instrument| mentions(fact, instrument))
    }
}

fn is_called(fact: &Fact, kind: &str) -> bool {
    kind == fact.name() || matches!(fact, Fact::Told(_) if kind == Told::NAME)
}

#[cfg(test)]
mod tests {
    use super::{Filter, causes};
    use crate::{Log, sample};
    use facts::{AccountId, FactId, InstrumentId, Told, Word};
    use units::Time;

    fn log() -> Log {
        let facts = [sample::mark(0, 50), sample::sale(2, 50, 2_000), sample::mark(1, 30)];
        let sealed = sample::log(&sample::world(), &sample::story(&facts));
        Log::read(&sealed.bytes).expect("nobody touched it")
    }

    fn shown(filter: &Filter) -> Vec<u64> {
        let log = log();
        log.records.iter().filter(|record| filter.matches(record)).map(|r| r.id.0).collect()
    }

    #[test]
    fn what_a_stranger_tells_is_found_by_its_name_and_its_account() {
        let words = vec![("account", Word::Account(AccountId(4)))];
        let told = sample::story(&[sample::mark(0, 50), Told::new("Reported", words).into()]);
        let shown = |filter: Filter| -> Vec<u64> {
            told.iter().filter(|record| filter.matches(record)).map(|record| record.id.0).collect()
        };
        for kind in ["Reported", "Told"] {
            assert_eq!(shown(Filter { kinds: vec![kind.to_owned()], ..Filter::default() }), [1]);
        }
        assert_eq!(shown(Filter { account: Some(AccountId(4)), ..Filter::default() }), [1]);
        assert_eq!(shown(Filter { account: Some(AccountId(3)), ..Filter::default() }), []);
    }

    #[test]
    fn causes_lead_back_to_the_root() {
        let log = log();
        let ids = |id| causes(&log, FactId(id)).iter().map(|r| r.id.0).collect::<Vec<_>>();
        assert_eq!(ids(2), [2, 1, 0]);
        assert_eq!(ids(0), [0]);
        assert_eq!(ids(3), []);
    }

    #[test]
    fn a_filter_shows_what_fits_all_of_it() {
        let none = Filter::default();
        assert_eq!(shown(&none), [0, 1, 2]);
        assert_eq!(shown(&Filter { account: Some(AccountId(3)), ..none.clone() }), [1]);
        assert_eq!(shown(&Filter { instrument: Some(InstrumentId(0)), ..none.clone() }), [0, 1]);
        let kinds = vec!["MarkPricePublished".to_owned()];
        assert_eq!(shown(&Filter { kinds, ..Filter::default() }), [0, 2]);
        let second = Some(Time(2_000_000_000));
        assert_eq!(shown(&Filter { from: second, ..none.clone() }), [1, 2]);
        assert_eq!(shown(&Filter { to: second, ..none.clone() }), [0, 1]);
        assert_eq!(shown(&Filter { from: second, to: second, ..none }), [1]);
    }

    #[test]
    fn genesis_is_picked_by_what_it_is_about_whatever_the_time() {
        let (log, account) = (log(), Some(AccountId(3)));
        let filter = Filter { account, from: Some(Time(i64::MAX)), ..Filter::default() };
        let picked: Vec<_> = log.genesis.iter().filter(|fact| filter.picks(fact)).collect();
        assert!(!picked.is_empty() && picked.len() < log.genesis.len(), "{picked:?}");
        assert!(picked.iter().all(|fact| super::concerns(fact, AccountId(3))));
    }
}
