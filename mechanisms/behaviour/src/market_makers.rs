//! Traders who quote both sides around the index, lean against what they hold, and leave in stress.
//!
//! # Rule
//!
//! Every `every`, from one such time after the start, each member says what it would quote around the
//! last index price, in `levels` orders a side that only rest:
//!
//! - the best bid and the best ask are `spread` apart, and the next ones `step` further out each;
//! - both sides are moved by `skew` against what the member holds when it holds as much as it may, and
//!   in proportion when it holds less;
//! - these distances are shares of the index price, and are multiplied by the index price's realised
//!   volatility over `calm_volatility` where that is more than one;
//! - an order has a notional that is drawn from `size`, in lots at the index price, rounded to the
//!   nearest but at least one; the orders of a side end where, all filled, the member would hold more
//!   than `inventory` times its equity.
//!
//! Orders that rest at a price and of a size that it would quote stay; all others are cancelled before
//! the new ones are sent. The member that comes first changes from beat to beat.
//!
//! A member quotes nothing while realised volatility is above `volatility`, while its equity is more
//! than `loss` below what it had put in before time started, while it is less than `margin` of its
//! maintenance margin, and in a halt; it withdraws what rests, and keeps what it holds. It quotes again
//! when a halt ends, before sales that waited are filled. Where orders do not rest it does nothing.
//!
//! Sizes are drawn for (group, member, number of the beat): they are the same in every arm.
//!
//! # Why venues do it
//!
//! Traders do it, for the spread; venues need somebody to be there whenever others want to trade, and
//! pay them for it. In a crash the same reasons tell them to quote wide, little, or not at all.
//!
//! # Parameters
//!
//! - `instrument`: name of what they quote; a group for each instrument.
//! - `every`: time between two beats, above zero.
//! - `levels`: orders a side, 1 to 100. Work grows with members and levels.
//! - `spread`, `step`: shares of the index price above 0 %; the outermost bid must be above zero.
//! - `size`: notional of an order: `Fixed("2_000 USDC")` or `LogNormal(median: "2_000 USDC", spread:
//!   1.0, most: "100_000 USDC")`, drawn again where it is above `most`.
//! - `inventory`: most that a member holds, as a multiple of its equity.
//! - `skew`: share of the index price, not negative.
//! - `calm_volatility`: a year's volatility up to which nothing widens, above 0 %.
//! - `volatility_half_life`: time after which a return counts half, above zero.
//! - `withdraws`: a year's `volatility`, above 0 %; `loss`, in (0 %, 100 %]; `margin`, not negative.
//!
//! # Known failure
//!
//! They see the index when the venue does and know nothing that others do not: nobody picks them off
//! between two beats but those who trade anyway. Competition sets no spread, what they earn attracts
//! nobody, and they do not hedge elsewhere.
//!
//! # Sources
//!
//! Ho and Stoll, "Optimal dealer pricing under transactions and return uncertainty", Journal of
//! Financial Economics 9 (1981), and Avellaneda and Stoikov, "High-frequency trading in a limit order
//! book", Quantitative Finance 8 (2008), whose quotes are shifted by inventory and widen with
//! volatility; here both are straight lines. Kirilenko, Kyle, Samadi and Tuzun, "The flash crash:
//! high-frequency trading in an electronic market", Journal of Finance 72 (2017), on inventory limits
//! and leaving.

use crate::drawn::Drawn;
use facts::{AccountId, GroupId, InstrumentId, Purse, Resumed, TimeInForce};
use market::{Behaviour, Market, Mechanism, Order, Plan};
use serde::{Deserialize, Serialize};
use units::{
    Amount, Duration, Leverage, Money, Price, Ratio, Rounding, SIZE_MAX, Side, Size, Volatility,
    mul_div,
};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketMakers {
    /// What they quote.
    instrument: String,
    /// Time between two beats.
    every: Duration,
    /// Orders a side.
    levels: u32,
    /// Distance of the best bid from the best ask.
    spread: Ratio,
    /// Distance of each further order from the one before it.
    step: Ratio,
    /// Notional of an order.
    size: Drawn<Amount>,
    /// Most that a member holds, as a multiple of its equity.
    inventory: Leverage,
    /// How far both sides are moved by a full inventory.
    skew: Ratio,
    /// A year's volatility up to which nothing widens.
    calm_volatility: Ratio,
    /// Time after which a return counts half.
    volatility_half_life: Duration,
    /// When they leave.
    withdraws: Stress,
}

/// When a maker quotes nothing.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stress {
    /// A year's volatility of the index price above which it leaves.
    volatility: Ratio,
    /// Share of what it had put in: it leaves when it has lost more.
    loss: Ratio,
    /// Equity over maintenance margin below which it leaves.
    margin: Ratio,
}

/// What the group has seen.
#[derive(Debug, Serialize, Deserialize)]
struct Seen {
    instrument: InstrumentId,
    /// Notional of an order in the settlement asset.
    size: Drawn<i128>,
    volatility: Volatility,
    /// Number of the last beat.
    beat: u64,
}

market::timers! {
    /// Members look at the index and quote.
    MakersBeatDue { group: GroupId, beat: u64 } in Decide;
}

impl Mechanism for MarketMakers {
    type Question = Behaviour;
    const NAME: &'static str = "MarketMakers";
    const SOURCE: &'static str = include_str!("market_makers.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        if self.every <= Duration::ZERO || !(1..=100).contains(&self.levels) {
            plan.refuse("`every` must be above zero, `levels` within 1 and 100");
        }
        if self.spread <= Ratio::ZERO || self.step <= Ratio::ZERO || self.furthest() >= BILLION {
            plan.refuse(
                "`spread` and `step` must be above 0%, and the outermost order less than 100% away",
            );
        }
        if self.skew < Ratio::ZERO {
            plan.refuse("`skew` must not be negative, e.g. \"0.1%\"");
        }
        if self.calm_volatility <= Ratio::ZERO || self.volatility_half_life <= Duration::ZERO {
            plan.refuse(
                "`calm_volatility` and `volatility_half_life` must be above zero, e.g. \"60%\" and \
                 \"5min\"",
            );
        }
        let Stress { volatility, loss, margin } = self.withdraws;
        if volatility <= Ratio::ZERO
            || loss <= Ratio::ZERO
            || !loss.is_share()
            || margin < Ratio::ZERO
        {
            plan.refuse(
                "`withdraws`: `volatility` must be above 0%, `loss` above 0% and at most 100%, \
                 `margin` not negative",
            );
        }
        let size = self.size.in_units(|amount| plan.money(amount).0);
        if let Some(fault) = size.fault() {
            plan.refuse(format!("`size`: {fault}"));
        }
        if let Some(instrument) = plan.instrument_named(&self.instrument) {
            let volatility = Volatility::new(self.volatility_half_life);
            plan.state(Seen { instrument, size, volatility, beat: 0 });
        }
        plan.on(Self::beat);
        plan.on(Self::resume);
        plan.beats(self.every);
        plan.first(plan.start() + self.every, MakersBeatDue { group: plan.group(), beat: 0 });
    }
}

const BILLION: i128 = 1_000_000_000;

/// What the makers of a group see when they quote.
#[derive(Clone, Copy, Debug)]
struct Scene {
    group: GroupId,
    instrument: InstrumentId,
    index: Price,
    realised: Ratio,
    beat: u64,
}

impl MarketMakers {
    fn beat(&self, market: &mut Market<'_>, due: &MakersBeatDue) {
        let MakersBeatDue { group, beat } = *due;
        market.tick(self.every, MakersBeatDue { group, beat: beat + 1 });
        let (here, now) = (market.here(), market.now());
        let instrument = market.state::<Seen>(here).instrument;
        let index = market.instrument(instrument).index_price;
        let seen: &mut Seen = market.state_mut(here);
        seen.beat = beat;
        if let Some(index) = index {
            seen.volatility.see(now, index);
        }
        self.quote_all(market, group);
    }

    fn resume(&self, market: &mut Market<'_>, resumed: &Resumed) {
        let here = market.here();
        let market::Place::Group(group) = here.place else { return };
        if market.state::<Seen>(here).instrument == resumed.instrument {
            self.quote_all(market, group);
        }
    }

    /// Every member cancels what it would not quote now; then all send what they would.
    fn quote_all(&self, market: &mut Market<'_>, group: GroupId) {
        let Seen { instrument, volatility, beat, .. } = market.state(market.here());
        let (instrument, realised, beat) = (*instrument, volatility.per_year(), *beat);
        let Some(index) = market.instrument(instrument).index_price else { return };
        if market.tick_size(instrument).is_none() {
            return;
        }
        market.because_of_index(instrument);
        let scene = Scene { group, instrument, index, realised, beat };
        let count = u64::try_from(market.members(group).len()).unwrap_or(u64::MAX);
        let mut orders = Vec::new();
        for turn in 0..count {
            let ordinal = (turn + beat) % count;
            let Some(account) = market.member(group, ordinal) else { continue };
            let mut wanted = self.quotes(market, scene, (account, ordinal));
            let resting: Vec<_> = market.resting(account, instrument).collect();
            for order in resting {
                match wanted.iter().position(|&quote| quote == (order.size, order.price)) {
                    Some(at) => {
                        wanted.remove(at);
                    },
                    None => market.cancel(account, instrument, order.order),
                }
            }
            orders.extend(wanted.into_iter().map(|(size, price)| {
                Order::with_limit((account, instrument), size, price, TimeInForce::PostOnly)
            }));
        }
        for order in orders {
            market.place(order);
        }
    }

    /// Sizes and prices that a member would quote: bids, then asks, the best first.
    fn quotes(
        &self,
        market: &Market<'_>,
        scene: Scene,
        (account, ordinal): (AccountId, u64),
    ) -> Vec<(Size, Price)> {
        let Scene { group, instrument, index, realised, beat } = scene;
        let purse = market.purse_behind(account, instrument);
        let Some(equity) = self.equity_to_quote(market, scene, purse) else { return Vec::new() };
        let purpose = format!("makers of {}", market.group_name(group));
        let notional = market.state::<Seen>(market.here()).size;
        let notional = notional.sample(&mut market.draw(&purpose, ordinal, beat));
        let a_lot = market.instrument(instrument).notional(Size(1), index).0;
        let in_lots = |money: i128| i64::try_from(money / a_lot).unwrap_or(SIZE_MAX).min(SIZE_MAX);
        let lots = in_lots(notional + a_lot / 2).max(1);
        let most =
            equity.portion(Money(i128::from(self.inventory.0)), Money(1_000), Rounding::Down);
        let most = in_lots(most.0);
        let held = market.leg(account, instrument).map_or(0, |leg| leg.size.0);
        let lean = part(self.skew.0, held.clamp(-most, most), most.max(1));
        let mut quotes = Vec::new();
        for side in [Side::Long, Side::Short] {
            let mut room = match side {
                Side::Long => most - held,
                Side::Short => most + held,
            };
            for level in 0..self.levels {
                let size = lots.min(room);
                let Some(price) = self.price(index, realised, (side, level, lean)) else { break };
                let price = market.on_tick(instrument, side, price);
                if size <= 0 || price <= Price(0) {
                    break;
                }
                room -= size;
                quotes.push((Size(size).on(side), price));
            }
        }
        quotes
    }

    /// What a member is worth; none while it quotes nothing.
    fn equity_to_quote(&self, market: &Market<'_>, scene: Scene, purse: Purse) -> Option<Money> {
        let Stress { volatility, loss, margin } = self.withdraws;
        let risk = market.risk(purse)?;
        let put_in = market.deposited(purse.account);
        let least = put_in - put_in.share(loss, Rounding::Down);
        let is_calm = market.may_trade(scene.instrument)
            && !market.is_liquidated(purse)
            && scene.realised <= volatility
            && risk.equity >= least
            && risk.equity >= risk.maintenance.share(margin, Rounding::Up);
        is_calm.then_some(risk.equity).filter(|&equity| equity > Money::ZERO)
    }

    /// Where an order of a level is quoted by a member that leans by so many billionths; none where
    /// that is no price.
    fn price(
        &self,
        index: Price,
        realised: Ratio,
        (side, level, lean): (Side, u32, i128),
    ) -> Option<Price> {
        let away = self.away(level);
        let from_index = match side {
            Side::Long => -lean - away,
            Side::Short => -lean + away,
        };
        let wide = part(realised.max(self.calm_volatility).0, BILLION, self.calm_volatility.0);
        let moved = mul_div(from_index, wide, BILLION, Rounding::Down).ok()?;
        let price = mul_div(index.0.into(), BILLION.checked_add(moved)?, BILLION, Rounding::Down);
        let price = i64::try_from(price.ok()?).ok()?;
        (price > 0).then_some(Price(price))
    }

    /// How far from the middle an order of a level is in calm, in billionths.
    fn away(&self, level: u32) -> i128 {
        i128::from(self.spread.0) / 2 + i128::from(level) * i128::from(self.step.0)
    }

    fn furthest(&self) -> i128 {
        self.away(self.levels.saturating_sub(1))
    }
}

/// `whole × of ÷ all`, rounded down; as much as there is where it is more than can be.
fn part(whole: i64, of: impl Into<i128>, all: i64) -> i128 {
    mul_div(whole.into(), of.into(), all.into(), Rounding::Down).unwrap_or(i128::MAX)
}
