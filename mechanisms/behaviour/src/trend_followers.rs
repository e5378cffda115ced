//! Traders who buy what has risen and sell what has fallen, and give up at a loss.
//!
//! # Rule
//!
//! Every `every` the mark price is compared with its average over the last `window`, the present one
//! included. The strength of the trend is the distance of the mark from that average, relative to it,
//! over `full`, between −1 and 1. Then `looks` draws, with equal chances, say which members look. A
//! member that looks orders, at the market, the difference between what it holds and
//!
//!   `leverage` × its equity × the strength of the trend,
//!
//! in lots at the mark, rounded down; nobody acts before a whole window has passed. A member that
//! holds something and whose equity has fallen by more than `stop` below the highest it has seen since
//! it last held nothing closes every leg instead, and stays out until the trend is the other way.
//!
//! Who looks when is drawn for (group, number of the tick): it is the same in every arm.
//!
//! # Why venues do it
//!
//! Traders do it, by rule, by chart or by fear: they add to a move while it lasts, and those who are
//! caught on its wrong side sell into it before anyone forces them.
//!
//! # Parameters
//!
//! - `instrument`: name of what they follow; a group for each instrument.
//! - `every`: time between two looks at the market, above zero.
//! - `looks`: members that look each time, 1 to 10,000. Work grows with looks, not with members; with
//!   n members one looks every n ÷ `looks` ticks on average.
//! - `window`: what the average is over: 2 to 100,000 times `every`.
//! - `full`: distance from the average at which leverage is full, above 0 %.
//! - `leverage`: notional over equity at full strength.
//! - `stop`: fall of equity at which a member gives up, in (0 %, 100 %].
//!
//! # Known failure
//!
//! Losses are seen only by those who look, and everybody has the same window: real ones are spread
//! over minutes to months. They follow the mark, so a mark that lags makes them late.
//!
//! # Sources
//!
//! De Long, Shleifer, Summers and Waldmann, "Positive feedback investment strategies and
//! destabilizing rational speculation", Journal of Finance 45 (1990); Chiarella, "The dynamics of
//! speculative behaviour", Annals of Operations Research 37 (1992), whose bounded demand is a straight
//! line here; Osler, "Stop-loss orders and price cascades in currency markets", Journal of
//! International Money and Finance 24 (2005).

use facts::{AccountId, GroupId, InstrumentId, Purse};
use market::{Behaviour, Market, Mechanism, Order, Plan};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use units::{Duration, Leverage, Money, Price, Ratio, Rounding, SIZE_MAX, Side, Size, mul_div};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrendFollowers {
    /// What they follow.
    instrument: String,
    /// Time between two looks at the market.
    every: Duration,
    /// Members that look each time.
    looks: u32,
    /// What the average is over.
    window: Duration,
    /// Distance from the average at which leverage is full.
    full: Ratio,
    /// Notional over equity at full strength.
    leverage: Leverage,
    /// Fall of equity at which a member gives up.
    stop: Ratio,
}

/// What the group has seen.
#[derive(Debug, Serialize, Deserialize)]
struct Seen {
    instrument: InstrumentId,
    /// Marks of the window, the oldest first, and their sum.
    marks: VecDeque<Price>,
    sum: i128,
    members: BTreeMap<AccountId, Stance>,
}

/// What a member has in mind.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Stance {
    /// It follows; the highest equity it has seen since it last held nothing.
    Follows(Money),
    /// It has given up a position of this side.
    Out(Side),
}

/// Which way the mark is from its average, and how far in billionths of `full`, at most all of it.
#[derive(Clone, Copy, Debug)]
struct Trend {
    side: Side,
    strength: i128,
}

market::timers! {
    /// Members look at the market.
    TrendTickDue { group: GroupId, tick: u64 } in Decide;
}

impl Mechanism for TrendFollowers {
    type Question = Behaviour;
    const NAME: &'static str = "TrendFollowers";
    const SOURCE: &'static str = include_str!("trend_followers.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        let ticks = self.every > Duration::ZERO;
        plan.require(ticks, "`every` must be above zero, e.g. \"5s\"");
        plan.require(
            !ticks || self.marks().is_some(),
            "`window` must last a whole number of ticks, 2 to 100,000 of them",
        );
        plan.require((1..=10_000).contains(&self.looks), "`looks` must be within 1 and 10,000");
        plan.require(self.full > Ratio::ZERO, "`full` must be above 0%, e.g. \"1%\"");
        plan.require(
            self.stop > Ratio::ZERO && self.stop.is_share(),
            "`stop` must be above 0% and at most 100%",
        );
        if let Some(instrument) = plan.instrument_named(&self.instrument) {
            let (marks, members) = (VecDeque::new(), BTreeMap::new());
            plan.state(Seen { instrument, marks, sum: 0, members });
        }
        plan.on(Self::look);
        plan.beats(self.every);
        plan.waits("window", self.window);
        plan.first(plan.start() + self.every, TrendTickDue { group: plan.group(), tick: 0 });
    }
}

impl TrendFollowers {
    /// Marks that the window holds.
    fn marks(&self) -> Option<usize> {
        let whole = self.window.0.checked_rem(self.every.0)? == 0;
        let marks = usize::try_from(self.window.0.checked_div(self.every.0)?).ok()?;
        (whole && (2..=100_000).contains(&marks)).then_some(marks)
    }

    fn look(&self, market: &mut Market<'_>, due: &TrendTickDue) {
        let TrendTickDue { group, tick } = *due;
        market.tick(self.every, TrendTickDue { group, tick: tick + 1 });
        let Some(trend) = self.watch(market) else { return };
        market.because_of_mark(market.state::<Seen>(market.here()).instrument);
        let purpose = format!("trend of {}", market.group_name(group));
        let looks = (0..u64::from(self.looks))
            .filter_map(|look| crate::pick(market, group, &mut market.draw(&purpose, tick, look)));
        for account in looks.collect::<BTreeSet<AccountId>>() {
            self.decide(market, account, trend);
        }
    }

    /// Notes the mark, and says where it is; nothing before a whole window has passed.
    fn watch(&self, market: &mut Market<'_>) -> Option<Trend> {
        let (here, most) = (market.here(), self.marks()?);
        let mark = market.instrument(market.state::<Seen>(here).instrument).mark_price?;
        let seen: &mut Seen = market.state_mut(here);
        seen.marks.push_back(mark);
        seen.sum += i128::from(mark.0);
        if seen.marks.len() > most
            && let Some(oldest) = seen.marks.pop_front()
        {
            seen.sum -= i128::from(oldest.0);
        }
        let count = i128::try_from(seen.marks.len()).ok()?;
        let above = i128::from(mark.0) * count - seen.sum;
        let side = if above >= 0 { Side::Long } else { Side::Short };
        let full = seen.sum * i128::from(self.full.0);
        let strength = mul_div(above.abs(), BILLION * BILLION, full, Rounding::Down).ok()?;
        (seen.marks.len() == most).then_some(Trend { side, strength: strength.min(BILLION) })
    }

    fn decide(&self, market: &mut Market<'_>, account: AccountId, trend: Trend) {
        let here = market.here();
        let instrument = market.state::<Seen>(here).instrument;
        let purse = market.purse_behind(account, instrument);
        let Some(equity) = market.equity(purse) else { return };
        let held = market.leg(account, instrument).map_or(Size::ZERO, |leg| leg.size);
        let before = market.state::<Seen>(here).members.get(&account).copied();
        let highest = match before {
            Some(Stance::Out(side)) if side == trend.side || trend.strength == 0 => return,
            Some(Stance::Follows(highest)) if held != Size::ZERO => highest.max(equity),
            Some(_) | None => equity,
        };
        let floor = highest - highest.share(self.stop, Rounding::Up);
        let gives_up = held.side().filter(|_| equity < floor);
        let stance = gives_up.map_or(Stance::Follows(highest), Stance::Out);
        market.state_mut::<Seen>(here).members.insert(account, stance);
        if gives_up.is_some() {
            close(market, purse);
        } else if let Some(wanted) = self.wanted(market, instrument, (equity, trend)) {
            let size = wanted - held;
            market.place(Order::at_market(account, instrument, size));
        }
    }

    /// What a member with this equity would hold, at the mark.
    fn wanted(
        &self,
        market: &Market<'_>,
        instrument: InstrumentId,
        (equity, trend): (Money, Trend),
    ) -> Option<Size> {
        let listing = market.instrument(instrument);
        let a_lot = listing.notional(Size(1), listing.mark_price?);
        let part = Money(i128::from(self.leverage.0) * trend.strength);
        let notional = equity.or_zero().portion(part, Money(THOUSAND * BILLION), Rounding::Down);
        let lots = notional.0.checked_div(a_lot.0)?;
        Some(Size(i64::try_from(lots).unwrap_or(SIZE_MAX).min(SIZE_MAX)).on(trend.side))
    }
}

const THOUSAND: i128 = 1_000;
const BILLION: i128 = 1_000_000_000;

/// Closes every leg of a purse at the market, in order of instrument.
fn close(market: &mut Market<'_>, purse: Purse) {
    let legs = market.open_legs(purse).map(|leg| (leg.instrument, leg.size));
    let legs: BTreeMap<InstrumentId, Size> = legs.collect();
    for (instrument, held) in legs {
        let account = purse.account;
        market.place(Order::at_market(account, instrument, -held).reducing());
    }
}
