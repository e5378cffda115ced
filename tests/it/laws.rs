//! Laws that hold in every market, tried on random ones.

mod answered;
mod books;
mod called;
mod dealings;
mod feedback;
mod kept;
mod opening;
mod random;
mod senders;
mod traders;

pub(crate) use books::judge as judge_books;
use facts::{AccountId, Fact, Role};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};
use random::{market, path, person};
use replay::{Log, State};
pub(crate) use senders::catalogue;
use std::collections::{BTreeMap, BTreeSet};
use tests::{read, run_checking};
use units::Money;

/// Rules of a random market, as an experiment writes them.
#[derive(Clone, Debug)]
struct Design {
    rules: Vec<String>,
    liquidity: String,
    taker_fee: &'static str,
    /// What people do, and what the makers do who take the rest.
    behaviours: [String; 2],
}

fn liquidation() -> impl Strategy<Value = String> {
    let penalty = select(vec!["0%", "0.5%", "3%"]);
    let full = (penalty.clone(), select(vec!["1s", "3s", "7s"])).prop_map(|(penalty, retry)| {
        format!("FullClose(penalty: \"{penalty}\", retry: \"{retry}\")")
    });
    let tiered = (
        select(vec!["5%", "20%", "100%"]),
        select(vec!["0 USDC", "500 USDC", "100_000 USDC"]),
        select(vec!["1s", "4s", "30s"]),
        select(vec!["maintenance", "maintenance + 2%", "maintenance + 50%"]),
        penalty,
    )
        .prop_map(|(slice, above, cooldown, until, penalty)| {
            format!(
                "Tiered(slice: \"{slice}\", above: \"{above}\", cooldown: \"{cooldown}\", \
                 until: \"{until}\", penalty: \"{penalty}\")"
            )
        });
    prop_oneof![full, tiered].prop_map(|answer| format!("liquidation: {answer}"))
}

fn deleveraging() -> impl Strategy<Value = Option<String>> {
    let act = select(vec![
        "CutProfit",
        "ClosePosition(at: BankruptcyPrice)",
        "ClosePosition(at: MarkPrice)",
        "ClosePosition(at: PreviousMark)",
    ]);
    let who = select(vec![
        "RankedQueue(rank: LeveragedReturn",
        "RankedQueue(rank: Profit",
        "RankedQueue(rank: Size",
        "RankedQueue(rank: LeveragedProfit",
        "RankedQueue(rank: ReturnTimesMarginRatio",
        "RankedQueue(rank: Combined([(by: LeveragedReturn, weight: 2), (by: Size, weight: 1)])",
        "RankedQueue(rank: Combined([(by: ReturnTimesMarginRatio, weight: 1)])",
        "ProRata(to: Profit",
        "ProRata(to: Equity",
    ]);
    let severity = select(vec!["0%", "37.5%", "100%"]);
    let cap = select(vec!["1%", "50%", "100%"]);
    let answer = (who, act, severity, cap).prop_map(|(who, act, severity, cap)| {
        format!("deleveraging: {who}, act: {act}, severity: \"{severity}\", cap: \"{cap}\")")
    });
    prop::option::weighted(0.8, answer)
}

fn liquidity() -> impl Strategy<Value = String> {
    let answer = select(vec![
        "SquareRootDepth(",
        "LinearDepth(",
        "ThinningDepth(shape: SquareRoot, calm_volatility: \"80%\", volatility_half_life: \"30s\", \
         elasticity: \"50%\", floor: \"10%\", ",
        "ThinningDepth(shape: Linear, calm_volatility: \"0.1%\", volatility_half_life: \"1s\", \
         elasticity: \"300%\", floor: \"1%\", ",
    ]);
    let book = (select(vec!["0.01", "0.5", "20"]), select(vec!["3", "100_000"]));
    let book =
        book.prop_map(|(tick, orders)| format!("OrderBook(tick: \"{tick}\", orders: {orders})"));
    let depth = select(vec!["500", "50_000", "10_000_000", "1_000_000_000_000"]);
    let half_life = select(vec!["1s", "45s", "24h"]);
    let capital = select(vec!["0", "5_000", "100_000_000"]);
    let inventory = select(vec!["1x", "3x"]);
    let curve = (answer, depth, half_life, capital, inventory).prop_map(
        |(answer, depth, half_life, capital, inventory)| {
            format!(
                "{answer}depth: \"{depth} USDC per 1%\", recovery_half_life: \"{half_life}\", \
                 capital: \"{capital} USDC\", inventory: \"{inventory}\")"
            )
        },
    );
    prop_oneof![2 => curve, 1 => book]
}

fn margin() -> impl Strategy<Value = String> {
    let fixed = select(vec![
        "margin: Brackets(brackets: [(above: \"0 USDC\", initial: \"4%\", maintenance: \"2%\"), \
         (above: \"20_000 USDC\", initial: \"10%\", maintenance: \"5%\")])",
        "margin: Flat(initial: \"10%\", maintenance: \"3.3333333%\")",
        "margin: Flat(initial: \"100%\", maintenance: \"30%\")",
    ]);
    prop_oneof![2 => fixed.prop_map(str::to_owned), 1 => dealings::margin()]
}

fn oracle() -> impl Strategy<Value = String> {
    let answer = select(vec![
        "Direct(",
        "DeviationThreshold(threshold: \"0.5%\", heartbeat: \"20s\", ",
        "DeviationThreshold(threshold: \"10%\", heartbeat: \"5s\", ",
        "Faulty(faults: [Outage(from: \"5s\", lasts: \"8s\"), Stuck(from: \"15s\", lasts: \"20s\")], ",
    ]);
    (answer, select(vec!["1s", "3s"]), select(vec!["0s", "2s"])).prop_map(|(answer, every, lag)| {
        format!("oracle: {answer}every: \"{every}\", lag: \"{lag}\")")
    })
}

fn mark_price() -> impl Strategy<Value = String> {
    let answer = select(vec![
        "MedianOfThree(basis_averaged_over: \"30s\", ",
        "OracleOnly(",
        "Clamped(within: \"0%\", ",
        "Clamped(within: \"3%\", ",
        "Clamped(within: \"100%\", ",
    ]);
    (answer, select(vec!["1s", "3s"]))
        .prop_map(|(answer, every)| format!("mark_price: {answer}every: \"{every}\")"))
}

/// Rules of a venue where everybody only holds.
fn venue() -> impl Strategy<Value = Design> {
    let fund = select(vec![
        None,
        Some("0 USDC"),
        Some("7.000001 USDC"),
        Some("900 USDC"),
        Some("9_000_000 USDC"),
    ]);
    let halt = dealings::halt();
    let prices = (oracle(), mark_price());
    let fee = select(vec!["0%", "0.045%", "1%"]);
    (liquidation(), deleveraging(), fund, halt, liquidity(), margin(), prices, fee).prop_map(
        |(liquidation, deleveraging, fund, halt, liquidity, margin, prices, taker_fee)| {
            let (oracle, mark_price) = prices;
            let mut rules = vec![oracle, mark_price, margin, liquidation];
            rules.extend(deleveraging);
            rules.extend(fund.map(|fund| format!("insurance: PooledFund(balance: \"{fund}\")")));
            rules.extend(halt);
            Design { rules, liquidity, taker_fee, behaviours: passive() }
        },
    )
}

/// A venue that may call for margin, charge funding and have a backstop, and traders who may act.
fn design() -> impl Strategy<Value = Design> {
    let behaviours = [traders::behaviour(), traders::behaviour()];
    let dealings = (traders::margin_call(), dealings::funding(), dealings::backstop());
    let makers = prop::option::weighted(0.8, traders::makers());
    (venue(), dealings, behaviours, makers).prop_map(
        |(mut design, (margin_call, funding, backstop), [people, others], makers)| {
            design.rules.extend(margin_call.into_iter().chain(funding).chain(backstop));
            let makers = makers.filter(|_| design.liquidity.starts_with("OrderBook"));
            Design { behaviours: [people, makers.unwrap_or(others)], ..design }
        },
    )
}

fn passive() -> [String; 2] {
    ["Passive()", "Passive()"].map(str::to_owned)
}

/// A book that no sale moves, no fees, no fund, and winners who pay in order of profit: a market in
/// which nobody's number matters.
fn frictionless() -> Design {
    Design {
        rules: [
            "oracle: Direct(every: \"1s\", lag: \"0s\")",
            "mark_price: MedianOfThree(every: \"1s\", basis_averaged_over: \"30s\")",
            "margin: Brackets(brackets: [(above: \"0 USDC\", initial: \"4%\", maintenance: \"2%\")])",
            "liquidation: FullClose(penalty: \"0.5%\", retry: \"3s\")",
            "deleveraging: RankedQueue(rank: Profit, act: CutProfit, severity: \"100%\", cap: \"100%\")",
        ]
        .map(str::to_owned)
        .to_vec(),
        liquidity: "SquareRootDepth(depth: \"1_000_000_000_000_000 USDC per 0.01%\", \
                    recovery_half_life: \"45s\", capital: \"1_000_000_000 USDC\", inventory: \"3x\")"
            .to_owned(),
        taker_fee: "0%",
        behaviours: passive(),
    }
}

impl Design {
    /// What it answers to each question.
    fn answers(&self) -> BTreeMap<&str, &str> {
        let rules = self.rules.iter().filter_map(|rule| rule.split_once(": "));
        rules.chain([("liquidity", self.liquidity.as_str())]).collect()
    }

    /// Every patch that replaces one of its rules by that of another design.
    fn patches(&self, other: &Self) -> Vec<String> {
        let (these, those) = (self.answers(), other.answers());
        let questions: BTreeSet<&str> = these.keys().chain(those.keys()).copied().collect();
        let differ = questions.into_iter().filter(|it| these.get(it) != those.get(it));
        let patch = |question| match those.get(question) {
            Some(answer) => format!("{question}: {answer}"),
            None if question == "halt" => "halt: []".to_owned(),
            None => format!("{question}: None"),
        };
        differ.map(patch).collect()
    }
}

/// Any market of people, rules and prices.
pub(crate) fn any_market() -> impl Strategy<Value = String> {
    let people = prop::collection::vec(person(), 1..10);
    (people, design(), path(), any::<u64>()).prop_map(|(people, design, path, seed)| {
        market(&[("people", &people)], &design, &path, seed)
    })
}

/// Any market, with a second arm, `other`, of which one rule is another.
pub(crate) fn any_two_arms() -> impl Strategy<Value = String> {
    let people = prop::collection::vec(person(), 1..10);
    let drawn = (people, design(), design(), any::<prop::sample::Index>(), path(), any::<u64>());
    let differ =
        drawn.prop_filter("a rule differs", |(_, one, other, ..)| !one.patches(other).is_empty());
    differ.prop_map(|(people, one, other, which, path, seed)| {
        let base = "\"base\": ()";
        let text = market(&[("people", &people)], &one, &path, seed);
        assert_eq!(text.matches(base).count(), 1, "a random market has one arm");
        let patches = one.patches(&other);
        let patch = which.get(&patches);
        text.replace(base, &format!("{base}, \"other\": ({patch})"))
    })
}

/// Every law is checked over the whole market after every event: a purse that the margin index
/// misses is found by a scan.
fn outcome(text: &str) -> Log {
    let experiment = read("random.ron", text, &catalogue());
    run_checking(&experiment, ("base", experiment.seed()), Some(1))
}

fn roles(log: &Log) -> BTreeMap<AccountId, Role> {
    let opened = log.genesis.iter().filter_map(|fact| {
        if let Fact::AccountOpened(opened) = fact {
            Some((opened.account, opened.role))
        } else {
            None
        }
    });
    opened.collect()
}

/// What every trader has in the end, sorted.
fn endings(log: &Log) -> Vec<(Money, Vec<(i64, Money)>)> {
    let state = State::of(&log.genesis, &log.records).expect("the log was verified");
    let mut endings: Vec<_> = roles(log)
        .into_iter()
        .filter(|(_, role)| *role == Role::Trader)
        .map(|(account, _)| {
            let cash = state.balances().filter(|(purse, _)| purse.account == account);
            let legs = state.legs().filter(|(holder, ..)| *holder == account);
            let legs = legs.map(|(_, _, leg)| (leg.size.0, leg.cost));
            (cash.map(|(_, balance)| balance).sum(), legs.filter(|leg| leg.0 != 0).collect())
        })
        .collect();
    endings.sort();
    endings
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(384),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_market_keeps_the_laws(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        // The engine checks its own laws in every run, and reading verifies what it wrote.
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        let state = State::of(&log.genesis, &log.records).expect("the log was verified");
        let money: Money = state.balances().map(|(_, balance)| balance).sum();
        prop_assert_eq!(money, Money::ZERO, "money is neither made nor lost");
        let mut sizes: BTreeMap<_, i64> = BTreeMap::new();
        for (_, instrument, leg) in state.legs() {
            *sizes.entry(instrument).or_default() += leg.size.0;
        }
        prop_assert!(sizes.values().all(|&lots| lots == 0), "longs equal shorts");
        let tables = metrics::who_paid(&metrics::Run::of(&log)).map_err(|error| {
            TestCaseError::fail(error.to_string())
        })?;
        for table in tables {
            let sum: Money = table.rows.iter().map(|&(_, amount)| amount).sum();
            prop_assert_eq!(sum, Money::ZERO, "who paid sums to nothing");
        }
        for (account, role) in roles(&log) {
            let balance = state.balance(facts::Purse::of(account));
            prop_assert!(match role {
                Role::Debt => balance <= Money::ZERO,
                Role::Settlement => balance == Money::ZERO,
                Role::InsuranceFund | Role::Revenue => balance >= Money::ZERO,
                Role::Outside
                | Role::Clearing
                | Role::Liquidity
                | Role::Trader
                | Role::Funding
                | Role::Backstop => true,
            }, "{:?} ends with {:?}", role, balance);
        }
    }

    #[test]
    fn winners_never_give_more_than_they_won(
        people in prop::collection::vec(person(), 2..12),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        for record in &log.records {
            if let Fact::ProfitCut(cut) = &record.fact {
                prop_assert!(Money::ZERO < cut.amount && cut.amount <= cut.profit);
            } else if let Fact::PositionDeleveraged(closed) = &record.fact {
                prop_assert!(closed.profit > Money::ZERO && closed.winner_realised > Money::ZERO);
            }
        }
    }

    #[test]
    fn nothing_is_booked_while_the_fund_has_money(
        people in prop::collection::vec(person(), 1..10),
        design in design(),
        path in path(),
        seed in any::<u64>(),
    ) {
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        let fund = roles(&log).into_iter().find(|(_, role)| *role == Role::InsuranceFund);
        let fund = facts::Purse::of(fund.expect("every venue has one").0);
        let mut state = State::of(&log.genesis, &[]).expect("the log was verified");
        // While a liquidation is open the fund may hold what it has promised to its sales.
        let mut open = BTreeSet::new();
        for record in &log.records {
            if let Fact::LiquidationOpened(opened) = &record.fact {
                open.insert(opened.purse);
            } else if let Fact::LiquidationEnded(ended) = &record.fact {
                open.remove(&ended.purse);
            } else if let Fact::DebtBooked(booked) = &record.fact && open.is_empty() {
                let left = state.balance(fund);
                prop_assert_eq!(left, Money::ZERO, "{:?} with {:?} in the fund", booked, left);
            }
            state.apply(record).expect("the log was verified");
        }
    }

    #[test]
    fn nobody_ends_elsewhere_for_having_another_number(
        one in prop::collection::vec(person(), 1..6),
        other in prop::collection::vec(person(), 1..6),
        path in path(),
        seed in any::<u64>(),
    ) {
        let design = frictionless();
        let first = outcome(&market(&[("a", &one), ("b", &other)], &design, &path, seed));
        let renamed = outcome(&market(&[("z", &one), ("b", &other)], &design, &path, seed));
        prop_assert_eq!(endings(&first), endings(&renamed));
    }
}

/// Laws say nothing about what never happens: the random markets show every kind of fact.
#[test]
fn random_markets_show_everything_that_can_happen() {
    let mut runner = TestRunner::deterministic();
    let market_of = (prop::collection::vec(person(), 1..10), design(), path(), any::<u64>());
    let mut seen: BTreeSet<u16> = BTreeSet::new();
    let (mut refused, mut cancelled) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..300 {
        let drawn = market_of.new_tree(&mut runner).expect("nothing is rejected").current();
        let (people, design, path, seed) = drawn;
        let log = outcome(&market(&[("people", &people)], &design, &path, seed));
        seen.extend(log.records.iter().map(|record| record.fact.tag()));
        for record in &log.records {
            if let Fact::OrderCancelled(order) = &record.fact {
                refused.insert(order.obstacle.text());
            } else if let Fact::RestingOrderCancelled(order) = &record.fact {
                cancelled.insert(order.obstacle.text());
            }
        }
    }
    let kinds = Fact::KINDS.iter().filter(|kind| kind.tag >= Fact::FIRST_AFTER_GENESIS);
    let unseen = kinds.filter(|kind| !seen.contains(&kind.tag)).map(|kind| kind.name);
    // Nobody here acts between a check and an engine, strangers alone tell, and rules stay.
    let forks = ["RuleEnded", "RuleBegun", "CapitalAdded", "CapitalWithdrawn"];
    let expected = [&["LiquidationSpared", "Told"][..], &forks].concat();
    assert_eq!(unseen.collect::<Vec<_>>(), expected);
    let whys = [
        "it could not be filled whole",
        "it would have traded at once",
        "no depth",
        "not enough margin",
        "nothing rests here",
        "nothing to reduce",
        "the book is full",
        "trading is halted",
        "under liquidation",
    ];
    assert_eq!(refused.into_iter().collect::<Vec<_>>(), whys);
    let whys = [
        "it met an order of the same account",
        "not enough margin",
        "nothing to reduce",
        "under liquidation",
        "withdrawn by its owner",
    ];
    assert_eq!(cancelled.into_iter().collect::<Vec<_>>(), whys);
}
