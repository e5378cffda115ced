//! Orders of every type in a book and against a curve, sent by traders who follow a script.

mod plain;

use crate::laws::judge_books;
use experiment::{Catalogue, Experiment};
use facts::{GroupId, Purse, Record, TimeInForce};
use market::{
    Behaviour, Fill, Fills, Here, Liquidity, LiquidityAnswer, Market, Mechanism, Order, OrderKind,
    Plan, Quote,
};
use replay::{Log, SealReason};
use serde::{Deserialize, Serialize};
use tests::{Books, read, run_checking};
use units::{Duration, Price, Size};

/// Sends what is written when it is written, in the one instrument that there is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sends {
    acts: Vec<(Duration, u64, Act)>,
}

/// What a member of the group does; lots are signed, prices are in cents.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Act {
    /// An order at the market.
    Market(i64),
    /// The same, reduce-only.
    Reduce(i64),
    /// An order with a limit.
    Limit(i64, i64, TimeInForce),
    /// The same, reduce-only.
    ReduceLimit(i64, i64, TimeInForce),
    /// Withdraws one of its resting orders: the one at this place, counted around.
    Cancel(usize),
}

market::timers! {
    /// The next act of a script is due.
    SendDue { group: GroupId, member: u64, act: Act } in Decide;
}

impl Mechanism for Sends {
    type Question = Behaviour;
    const NAME: &'static str = "Sends";
    const SOURCE: &'static str = include_str!("orders.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let (group, start) = (plan.group(), plan.start());
        for &(at, member, act) in &self.acts {
            plan.first(start + at, SendDue { group, member, act });
        }
        plan.on(Self::send);
    }
}

impl Sends {
    #[expect(clippy::unused_self, reason = "a handler is a method of its mechanism")]
    fn send(&self, market: &mut Market<'_>, due: &SendDue) {
        let account = market.member(due.group, due.member).expect("the group has the member");
        let venue = market.venue_of_group(due.group).expect("it is at a venue");
        let instrument = market.instruments_of(venue)[0];
        let limit = |lots, price, force| {
            let order = Order::with_limit((account, instrument), Size(lots), Price(price), force);
            assert_eq!(order.kind, OrderKind::Limit(Price(price), force));
            order
        };
        match due.act {
            Act::Market(lots) => market.place(Order::at_market(account, instrument, Size(lots))),
            Act::Reduce(lots) => {
                market.place(Order::at_market(account, instrument, Size(lots)).reducing());
            },
            Act::Limit(lots, price, force) => market.place(limit(lots, price, force)),
            Act::ReduceLimit(lots, price, force) => {
                market.place(limit(lots, price, force).reducing());
            },
            Act::Cancel(at) => {
                let resting: Vec<_> = market.resting(account, instrument).collect();
                let chosen = at.checked_rem(resting.len()).map(|at| resting[at]);
                if let Some(chosen) = chosen {
                    market.cancel(account, instrument, chosen.order);
                    market.cancel(account, instrument, chosen.order);
                }
            },
        }
    }
}

/// Two dealers, the last members of the first group, each of whom trades as many lots as it may: the
/// second one five cents worse than the first. What is traded may be another thing than was quoted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dealers {
    lots: i64,
    /// Cents by which what is traded is worse than what was quoted.
    worse: i64,
    /// Lots of each fill that are not traded.
    less: i64,
}

impl Mechanism for Dealers {
    type Question = Liquidity;
    const NAME: &'static str = "Dealers";
    const SOURCE: &'static str = include_str!("orders.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.answer(plan.this());
    }
}

impl Dealers {
    fn fills(&self, market: &Market<'_>, here: Here, size: Size) -> Vec<Fill> {
        let Some(Price(middle)) = market.fundamental_price(here.instrument()) else {
            return Vec::new();
        };
        let members: Vec<_> = market.members(GroupId(0)).collect();
        let sign = size.0.signum();
        let mut left = size.0.abs();
        let dealers = members.iter().rev().take(2).rev().zip([5, 10]);
        let fills = dealers.map(|(&dealer, away)| {
            let lots = left.min(self.lots);
            left -= lots;
            let price = Price(middle + sign * away);
            Fill { with: Purse::of(dealer), size: Size(sign * lots), price, order: None }
        });
        fills.filter(|fill| fill.size != Size::ZERO).collect()
    }
}

impl LiquidityAnswer for Dealers {
    fn quote(&self, market: &Market<'_>, here: Here, (_, size): (Purse, Size)) -> Quote {
        Quote::of(market.instrument(here.instrument()), &self.fills(market, here, size))
    }

    fn fill(&self, market: &mut Market<'_>, here: Here, (_, quote): (Purse, Quote)) -> Fills {
        let mut fills = Fills::from_vec(self.fills(market, here, quote.size));
        let sign = quote.size.0.signum();
        for fill in &mut fills {
            fill.price = Price(fill.price.0 + sign * self.worse);
            fill.size = Size(fill.size.0 - sign * self.less);
        }
        fills
    }

    fn trade_price(&self, market: &Market<'_>, here: Here) -> Option<Price> {
        market.fundamental_price(here.instrument())
    }
}

/// A scene: what the price is every ten seconds, who trades against orders, the rules beside those of
/// every scene, what the members have, and what they do.
struct Scene<'a> {
    prices: &'a [&'a str],
    liquidity: &'a str,
    rules: &'a str,
    members: &'a [&'a str],
    /// Legs by member, as an account writes them; the shorts take what is left.
    legs: &'a [&'a str],
    acts: &'a str,
}

const BOOK: &str = "OrderBook(tick: \"0.05\", orders: 100)";
const CURVE: &str = "LinearDepth(depth: \"10_000 USDC per 1%\", recovery_half_life: \"1s\", \
                     capital: \"1_000_000 USDC\", inventory: \"10x\")";
const RICH: &str = "1_000_000";

const SCENE: Scene<'_> = Scene {
    prices: &["100"],
    liquidity: BOOK,
    rules: "margin: Flat(initial: \"20%\", maintenance: \"10%\"), \
            liquidation: FullClose(penalty: \"0%\", retry: \"3s\")",
    members: &[RICH, RICH],
    legs: &[],
    acts: "",
};

impl Scene<'_> {
    fn play(&self) -> Books {
        let experiment = self.experiment();
        let log = run_checking(&experiment, ("base", 1), Some(1));
        judge_books(&log).expect("the book keeps its laws");
        Books::of(log)
    }

    /// Why the run breaks off.
    fn break_off(&self) -> String {
        let sealed = self.experiment().run_checking("base", 1, None).expect("it is run");
        let reason = Log::read(&sealed.bytes).expect("it is a log").seal.reason;
        let SealReason::Broken(why) = reason else { panic!("it ended: {reason}") };
        why
    }

    fn experiment(&self) -> Experiment {
        let bar = |price: &&str| format!("(\"{price}\", \"{price}\", \"{price}\", \"{price}\")");
        let bars: Vec<String> = self.prices.iter().map(bar).collect();
        let account = |(at, collateral): (usize, &&str)| {
            let legs = self.legs.get(at).copied().unwrap_or_default();
            format!("Account(name: \"{at}\", collateral: \"{collateral} USDC\", legs: {{{legs}}})")
        };
        let accounts: Vec<String> = self.members.iter().enumerate().map(account).collect();
        let text = format!(
            r#"Experiment(
    schema: 1, name: "orders", question: "What is filled?", seed: 1,
    start: "2026-01-05T00:00:00Z", horizon: "{}s",
    assets: {{ "USDC": Asset(decimals: 6) }},
    fundamentals: {{
        "COIN": HistoricalBars(source: "made up", every: "10s", tick: "1s", bars: [{}]),
    }},
    venues: {{ "perp": Venue(
        settles_in: "USDC", taker_fee: "0.1%",
        instruments: {{ "COIN": Perpetual(index: "COIN", price_unit: "0.01", lot: "0.1") }},
        rules: (
            oracle: Direct(every: "1s", lag: "0s"),
            mark_price: OracleOnly(every: "1s"),
            liquidity: {},
            {},
        ),
    ) }},
    traders: [
        Accounts(name: "actors", on: "perp", behaviour: Sends(acts: [{}]), accounts: [{}]),
        Rest(name: "others", on: "perp", collateral: "1_000_000 USDC", behaviour: Passive()),
    ],
    arms: {{ "base": () }}, metrics: [],
)"#,
            self.prices.len() * 10 - 1,
            bars.join(", "),
            self.liquidity,
            self.rules,
            self.acts,
            accounts.join(", "),
        );
        let catalogue = Catalogue::standard().with::<Sends>().with::<Dealers>();
        read("orders.ron", &text, &catalogue)
    }
}

/// Facts of one kind: the second each happened in, and what each says of the fields named.
fn told(books: &Books, kind: &str, fields: &[&str]) -> Vec<String> {
    let records = books.log().records.iter().filter(|record| record.fact.name() == kind);
    let tell = |record: &Record| {
        let fact = books.names.tell(&record.fact);
        let field = |name: &&str| {
            let rest = fact.split(&format!("{name}: \"")).nth(1).unwrap_or_default();
            format!(" {}", rest.split('"').next().unwrap_or_default())
        };
        let second = &record.stamp.time.time_of_day()[6..8];
        format!("{second}{}", fields.iter().map(field).collect::<String>())
    };
    records.map(tell).collect()
}

const SIZE_PRICE: &[&str] = &["size", "price"];
const SIZE_WHY: &[&str] = &["size", "obstacle"];

#[test]
fn a_maker_is_filled_as_far_as_its_margin_goes_when_it_is_met() {
    // 10 at 99 need 200 of 210 at 100. At 95 each loses 4 and needs 19: 9.1 of them fit.
    let books = Scene {
        prices: &["100", "95"],
        members: &["210", RICH],
        acts: "(\"2s\", 0, Limit(100, 9900, Rests)), (\"12s\", 1, Market(-100))",
        ..SCENE
    }
    .play();
    assert_eq!(told(&books, "OrderFilled", SIZE_PRICE), ["12 9.1 99"]);
    assert_eq!(told(&books, "RestingOrderCancelled", SIZE_WHY), ["12 0.9 not enough margin"]);
    assert_eq!(told(&books, "OrderCancelled", SIZE_WHY), ["12 -0.9 no depth"]);
    // The seller alone pays a fee: 0.1 % of 900.9.
    assert_eq!(books.told("FeeCharged").len(), 1);
    assert_eq!(books.balance("actors/1"), "999999.0991 USDC");
}

#[test]
fn an_order_rests_only_with_the_margin_of_all_on_its_side() {
    // 10 at 100 need 200, and 5 more 100; what a bid above the mark would lose counts, what one below
    // would gain does not.
    let acts = "(\"2s\", 0, Limit(100, 10000, Rests)), (\"3s\", 0, Limit(50, 9900, PostOnly)), \
                (\"4s\", 0, Limit(50, 5000, Rests)), (\"5s\", 0, Limit(-100, 10100, Rests)), \
                (\"6s\", 0, ReduceLimit(-50, 10100, Rests))";
    let books = Scene { members: &["299.999999", RICH], acts, ..SCENE }.play();
    let margin = ["03 5 not enough margin", "04 5 not enough margin", "06 -5 nothing to reduce"];
    assert_eq!(told(&books, "OrderCancelled", SIZE_WHY), margin);
    let books = Scene { members: &["300", RICH], acts, ..SCENE }.play();
    assert_eq!(told(&books, "OrderRested", SIZE_PRICE), ["02 10 100", "03 5 99", "05 -10 101"]);
    let acts = "(\"2s\", 0, Limit(100, 10100, Rests))";
    let books = Scene { members: &["209", RICH], acts, ..SCENE }.play();
    assert_eq!(told(&books, "OrderRested", SIZE_PRICE), Vec::<String>::new());
    let books = Scene { members: &["210", RICH], acts, ..SCENE }.play();
    assert_eq!(told(&books, "OrderRested", SIZE_PRICE), ["02 10 101"]);
}

#[test]
fn a_liquidation_cancels_the_orders_of_its_purse_and_no_others() {
    let books = Scene {
        prices: &["100", "92"],
        members: &["600", RICH],
        legs: &["\"COIN\": Leg(size: \"10\", entry: \"100\", margin: Isolated(\"150 USDC\"))"],
        acts: "(\"2s\", 0, Limit(-50, 11000, Rests)), (\"3s\", 1, Limit(10, 8000, PostOnly))",
        ..SCENE
    }
    .play();
    let cancelled = told(&books, "RestingOrderCancelled", SIZE_WHY);
    assert_eq!(cancelled, ["10 -5 under liquidation"]);
    let records = &books.log().records;
    let is = |name| move |record: &&Record| record.fact.name() == name;
    let opened = records.iter().find(is("LiquidationOpened")).expect("it opens");
    let gone = records.iter().find(is("RestingOrderCancelled")).expect("it is cancelled");
    assert_eq!(gone.cause, Some(opened.id));
    assert_eq!(told(&books, "OrderFilled", SIZE_PRICE), ["10 1 80"]);
}

#[test]
fn in_a_halt_orders_stay_are_withdrawn_and_meet_nobody() {
    let books = Scene {
        prices: &["100", "94", "94"],
        rules: "margin: Flat(initial: \"20%\", maintenance: \"10%\"), \
                liquidation: FullClose(penalty: \"0%\", retry: \"3s\"), halt: [CircuitBreaker( \
                levels: [(fall: \"5%\", within: \"30s\", pause: \"9500ms\")], scope: Instrument)]",
        acts: "(\"2s\", 0, Limit(50, 9900, Rests)), (\"3s\", 0, Limit(50, 9800, Rests)), \
               (\"4s\", 1, Limit(-10, 9900, ImmediateOrCancel)), (\"12s\", 1, Market(-100)), \
               (\"13s\", 0, Cancel(0)), (\"14s\", 1, Limit(10, 9000, Rests)), (\"25s\", 1, Market(-100))",
        ..SCENE
    }
    .play();
    // It trips when an index price or a trade shows the fall.
    assert_eq!(told(&books, "Halted", &[]), ["10"]);
    let said = ["12 -10 trading is halted", "14 1 trading is halted", "25 -5 no depth"];
    assert_eq!(told(&books, "OrderCancelled", SIZE_WHY), said);
    assert_eq!(told(&books, "RestingOrderCancelled", SIZE_WHY), ["13 4 withdrawn by its owner"],);
    assert_eq!(told(&books, "OrderFilled", SIZE_PRICE), ["04 1 99", "25 5 98"]);
}

#[test]
fn a_limit_against_a_curve_is_filled_to_where_the_price_reaches_it() {
    // 10,000 USDC move the price by 1 %: to 101 there are 100, on average at 100.5.
    let acts = "(\"2s\", 0, Limit(2000, 10100, ImmediateOrCancel)), \
                (\"3s\", 0, Limit(2000, 9900, Rests)), (\"4s\", 0, Limit(10, 9900, PostOnly)), \
                (\"5s\", 0, Limit(-2000, 9900, FillOrKill)), (\"6s\", 0, Limit(-10, 9000, FillOrKill))";
    let books = Scene { liquidity: CURVE, acts, ..SCENE }.play();
    let traded = told(&books, "Traded", SIZE_PRICE);
    assert_eq!(traded[0], "02 100.5 100.5");
    assert_eq!((traded.len(), &traded[1][..4]), (2, "06 1"));
    let said = [
        "02 99.5 no depth",
        "03 200 nothing rests here",
        "04 1 nothing rests here",
        "05 -200 it could not be filled whole",
    ];
    assert_eq!(told(&books, "OrderCancelled", SIZE_WHY), said);
    assert!(books.told("OrderRested").is_empty());
}

#[test]
fn what_would_trade_outside_the_band_neither_trades_nor_rests() {
    let books = Scene {
        rules: "margin: Flat(initial: \"20%\", maintenance: \"10%\"), \
                liquidation: FullClose(penalty: \"0%\", retry: \"3s\"), \
                halt: [PriceBand(within: \"2%\", averaged_over: \"1s\", every: \"1s\")]",
        acts: "(\"2s\", 0, Limit(-10, 10100, Rests)), (\"2s\", 0, Limit(-10, 10500, Rests)), \
               (\"3s\", 1, Limit(50, 11000, Rests)), (\"4s\", 1, Limit(50, 10400, Rests))",
        ..SCENE
    }
    .play();
    assert_eq!(told(&books, "OrderFilled", SIZE_PRICE), ["03 -1 101"]);
    assert_eq!(told(&books, "OrderCancelled", SIZE_WHY), ["03 4 no depth"]);
    assert_eq!(told(&books, "OrderRested", SIZE_PRICE), ["02 -1 101", "02 -1 105", "04 5 104"]);
}

#[test]
fn limits_are_rounded_away_from_the_market_and_a_full_book_takes_no_more() {
    let books = Scene {
        liquidity: "OrderBook(tick: \"0.05\", orders: 3)",
        acts: "(\"2s\", 0, Limit(10, 9904, Rests)), (\"3s\", 0, Limit(-10, 10101, Rests)), \
               (\"4s\", 0, Limit(10, 4, Rests)), (\"5s\", 0, Limit(10, -9223372036854775808, Rests)), \
               (\"6s\", 1, Limit(-10, 9223372036854775807, PostOnly)), \
               (\"7s\", 1, Limit(20, 99999, Rests)), \
               (\"8s\", 1, Limit(10, 7, Rests)), (\"9s\", 1, Limit(10, 7, Rests))",
        ..SCENE
    }
    .play();
    assert_eq!(
        told(&books, "OrderRested", SIZE_PRICE),
        ["02 1 99", "03 -1 101.05", "07 1 999.95", "08 1 0.05"],
    );
    assert_eq!(told(&books, "OrderFilled", SIZE_PRICE), ["07 -1 101.05"]);
    let said = [
        "04 1 its price is no tick",
        "05 1 its price is no tick",
        "06 -1 its price is no tick",
        "09 1 the book is full",
    ];
    assert_eq!(told(&books, "OrderCancelled", SIZE_WHY), said);
}

#[test]
fn one_sale_has_as_many_counterparties_as_the_answer_names() {
    let scene = Scene {
        liquidity: "Dealers(lots: 30, worse: 0, less: 0)",
        members: &[RICH, RICH, RICH],
        acts: "(\"2s\", 0, Market(-40)), (\"3s\", 0, Reduce(90))",
        ..SCENE
    };
    let books = scene.play();
    let fields = &["buyer", "seller", "size", "price"];
    assert_eq!(
        told(&books, "Traded", fields),
        [
            "02 perp/actors/1 perp/actors/0 3 99.95",
            "02 perp/actors/2 perp/actors/0 1 99.9",
            "03 perp/actors/0 perp/actors/1 3 100.05",
            "03 perp/actors/0 perp/actors/2 1 100.1",
        ]
    );
    // One fee an order, of the whole notional: 0.1 % of 399.75, and of 400.25.
    let fees = ["02 0.39975 USDC", "03 0.40025 USDC"];
    assert_eq!(told(&books, "FeeCharged", &["amount"]), fees);
    assert_eq!(books.balance("actors/1"), "1000000.3 USDC");
}

#[test]
fn an_answer_that_trades_another_thing_than_it_quoted_breaks_law_21() {
    for liquidity in
        ["Dealers(lots: 30, worse: 1, less: 0)", "Dealers(lots: 30, worse: 0, less: 1)"]
    {
        let members = &[RICH, RICH, RICH];
        let why =
            Scene { liquidity, members, acts: "(\"2s\", 0, Market(-40))", ..SCENE }.break_off();
        assert!(why.contains("law 21 is broken"), "{why}");
    }
}
