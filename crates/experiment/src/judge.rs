//! Whether a run did what was expected of it: a pure function of its log.

use crate::{
    Code, Diagnostic, Experiment,
    expect::{Expectation, HALTED, Subject, TRADING},
    source::remark,
};
use facts::{AccountId, Fact, InstrumentId, Purse, Record, Role};
use market::HOUSE;
use replay::{Funding, Log, Names, State};
use std::collections::{BTreeMap, BTreeSet};
use units::{Money, Price, Size, Time};

impl Experiment {
    /// Arms of which something is expected, in the order of the file, each with how many things.
    pub fn expectations(&self) -> impl Iterator<Item = (&str, usize)> {
        let expected = self.arms().map(|arm| (arm, self.expected.get(arm).map_or(0, Vec::len)));
        expected.filter(|(_, count)| *count > 0)
    }

    /// What a run of `arm` did not do that was expected of it, each where it is written, in the
    /// order of the file. `log` is of the experiment's own seed.
    ///
    /// # Panics
    /// When the facts of the log do not fold: those of a log that was read do.
    pub fn unmet(&self, arm: &str, log: &Log) -> Vec<Diagnostic> {
        let Some(expected) = self.expected.get(arm) else { return Vec::new() };
        let mut waiting: Vec<(Option<Time>, &Expectation)> =
            expected.iter().map(|it| (it.at.map(|at| self.start() + at), it)).collect();
        // What is expected at the end comes last.
        waiting.sort_by_key(|(at, _)| (at.is_none(), *at));
        let mut scene = Scene::before(log, expected);
        let mut records = log.records.iter().peekable();
        let mut remarks = Vec::new();
        for (at, expectation) in waiting {
            let is_past = |record: &&Record| at.is_none_or(|at| record.stamp.time <= at);
            while let Some(record) = records.next_if(|record| is_past(record)) {
                scene.see(record);
            }
            remarks.extend(self.remark(arm, expectation, &scene.found(&expectation.subject)));
        }
        remarks.sort();
        remarks
    }

    fn remark(
        &self,
        arm: &str,
        expectation: &Expectation,
        found: &Result<String, String>,
    ) -> Option<Diagnostic> {
        let Expectation { subject, is, at, spot } = expectation;
        let what = told(subject);
        let when = at.map_or_else(|| "at the end".to_owned(), |at| format!("{at} after the start"));
        let (message, help) = match (found, subject) {
            (Ok(found), _) if found == is => return None,
            (Ok(found), Subject::Digest) => (
                format!("{what} is {found}"),
                Some(format!("if this is right, expect `Digest(\"{found}\")`")),
            ),
            (Ok(found), _) => (format!("{what} is {found} {when}, not {is}"), None),
            (Err(why), _) => (format!("{what} is not known {when}: {why}"), None),
        };
        let several = self.arms().nth(1).is_some();
        let message = if several { format!("{message} (arm `{arm}`)") } else { message };
        Some(remark(&self.files, *spot, Code::Unmet).says(message).helps(help))
    }
}

fn told(subject: &Subject) -> String {
    match subject {
        Subject::Balance(account) => format!("the balance of `{account}`"),
        Subject::Equity(account) => format!("the equity of `{account}`"),
        Subject::Leg(account, instrument) => format!("the leg of `{account}` in `{instrument}`"),
        Subject::Fund(venue) => format!("the insurance fund of `{venue}`"),
        Subject::Debt(venue) => format!("the debt of `{venue}`"),
        Subject::Trading(instrument) => format!("`{instrument}`"),
        Subject::Facts(kind) => format!("the number of facts `{kind}`"),
        Subject::Digest => "the digest of the run".to_owned(),
    }
}

/// A run up to some time.
struct Scene<'l> {
    log: &'l Log,
    names: Names,
    /// Accounts by label, those that are spoken of; none where two have the label.
    accounts: BTreeMap<String, Option<AccountId>>,
    state: State,
    funding: Funding,
    marks: BTreeMap<InstrumentId, Price>,
    halted: BTreeSet<InstrumentId>,
    /// How many facts there were, by kind, of those that are spoken of.
    counts: BTreeMap<String, u64>,
}

impl<'l> Scene<'l> {
    /// A run before its first instant.
    fn before(log: &'l Log, expected: &[Expectation]) -> Self {
        let names = Names::of(&log.genesis);
        let wanted: BTreeSet<String> =
            expected.iter().filter_map(|it| account(&it.subject)).collect();
        let mut accounts = BTreeMap::new();
        for fact in &log.genesis {
            let Fact::AccountOpened(opened) = fact else { continue };
            let label = names.account_label(opened.account);
            if wanted.contains(&label) {
                let entry = accounts.entry(label);
                entry.and_modify(|known| *known = None).or_insert(Some(opened.account));
            }
        }
        let state = State::of(&log.genesis, &[]).expect("the log was read");
        let (funding, marks, halted) = (Funding::default(), BTreeMap::new(), BTreeSet::new());
        let kinds = expected.iter().filter_map(|it| {
            if let Subject::Facts(kind) = &it.subject { Some((kind.clone(), 0)) } else { None }
        });
        let counts = kinds.collect();
        let mut scene = Self { log, names, accounts, state, funding, marks, halted, counts };
        for fact in &log.genesis {
            scene.count(fact);
        }
        scene
    }

    fn count(&mut self, fact: &Fact) {
        if let Some(count) = self.counts.get_mut(fact.name()) {
            *count += 1;
        }
    }

    fn see(&mut self, record: &Record) {
        self.state.apply(record).expect("the log was read");
        self.funding.apply(record);
        self.count(&record.fact);
        if let Fact::MarkPricePublished(mark) = &record.fact {
            self.marks.insert(mark.instrument, mark.price);
        } else if let Fact::Halted(halt) = &record.fact {
            self.halted.insert(halt.instrument);
        } else if let Fact::Resumed(resumed) = &record.fact {
            self.halted.remove(&resumed.instrument);
        }
    }

    /// What is, or why it cannot be said.
    fn found(&self, subject: &Subject) -> Result<String, String> {
        match subject {
            Subject::Balance(_) | Subject::Fund(_) => {
                let account = self.account(subject)?;
                self.money(account, self.state.balance(Purse::of(account)))
            },
            Subject::Debt(_) => {
                let account = self.account(subject)?;
                self.money(account, -self.state.balance(Purse::of(account)))
            },
            Subject::Equity(_) => {
                let account = self.account(subject)?;
                self.money(account, self.equity(account)?)
            },
            Subject::Leg(_, name) => {
                let account = self.account(subject)?;
                let venue = self.names.opened(account).and_then(|opened| opened.venue);
                let venue = venue.map(|venue| self.names.venue_label(venue)).unwrap_or_default();
                let instrument = self.instrument(&format!("{venue}/{name}"))?;
                Ok(self.names.size(instrument, self.state.leg(account, instrument).size))
            },
            Subject::Trading(label) => {
                let instrument = self.instrument(label)?;
                let is_halted = self.halted.contains(&instrument);
                Ok(if is_halted { HALTED } else { TRADING }.to_owned())
            },
            Subject::Facts(kind) => {
                Ok(self.counts.get(kind).copied().unwrap_or_default().to_string())
            },
            Subject::Digest => Ok(self.log.digest.to_string()),
        }
    }

    fn account(&self, subject: &Subject) -> Result<AccountId, String> {
        let label = account(subject).unwrap_or_default();
        match self.accounts.get(&label) {
            Some(Some(account)) => Ok(*account),
            Some(None) => Err(format!("two accounts are called `{label}`")),
            None => Err(format!("the run has no account `{label}`")),
        }
    }

    fn instrument(&self, label: &str) -> Result<InstrumentId, String> {
        let found = self.names.instrument(label);
        found.ok_or_else(|| format!("the run has no instrument `{label}`"))
    }

    fn money(&self, account: AccountId, amount: Money) -> Result<String, String> {
        let venue = self.names.opened(account).and_then(|opened| opened.venue);
        venue
            .map(|venue| self.names.money(venue, amount))
            .ok_or_else(|| "it has no venue".to_owned())
    }

    /// Cash, posted margins, and unrealised profit at the last marks, less what funding it owes.
    fn equity(&self, account: AccountId) -> Result<Money, String> {
        let mut equity = self.state.balance(Purse::of(account));
        for fact in &self.log.genesis {
            let Fact::InstrumentListed(listed) = fact else { continue };
            let instrument = listed.instrument;
            equity += self.state.balance(Purse::isolated(account, instrument));
            let leg = self.state.leg(account, instrument);
            if leg.size == Size::ZERO {
                continue;
            }
            let mark = self.marks.get(&instrument).ok_or_else(|| {
                format!("`{}` has no mark price yet", self.names.instrument_label(instrument))
            })?;
            let lots = i128::from(leg.size.0) * i128::from(listed.unit_value);
            equity += Money(lots * i128::from(mark.0)) - leg.cost;
            equity -= self.funding.owed(account, instrument, leg.size);
        }
        Ok(equity)
    }
}

/// Label of the account that is spoken of.
fn account(subject: &Subject) -> Option<String> {
    let own = |venue: &str, role: Role| format!("{venue}/{HOUSE}/{}", role.label());
    match subject {
        Subject::Balance(account) | Subject::Equity(account) | Subject::Leg(account, _) => {
            Some(account.clone())
        },
        Subject::Fund(venue) => Some(own(venue, Role::InsuranceFund)),
        Subject::Debt(venue) => Some(own(venue, Role::Debt)),
        Subject::Trading(_) | Subject::Facts(_) | Subject::Digest => None,
    }
}
