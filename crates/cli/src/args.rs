//! What can be asked for.

use crate::{
    failure::EXITS,
    terminal::{called, program},
};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Who pays when prices fall? Compares liquidation, insurance, deleveraging and circuit breakers
/// on the same crash.
#[derive(Debug, Parser)]
#[command(name = "delever", version, max_term_width = 100, after_help = after_help())]
pub(crate) struct Arguments {
    /// When to print in colour
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the arguments of this process; what is said of them calls the program by its name.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let command = named(Self::command().name(program()));
        Self::from_arg_matches(&command.try_get_matches()?)
    }
}

/// A command whose examples, and those of its commands, are for this program.
fn named(mut command: clap::Command) -> clap::Command {
    if let Some(help) = command.get_after_help() {
        let help = called(&help.to_string());
        command = command.after_help(help);
    }
    let inner: Vec<String> = command.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    inner.iter().fold(command, |command, name| command.mut_subcommand(name, named))
}

const EXAMPLES: &str = "\
Examples:
  delever new crash
  delever compare fixtures/episodes/2025-10-10.ron
  delever check fixtures/episodes/2025-10-10.ron
  delever run fixtures/episodes/2025-10-10.ron --arm \"tiered, pro rata\" --out logs
  delever replay explain logs/tiered-pro-rata-20251010.dlv 12345
  delever explain Shortfall";

/// Examples, and the codes the process ends with.
fn after_help() -> String {
    let codes = EXITS.iter().map(|exit| format!("\n  {:<3} {}", exit.code, exit.name));
    format!("{EXAMPLES}\n\nExit codes:{}", codes.collect::<String>())
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say all that is wrong with experiments, or what they would run and what that costs
    Check(Check),
    /// Run one arm of an experiment on one seed and say who paid
    Run(Run),
    /// Run every arm on the same seeds and compare them with the first
    Compare(Compare),
    /// Run what an experiment expects something of, and say what is not met
    Test(Test),
    /// Write a commented experiment to begin with
    New(New),
    /// Read the logs of runs
    Replay(Replay),
    /// List the questions of market design and their answers, or say all about one
    Mechanisms(Mechanisms),
    /// Say what a word means: of an experiment, a metric, a kind of fact, a law, an exit code
    Explain(Explain),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  delever check fixtures/episodes/2025-10-10.ron
  delever check fixtures/*/*.ron
  delever check my.ron --resolved > resolved.ron

Nothing is run. Messages go to standard error, with the kind of mistake in brackets: `delever explain
below-maintenance`. Who starts with too little is who the experiment's own seed draws.
Exit codes: 0 right, 65 something is wrong, 66 no such file.")]
pub(crate) struct Check {
    /// The experiments, RON files
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// How many accounts all populations have together, such as `10_000_000`: the same money in more
    /// hands, or in fewer
    #[arg(long, value_name = "N", value_parser = accounts, allow_negative_numbers = true)]
    pub(crate) accounts: Option<u32>,
    /// Print each arm as an experiment of its own, patches applied and rule-books included
    #[arg(long)]
    pub(crate) resolved: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  delever run fixtures/episodes/2025-10-10.ron
  delever run fixtures/episodes/2025-10-10.ron --arm \"tiered, queue\" --seed 7 --out logs
  delever run fixtures/episodes/2025-10-10.ron --accounts 1_000_000
  delever run fixtures/episodes/2025-10-10.ron --checkpoint-at first-liquidation --out logs
  delever run fixtures/episodes/2025-10-10.ron --from logs/full-close-queue-20251010.checkpoint.dlv

A checkpoint is a log that ends there and holds the run as it stood, between two events; `--from` goes
on from it, under the rules of its own arm or, with `--arm`, of another. Moments: 21:11:02 (of the day
on which the run starts), 2025-10-10T21:11:02Z, 90s (after the start), event:12345, first-liquidation
(one event before it).

The last line is the digest of the run: the same on every machine.")]
pub(crate) struct Run {
    /// The experiment, a RON file
    pub(crate) file: PathBuf,
    /// The arm to run; the first of the file when left out
    #[arg(long)]
    pub(crate) arm: Option<String>,
    /// The seed; that of the file when left out
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// How many accounts all populations have together, such as `10_000_000`: the same money in more
    /// hands, or in fewer
    #[arg(long, value_name = "N", value_parser = accounts, allow_negative_numbers = true)]
    pub(crate) accounts: Option<u32>,
    /// Folder to write the log to, as <arm>-<seed>.dlv
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Keep the run at this moment, as <arm>-<seed>.checkpoint.dlv in the folder of `--out`
    #[arg(long, value_name = "MOMENT", requires = "out")]
    pub(crate) checkpoint_at: Option<String>,
    /// Go on from a checkpoint instead of from the start
    #[arg(long, value_name = "CHECKPOINT", conflicts_with_all = ["checkpoint_at", "seed"])]
    pub(crate) from: Option<PathBuf>,
    /// Check every law over the whole market after so many events: finds the very event at which a
    /// new mechanism breaks one, and takes longer
    #[arg(long, value_name = "EVENTS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) check_every: Option<u64>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  delever compare fixtures/episodes/2025-10-10.ron
  delever compare fixtures/episodes/2025-10-10.ron --seeds 100

Seeds are consecutive, from that of the file. Arms share their noise: a difference between
two arms on one seed is made by their rules and by nothing else.")]
pub(crate) struct Compare {
    /// The experiment, a RON file
    pub(crate) file: PathBuf,
    /// How many seeds
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) seeds: u32,
    /// How many accounts all populations have together, such as `10_000_000`: the same money in more
    /// hands, or in fewer
    #[arg(long, value_name = "N", value_parser = accounts, allow_negative_numbers = true)]
    pub(crate) accounts: Option<u32>,
    /// Folder to write every log to, as <arm>-<seed>.dlv
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  delever test fixtures/deleveraging/chitra_queue.ron
  delever test fixtures/*/*.ron

An experiment says what it expects of its arms in `expect`. They run on its own seed. Exits with
1 when an expectation is not met; with the highest of the other codes when a file cannot be tested.")]
pub(crate) struct Test {
    /// Experiments, RON files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Test this arm alone
    #[arg(long)]
    pub(crate) arm: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  delever replay verify run.dlv
  delever replay show run.dlv --kind LiquidationOpened --to 21:15
  delever replay explain run.dlv 12345
  delever replay diff a.dlv b.dlv")]
pub(crate) struct Replay {
    #[command(subcommand)]
    pub(crate) command: ReplayCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReplayCommand {
    /// Check seal, chain, digests and the final balances of a log
    #[command(after_help = "Example:\n  delever replay verify logs/full-close-queue-20251010.dlv")]
    Verify {
        /// The log
        log: PathBuf,
    },
    /// Print the story of a log, a line a fact
    #[command(after_help = "\
Examples:
  delever replay show run.dlv --kind LiquidationOpened,BankruptcyIncurred
  delever replay show run.dlv --account \"leveraged longs/17\" --from 21:10 --to 21:20")]
    Show(Show),
    /// Print a fact and its causes up to the root
    #[command(after_help = "Example:\n  delever replay explain run.dlv 12345")]
    Explain {
        /// The log
        log: PathBuf,
        /// Number of the fact, as printed by `replay show`
        fact: u64,
    },
    /// Say whether two logs tell the same story, and where they part
    #[command(after_help = "\
Examples:
  delever replay diff logs/queue-1.dlv logs/pro-rata-1.dlv
  delever replay diff before.dlv after.dlv && echo nothing has changed

Exits with 0 when both tell the same facts, with 1 when they do not.")]
    Diff {
        /// One log
        a: PathBuf,
        /// The other
        b: PathBuf,
    },
    /// Keep what is whole of a damaged log, in a log of its own that says so
    #[command(after_help = "\
Example:
  delever replay recover torn.dlv --out front.dlv

What is kept are the facts before the damage, as they were written. `show`, `explain` and `diff`
read them; `verify` refuses them, for their run did not come to its end.")]
    Recover {
        /// The damaged log
        log: PathBuf,
        /// The log to write, where there is no file yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The log
    pub(crate) log: PathBuf,
    /// Only facts that concern this account, e.g. "perp/leveraged longs/17"
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// Only facts that concern this instrument, e.g. "perp/BTC"
    #[arg(long)]
    pub(crate) instrument: Option<String>,
    /// Only facts of these kinds
    #[arg(long, value_delimiter = ',')]
    pub(crate) kind: Vec<String>,
    /// Only from this time on: "21:15", "21:15:03.5" or "2025-10-10T21:15:03Z"
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// Only up to this time, included
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// Print what was declared before time started, too: of this account, instrument and kind
    #[arg(long)]
    pub(crate) genesis: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  delever new crash
  delever new crash --dir experiments

It runs as it is, within seconds; nothing is ever overwritten.")]
pub(crate) struct New {
    /// What the experiment is called: letters, digits, `-` and `_`
    pub(crate) name: String,
    /// Folder to write <NAME>.ron to; the present one when left out
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  delever mechanisms
  delever mechanisms liquidation
  delever mechanisms Tiered")]
pub(crate) struct Mechanisms {
    /// A question, an answer, or question/answer; all questions when left out
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  delever explain
  delever explain Population
  delever explain ReproductionRatio
  delever explain borne by others
  delever explain FillRefused
  delever explain law 13
  delever explain exit 65")]
pub(crate) struct Explain {
    /// What to explain; a list of all there is when left out
    pub(crate) word: Vec<String>,
}

/// A number of accounts, underscores between its digits or not; whether it is too few or too many is
/// said where the experiment is read.
fn accounts(text: &str) -> Result<u32, String> {
    let digits = text.replace('_', "");
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err("expected a whole number, such as 10_000_000".to_owned());
    }
    let most = experiment::grouped(experiment::ACCOUNTS_MAX.into());
    digits.parse().map_err(|_| format!("there are at most {most} accounts"))
}
