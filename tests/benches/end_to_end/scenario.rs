//! What happens, to whom and under which rules: the same for the engine and by hand.

use facts::{AccountId, FundamentalId, GroupId, InstrumentId};
use market::{
    AccountPlan, AssetPlan, Behaviour, Fundamental, FundamentalAnswer, GroupPlan, InstrumentPlan,
    LegPlan, Market, MarketPlan, Mechanism, Order, Place, PlacePlan, Plan, Rule, RulePlan,
    VenuePlan,
};
use serde::Deserialize;
use std::sync::Arc;
use units::{Duration, Money, Price, Ratio, Size, Time};

pub(crate) const INSTRUMENTS: u16 = 100;
pub(crate) const SEED: u64 = 7;
pub(crate) const START: Time = Time(1_760_000_000_000_000_000);

/// Time between two prices, two looks of the oracle, two marks and two waves of orders.
pub(crate) const EVERY: Duration = Duration::SECOND;
pub(crate) const LAG: Duration = Duration(200_000_000);
pub(crate) const RETRY: Duration = Duration(3_000_000_000);
pub(crate) const RECOVERY: Duration = Duration(45_000_000_000);

/// Money units of one lot at one price unit: lots and price units of a hundredth, six decimals.
pub(crate) const UNIT_VALUE: i64 = 100;
/// Units of 10^−8 in a price unit.
pub(crate) const FINE: i64 = 1_000_000;
pub(crate) const FEE: Ratio = Ratio(450_000);
pub(crate) const INITIAL: Ratio = Ratio(20_000_000);
pub(crate) const MAINTENANCE: Ratio = Ratio(10_000_000);
pub(crate) const PENALTY: Ratio = Ratio(500_000);
pub(crate) const BAND: Ratio = Ratio(50_000_000);
/// Most that depth holds, in thousandths of its equity.
pub(crate) const INVENTORY: i64 = 20_000;

/// Orders that share one draw.
pub(crate) const ORDERS_A_DRAW: u32 = 16;

/// Accounts with up to five legs behind one collateral, accounts with one leg and margin of its
/// own, and a maker for each instrument that takes the other side.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) cross: u32,
    pub(crate) isolated: u32,
    pub(crate) ticks: u32,
    /// Orders a tick of each group.
    pub(crate) orders: [u32; 2],
    pub(crate) path: Arc<Prices>,
}

/// Prices of all fundamentals, tick after tick.
#[derive(Debug, Default)]
pub(crate) struct Prices(Vec<Price>);

/// A leg as it is at the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holding {
    pub(crate) instrument: u16,
    pub(crate) lots: i64,
    /// Money behind it.
    pub(crate) margin: Money,
}

/// A number that looks random.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number >> 1).expect("its first bit is nought")
}

impl Prices {
    fn walk(ticks: u32) -> Self {
        let mut prices: Vec<Price> =
            (0..INSTRUMENTS).map(|instrument| Price(opening(instrument) * FINE)).collect();
        let row = usize::from(INSTRUMENTS);
        for tick in 1..ticks + 2 {
            // An eighth of the time, in the middle, everything falls by an eighth.
            let falls = (tick * 16 / ticks) == 8 || (tick * 16 / ticks) == 9;
            let drift = if falls { -1_040_000 / i64::from(ticks.max(8)) } else { 0 };
            let common = signed(mix(u64::from(tick))) % 600 - 300;
            for instrument in 0..row {
                let seed = mix(u64::from(tick) << 32) ^ u64::try_from(instrument).unwrap_or(0);
                let own = signed(mix(seed)) % 400 - 200;
                let before = prices[prices.len() - row].0;
                let moved = before / 1_000_000 * (drift + common + own);
                prices.push(Price(before + moved));
            }
        }
        Self(prices)
    }

    pub(crate) fn at(&self, tick: u32, instrument: u16) -> Price {
        let row = usize::try_from(tick).expect("it is small") * usize::from(INSTRUMENTS);
        self.0[row + usize::from(instrument)]
    }
}

/// Price at the start, in price units.
pub(crate) fn opening(instrument: u16) -> i64 {
    5_000 + 313 * i64::from(instrument)
}

impl Scenario {
    pub(crate) fn of(accounts: u32) -> Self {
        let (ticks, cross) = (120, accounts / 2);
        let isolated = accounts - cross;
        let orders = [cross, isolated].map(|members| (members / 100).max(ORDERS_A_DRAW));
        Self { cross, isolated, ticks, orders, path: Arc::new(Prices::walk(ticks)) }
    }

    /// Nobody has margin of its own.
    pub(crate) fn all_cross(accounts: u32) -> Self {
        Self { cross: accounts, isolated: 0, ..Self::of(accounts) }
    }

    pub(crate) fn horizon(&self) -> Time {
        START + Duration(i64::from(self.ticks) * EVERY.0)
    }

    pub(crate) fn legs(&self, ordinal: u32) -> u32 {
        let most = if ordinal < self.cross { 5 } else { 1 };
        1 + u32::try_from(mix(u64::from(ordinal)) >> 40).expect("24 bits are left") % most
    }

    /// A leg of an account, from zero.
    pub(crate) fn holding(ordinal: u32, leg: u32) -> Holding {
        let chance = mix(u64::from(ordinal));
        let first = u16::try_from(chance % 100).expect("it is small");
        let instrument = (first + 17 * u16::try_from(leg).expect("it is small")) % INSTRUMENTS;
        let chance = mix(chance.wrapping_add(u64::from(leg) + 1));
        let cents = 100_000 + signed(chance) % 1_900_000;
        let lots = (cents * 100 / opening(instrument)).max(1);
        let value = i128::from(lots * opening(instrument)) * i128::from(UNIT_VALUE);
        let margin = Money(value * i128::from(5 + (chance >> 32) % 55) / 100);
        let lots = if chance & 1 == 0 { lots } else { -lots };
        Holding { instrument, lots, margin }
    }

    /// What one random number makes of an account's order.
    pub(crate) fn order(&self, ordinal: u32, chance: u64) -> (u16, i64) {
        let leg = u32::try_from(chance & 0xff).expect("it is small") % self.legs(ordinal);
        let Holding { instrument, lots, .. } = Self::holding(ordinal, leg);
        let size = (lots.abs() * (signed(chance) >> 8 & 0xff) / 1_024).max(1);
        (instrument, if chance >> 63 == 0 { size } else { -size })
    }

    pub(crate) fn plan(&self) -> MarketPlan {
        let mut left = vec![0; usize::from(INSTRUMENTS)];
        let mut group = |name: &str, ordinals: std::ops::Range<u32>| {
            let accounts = ordinals.map(|ordinal| self.account(ordinal, &mut left)).collect();
            GroupPlan { name: name.to_owned(), venue: "perp".to_owned(), accounts }
        };
        let cross = group("cross", 0..self.cross);
        let isolated = group("isolated", self.cross..self.cross + self.isolated);
        let makers = (0..).zip(&left).map(|(instrument, &lots)| maker(instrument, -lots));
        let makers = GroupPlan { accounts: makers.collect(), ..named("makers") };
        let instruments = (0..INSTRUMENTS).map(|instrument| InstrumentPlan {
            name: name(instrument),
            fundamental: name(instrument),
            price_decimals: 2,
            lot_decimals: 2,
        });
        MarketPlan {
            start: START,
            horizon: self.horizon(),
            seed: SEED,
            assets: vec![AssetPlan { name: "USDC".to_owned(), decimals: 6 }],
            fundamentals: (0..INSTRUMENTS).map(name).collect(),
            venues: vec![VenuePlan {
                name: "perp".to_owned(),
                asset: "USDC".to_owned(),
                taker_fee: FEE,
                instruments: instruments.collect(),
            }],
            groups: vec![cross, isolated, makers],
            rules: self.rules(),
        }
    }

    fn account(&self, ordinal: u32, left: &mut [i64]) -> AccountPlan {
        let holdings = (0..self.legs(ordinal)).map(|leg| Self::holding(ordinal, leg));
        let holdings: Vec<Holding> = holdings.collect();
        let is_cross = ordinal < self.cross;
        let legs = holdings.iter().map(|holding| {
            left[usize::from(holding.instrument)] += holding.lots;
            LegPlan {
                instrument: name(holding.instrument),
                size: Size(holding.lots),
                entry: Price(opening(holding.instrument)),
                isolated: (!is_cross).then_some(holding.margin),
            }
        });
        let legs = legs.collect();
        let cash = holdings.iter().map(|holding| holding.margin).sum();
        let collateral = if is_cross { cash } else { Money::ZERO };
        AccountPlan { name: String::new(), collateral, legs }
    }

    /// What depth starts with, and what moves a price by a percent, in the asset.
    pub(crate) fn capital(&self) -> i64 {
        1_000 * i64::from(self.cross + self.isolated)
    }

    pub(crate) fn depth(&self) -> i64 {
        2 * i64::from(self.cross + self.isolated)
    }

    /// What the insurance fund starts with, in the asset.
    pub(crate) fn fund(&self) -> i64 {
        i64::from(self.cross + self.isolated) / 40
    }

    fn rules(&self) -> Vec<RulePlan> {
        let rule =
            |rule: Rule, place: PlacePlan| RulePlan { rule, place, parameters: String::new() };
        let venue = PlacePlan::Venue("perp".to_owned());
        let (depth, capital) = (self.depth(), self.capital());
        let depth = format!(
            "(depth: \"{depth} USDC per 1%\", recovery_half_life: \"45s\", \
             capital: \"{capital} USDC\", inventory: \"20x\")"
        );
        let mut rules = vec![
            rule(
                read::<liquidation::FullClose>("(penalty: \"0.05%\", retry: \"3s\")"),
                venue.clone(),
            ),
            rule(
                read::<insurance::PooledFund>(&format!("(balance: \"{} USDC\")", self.fund())),
                venue.clone(),
            ),
            rule(
                read::<deleveraging::ProRata>(
                    "(to: Profit, act: CutProfit, severity: \"100%\", cap: \"100%\")",
                ),
                venue,
            ),
        ];
        for instrument in 0..INSTRUMENTS {
            let path = Path { instrument, path: Arc::clone(&self.path) };
            rules.push(rule(Rule::new(path), PlacePlan::Fundamental(name(instrument))));
            for answer in [
                read::<oracle::Direct>("(every: \"1s\", lag: \"200ms\")"),
                read::<mark_price::Clamped>("(every: \"1s\", within: \"5%\")"),
                read::<liquidity::SquareRootDepth>(&depth),
                read::<margin::Flat>("(initial: \"2%\", maintenance: \"1%\")"),
            ] {
                let place = PlacePlan::Instrument("perp".to_owned(), name(instrument));
                rules.push(rule(answer, place));
            }
        }
        let groups = [("cross", 0), ("isolated", self.cross)];
        for ((group, first), orders) in groups.into_iter().zip(self.orders) {
            let scenario = Self { path: Arc::clone(&self.path), ..*self };
            let trades = RandomTrades { first, orders, scenario: Some(scenario) };
            rules.push(rule(Rule::new(trades), PlacePlan::Group(group.to_owned())));
        }
        rules
    }
}

/// A mechanism of the library from its parameters as an experiment writes them.
pub(crate) fn read<M: Mechanism>(parameters: &str) -> Rule {
    Rule::new(ron::from_str::<M>(parameters).expect("the parameters are right"))
}

fn named(name: &str) -> GroupPlan {
    GroupPlan { name: name.to_owned(), venue: "perp".to_owned(), accounts: Vec::new() }
}

pub(crate) fn name(instrument: u16) -> String {
    format!("I{instrument:02}")
}

/// Collateral of a maker: it is never liquidated.
pub(crate) const MAKER: Money = Money(1_000_000_000_000_000_000);

fn maker(instrument: u16, lots: i64) -> AccountPlan {
    let leg = LegPlan {
        instrument: name(instrument),
        size: Size(lots),
        entry: Price(opening(instrument)),
        isolated: None,
    };
    AccountPlan { name: String::new(), collateral: MAKER, legs: vec![leg] }
}

/// A written path of a fundamental.
#[derive(Debug, Deserialize)]
struct Path {
    instrument: u16,
    #[serde(skip)]
    path: Arc<Prices>,
}

market::timers! {
    /// The next price is due.
    PathDue { fundamental: FundamentalId, tick: u32 } in Fundamental;

    /// Members trade at random.
    RandomTradesDue { group: GroupId, tick: u32 } in Decide;
}

impl Mechanism for Path {
    type Question = Fundamental;
    const NAME: &'static str = "Path";
    const SOURCE: &'static str = "";

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.answer(plan.this());
        plan.on(Self::move_on);
        if let Place::Fundamental(fundamental) = plan.place() {
            plan.first(plan.start(), PathDue { fundamental, tick: 0 });
        }
    }
}

impl FundamentalAnswer for Path {
    fn opening_price(&self) -> Price {
        self.path.at(0, self.instrument)
    }

    fn price_range(&self) -> (Price, Price) {
        (Price(FINE), Price(1_000_000 * FINE))
    }
}

impl Path {
    fn move_on(&self, market: &mut Market<'_>, due: &PathDue) {
        let PathDue { fundamental, tick } = *due;
        market.set_fundamental(fundamental, self.path.at(tick, self.instrument));
        market.tick(EVERY, PathDue { fundamental, tick: tick + 1 });
    }
}

/// Orders of random members, each of a random size in one of the instruments that it held at first.
#[derive(Debug, Deserialize)]
struct RandomTrades {
    first: u32,
    orders: u32,
    #[serde(skip)]
    scenario: Option<Scenario>,
}

impl Mechanism for RandomTrades {
    type Question = Behaviour;
    const NAME: &'static str = "RandomTrades";
    const SOURCE: &'static str = "";

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.on(Self::trade);
        let first = RandomTradesDue { group: plan.group(), tick: 0 };
        plan.first(plan.start() + EVERY + EVERY, first);
    }
}

impl RandomTrades {
    fn trade(&self, market: &mut Market<'_>, due: &RandomTradesDue) {
        let RandomTradesDue { group, tick } = *due;
        market.tick(EVERY, RandomTradesDue { group, tick: tick + 1 });
        let Some(scenario) = &self.scenario else { return };
        let members = u64::try_from(market.members(group).len()).unwrap_or(0);
        let stream = market.stream("trades");
        for draws in 0..self.orders / ORDERS_A_DRAW {
            let mut draw = stream.draw(entity(self.first, tick), u64::from(draws));
            for _ in 0..ORDERS_A_DRAW {
                let (member, chance) = (draw.bits() % members, draw.bits());
                let Some(account) = market.member(group, member) else { continue };
                let ordinal = self.first + u32::try_from(member).unwrap_or(0);
                let (instrument, size) = scenario.order(ordinal, chance);
                let instrument = InstrumentId(instrument);
                market.place(Order::at_market(account, instrument, Size(size)));
            }
        }
    }
}

/// The rule that a fundamental goes these ways.
pub(crate) fn path(instrument: u16, prices: Vec<Price>) -> Rule {
    let row = usize::from(INSTRUMENTS);
    let mut all = vec![Price(FINE); prices.len() * row];
    for (tick, price) in prices.into_iter().enumerate() {
        all[tick * row + usize::from(instrument)] = price;
    }
    Rule::new(Path { instrument, path: Arc::new(Prices(all)) })
}

/// What a round adds to a mark, in millionths: four fifths of the noise is that of all instruments.
pub(crate) fn step(round: u32, instrument: u16, (drift, noise): (i64, i64)) -> i64 {
    let common = signed(mix(u64::from(round))) % (2 * noise + 1) - noise;
    let own = mix((u64::from(round) << 32) | (u64::from(instrument) + 1));
    let own = signed(own) % (2 * noise + 1) - noise;
    drift + (4 * common + own) / 5
}

/// Bytes of memory that the process has now; nothing where the system does not say.
pub(crate) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1_024
}

/// Whose random numbers they are.
pub(crate) fn entity(first: u32, tick: u32) -> u64 {
    (u64::from(first) << 32) | u64::from(tick)
}

/// The id of the first account of a trader: after the outside world, five accounts of the venue and
/// three of each instrument.
pub(crate) const FIRST: AccountId = AccountId(6 + 3 * 100);
