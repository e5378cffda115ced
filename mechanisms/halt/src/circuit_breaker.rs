//! Trading pauses after a fall within a window.
//!
//! # Rule
//!
//! At every mark price, for each level: when the mark is `fall` or more below the highest mark of
//! the last `within`, trading is halted for `pause`. The deepest level that is met counts. Marks of
//! a halt and before it do not: the window begins anew when trading resumes.
//!
//! # Why venues do it
//!
//! Depth comes back in the pause; arbitrage brings the price back before the next sale.
//!
//! # Parameters
//!
//! - `levels`: each a `fall` in (0 %, 100 %), the time `within` which it happens, and the `pause`,
//!   both above zero.
//! - `scope`: `Instrument` halts the one that fell, `Venue` halts everything the venue lists.
//!
//! # Known failure
//!
//! Prices elsewhere go on falling: whoever would have been closed early is closed late, at a loss.
//!
//! # Sources
//!
//! US market-wide circuit breakers (7, 13, 20 %); CME dynamic circuit breakers (rolling window that
//! begins anew), read November 2026.

use facts::{InstrumentId, MarkPricePublished, Resumed};
use market::{Halt, Market, Mechanism, Plan, Trip};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use units::{Duration, Price, Ratio, Time};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitBreaker {
    /// Falls that halt trading.
    levels: Vec<Level>,
    /// What is halted.
    scope: Scope,
}

/// A fall that halts trading.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Level {
    fall: Ratio,
    within: Duration,
    pause: Duration,
}

/// What is halted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Scope {
    /// The instrument that fell.
    Instrument,
    /// Every instrument of the venue.
    Venue,
}

/// Marks of each instrument since trading last resumed, not older than the longest window.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Windows {
    marks: BTreeMap<InstrumentId, VecDeque<(Time, Price)>>,
}

impl Mechanism for CircuitBreaker {
    type Question = Halt;
    const NAME: &'static str = "CircuitBreaker";
    const SOURCE: &'static str = include_str!("circuit_breaker.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(
            !self.levels.is_empty(),
            "`levels` must have at least one (fall: \"7%\", within: \"5min\", pause: \"2min\")",
        );
        let all = |sound: fn(&Level) -> bool| self.levels.iter().all(sound);
        plan.require(
            all(|it| Ratio::ZERO < it.fall && it.fall < Ratio::ONE),
            "`fall` must be above 0% and below 100%",
        );
        plan.require(all(|it| it.within > Duration::ZERO), "`within` must be above zero");
        plan.require(all(|it| it.pause > Duration::ZERO), "`pause` must be above zero");
        plan.state(Windows::default());
        plan.on(Self::watch);
        plan.on(Self::begin_anew);
    }
}

impl CircuitBreaker {
    fn watch(&self, market: &mut Market<'_>, mark: &MarkPricePublished) {
        let (instrument, now) = (mark.instrument, market.now());
        let (here, trades) = (market.here(), market.may_trade(instrument));
        let windows: &mut Windows = market.state_mut(here);
        let marks = windows.marks.entry(instrument).or_default();
        if !trades {
            return;
        }
        marks.push_back((now, mark.price));
        if let Some(longest) = self.levels.iter().map(|level| level.within).max() {
            while marks.front().is_some_and(|&(time, _)| now.since(time) > longest) {
                marks.pop_front();
            }
        }
        let met = self.levels.iter().filter_map(|level| level.met(marks, now, mark.price));
        if let Some((level, trip)) = met.max_by_key(|(level, _)| (level.fall, level.pause)) {
            self.halt(market, instrument, (level.pause, trip));
        }
    }

    #[expect(clippy::unused_self, reason = "a handler is a method of its mechanism")]
    fn begin_anew(&self, market: &mut Market<'_>, resumed: &Resumed) {
        let here = market.here();
        market.state_mut::<Windows>(here).marks.remove(&resumed.instrument);
    }

    fn halt(&self, market: &mut Market<'_>, fell: InstrumentId, (pause, trip): (Duration, Trip)) {
        let halted = match self.scope {
            Scope::Instrument => vec![fell],
            Scope::Venue => market.instruments_of(market.instrument(fell).venue),
        };
        for instrument in halted {
            market.halt(instrument, pause, trip);
        }
    }
}

impl Level {
    /// The level and what tripped it, when the fall from its window's highest mark is enough.
    fn met(
        &self,
        marks: &VecDeque<(Time, Price)>,
        now: Time,
        price: Price,
    ) -> Option<(Self, Trip)> {
        let window = marks.iter().filter(|&&(time, _)| now.since(time) <= self.within);
        let reference = window.map(|&(_, price)| price).max()?;
        let fallen = i128::from(reference.minus(price).0) * i128::from(Ratio::ONE.0);
        let enough = fallen >= i128::from(reference.0) * i128::from(self.fall.0);
        enough.then_some((*self, Trip { price, reference, fall: self.fall }))
    }
}
