//! Mechanisms and an experiment to try the reading with.

use crate::{Catalogue, Diagnostic, Includes, Loaded, load};
use facts::Purse;
use market::{
    DeleveragingAnswer, Fills, FundamentalAnswer, Here, LiquidityAnswer, MarginAnswer, Market,
    Mechanism, Plan, Quote, Requirement,
};
use serde::{Deserialize, de::Error};
use std::collections::BTreeMap;
use units::{Amount, Decimal, Duration, Money, Price, Ratio, Size};

macro_rules! mechanisms {
    ($($name:ident { $($field:ident: $type:ty),* } answers $question:ident $(, $this:ident)?;)*) => {$(
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only read")]
        pub(crate) struct $name { $($field: $type),* }

        impl Mechanism for $name {
            type Question = market::$question;
            const NAME: &'static str = stringify!($name);
            const SOURCE: &'static str = include_str!("trial.rs");

            fn install(&self, plan: &mut Plan<'_, Self>) {
                let _ = plan;
                $(plan.answer(plan.$this());)?
            }
        }
    )*};
}

mechanisms! {
    Direct { every: Duration } answers Oracle;
    Median { every: Duration } answers MarkPrice;
    Deep { depth: Amount } answers Liquidity, this;
    Flat { initial: Ratio, maintenance: Ratio } answers Margin, this;
    FullClose { penalty: Ratio, every: Duration } answers Liquidation;
    Tiered { slice: Ratio } answers Liquidation;
    ProRata { cap: Ratio } answers Deleveraging, this;
    Breaker { fall: Ratio, pause: Duration } answers Halt;
}

/// Nobody trades.
impl LiquidityAnswer for Deep {
    fn quote(&self, _: &Market<'_>, _: Here, _: (Purse, Size)) -> Quote {
        Quote::NOTHING
    }

    fn fill(&self, _: &mut Market<'_>, _: Here, _: (Purse, Quote)) -> Fills {
        Fills::new()
    }

    fn trade_price(&self, _: &Market<'_>, _: Here) -> Option<Price> {
        None
    }
}

/// Nothing is needed.
impl MarginAnswer for Flat {
    fn requirement(&self, _: &Market<'_>, _: Here, _: Money) -> Requirement {
        Requirement::default()
    }
}

impl DeleveragingAnswer for ProRata {
    fn takes_over_positions(&self) -> bool {
        false
    }
}

/// A price that never moves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Constant {
    #[serde(deserialize_with = "price")]
    price: Price,
}

fn price<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Price, D::Error> {
    let units = Decimal::parse(&String::deserialize(deserializer)?, 8).map_err(D::Error::custom)?;
    i64::try_from(units).map(Price).map_err(D::Error::custom)
}

impl Mechanism for Constant {
    type Question = market::Fundamental;
    const NAME: &'static str = "Constant";
    const SOURCE: &'static str = include_str!("trial.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.answer(plan.this());
    }
}

impl FundamentalAnswer for Constant {
    fn opening_price(&self) -> Price {
        self.price
    }

    fn price_range(&self) -> (Price, Price) {
        (self.opening_price(), self.opening_price())
    }
}

/// Does nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Passive {}

impl Mechanism for Passive {
    type Question = market::Behaviour;
    const NAME: &'static str = "Passive";
    const SOURCE: &'static str = include_str!("trial.rs");

    fn install(&self, _: &mut Plan<'_, Self>) {}
}

pub(crate) fn catalogue() -> Catalogue {
    Catalogue::default()
        .with::<Constant>()
        .with::<Direct>()
        .with::<Median>()
        .with::<Deep>()
        .with::<Flat>()
        .with::<FullClose>()
        .with::<Tiered>()
        .with::<ProRata>()
        .with::<Breaker>()
        .with::<Passive>()
}

/// Files by path.
#[derive(Default)]
pub(crate) struct Files(pub(crate) BTreeMap<String, String>);

impl Includes for Files {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }

    fn table(&self, path: &str) -> Result<Vec<u8>, String> {
        self.read(path).map(String::into_bytes)
    }
}

pub(crate) const METRICS: [&str; 2] = ["LiquidatedNotional", "Shortfall"];

/// An experiment that is right.
pub(crate) const RIGHT: &str = r#"// Two instruments, four groups.
Experiment(
    schema: 1,
    name: "trial",
    question: "Does it read?",
    seed: 7,
    start: "2025-10-10T20:45:00Z",
    horizon: "80min",
    assets: { "USDC": Asset(decimals: 6) },
    fundamentals: {
        "BTC": Constant(price: "62350.5"),
        "ETH": Constant(price: "3012.25"),
    },
    venues: {
        "perp": Venue(
            include: "../venues/book.ron",
            settles_in: "USDC",
            taker_fee: "0.045%",
            instruments: {
                "BTC": Perpetual(index: "BTC", price_unit: "0.01", lot: "0.0001"),
                "ETH": Perpetual(index: "ETH", price_unit: "0.01", lot: "0.001", rules: (
                    liquidity: Deep(depth: "5_000 USDC"),
                )),
            },
            rules: (
                oracle: Direct(every: "3s"),
                liquidity: Deep(depth: "40_000_000 USDC"),
                liquidation: FullClose(penalty: "0.5%", every: "1s"),
                halt: [Breaker(fall: "7%", pause: "2min"), Breaker(fall: "20%", pause: "1h")],
            ),
        ),
    },
    traders: [
        Population(
            name: "longs", count: 300, on: "perp", side: Long, margin: Cross,
            holds: {"BTC": "60%", "ETH": "40%"}, legs: (least: 1, most: 2),
            collateral: Pareto(least: "200 USDC", tail: 1.15, most: "60_000_000 USDC"),
            leverage: LogNormal(median: "6x", spread: 0.7, most: "40x"),
            entered: Within("3%"), behaviour: Passive(),
        ),
        Population(
            name: "hedgers", count: 100, on: "perp", side: Short, margin: Isolated,
            holds: {"BTC": "100%"}, legs: (least: 1, most: 1),
            collateral: LogNormal(median: "2_000 USDC", spread: 1.5, most: "9_000_000 USDC"),
            leverage: Fixed("5x"), entered: Within("3%"), behaviour: Passive(),
        ),
        Accounts(name: "whales", on: "perp", behaviour: Passive(), accounts: [
            Account(name: "1", collateral: "20_000_000 USDC", legs: {
                "BTC": Leg(size: "-32.5", entry: "62000", margin: Cross),
                "ETH": Leg(size: "7.125", entry: "3000.07", margin: Isolated("9_000 USDC")),
            }),
        ]),
        Rest(name: "makers", on: "perp", collateral: "2_000_000_000 USDC", behaviour: Passive()),
    ],
    arms: {
        "base": (),
        "tiered": (liquidation: Tiered(slice: "20%")),
        "apart": (
            halt: [],
            venues: {"perp": (
                deleveraging: ProRata(cap: "50%"),
                instruments: {"BTC": (margin: Flat(initial: "5%", maintenance: "3%"))},
            )},
            traders: {"makers": Rest(on: "perp", collateral: "5 USDC", behaviour: Passive())},
            fundamentals: {"BTC": Constant(price: "60000")},
        ),
    },
    metrics: [LiquidatedNotional, Shortfall],
)
"#;

const BOOK: &str = r#"RuleBook(
    schema: 1,
    source: "documentation of the venue, 2025-10-01",
    rules: (
        mark_price: Median(every: "3s"),
        margin: Flat(initial: "10%", maintenance: "5%"),
        liquidation: Tiered(slice: "50%"),
    ),
    instruments: {
        "BTC": (margin: Flat(initial: "2%", maintenance: "1%")),
        "SOL": (margin: Flat(initial: "20%", maintenance: "10%")),
    },
)
"#;

/// The files that the right experiment includes.
pub(crate) fn files() -> Files {
    Files([("venues/book.ron".to_owned(), BOOK.to_owned())].into())
}

pub(crate) fn load_text(text: &str) -> Result<Loaded, Vec<Diagnostic>> {
    load("episodes/trial.ron", text.as_bytes(), &files(), &catalogue(), &METRICS)
}

/// The right experiment.
pub(crate) fn right() -> Loaded {
    load_text(RIGHT).unwrap_or_else(|remarks| panic!("{}", shown(&remarks)))
}

/// The right experiment with one part of its text replaced.
pub(crate) fn with(part: &str, replacement: &str) -> String {
    assert_eq!(RIGHT.matches(part).count(), 1, "`{part}` is there once");
    RIGHT.replace(part, replacement)
}

/// What is said about a text.
pub(crate) fn said(text: &str) -> String {
    match load_text(text) {
        Ok(loaded) => shown(&loaded.warnings),
        Err(remarks) => shown(&remarks),
    }
}

pub(crate) fn shown(remarks: &[Diagnostic]) -> String {
    remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}
