//! The same experiment, arm and seed: the same facts, in whichever process, profile or order.

use experiment::{Catalogue, Experiment};
use facts::MarkPricePublished;
use market::{Market, Mechanism, Plan, Question, Scope};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::OnceLock};
use tests::{delever, fixtures, load, read, run, run_file, text};

pub(crate) const EPISODE: &str = "fixtures/episodes/2025-10-10.ron";

/// Logs of the episode's arms, run once for all tests of a process.
pub(crate) fn episode() -> &'static [(String, replay::Log)] {
    static LOGS: OnceLock<Vec<(String, replay::Log)>> = OnceLock::new();
    LOGS.get_or_init(|| {
        let experiment = load(EPISODE);
        let arms: Vec<&str> = experiment.arms().collect();
        let one = |arm: &str| (arm.to_owned(), run(&experiment, arm));
        std::thread::scope(|scope| {
            let runs: Vec<_> = arms.iter().map(|arm| scope.spawn(move || one(arm))).collect();
            runs.into_iter().map(|run| run.join().expect("the arm runs")).collect()
        })
    })
}

fn digests(experiment: &Experiment) -> Vec<String> {
    experiment.arms().map(|arm| run(experiment, arm).digest.to_string()).collect()
}

/// Pinned for every machine and for both profiles: a change of these lines is a change of what
/// experiments say.
#[test]
fn digests_are_those_that_were_pinned() {
    let mut lines = Vec::new();
    for path in fixtures() {
        let experiment = load(&path);
        for (arm, digest) in experiment.arms().zip(digests(&experiment)) {
            lines.push(format!("{digest}  {path}  {arm}"));
        }
    }
    for (arm, log) in episode() {
        lines.push(format!("{}  {EPISODE}  {arm}", log.digest));
    }
    insta::assert_snapshot!("digests", lines.join("\n"), "a digest a run");
}

#[test]
fn a_run_repeated_in_a_process_has_the_same_digest() {
    for path in fixtures() {
        let experiment = load(&path);
        assert_eq!(digests(&experiment), digests(&experiment), "{path}");
    }
}

#[test]
fn a_run_repeated_in_another_process_has_the_same_digest() {
    for path in fixtures() {
        let here = format!("digest {}", run_file(&path).digest);
        for _ in 0..2 {
            let output = delever(&["run", &path]);
            let there = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{path}");
            assert_eq!(there.lines().last(), Some(here.as_str()), "{path}");
        }
    }
}

#[test]
fn another_seed_moves_prices_only_where_they_are_drawn() {
    let path = "fixtures/fundamental/historical_bars.ron";
    let experiment = load(path);
    let one = experiment.run("base", 1).expect("it runs").digest;
    assert_ne!(one, experiment.run("base", 2).expect("it runs").digest);
}

#[test]
fn the_order_of_definitions_changes_nothing() {
    for path in tests::ron_files("fixtures/permuted") {
        let original = path.replace("permuted", "liquidation");
        let (permuted, original) = (load(&path), load(&original));
        assert_eq!(permuted.normalised(), original.normalised(), "{path}");
        assert_eq!(digests(&permuted), digests(&original), "{path}");
    }
}

#[test]
fn a_normalised_experiment_means_the_same() {
    for path in fixtures() {
        let original = load(&path);
        let again = read(&path, original.normalised(), &Catalogue::standard());
        assert_eq!(again.normalised(), original.normalised(), "{path}");
        assert_eq!(digests(&again), digests(&original), "{path}");
    }
}

/// The accounts of a table as an experiment lists them one by one, in the order of their ids.
fn one_by_one(table: &str) -> String {
    let rows = table.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
    let mut accounts: BTreeMap<&str, (&str, Vec<String>)> = BTreeMap::new();
    for row in rows {
        let [id, instrument, size, entry, collateral, margin] = row[..] else { panic!("{row:?}") };
        let (cash, legs) = accounts.entry(id).or_insert(("0", Vec::new()));
        let margin = if margin == "isolated" {
            format!("Isolated(\"{collateral} USDC\")")
        } else {
            *cash = if collateral.is_empty() { *cash } else { collateral };
            "Cross".to_owned()
        };
        if !instrument.is_empty() {
            let leg = format!("Leg(size: \"{size}\", entry: \"{entry}\", margin: {margin})");
            legs.push(format!("{instrument:?}: {leg}"));
        }
    }
    let account = |(id, (cash, legs)): (&&str, &(&str, Vec<String>))| {
        let legs = legs.join(", ");
        format!("Account(name: {id:?}, collateral: \"{cash} USDC\", legs: {{{legs}}})")
    };
    accounts.iter().map(account).collect::<Vec<_>>().join(",\n")
}

#[test]
fn accounts_of_a_table_run_as_the_same_accounts_one_by_one() {
    let path = "fixtures/accounts/snapshot.ron";
    let source = text(path);
    let start = source.find("file: \"snapshot.csv\"").expect("it names a table");
    let end = source[start..].find("\n        ),").expect("the group ends") + start;
    let listed = one_by_one(&text(&path.replace(".ron", ".csv")));
    let listed = format!("{}accounts: [{listed}]{}", &source[..start], &source[end..]);
    let listed = read(path, &listed, &Catalogue::standard());
    assert_ne!(listed.normalised(), load(path).normalised());
    assert_eq!(digests(&listed), digests(&load(path)));
}

#[test]
fn the_order_of_a_catalogue_changes_nothing() {
    let reversed = Catalogue::default()
        .with::<behaviour::MarketMakers>()
        .with::<behaviour::TrendFollowers>()
        .with::<behaviour::NoiseTraders>()
        .with::<behaviour::AnswersMarginCalls>()
        .with::<behaviour::Passive>()
        .with::<halt::PriceBand>()
        .with::<halt::CircuitBreaker>()
        .with::<backstop::Vault>()
        .with::<funding::ClampedPremium>()
        .with::<deleveraging::RankedQueue>()
        .with::<deleveraging::ProRata>()
        .with::<insurance::PooledFund>()
        .with::<liquidation::Tiered>()
        .with::<liquidation::FullClose>()
        .with::<margin_call::Deadline>()
        .with::<margin::FollowsVolatility>()
        .with::<margin::Flat>()
        .with::<margin::Brackets>()
        .with::<liquidity::OrderBook>()
        .with::<liquidity::ThinningDepth>()
        .with::<liquidity::SquareRootDepth>()
        .with::<liquidity::LinearDepth>()
        .with::<mark_price::MedianOfThree>()
        .with::<mark_price::Clamped>()
        .with::<mark_price::OracleOnly>()
        .with::<oracle::Faulty>()
        .with::<oracle::DeviationThreshold>()
        .with::<oracle::Direct>()
        .with::<fundamental::ScriptedShock>()
        .with::<fundamental::JumpDiffusion>()
        .with::<fundamental::HistoricalBars>();
    let named = |catalogue: &Catalogue| catalogue.questions().collect::<Vec<_>>();
    assert_eq!(named(&reversed), named(&Catalogue::standard()), "it holds every mechanism");
    for path in fixtures() {
        let other = read(&path, &text(&path), &reversed);
        assert_eq!(digests(&other), digests(&load(&path)), "{path}");
    }
}

/// A question that no venue asks itself.
#[derive(Debug)]
enum Idleness {}

impl Question for Idleness {
    type Answer = ();
    const NAME: &'static str = "idleness";
    const MEANING: &'static str = "What does nothing do?";
    const SCOPE: Scope = Scope::Venue;
}

/// Hears every mark price, remembers how many there were up to some number, and does nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DoesNothing {
    at_most: u64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Heard {
    marks: u64,
}

impl Mechanism for DoesNothing {
    type Question = Idleness;
    const NAME: &'static str = "DoesNothing";
    const SOURCE: &'static str = include_str!("determinism.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.state(Heard::default());
        plan.on(Self::hear);
    }
}

impl DoesNothing {
    fn hear(&self, market: &mut Market<'_>, _: &MarkPricePublished) {
        let here = market.here();
        let heard = market.state_mut::<Heard>(here);
        heard.marks = self.at_most.min(heard.marks + 1);
    }
}

#[test]
fn a_mechanism_that_does_nothing_leaves_every_fact_as_it_is() {
    let catalogue = Catalogue::standard().with::<DoesNothing>();
    for path in fixtures() {
        let source = text(&path);
        let rule = "liquidation: ";
        assert_eq!(source.matches(&format!("                {rule}")).count(), 1, "{path}");
        let source = source.replacen(
            &format!("                {rule}"),
            &format!("                idleness: DoesNothing(at_most: 9),\n                {rule}"),
            1,
        );
        let idle = read(&path, &source, &catalogue);
        let arm = idle.arms().next().expect("an experiment has an arm").to_owned();
        let (with, without) = (run(&idle, &arm), run_file(&path));
        assert_eq!(with.seal.facts, without.seal.facts, "{path}");
        assert_eq!(with.seal.state, without.seal.state, "{path}");
        assert_ne!(with.seal.genesis, without.seal.genesis, "{path}: the rule is declared");
        let found = replay::diff([&with, &without]);
        assert!(found.parting.is_empty() && found.kinds.is_empty(), "{path}");
    }
}
