//! One instrument falls by three tenths in a thousand marks.

use crate::scenario::{self, resident};
use facts::{Fact, Record, Sink};
use market::{
    AccountPlan, AssetPlan, End, Engine, GroupPlan, InstrumentPlan, LegPlan, MarketPlan, PlacePlan,
    Rule, RulePlan, VenuePlan,
};
use std::time::{Duration as Elapsed, Instant};
use units::{Duration, Money, Price, Ratio, Size};

/// Marks of a run.
const MARKS: i64 = 1_000;

/// Price at the start, in hundredths, and lots of a leg, hundredths, too.
const ENTRY: i64 = 10_000;
const LOTS: i64 = 1_000;

/// What stands behind the legs of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Margin {
    /// One leg with margin of its own.
    Isolated,
    /// Three legs behind one collateral, two of them in instruments that do not move.
    Cross,
}

/// How many accounts there are, and how many the fall liquidates, evenly on its way; where that is not
/// said, their leverage lies evenly between 2 and 50.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fall {
    pub(crate) accounts: u32,
    pub(crate) crossed: Option<u32>,
    pub(crate) margin: Margin,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// From the second mark to the last, a mark.
    pub(crate) a_mark: Elapsed,
    pub(crate) bytes: u64,
    pub(crate) liquidations: u32,
}

/// Notes when the first instrument is marked.
#[derive(Debug, Default)]
struct Watch {
    marked: Vec<Instant>,
    liquidations: u32,
}

impl Sink for Watch {
    fn genesis(&mut self, _: &Fact) {}

    fn record(&mut self, record: &Record) {
        if let Fact::MarkPricePublished(mark) = &record.fact
            && mark.instrument.0 == 0
        {
            self.marked.push(Instant::now());
        }
        self.liquidations += u32::from(matches!(record.fact, Fact::LiquidationOpened(_)));
    }
}

pub(crate) fn run(fall: Fall) -> Run {
    let plan = fall.plan();
    let before = resident();
    let mut engine = match Engine::build(&plan, Watch::default()) {
        Ok(engine) => engine,
        Err(refusals) => panic!("{refusals:?}"),
    };
    engine.without_laws();
    let ended = engine.run();
    assert_eq!(ended.end, End::Horizon);
    let bytes = resident().saturating_sub(before);
    let Watch { marked, liquidations } = engine.into_sink();
    let expected = fall.crossed.unwrap_or(liquidations);
    assert_eq!(liquidations, expected, "as many are liquidated as there are on the way");
    // The first mark looks at everybody once.
    let (second, last) = (marked[1], marked[marked.len() - 1]);
    let marks = u32::try_from(marked.len() - 2).expect("they are few");
    Run { a_mark: (last - second) / marks, bytes, liquidations }
}

impl Fall {
    fn plan(self) -> MarketPlan {
        let holders = (0..self.accounts).map(|account| self.account(account)).collect();
        let mut makers: Vec<AccountPlan> = Vec::new();
        for instrument in 0..self.legs() {
            let lots = -LOTS * i64::from(self.accounts);
            makers.push(AccountPlan {
                name: String::new(),
                collateral: scenario::MAKER,
                legs: vec![leg(instrument, lots, None)],
            });
        }
        let group = |name: &str, accounts| GroupPlan {
            name: name.to_owned(),
            venue: "perp".to_owned(),
            accounts,
        };
        let instruments = (0..self.legs()).map(|instrument| InstrumentPlan {
            name: scenario::name(instrument),
            fundamental: scenario::name(instrument),
            price_decimals: 2,
            lot_decimals: 2,
        });
        MarketPlan {
            start: scenario::START,
            horizon: scenario::START + Duration(MARKS * scenario::EVERY.0),
            seed: scenario::SEED,
            assets: vec![AssetPlan { name: "USDC".to_owned(), decimals: 6 }],
            fundamentals: (0..self.legs()).map(scenario::name).collect(),
            venues: vec![VenuePlan {
                name: "perp".to_owned(),
                asset: "USDC".to_owned(),
                taker_fee: Ratio::ZERO,
                instruments: instruments.collect(),
            }],
            groups: vec![group("holders", holders), group("makers", makers)],
            rules: self.rules(),
        }
    }

    /// Margin of leverage 2 + 48 · (k · 2,654,435,761 mod n) ÷ n, as `margin_index.py` has it.
    fn of_leverage(self, account: u32) -> Ratio {
        let (k, n) = (i64::from(account), i64::from(self.accounts));
        Ratio(1_000_000_000 * n / (2 * n + 48 * (k * 2_654_435_761 % n)))
    }

    fn legs(self) -> u16 {
        match self.margin {
            Margin::Isolated => 1,
            Margin::Cross => 3,
        }
    }

    /// Those who are liquidated have margin for 1% to 27% of a fall, all others for 60%.
    fn account(self, account: u32) -> AccountPlan {
        let value = Money(i128::from(LOTS * ENTRY * scenario::UNIT_VALUE));
        let needs = self.crossed.map_or_else(
            || self.of_leverage(account),
            |crossed| {
                let stride = (self.accounts / crossed).max(1);
                let place = account.is_multiple_of(stride).then_some(account / stride);
                let place = place.filter(|&place| place < crossed).map(i64::from);
                let bears = |place| 10_000_000 + 260_000_000 * place / i64::from(crossed);
                Ratio(10_000_000 * i64::from(self.legs()) + place.map_or(600_000_000, bears))
            },
        );
        let margin = value.share(needs, units::Rounding::Up);
        let isolated = (self.margin == Margin::Isolated).then_some(margin);
        let legs = (0..self.legs()).map(|instrument| leg(instrument, LOTS, isolated)).collect();
        let collateral = if isolated.is_some() { Money::ZERO } else { margin };
        AccountPlan { name: String::new(), collateral, legs }
    }

    fn rules(self) -> Vec<RulePlan> {
        let rule =
            |rule: Rule, place: PlacePlan| RulePlan { rule, place, parameters: String::new() };
        let venue = PlacePlan::Venue("perp".to_owned());
        let mut rules = vec![
            rule(
                scenario::read::<liquidation::FullClose>("(penalty: \"0%\", retry: \"3s\")"),
                venue.clone(),
            ),
            rule(scenario::read::<insurance::PooledFund>("(balance: \"0 USDC\")"), venue),
        ];
        for instrument in 0..self.legs() {
            let falls = if instrument == 0 { 3 } else { 0 };
            let prices = (0..MARKS + 2).map(|tick| Price((ENTRY - falls * tick) * scenario::FINE));
            let path = scenario::path(instrument, prices.collect());
            rules.push(rule(path, PlacePlan::Fundamental(scenario::name(instrument))));
            for answer in [
                scenario::read::<oracle::Direct>("(every: \"1s\", lag: \"0s\")"),
                scenario::read::<mark_price::OracleOnly>("(every: \"1s\")"),
                scenario::read::<liquidity::LinearDepth>(
                    "(depth: \"1_000_000_000_000 USDC per 1%\", recovery_half_life: \"1s\", \
                     capital: \"1_000_000_000_000 USDC\", inventory: \"10x\")",
                ),
                scenario::read::<margin::Flat>("(initial: \"2%\", maintenance: \"1%\")"),
            ] {
                let place = PlacePlan::Instrument("perp".to_owned(), scenario::name(instrument));
                rules.push(rule(answer, place));
            }
        }
        rules
    }
}

fn leg(instrument: u16, lots: i64, isolated: Option<Money>) -> LegPlan {
    LegPlan {
        instrument: scenario::name(instrument),
        size: Size(lots),
        entry: Price(ENTRY),
        isolated,
    }
}
