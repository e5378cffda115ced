//! A recorded history, bar by bar, with a seeded path inside each bar.
//!
//! # Rule
//!
//! Time is cut into bars of open, high, low and close. Inside a bar the price moves at every tick:
//! from the open to one extreme, to the other, to the close, as a Brownian bridge in the logarithm
//! of the price between these four, never outside high and low. The volatility of a tick is that
//! of the bar (Parkinson: ln(high ÷ low) ÷ √(4 ln 2)) over the square root of its ticks. Which
//! extreme comes first, and when, is drawn once a bar for all histories of an experiment, so that
//! assets that fell together fall together here. After the last bar the price stays.
//!
//! # Why venues do it
//!
//! They do not: the world does. Replaying a real crash asks what other rules would have made of
//! the same outside prices.
//!
//! # Parameters
//!
//! - `source`: where the figures are from, for the reader.
//! - `every`: length of a bar, above zero.
//! - `tick`: time between two prices; divides `every` into 4 to 100,000 ticks.
//! - `bars`: open, high, low, close, positive, with the extremes at or beyond open and close.
//!
//! # Known failure
//!
//! The recorded prices already contain the forced sales of the day. A venue that sells on top of
//! them counts part of the fall twice.
//!
//! # Sources
//!
//! Parkinson, "The extreme value method for estimating the variance of the rate of return",
//! Journal of Business 53 (1980).

use facts::FundamentalId;
use market::{
    FUNDAMENTAL_DECIMALS, Fundamental, FundamentalAnswer, Market, Mechanism, Place, Plan,
};
use serde::{Deserialize, Serialize};
use units::{Duration, Price, math};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoricalBars {
    /// Where the figures are from.
    #[expect(dead_code, reason = "it is for the reader of the experiment")]
    source: String,
    /// Length of a bar.
    every: Duration,
    /// Time between two prices.
    tick: Duration,
    /// Open, high, low, close.
    bars: Vec<Bar>,
}

/// Open, high, low and close, in units of 10^−8.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "(String, String, String, String)")]
struct Bar {
    open: i64,
    high: i64,
    low: i64,
    close: i64,
}

impl TryFrom<(String, String, String, String)> for Bar {
    type Error = String;

    fn try_from(texts: (String, String, String, String)) -> Result<Self, String> {
        let (open, high) = (crate::price(&texts.0)?, crate::price(&texts.1)?);
        let (low, close) = (crate::price(&texts.2)?, crate::price(&texts.3)?);
        if low <= 0 || low > open.min(close) || high < open.max(close) {
            return Err(format!(
                "a bar must be (open, high, low, close) with 0 < low ≤ open, close ≤ high; found ({}, \
                 {}, {}, {})",
                texts.0, texts.1, texts.2, texts.3
            ));
        }
        Ok(Self { open, high, low, close })
    }
}

/// Prices of the present bar.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Path {
    prices: Vec<Price>,
}

market::timers! {
    /// The next price is due.
    HistoricalTickDue { fundamental: FundamentalId, bar: usize, tick: usize } in Fundamental;
}

impl Mechanism for HistoricalBars {
    type Question = Fundamental;
    const NAME: &'static str = "HistoricalBars";
    const SOURCE: &'static str = include_str!("historical_bars.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(
            !self.bars.is_empty(),
            "`bars` must have at least one bar (open, high, low, close)",
        );
        plan.require(self.ticks().is_some(), "`tick` must divide a bar into 4 to 100,000 ticks");
        plan.answer(plan.this());
        plan.state(Path::default());
        plan.on(Self::move_on);
        plan.beats(self.tick);
        if let Place::Fundamental(fundamental) = plan.place() {
            plan.first(plan.start(), HistoricalTickDue { fundamental, bar: 0, tick: 0 });
        }
    }
}

impl FundamentalAnswer for HistoricalBars {
    fn opening_price(&self) -> Price {
        self.bars.first().map_or(Price(0), |bar| Price(bar.open))
    }

    fn price_range(&self) -> (Price, Price) {
        let low = self.bars.iter().map(|bar| bar.low).min().unwrap_or_default();
        let high = self.bars.iter().map(|bar| bar.high).max().unwrap_or_default();
        (Price(low), Price(high))
    }
}

impl HistoricalBars {
    /// Ticks of a bar.
    fn ticks(&self) -> Option<usize> {
        let whole = self.every.0.checked_rem(self.tick.0)? == 0;
        let ticks = usize::try_from(self.every.0.checked_div(self.tick.0)?).ok()?;
        (whole && (4..=100_000).contains(&ticks)).then_some(ticks)
    }

    fn move_on(&self, market: &mut Market<'_>, due: &HistoricalTickDue) {
        let HistoricalTickDue { fundamental, bar, tick } = *due;
        let (Some(present), Some(ticks)) = (self.bars.get(bar), self.ticks()) else { return };
        let here = market.here();
        if tick == 0 {
            let prices = path(market, fundamental, *present, (bar, ticks));
            market.state_mut::<Path>(here).prices = prices;
        }
        if let Some(&price) = market.state::<Path>(here).prices.get(tick) {
            market.set_fundamental(fundamental, price);
        }
        let (bar, tick) = if tick + 1 < ticks { (bar, tick + 1) } else { (bar + 1, 0) };
        market.tick(self.tick, HistoricalTickDue { fundamental, bar, tick });
    }
}

/// A tick and the price it must have.
type Anchor = (usize, i64);

/// Prices of bar number `at.0`, `at.1` ticks long.
fn path(
    market: &Market<'_>,
    fundamental: FundamentalId,
    bar: Bar,
    at: (usize, usize),
) -> Vec<Price> {
    let (number, ticks) = (u64::try_from(at.0).unwrap_or(u64::MAX), at.1);
    let anchors = anchors(market, bar, number, ticks);
    let purpose = format!("fundamental {}", market.fundamental(fundamental).name);
    let (low, high) = (log(bar.low), log(bar.high));
    let parkinson = (high - low) / math::sqrt(4.0 * math::ln(2.0));
    let volatility = parkinson / math::sqrt(count(ticks));
    let mut prices = vec![Price(bar.open)];
    let mut level = log(bar.open);
    for pair in anchors.windows(2) {
        let ((from, _), (to, target)) = (pair[0], pair[1]);
        for tick in from + 1..to {
            let left = count(to - tick + 1);
            let draw = market.draw(&purpose, number, u64::try_from(tick).unwrap_or(0)).normal();
            let noise = volatility * math::sqrt((left - 1.0) / left) * draw;
            level = (level + (log(target) - level) / left + noise).clamp(low, high);
            let price = math::to_units(math::exp(level), FUNDAMENTAL_DECIMALS);
            prices.push(Price(price.clamp(bar.low, bar.high)));
        }
        prices.push(Price(target));
        level = log(target);
    }
    prices
}

/// Open, the two extremes in drawn order at drawn ticks, close.
fn anchors(market: &Market<'_>, bar: Bar, number: u64, ticks: usize) -> [Anchor; 4] {
    let mut draw = market.draw("extremes of historical bars", number, 0);
    let low_first = draw.uniform() < 0.5;
    let inner = count(ticks - 2);
    let place = |uniform: f64| {
        1 + usize::try_from(math::nearest(uniform * inner - 0.5)).unwrap_or(0).min(ticks - 3)
    };
    let (one, other) = (place(draw.uniform()), place(draw.uniform()));
    let (early, late) = match (one.min(other), one.max(other)) {
        (early, late) if early < late => (early, late),
        (tick, _) if tick + 2 < ticks => (tick, tick + 1),
        (tick, _) => (tick - 1, tick),
    };
    let (first, second) = if low_first { (bar.low, bar.high) } else { (bar.high, bar.low) };
    [(0, bar.open), (early, first), (late, second), (ticks - 1, bar.close)]
}

fn log(price: i64) -> f64 {
    math::ln(math::to_float(i128::from(price), FUNDAMENTAL_DECIMALS))
}

fn count(ticks: usize) -> f64 {
    math::float(i128::try_from(ticks).unwrap_or(0))
}
