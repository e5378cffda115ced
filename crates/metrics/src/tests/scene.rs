//! Small hand-made logs: one venue, one instrument, a few accounts.

use crate::Run;
use facts::{
    AccountId, AccountOpened, AssetId, AssetListed, Fact, FactId, FundamentalId, FundamentalListed,
    FundamentalPriceSet, GroupId, InstrumentId, InstrumentListed, KindTag, LegMark, LegOpened,
    LiquidationOpened, MarkPricePublished, Purse, Record, Role, RunStarted, Stamp, Traded,
    TraderId, VenueId, VenueListed,
};
use units::{Duration, Money, Price, Size, Time};

pub(super) const OUTSIDE: AccountId = AccountId(0);
pub(super) const REVENUE: AccountId = AccountId(1);
pub(super) const FUND: AccountId = AccountId(2);
pub(super) const DEBT: AccountId = AccountId(3);
pub(super) const SETTLEMENT: AccountId = AccountId(4);
pub(super) const CLEARING: AccountId = AccountId(5);
pub(super) const LIQUIDITY: AccountId = AccountId(6);
pub(super) const FUNDING: AccountId = AccountId(7);
pub(super) const BACKSTOP: AccountId = AccountId(8);
pub(super) const BTC: InstrumentId = InstrumentId(0);
pub(super) const GEM: InstrumentId = InstrumentId(1);
pub(super) const TRADERS: usize = 20;
const HORIZON: i64 = 1_000;

/// The n-th trader's purse.
pub(super) fn trader(n: usize) -> Purse {
    Purse::of(AccountId::from_row(BACKSTOP.row() + 1 + n))
}

/// A log in the making. Prices are in whole dollars, money in cents, one lot is worth one dollar
/// at a price of one.
pub(super) struct Scene {
    genesis: Vec<Fact>,
    records: Vec<Record>,
}

impl Scene {
    pub(super) fn new() -> Self {
        let mut genesis = venue(VenueId(0), AssetId(0), "USDC");
        genesis.push(listed(BTC, "BTC").into());
        let house = Role::ALL.into_iter().filter(|&role| role != Role::Trader);
        let roles = house.chain([Role::Trader; TRADERS]);
        genesis.extend(roles.enumerate().map(|(row, role)| opened(row, role).into()));
        let mut scene = Self { genesis, records: Vec::new() };
        scene.at(0, RunStarted { horizon: Time(HORIZON * Duration::SECOND.0) });
        scene
    }

    pub(super) fn run(&self) -> Run<'_> {
        Run::new(&self.genesis, &self.records)
    }

    pub(super) fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.genesis.iter().chain(self.records.iter().map(|record| &record.fact))
    }

    /// Another venue that settles in another asset.
    pub(super) fn second_venue(&mut self) {
        self.genesis.extend(venue(VenueId(1), AssetId(1), "ETH"));
    }

    /// Another instrument of the venue.
    pub(super) fn lists(&mut self, instrument: InstrumentId) {
        self.genesis.push(listed(instrument, "GEM").into());
    }

    /// The outside price of an instrument, in cents.
    pub(super) fn follows_outside(&mut self, instrument: InstrumentId, price: i64) {
        let fundamental = FundamentalId(instrument.0);
        let name = "outside".to_owned();
        self.genesis.push(FundamentalListed { fundamental, name, price_decimals: 2 }.into());
        self.at(10, FundamentalPriceSet { fundamental, price: Price(price), ordinal: 0 });
    }

    /// A leg held at the start.
    pub(super) fn holds(&mut self, purse: Purse, size: i64, entry: i64) {
        self.genesis.push(
            LegOpened {
                purse,
                instrument: BTC,
                size: Size(size),
                entry: Price(entry),
                cost: Money(i128::from(size * entry) * 100),
                clearing: CLEARING,
                outside: OUTSIDE,
            }
            .into(),
        );
    }

    /// Leaves a fact at a second, caused by the one before.
    pub(super) fn at(&mut self, second: i64, fact: impl Into<Fact>) {
        let before = self.records.len().checked_sub(1).map(FactId::from_row);
        self.caused(second, before, fact);
    }

    /// Leaves a fact at a second.
    pub(super) fn caused(&mut self, second: i64, cause: Option<FactId>, fact: impl Into<Fact>) {
        let time = Time(second * Duration::SECOND.0);
        let stamp = Stamp { time, round: 0, phase: 0, kind: KindTag(0), sequence: 0 };
        let id = FactId::from_row(self.records.len());
        self.records.push(Record { id, stamp, cause, fact: fact.into() });
    }

    pub(super) fn mark(&mut self, second: i64, mark: i64, index: i64) {
        self.mark_of(BTC, second, mark, index);
    }

    pub(super) fn mark_of(&mut self, instrument: InstrumentId, second: i64, mark: i64, index: i64) {
        let (price, index) = (Price(mark), Price(index));
        self.at(second, MarkPricePublished { instrument, price, index, last: price, basis: None });
    }

    /// A liquidation of a purse with these legs, each with its mark, that lacks so many cents.
    pub(super) fn liquidated(
        &mut self,
        second: i64,
        purse: Purse,
        legs: &[(InstrumentId, i64, i64)],
        lacks: i128,
    ) {
        let leg = |&(instrument, size, mark): &(InstrumentId, i64, i64)| LegMark {
            instrument,
            size: Size(size),
            mark: Price(mark),
        };
        let legs = legs.iter().map(leg).collect();
        let needed = Money(lacks);
        self.at(second, LiquidationOpened { purse, equity: Money::ZERO, needed, legs });
    }

    /// Liquidations of the first `count` traders.
    pub(super) fn liquidations(&mut self, second: i64, count: usize) {
        for n in 0..count {
            self.liquidated(second, trader(n), &[], 1);
        }
    }
}

fn listed(instrument: InstrumentId, name: &str) -> InstrumentListed {
    InstrumentListed {
        instrument,
        venue: VenueId(0),
        name: name.to_owned(),
        fundamental: FundamentalId(instrument.0),
        price_decimals: 0,
        lot_decimals: 0,
        unit_value: 100,
        clearing: CLEARING,
        liquidity: LIQUIDITY,
        funding: FUNDING,
    }
}

fn venue(venue: VenueId, asset: AssetId, name: &str) -> Vec<Fact> {
    vec![
        AssetListed { asset, name: name.to_owned(), decimals: 2 }.into(),
        VenueListed { venue, name: format!("venue of {name}"), asset }.into(),
    ]
}

fn opened(row: usize, role: Role) -> AccountOpened {
    AccountOpened {
        account: AccountId::from_row(row),
        trader: TraderId(0),
        venue: (role != Role::Outside).then_some(VenueId(0)),
        role,
        group: GroupId(0),
        ordinal: 0,
        name: String::new(),
    }
}

/// A forced trade; what it realised is the caller's business.
pub(super) fn trade(seller: Purse, buyer: Purse, size: i64, price: i64) -> Traded {
    Traded {
        instrument: BTC,
        buyer,
        seller,
        size: Size(size),
        price: Price(price),
        buyer_realised: Money::ZERO,
        seller_realised: Money::ZERO,
        clearing: CLEARING,
        forced: Some(seller),
    }
}
