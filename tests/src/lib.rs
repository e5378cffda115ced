//! What the tests of the whole workspace share: experiments from `fixtures/`, their runs, the story
//! a run tells, and the binary.
//!
//! **Invariant:** a run that is looked at was sealed, read back and verified.

#![expect(
    clippy::disallowed_methods,
    reason = "tests read fixtures and start processes; nothing they test does"
)]

mod binary;
mod story;

pub use binary::{binary, delever, delever_with};
pub use story::{prices, story};

use experiment::{Catalogue, Experiment, Includes, Loaded};
use facts::{Fact, Purse};
use replay::{Log, Names, SealReason, State};
use std::{
    fs,
    path::{Path, PathBuf},
};
use units::Money;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the tests lie in the workspace").to_owned()
}

/// A file of the workspace as text.
pub fn text(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fixtures that answer a question of the catalogue, those of accounts and of forks, by path from the
/// workspace, in order.
pub fn fixtures() -> Vec<String> {
    let mut found = [ron_files("fixtures/accounts"), ron_files("fixtures/fork")].concat();
    for (question, _) in Catalogue::standard().questions() {
        found.extend(ron_files(&format!("fixtures/{question}")));
    }
    found.sort();
    found
}

/// RON files in a folder of the workspace, by path from it, in order.
pub fn ron_files(folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Vec::new() };
    let name = |entry: fs::DirEntry| entry.file_name().into_string().ok();
    let names = entries.filter_map(|entry| entry.ok().and_then(name));
    let mut files: Vec<String> = names
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "ron"))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    files.sort();
    files
}

/// The experiment in a file of the workspace.
pub fn load(path: &str) -> Experiment {
    read(path, &text(path), &Catalogue::standard())
}

/// The experiment in a text, as if it stood at `path` of the workspace.
pub fn read(path: &str, text: &str, catalogue: &Catalogue) -> Experiment {
    attempt(path, text, catalogue).unwrap_or_else(|said| panic!("{path}\n{said}"))
}

/// What is said about a text that is no experiment.
pub fn refused(text: &str) -> String {
    match attempt("refused.ron", text, &Catalogue::standard()) {
        Ok(_) => panic!("it is accepted:\n{text}"),
        Err(said) => said,
    }
}

fn attempt(path: &str, text: &str, catalogue: &Catalogue) -> Result<Experiment, String> {
    let metrics: Vec<&str> = metrics::STANDARD.iter().map(|metric| metric.name).collect();
    match experiment::load(path, text.as_bytes(), &Workspace, catalogue, &metrics) {
        Ok(Loaded { experiment, .. }) => Ok(experiment),
        Err(remarks) => {
            let said: Vec<String> = remarks.iter().map(ToString::to_string).collect();
            Err(said.join("\n"))
        },
    }
}

/// The verified log of an arm on the experiment's own seed.
pub fn run(experiment: &Experiment, arm: &str) -> Log {
    run_with(experiment, arm, experiment.seed())
}

/// The verified log of an arm on a seed.
pub fn run_with(experiment: &Experiment, arm: &str, seed: u64) -> Log {
    run_checking(experiment, (arm, seed), None)
}

/// The verified log of an arm on a seed, with every law checked over the whole market after so many
/// events.
pub fn run_checking(experiment: &Experiment, (arm, seed): (&str, u64), every: Option<u64>) -> Log {
    let sealed = experiment.run_checking(arm, seed, every).unwrap_or_else(|remarks| {
        let said: Vec<String> = remarks.iter().map(ToString::to_string).collect();
        panic!("{}", said.join("\n"))
    });
    let log = Log::read(&sealed.bytes).unwrap_or_else(|error| panic!("arm `{arm}`: {error}"));
    if let SealReason::Broken(why) = &log.seal.reason {
        panic!("arm `{arm}` of `{}`: {why}", experiment.name());
    }
    log
}

/// The verified log of the first arm of a fixture.
pub fn run_file(path: &str) -> Log {
    let experiment = load(path);
    let arm = experiment.arms().next().expect("an experiment has an arm").to_owned();
    run(&experiment, &arm)
}

/// A log and everything one asks it for.
#[derive(Debug)]
pub struct Books {
    /// Names and decimals.
    pub names: Names,
    state: State,
    log: Log,
}

impl Books {
    /// The books of a finished run.
    pub fn of(log: Log) -> Self {
        let state = State::of(&log.genesis, &log.records).expect("the log was verified");
        Self { names: Names::of(&log.genesis), state, log }
    }

    /// The books of the first arm of a fixture.
    pub fn of_file(path: &str) -> Self {
        Self::of(run_file(path))
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Facts of one kind, in order, as they are told.
    pub fn told(&self, kind: &str) -> Vec<String> {
        let facts = self.log.records.iter().map(|record| &record.fact);
        facts.filter(|fact| fact.name() == kind).map(|fact| self.names.tell(fact)).collect()
    }

    /// Money at the end in the purse of an account, as a person writes it.
    pub fn balance(&self, account: &str) -> String {
        let purse = Purse::of(self.account(account));
        self.money(purse, self.state.balance(purse))
    }

    /// Balance at the end plus unrealised profit at the last marks, as a person writes it.
    pub fn equity(&self, account: &str) -> String {
        let purse = Purse::of(self.account(account));
        let profits = self.state.legs().filter(|(holder, ..)| *holder == purse.account);
        let profits = profits.map(|(_, instrument, leg)| {
            let mark = self.log.records.iter().rev().find_map(|record| {
                if let Fact::MarkPricePublished(mark) = &record.fact
                    && mark.instrument == instrument
                {
                    Some(mark.price)
                } else {
                    None
                }
            });
            let listed = self.names.listed(instrument).expect("it is listed");
            let mark = mark.expect("it has a mark price");
            let unit_value = i128::from(listed.unit_value);
            Money(i128::from(leg.size.0) * i128::from(mark.0) * unit_value) - leg.cost
        });
        self.money(purse, self.state.balance(purse) + profits.sum())
    }

    /// Size at the end of an account's leg, as a person writes it.
    pub fn size(&self, account: &str, instrument: &str) -> String {
        let of = self.names.instrument(instrument).expect("it is listed");
        self.names.size(of, self.state.leg(self.account(account), of).size)
    }

    /// Balance at the end of the venue's own account with a role, as a person writes it.
    pub fn house(&self, role: facts::Role) -> String {
        let opened = self.log.genesis.iter().find_map(|fact| {
            if let Fact::AccountOpened(opened) = fact
                && opened.role == role
            {
                Some(opened.account)
            } else {
                None
            }
        });
        let purse = Purse::of(opened.expect("every venue has one"));
        self.money(purse, self.state.balance(purse))
    }

    fn account(&self, label: &str) -> facts::AccountId {
        self.names.account(label).unwrap_or_else(|| panic!("there is no account `{label}`"))
    }

    fn money(&self, purse: Purse, amount: Money) -> String {
        let venue = self.names.opened(purse.account).and_then(|opened| opened.venue);
        self.names.money(venue.expect("it is held at a venue"), amount)
    }
}

/// Rule-books and tables of the workspace.
#[derive(Debug)]
struct Workspace;

impl Includes for Workspace {
    fn read(&self, path: &str) -> Result<String, String> {
        fs::read_to_string(root().join(path)).map_err(|error| error.to_string())
    }

    fn table(&self, path: &str) -> Result<Vec<u8>, String> {
        fs::read(root().join(path)).map_err(|error| error.to_string())
    }
}
