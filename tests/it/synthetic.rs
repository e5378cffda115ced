//! Synthetic prices have the moments that their parameters say, and are the same path however they
//! are looked at. Runs are seeded; what is random is held to four standard errors.

use experiment::Catalogue;
use facts::Fact;
use proptest::prelude::*;
use std::collections::BTreeMap;
use tests::{read, refused, run};
use units::{Duration, math};

/// Prices, in units of 10^−8, by milliseconds since the start.
type Path = BTreeMap<i64, i64>;

const ONE: i64 = 100_000_000;

const DAY: i64 = 86_400_000;

fn experiment(fundamentals: &[String], horizon: &str, seed: u64) -> String {
    let fundamentals = fundamentals.join(",\n        ");
    format!(
        r#"Experiment(
    schema: 1, name: "outside prices", question: "How do they move?", seed: {seed},
    start: "2026-01-05T00:00:00Z", horizon: "{horizon}",
    assets: {{}},
    fundamentals: {{
        {fundamentals}
    }},
    venues: {{}}, traders: [], arms: {{ "base": () }}, metrics: [],
)"#
    )
}

/// Every path of an experiment without a market.
fn paths(fundamentals: &[String], horizon: &str, seed: u64) -> BTreeMap<String, Path> {
    let text = experiment(fundamentals, horizon, seed);
    let log = run(&read("synthetic.ron", &text, &Catalogue::standard()), "base");
    let names = replay::Names::of(&log.genesis);
    let start = log.records.first().expect("time starts").stamp.time;
    let mut paths: BTreeMap<String, Path> = BTreeMap::new();
    for record in &log.records {
        if let Fact::FundamentalPriceSet(set) = &record.fact {
            let time = record.stamp.time.since(start).0 / (Duration::SECOND.0 / 1_000);
            let path = paths.entry(names.fundamental_label(set.fundamental)).or_default();
            path.insert(time, set.price.0);
        }
    }
    paths
}

/// A price that begins at 100 and is not bounded where it matters.
#[derive(Clone, Copy)]
struct Walk {
    tick: &'static str,
    volatility: &'static str,
    drift: &'static str,
    jumps: &'static str,
    mean: &'static str,
    spread: &'static str,
    common: &'static str,
}

const STILL: Walk = Walk {
    tick: "1min",
    volatility: "0%",
    drift: "0%",
    jumps: "0 per day",
    mean: "0%",
    spread: "0%",
    common: "0%",
};

impl Walk {
    fn named(self, name: &str) -> String {
        self.between(name, ("0.000001", "1_000_000_000"))
    }

    fn between(self, name: &str, (least, most): (&str, &str)) -> String {
        let Self { tick, volatility, drift, jumps, mean, spread, common } = self;
        format!(
            "\"{name}\": JumpDiffusion(opening: \"100\", between: (\"{least}\", \"{most}\"), \
             tick: \"{tick}\", volatility: \"{volatility}\", drift: \"{drift}\", \
             jumps: \"{jumps}\", jump_mean: \"{mean}\", jump_spread: \"{spread}\", \
             common: \"{common}\")"
        )
    }
}

fn script(name: &str, moves: &str, volatility: &str, common: &str) -> String {
    format!(
        "\"{name}\": ScriptedShock(opening: \"100\", between: (\"1\", \"10_000\"), tick: \"1s\", \
         moves: [{moves}], volatility: \"{volatility}\", common: \"{common}\")"
    )
}

/// Moves of the logarithm from price to price.
fn returns(path: &Path) -> Vec<f64> {
    let prices: Vec<f64> = path.values().map(|&price| float(price)).collect();
    prices.windows(2).map(|pair| math::ln(pair[1] / pair[0])).collect()
}

fn float(price: i64) -> f64 {
    math::to_float(i128::from(price), 8)
}

fn count(values: &[f64]) -> f64 {
    math::float(i128::try_from(values.len()).expect("it fits"))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values)
}

/// Mean of the products of two series that are about zero.
fn product(one: &[f64], other: &[f64]) -> f64 {
    mean(&one.iter().zip(other).map(|(one, other)| one * other).collect::<Vec<_>>())
}

fn assert_near(found: f64, expected: f64, error: f64) {
    assert!((found - expected).abs() <= 4.0 * error, "{found} is not {expected} ± {error}");
}

#[test]
fn without_volatility_and_jumps_a_price_only_grows() {
    let grows = Walk { drift: "10%", ..STILL };
    let paths = paths(&[STILL.named("STILL"), grows.named("GROWS")], "73d", 1);
    assert!(paths["STILL"].values().all(|&price| price == 100 * ONE));
    let last = paths["GROWS"].last_key_value();
    assert_eq!(last, Some((&(73 * DAY), &10_202_013_400)), "100 × e^0.02 after a fifth of a year");
}

#[test]
fn the_variance_of_a_long_run_is_that_of_the_parameters() {
    for (tick, common) in [("1min", "0%"), ("1min", "30%"), ("1min", "100%"), ("250ms", "50%")] {
        let walk = Walk { tick, volatility: "80%", common, ..STILL };
        let (horizon, a_year) =
            if tick == "1min" { ("20d", 365.0 * 1_440.0) } else { ("2h", 365.0 * 345_600.0) };
        let returns = returns(&paths(&[walk.named("COIN")], horizon, 2)["COIN"]);
        assert_eq!(returns.len(), 28_800);
        let variance = product(&returns, &returns) * a_year;
        assert_near(variance, 0.64, 0.64 * math::sqrt(2.0 / 28_800.0));
    }
}

#[test]
fn two_prices_correlate_by_what_they_have_in_common() {
    let walk = |common| Walk { volatility: "80%", common, ..STILL };
    let names = [("A", "0%"), ("B", "0%"), ("C", "36%"), ("D", "36%"), ("E", "100%")];
    let all: Vec<String> = names.iter().map(|&(name, common)| walk(common).named(name)).collect();
    let paths = paths(&all, "20d", 3);
    let correlation = |one: &str, other: &str| {
        let (one, other) = (returns(&paths[one]), returns(&paths[other]));
        product(&one, &other) / math::sqrt(product(&one, &one) * product(&other, &other))
    };
    // √(c·c′)
    for (one, other, expected) in [("A", "B", 0.0), ("C", "D", 0.36), ("C", "E", 0.6)] {
        let error = (1.0 - expected * expected) / math::sqrt(28_800.0);
        assert_near(correlation(one, other), expected, error);
    }
}

/// A price that jumps and does not move in between, but for what its drift makes up.
fn jumps(path: &Path, growth: f64) -> Vec<(i64, f64)> {
    let moves = path.keys().skip(1).zip(returns(path));
    let jumps = moves.map(|(&time, log)| (time, log - growth));
    jumps.filter(|(_, log)| log.abs() > 1e-5).collect()
}

#[test]
fn jumps_come_as_often_and_are_as_large_as_the_parameters_say() {
    let walk = Walk { tick: "10s", jumps: "24 per day", mean: "-3%", spread: "2%", ..STILL };
    // In ten seconds: 24 jumps a day, each of which is expected to take 2.936 %.
    let growth = 24.0 / 8_640.0 * (1.0 - math::exp(-0.03 + 0.0002));
    for common in ["0%", "50%", "100%"] {
        let path = &paths(&[Walk { common, ..walk }.named("COIN")], "10d", 4)["COIN"];
        let sizes: Vec<f64> = jumps(path, growth).iter().map(|&(_, log)| log).collect();
        let number = count(&sizes);
        assert_near(number, 240.0, math::sqrt(240.0));
        assert_near(mean(&sizes), -0.03, 0.02 / math::sqrt(number));
        let centred: Vec<f64> = sizes.iter().map(|log| log + 0.03).collect();
        let spread = math::sqrt(product(&centred, &centred));
        assert_near(spread, 0.02, 0.02 / math::sqrt(2.0 * number));
    }
}

#[test]
fn prices_jump_together_in_the_common_share_of_their_jumps() {
    let walk =
        |jumps, common| Walk { tick: "10s", jumps, mean: "-3%", spread: "2%", common, ..STILL };
    let rare = walk("6 per day", "100%");
    let half = walk("24 per day", "50%");
    let all = [half.named("A"), half.named("B"), rare.named("RARE")];
    let paths = paths(&all, "10d", 5);
    let growth = (1.0 - math::exp(-0.03 + 0.0002)) / 8_640.0;
    let times = |name: &str, rate: f64| -> Vec<i64> {
        jumps(&paths[name], rate * growth).into_iter().map(|(time, _)| time).collect()
    };
    let (one, other, rare) = (times("A", 24.0), times("B", 24.0), times("RARE", 6.0));
    let together = one.iter().filter(|time| other.contains(time)).count();
    let together = f64::from(u32::try_from(together).expect("it is small"));
    assert_near(together, 120.0, math::sqrt(120.0));
    assert!(rare.len() > 30 && rare.iter().all(|time| one.contains(time)), "{rare:?}");
}

#[test]
fn the_expected_price_grows_by_the_drift_whatever_the_jumps() {
    let walk = Walk {
        tick: "3d",
        volatility: "1000%",
        drift: "1000%",
        jumps: "40 per day",
        mean: "-5%",
        spread: "5%",
        ..STILL
    };
    let all: Vec<String> = (0..400).map(|number| walk.named(&format!("COIN{number}"))).collect();
    let paths = paths(&all, "3d", 6);
    let ends: Vec<f64> = paths.values().map(|path| float(path[&(3 * DAY)]) / 100.0).collect();
    let expected = math::exp(10.0 * 3.0 / 365.0);
    // ln is normal but for the number of jumps: σ²·t + λ·t·(m² + s²).
    let variance = 100.0 * 3.0 / 365.0 + 120.0 * (0.0025 + 0.0025);
    let error = expected * math::sqrt(math::exp(variance) - 1.0) / 20.0;
    assert_near(mean(&ends), expected, error);
    assert!(ends.iter().filter(|end| **end < expected).count() > 220, "most of them fall");
}

#[test]
fn bounds_cut_a_path_and_leave_it_otherwise_as_it_is() {
    let walk = Walk { volatility: "300%", jumps: "20 per day", mean: "-2%", ..STILL };
    let free = &paths(&[walk.named("COIN")], "10d", 7)["COIN"];
    let bound = &paths(&[walk.between("COIN", ("97", "103"))], "10d", 7)["COIN"];
    let cut: Path =
        free.iter().map(|(time, price)| (*time, *price.clamp(&(97 * ONE), &(103 * ONE)))).collect();
    assert!(
        cut.values().any(|&price| price == 97 * ONE)
            && cut.values().any(|&price| price == 103 * ONE)
    );
    assert!(*bound == cut);
}

#[test]
fn noise_leaves_a_script_where_it_is_but_for_the_noise() {
    let moves =
        "(at: \"5s\", by: \"-40%\", over: \"1min\"), (at: \"2min\", by: \"1%\", over: \"0s\")";
    let walk = Walk { tick: "1s", volatility: "500%", common: "100%", ..STILL };
    let all = [
        script("EXACT", moves, "0%", "0%"),
        script("NOISY", moves, "500%", "100%"),
        walk.named("NOISE"),
    ];
    let paths = paths(&all, "5min", 8);
    for (time, &exact) in &paths["EXACT"] {
        let noisy = float(exact) * float(paths["NOISE"][time]) / 100.0;
        assert!((float(paths["NOISY"][time]) - noisy).abs() < 3e-8, "at {time}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn another_tick_shows_the_same_path(
        seed in any::<u64>(),
        ticks in proptest::sample::subsequence(vec!["7ms", "125ms", "400ms", "1s", "3s"], 2),
        common in proptest::sample::select(vec!["0%", "55%", "100%"]),
    ) {
        let walk = Walk {
            tick: ticks[0],
            volatility: "400%",
            drift: "5%",
            jumps: "1_440 per day",
            mean: "-1%",
            spread: "3%",
            common,
        };
        let fine = &paths(&[walk.named("COIN")], "42s", seed)["COIN"];
        let coarse = &paths(&[Walk { tick: ticks[1], ..walk }.named("COIN")], "42s", seed)["COIN"];
        let shared: Vec<_> = coarse.iter().filter(|(time, _)| fine.contains_key(time)).collect();
        prop_assert!(shared.len() >= 2, "the start and at least one more");
        prop_assert!(shared.iter().all(|(time, price)| fine.get(time) == Some(price)));
    }
}

#[test]
fn what_cannot_be_is_refused_with_what_can() {
    let said = |fundamental: String| refused(&experiment(&[fundamental], "1min", 1));
    let says = |fundamental: String, what: &str| {
        let said = said(fundamental);
        assert!(said.contains(what), "{said}");
    };
    says(Walk { tick: "1500us", ..STILL }.named("COIN"), "a whole number of milliseconds");
    says(Walk { common: "101%", ..STILL }.named("COIN"), "`common` must be within 0% and 100%");
    says(Walk { volatility: "-1%", ..STILL }.named("COIN"), "`volatility` must not be negative");
    says(
        Walk { spread: "1001%", ..STILL }.named("COIN"),
        "`jump_spread` must be within 0% and 1000%",
    );
    says(Walk { jumps: "2", ..STILL }.named("COIN"), "such as \"0.5 per day\"");
    says(Walk { jumps: "1441 per day", ..STILL }.named("COIN"), "expected 0 to 1440 per day");
    says(STILL.between("COIN", ("101", "200")), "`opening` must be within the bounds, 101 to 200");
    says(STILL.between("COIN", ("0", "200")), "0 < lowest ≤ highest");
    let one = "(at: \"5s\", by: \"-40%\", over: \"10s\")";
    let early = format!("{one}, (at: \"14s\", by: \"5%\", over: \"1s\")");
    says(script("COIN", &early, "0%", "0%"), "number 2 begins before the one before it has ended");
    let at_the_start = "(at: \"0s\", by: \"5%\", over: \"0s\")";
    says(script("COIN", at_the_start, "0%", "0%"), "number 1 begins before");
    let gone = "(at: \"1s\", by: \"-100%\", over: \"0s\")";
    says(script("COIN", gone, "0%", "0%"), "move 1 leaves no price");
    let far = format!("{one}, (at: \"15s\", by: \"-99%\", over: \"1s\")");
    says(script("COIN", &far, "0%", "0%"), "number 2 ends at 0.6");
}
