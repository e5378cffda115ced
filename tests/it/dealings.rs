//! Corners of orders, collateral and margin calls, acted out by traders who follow a script.

use experiment::Catalogue;
use facts::{Fact, FactId, GroupId, Purse, Record};
use market::{
    AccountPlan, Behaviour, GroupPlan, Market, MarketPlan, Mechanism, Order, OrderKind, Place,
    PlacePlan, Plan, Rule, RulePlan,
};
use serde::{Deserialize, Serialize};
use tests::{Books, read, run};
use units::{Duration, Money, Size, Time};

/// Does what is written when it is written, in the one instrument that there is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scripted {
    acts: Vec<(Duration, Act)>,
}

/// What the first member of the group does; lots are signed, money is in its smallest units.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Act {
    Trade(i64),
    Reduce(i64),
    Add(i64),
    AddToMargin(i64),
    /// Its venue's backstop takes over whoever is liquidated.
    BeTakenOver,
}

market::timers! {
    /// The next act of a script is due.
    ScriptDue { group: GroupId, act: Act } in Decide;
}

impl Mechanism for Scripted {
    type Question = Behaviour;
    const NAME: &'static str = "Scripted";
    const SOURCE: &'static str = include_str!("dealings.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let (group, start) = (plan.group(), plan.start());
        assert_eq!(plan.place(), Place::Group(group));
        for &(at, act) in &self.acts {
            plan.first(start + at, ScriptDue { group, act });
        }
        // Only groups that are at a venue are installed.
        let _ = plan.venue();
        plan.on(Self::act);
    }
}

impl Scripted {
    #[expect(clippy::unused_self, reason = "a handler is a method of its mechanism")]
    fn act(&self, market: &mut Market<'_>, due: &ScriptDue) {
        let account = market.member(due.group, 0).expect("the group has a member");
        let venue = market.venue_of_group(due.group).expect("it is at a venue");
        let instrument = market.instruments_of(venue)[0];
        let order = |lots, reduce_only| Order {
            account,
            instrument,
            size: Size(lots),
            kind: OrderKind::Market,
            reduce_only,
        };
        match due.act {
            Act::Trade(lots) => market.place(order(lots, false)),
            Act::Reduce(lots) => market.place(order(lots, true)),
            Act::Add(amount) => market.add_collateral(Purse::of(account), Money(amount.into())),
            Act::AddToMargin(amount) => {
                market.add_collateral(Purse::isolated(account, instrument), Money(amount.into()));
            },
            Act::BeTakenOver => {
                for purse in market.liquidated_purses(venue) {
                    market.take_over(purse);
                }
            },
        }
    }
}

/// A scene: what the price is every ten seconds, what the rules are beside those of every scene, and
/// one actor with a script.
struct Scene<'a> {
    prices: &'a [&'a str],
    rules: &'a str,
    /// Depth that moves the price by one per cent.
    depth: &'a str,
    taker_fee: &'a str,
    collateral: &'a str,
    /// Empty, or the actor's leg.
    leg: &'a str,
    acts: &'a str,
}

const CALLS: &str = "margin_call: Deadline(below: \"maintenance + 5%\", within: \"30s\", \
                     then: Liquidate), liquidation: FullClose(penalty: \"0%\", retry: \"3s\")";
const CLOSES: &str = "liquidation: FullClose(penalty: \"0%\", retry: \"3s\")";
const DEEP: &str = "1_000_000_000_000";

impl Scene<'_> {
    fn play(&self) -> Books {
        let bar = |price: &&str| format!("(\"{price}\", \"{price}\", \"{price}\", \"{price}\")");
        let bars: Vec<String> = self.prices.iter().map(bar).collect();
        let short = self.leg.replace("\"COIN\": Leg(size: \"", "\"COIN\": Leg(size: \"-");
        let short = short.split(", margin").next().map(|leg| format!("{leg}, margin: Cross)"));
        let short = short.filter(|_| !self.leg.is_empty()).unwrap_or_default();
        let text = format!(
            r#"Experiment(
    schema: 1, name: "scene", question: "What happens?", seed: 1,
    start: "2026-01-05T00:00:00Z", horizon: "{}s",
    assets: {{ "USDC": Asset(decimals: 6) }},
    fundamentals: {{
        "COIN": HistoricalBars(source: "made up", every: "10s", tick: "1s", bars: [{}]),
    }},
    venues: {{ "perp": Venue(
        settles_in: "USDC", taker_fee: "{}",
        instruments: {{ "COIN": Perpetual(index: "COIN", price_unit: "0.01", lot: "0.1") }},
        rules: (
            oracle: Direct(every: "1s", lag: "0s"),
            mark_price: MedianOfThree(every: "1s", basis_averaged_over: "150s"),
            margin: Flat(initial: "20%", maintenance: "10%"),
            liquidity: SquareRootDepth(depth: "{} USDC per 1%", recovery_half_life: "45s", capital: "1_000_000 USDC", inventory: "10x"),
            {},
        ),
    ) }},
    traders: [
        Accounts(name: "actors", on: "perp", behaviour: Scripted(acts: [{}]), accounts: [
            Account(name: "1", collateral: "{} USDC", legs: {{{}}}),
        ]),
        Accounts(name: "others", on: "perp", behaviour: Passive(), accounts: [
            Account(name: "1", collateral: "100_000 USDC", legs: {{{short}}}),
        ]),
    ],
    arms: {{ "base": () }}, metrics: [],
)"#,
            self.prices.len() * 10 - 1,
            bars.join(", "),
            self.taker_fee,
            self.depth,
            self.rules,
            self.acts,
            self.collateral,
            self.leg,
        );
        let catalogue = Catalogue::standard().with::<Scripted>();
        Books::of(run(&read("scene.ron", &text, &catalogue), "base"))
    }
}

const SCENE: Scene<'_> = Scene {
    prices: &["100"],
    rules: CLOSES,
    depth: DEEP,
    taker_fee: "0%",
    collateral: "0",
    leg: "",
    acts: "",
};

/// Seconds after the start, and facts, of one kind.
fn timed(books: &Books, kind: &str) -> Vec<(String, String)> {
    let records = books.log().records.iter().filter(|record| record.fact.name() == kind);
    let when = |record: &Record| record.stamp.time.time_of_day()[6..8].to_owned();
    records.map(|record| (when(record), books.names.tell(&record.fact))).collect()
}

fn times(books: &Books, kind: &str) -> Vec<String> {
    timed(books, kind).into_iter().map(|(time, _)| time).collect()
}

#[test]
fn a_call_ends_with_the_price_that_meets_it_and_the_next_has_its_own_deadline() {
    let books = Scene {
        prices: &["100", "95", "100", "95", "95", "95"],
        rules: CALLS,
        collateral: "180",
        leg: "\"COIN\": Leg(size: \"10\", entry: \"100\", margin: Cross)",
        ..SCENE
    }
    .play();
    assert_eq!(times(&books, "MarginCalled"), ["10", "30"]);
    assert_eq!(times(&books, "MarginCallMet"), ["20"]);
    assert_eq!(times(&books, "MarginCallMissed"), Vec::<String>::new(), "not before 60");
}

#[test]
fn a_call_is_met_by_collateral_and_by_a_smaller_position() {
    let scene = Scene {
        prices: &["100", "95", "95", "95", "95"],
        rules: CALLS,
        collateral: "180",
        leg: "\"COIN\": Leg(size: \"10\", entry: \"100\", margin: Cross)",
        ..SCENE
    };
    // 130 of the 142.50 that 950 ask for.
    for (act, met) in [
        ("Add(12_500_000)", true),
        ("Add(12_499_999)", false),
        ("Reduce(-9)", true),
        ("Reduce(-8)", false),
    ] {
        let books = Scene { acts: &format!("(\"17s\", {act})"), ..scene }.play();
        let expected = if met { vec!["17"] } else { Vec::new() };
        assert_eq!(times(&books, "MarginCallMet"), expected, "{act}");
        assert_eq!(times(&books, "MarginCallMissed").is_empty(), met, "{act}");
    }
}

/// Margin calls that were met: when, the fact that called, and the fact that met it.
fn met(books: &Books) -> Vec<(String, &Fact, &Fact)> {
    let records = &books.log().records;
    let met = records.iter().filter_map(|record| {
        let Fact::MarginCallMet(met) = &record.fact else { return None };
        let fact = |id: FactId| &records[id.row()].fact;
        let when = record.stamp.time.time_of_day()[6..8].to_owned();
        Some((when, fact(met.call), fact(record.cause.expect("it has a cause"))))
    });
    met.collect()
}

#[test]
fn a_call_is_met_by_the_price_of_its_deadline() {
    let books = Scene {
        prices: &["100", "95", "95", "95", "100"],
        rules: CALLS,
        collateral: "180",
        leg: "\"COIN\": Leg(size: \"10\", entry: \"100\", margin: Cross)",
        ..SCENE
    }
    .play();
    let met = met(&books);
    let [(when, Fact::MarginCalled(call), Fact::MarkPricePublished(mark))] = met.as_slice() else {
        panic!("{met:?}")
    };
    assert_eq!((when.as_str(), mark.price.0), ("40", 10_000));
    assert_eq!(call.deadline.time_of_day()[6..8], *when);
    assert_eq!(times(&books, "MarginCallMissed"), Vec::<String>::new());
}

#[test]
fn of_several_answers_the_one_that_was_enough_met_the_call() {
    let scene = Scene {
        prices: &["100", "95", "95"],
        rules: CALLS,
        collateral: "180",
        leg: "\"COIN\": Leg(size: \"10\", entry: \"100\", margin: Cross)",
        ..SCENE
    };
    // 12.50 are missing, or 0.9 of the contracts are too many.
    let acts = "(\"17s\", Add(6_000_000)), (\"17s\", Add(6_500_000)), (\"17s\", Add(7_000_000))";
    let books = Scene { acts, ..scene }.play();
    let added = met(&books);
    let [(_, Fact::MarginCalled(_), Fact::CollateralAdded(added))] = added.as_slice() else {
        panic!("{added:?}")
    };
    assert_eq!(added.amount, Money(6_500_000));
    let acts =
        "(\"17s\", Add(1)), (\"17s\", Reduce(-4)), (\"17s\", Reduce(-6)), (\"17s\", Reduce(-5))";
    let books = Scene { acts, ..scene }.play();
    let traded = met(&books);
    let [(_, Fact::MarginCalled(_), Fact::Traded(traded))] = traded.as_slice() else {
        panic!("{traded:?}")
    };
    assert_eq!(traded.size, Size(6));
}

#[test]
fn a_leg_that_was_isolated_and_is_opened_again_is_behind_the_cash() {
    let books = Scene {
        prices: &["100", "100", "80"],
        collateral: "60",
        leg: "\"COIN\": Leg(size: \"10\", entry: \"100\", margin: Isolated(\"200 USDC\"))",
        acts: "(\"3s\", Reduce(-100)), (\"5s\", Trade(100))",
        ..SCENE
    }
    .play();
    assert_eq!(books.told("MarginReleased").len(), 1);
    let opened = timed(&books, "LiquidationOpened");
    assert_eq!(opened.len(), 1);
    assert!(opened[0].1.contains("purse: \"perp/actors/1\", equity: \"60 USDC\""), "{opened:?}");
}

#[test]
fn collateral_for_the_margin_of_a_closed_leg_goes_to_the_cash() {
    let books = Scene {
        collateral: "60",
        leg: "\"COIN\": Leg(size: \"10\", entry: \"100\", margin: Isolated(\"200 USDC\"))",
        acts: "(\"2s\", AddToMargin(5_000_000)), (\"3s\", Reduce(-100)), \
               (\"4s\", AddToMargin(7_000_000)), (\"5s\", Trade(20)), (\"6s\", AddToMargin(1_000_000))",
        ..SCENE
    }
    .play();
    assert_eq!(books.balance("actors/1"), "273 USDC");
    assert_eq!(books.size("actors/1", "COIN"), "2", "all of it stands behind the new leg");
}

#[test]
fn an_order_is_filled_as_far_as_the_margin_to_open_allows() {
    // 100 - 1 % of N is at least 20 % of N up to 476.19: 4.7 contracts at 100.
    let books = Scene {
        taker_fee: "1%",
        collateral: "100",
        acts: "(\"3s\", Trade(100)), (\"5s\", Trade(-94)), (\"7s\", Reduce(50))",
        ..SCENE
    }
    .play();
    let cancelled = timed(&books, "OrderCancelled");
    assert_eq!(cancelled.len(), 3, "{cancelled:?}");
    assert!(
        cancelled[0].1.contains("size: \"5.3\", obstacle: \"not enough margin\""),
        "{cancelled:?}"
    );
    // From 4.7 long: 95.3 less a fee of 1 % of 4.7 + n is at least 20 % of n up to 4.3 short.
    assert!(
        cancelled[1].1.contains("size: \"-0.4\", obstacle: \"not enough margin\""),
        "{cancelled:?}"
    );
    assert!(
        cancelled[2].1.contains("size: \"0.7\", obstacle: \"nothing to reduce\""),
        "{cancelled:?}"
    );
    let orders = books.log().records.iter().filter(|record| record.fact.name() == "OrderPlaced");
    let orders: Vec<_> = orders.map(|record| Some(record.id)).collect();
    for record in books.log().records.iter().filter(|it| it.fact.name() == "OrderCancelled") {
        assert!(orders.contains(&record.cause), "what is left is because of the order");
    }
}

#[test]
fn an_order_is_for_no_more_than_a_leg_may_hold() {
    let books =
        Scene { collateral: "100", acts: "(\"3s\", Trade(9_223_372_036_854_775_807))", ..SCENE }
            .play();
    assert_eq!(books.size("actors/1", "COIN"), "5");
}

#[test]
fn a_cooldown_of_one_liquidation_is_not_heard_in_the_next() {
    // 490 USDC are closed whole at second 10; 15 seconds later nothing of the next liquidation is.
    let books = Scene {
        prices: &["100", "98", "86", "86"],
        rules: "liquidation: Tiered(slice: \"20%\", above: \"500 USDC\", cooldown: \"15s\", \
                until: \"maintenance + 90%\", penalty: \"0%\")",
        collateral: "58",
        leg: "\"COIN\": Leg(size: \"5\", entry: \"100\", margin: Cross)",
        acts: "(\"12s\", Add(152_000_000)), (\"13s\", Trade(100))",
        ..SCENE
    }
    .play();
    let sold = timed(&books, "SaleOrdered");
    let times: Vec<&str> = sold.iter().map(|(time, _)| time.as_str()).collect();
    assert_eq!(times, ["10", "20", "35"], "{sold:?}");
}

#[test]
fn sales_that_a_halt_keeps_go_with_the_position() {
    let books = Scene {
        prices: &["100", "94", "94", "94"],
        rules: "liquidation: FullClose(penalty: \"0%\", retry: \"1min\"), halt: [CircuitBreaker( \
                levels: [(fall: \"5%\", within: \"30s\", pause: \"20s\")], scope: Instrument)]",
        collateral: "150",
        leg: "\"COIN\": Leg(size: \"10\", entry: \"100\", margin: Cross)",
        acts: "(\"13s\", BeTakenOver)",
        ..SCENE
    }
    .play();
    assert_eq!(times(&books, "SaleKept"), ["10"]);
    assert_eq!(times(&books, "PositionTakenOver"), ["13"]);
    assert_eq!(times(&books, "SaleWithdrawn"), ["13"]);
    assert_eq!(times(&books, "Resumed"), ["30"]);
}

#[test]
fn the_largest_trade_since_the_last_mark_is_its_cause() {
    let books = Scene {
        depth: "100",
        collateral: "100_000",
        acts: "(\"3500ms\", Trade(400)), (\"3600ms\", Trade(-10)), (\"7500ms\", Trade(-20))",
        ..SCENE
    }
    .play();
    let records = &books.log().records;
    let trades: Vec<&Record> =
        records.iter().filter(|record| record.fact.name() == "Traded").collect();
    let cause_at = |second: &str| {
        let mark = records.iter().find(|record| {
            matches!(record.fact, Fact::MarkPricePublished(_))
                && record.stamp.time.time_of_day()[6..8] == *second
        });
        mark.and_then(|mark| mark.cause)
    };
    assert_eq!(cause_at("04"), Some(trades[0].id));
    assert_eq!(cause_at("06"), Some(trades[0].id), "what it left");
    assert_eq!(cause_at("08"), Some(trades[2].id));
}

#[test]
fn a_group_that_is_nowhere_is_refused() {
    let group = |name: &str, venue: &str| {
        let accounts: Vec<AccountPlan> = Vec::new();
        GroupPlan { name: name.to_owned(), venue: venue.to_owned(), accounts }
    };
    let rule = |group: &str| RulePlan {
        rule: Rule::new(Scripted { acts: Vec::new() }),
        place: PlacePlan::Group(group.to_owned()),
        parameters: String::new(),
    };
    let plan = MarketPlan {
        start: Time(0),
        horizon: Time(1),
        seed: 1,
        assets: Vec::new(),
        fundamentals: Vec::new(),
        venues: Vec::new(),
        groups: vec![group("lost", "nowhere")],
        rules: vec![rule("lost"), rule("house")],
    };
    let refusals = market::estimate(&plan).expect_err("its groups are nowhere");
    let said: Vec<String> = refusals.into_iter().map(|refusal| refusal.message).collect();
    assert_eq!(said.len(), 3, "{said:?}");
}
