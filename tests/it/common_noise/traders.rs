//! What traders draw is equal in every arm, too.

use super::exogenous;
use experiment::Catalogue;
use facts::{AccountId, Fact, FactId};
use replay::{Log, Names};
use std::collections::{BTreeMap, BTreeSet};
use tests::{read, run};
use units::{Duration, Size, Time};

/// A crash among holders who answer margin calls and noise traders who close what they hold with a
/// chance of `CLOSES`, under the rules of `ARMS`.
const CRASH: &str = r#"Experiment(
    schema: 1, name: "crash", question: "What is common?", seed: 7,
    start: "2026-01-05T00:00:00Z", horizon: "2min",
    assets: { "USDC": Asset(decimals: 6) },
    fundamentals: { "COIN": HistoricalBars(
        source: "made up", every: "30s", tick: "1s",
        bars: [("100", "101", "96", "97"), ("97", "98", "80", "82"), ("82", "90", "79", "88")],
    ) },
    venues: { "perp": Venue(
        settles_in: "USDC", taker_fee: "0.05%",
        instruments: { "COIN": Perpetual(index: "COIN", price_unit: "0.01", lot: "0.1") },
        rules: (
            oracle: Direct(every: "1s", lag: "0s"),
            mark_price: MedianOfThree(every: "1s", basis_averaged_over: "30s"),
            liquidity: SquareRootDepth(depth: "100_000 USDC per 1%", recovery_half_life: "20s",
                capital: "1_000_000 USDC", inventory: "3x"),
            margin: Flat(initial: "5%", maintenance: "2.5%"),
            liquidation: FullClose(penalty: "0.5%", retry: "3s"),
        ),
    ) },
    traders: [
        Population(
            name: "longs", count: 300, on: "perp", side: Long,
            holds: { "COIN": "100%" }, legs: (least: 1, most: 1), margin: Cross,
            collateral: Fixed("200 USDC"), entered: Within("1%"),
            leverage: LogNormal(median: "8x", spread: 0.5, most: "20x"),
            behaviour: AnswersMarginCalls(
                chance: "50%", after: LogNormal(median: "3s", spread: 1.0, most: "9s"),
                by: TopUp(to: "120%", reserve: "1000%"),
            ),
        ),
        Population(
            name: "noise", count: 40, on: "perp", side: Short,
            holds: { "COIN": "100%" }, legs: (least: 1, most: 1), margin: Cross,
            collateral: Fixed("900 USDC"), leverage: Fixed("3x"), entered: Within("0%"),
            behaviour: NoiseTraders(
                instrument: "COIN", every: "500ms", orders: 3, closes: "CLOSES",
                size: LogNormal(median: "500 USDC", spread: 1.0, most: "20_000 USDC"),
            ),
        ),
        Rest(name: "makers", on: "perp", collateral: "1_000_000 USDC", behaviour: Passive()),
    ],
    arms: { ARMS }, metrics: [],
)"#;

/// The log of every arm, each of which tells another story.
fn crash(closes: &str, arms: &str) -> Vec<Log> {
    let text = CRASH.replace("CLOSES", closes).replace("ARMS", arms);
    let experiment = read("crash.ron", &text, &Catalogue::standard());
    let logs: Vec<Log> = experiment.arms().map(|arm| run(&experiment, arm)).collect();
    let mut digests: Vec<_> = logs.iter().map(|log| log.seal.facts).collect();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), logs.len());
    logs
}

/// Time, account and size of every order of a noise trader.
fn noise(log: &Log) -> Vec<(Time, String, Size)> {
    let names = Names::of(&log.genesis);
    let orders = log.records.iter().filter_map(|record| {
        let Fact::OrderPlaced(order) = &record.fact else { return None };
        let account = names.account_label(order.account);
        account.contains("noise/").then_some((record.stamp.time, account, order.size))
    });
    orders.collect()
}

#[test]
fn noise_is_equal_in_every_arm_however_far_histories_are_apart() {
    let arms = r#"
        "base": (),
        "called": (margin_call: Deadline(below: "initial", within: "10s", then: Liquidate)),
        "thin": (liquidity: LinearDepth(depth: "5_000 USDC per 1%", recovery_half_life: "20s",
            capital: "100_000 USDC", inventory: "1x")),
        "halted": (halt: [CircuitBreaker(levels: [(fall: "3%", within: "10s", pause: "15s")],
            scope: Venue)]),
        "dear": (margin: Flat(initial: "50%", maintenance: "20%")),
        "cut": (
            margin_call: Deadline(below: "initial", within: "10s", then: Liquidate),
            traders: {"longs": (behaviour: AnswersMarginCalls(
                chance: "90%", after: Fixed("1s"), by: Cut(to: "110%"),
            ))},
        ),
        "fewer": (traders: {"longs": (count: 200)}),"#;
    let logs = crash("0%", arms);
    let (base, others) = logs.split_first().expect("there are arms");
    let (orders, prices) = (noise(base), exogenous(base));
    assert_eq!(orders.len(), 3 * 240, "three every half second, to the horizon");
    for log in others {
        assert!(exogenous(log) == prices, "outside prices in {}", log.header.arm);
        assert!(noise(log) == orders, "noise in {}", log.header.arm);
    }
    // What a member closes is what it has; who is drawn to trade, and when, is common even then.
    let drawn = |log: &Log| -> Vec<(Time, String)> {
        noise(log).into_iter().map(|(time, account, _)| (time, account)).collect()
    };
    let logs = crash("60%", arms);
    assert!(logs.iter().all(|log| drawn(log) == drawn(&logs[0])));
    assert!(logs.iter().any(|log| noise(log) != noise(&logs[0])), "they have not the same");
}

/// Time, account and size of every quote of the makers' group, without repetition.
fn quotes(log: &Log) -> BTreeMap<(Time, AccountId), BTreeSet<Size>> {
    let mut quotes: BTreeMap<_, BTreeSet<Size>> = BTreeMap::new();
    for record in &log.records {
        if let Fact::LimitOrderPlaced(order) = &record.fact {
            let key = (record.stamp.time, order.account);
            quotes.entry(key).or_default().insert(order.size.magnitude());
        }
    }
    quotes
}

#[test]
fn a_maker_quotes_the_same_sizes_in_every_book() {
    let makers = "MarketMakers(instrument: \"COIN\", every: \"1s\", levels: 3, spread: \"0.1%\", \
                  step: \"0.1%\", inventory: \"100x\", skew: \"1%\", calm_volatility: \"100%\", \
                  size: LogNormal(median: \"900 USDC\", spread: 1.0, most: \"9_000 USDC\"), \
                  volatility_half_life: \"10s\", withdraws: (volatility: \"900_000%\", \
                  loss: \"100%\", margin: \"0%\"))";
    let rest = "Rest(name: \"makers\", on: \"perp\", collateral: \"1_000_000 USDC\", behaviour: ";
    let passive = format!("{rest}Passive())");
    assert!(CRASH.contains(&passive));
    let crash = CRASH.replace(&passive, &format!("{rest}{makers})")).replace("CLOSES", "60%");
    let arms = r#"
        "fine": (liquidity: OrderBook(tick: "0.01", orders: 1_000)),
        "coarse": (liquidity: OrderBook(tick: "0.5", orders: 1_000),
            margin: Flat(initial: "15%", maintenance: "5%")),
        "curve": (),"#;
    let experiment = read("makers.ron", &crash.replace("ARMS", arms), &Catalogue::standard());
    let logs: Vec<Log> = experiment.arms().map(|arm| run(&experiment, arm)).collect();
    let [fine, coarse, curve] = &logs[..] else { panic!("{} arms", logs.len()) };
    let (coarse, fine) = (quotes(coarse), quotes(fine));
    let both: Vec<_> =
        fine.iter().filter_map(|(key, sizes)| Some((sizes, coarse.get(key)?))).collect();
    assert!(both.len() > 60, "{}", both.len());
    // A size is cut where a member may hold no more.
    let most = |sizes: &BTreeSet<Size>| sizes.last().copied();
    assert!(both.iter().all(|(one, other)| most(one) == most(other)), "{both:?}");
    assert!(both.iter().map(|(one, _)| most(one)).collect::<BTreeSet<_>>().len() > 30);
    assert!(quotes(curve).is_empty(), "nothing rests on a curve");
}

/// After what time each call of each account was answered, by the number of the call; none where
/// it was missed. What ended in another way says nothing.
fn answers(log: &Log) -> BTreeMap<(AccountId, usize), Option<Duration>> {
    let mut numbers: BTreeMap<AccountId, usize> = BTreeMap::new();
    let mut calls: BTreeMap<FactId, (Time, (AccountId, usize))> = BTreeMap::new();
    let mut answers = BTreeMap::new();
    for record in &log.records {
        let time = record.stamp.time;
        let call = record.cause.and_then(|cause| calls.get(&cause));
        if let Fact::MarginCalled(called) = &record.fact {
            let number = numbers.entry(called.purse.account).or_default();
            calls.insert(record.id, (time, (called.purse.account, *number)));
            *number += 1;
        } else if let (Fact::CollateralAdded(_), Some((called, key))) = (&record.fact, call) {
            answers.insert(*key, Some(time.since(*called)));
        } else if let (Fact::MarginCallMissed(_), Some((_, key))) = (&record.fact, call) {
            answers.insert(*key, None);
        }
    }
    answers
}

#[test]
fn an_arm_that_patches_what_a_group_does_leaves_who_is_in_it_and_the_chances_of_the_others() {
    let called = "margin_call: Deadline(below: \"initial\", within: \"10s\", then: Nothing)";
    let passive = "traders: {\"noise\": (behaviour: Passive())}";
    let logs = crash("60%", &format!("\"base\": ({called}), \"quiet\": ({called}, {passive}),"));
    assert!(!noise(&logs[0]).is_empty() && noise(&logs[1]).is_empty());
    assert!(super::people(&logs[0]) == super::people(&logs[1]));
    let (base, quiet) = (answers(&logs[0]), answers(&logs[1]));
    let both: Vec<_> = base.iter().filter_map(|(key, one)| Some((one, quiet.get(key)?))).collect();
    assert!(both.len() > 10 && both.iter().all(|(one, other)| one == other), "{both:?}");
}

#[test]
fn a_margin_call_of_the_same_number_has_the_same_luck_in_every_arm() {
    let logs = crash(
        "60%",
        r#"
        "base": (margin_call: Deadline(below: "initial + 7%", within: "10s", then: Nothing)),
        "early": (margin_call: Deadline(below: "initial × 2", within: "12s", then: Nothing))"#,
    );
    let (base, early) = (answers(&logs[0]), answers(&logs[1]));
    let both: Vec<_> = base.iter().filter_map(|(key, one)| Some((one, early.get(key)?))).collect();
    assert!(both.iter().filter(|(one, _)| one.is_some()).count() > 10, "{}", both.len());
    assert!(both.iter().filter(|(one, _)| one.is_none()).count() > 10, "{}", both.len());
    assert!(both.iter().all(|(one, other)| one == other), "{both:?}");
}
