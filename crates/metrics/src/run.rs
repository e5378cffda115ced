//! One log, arranged so that a metric is a short function.

use crate::{Undefined, Value};
use facts::{
    AccountId, AccountOpened, AssetId, AssetListed, Fact, InstrumentId, InstrumentListed, Record,
    Role,
};
use replay::{Log, Names};
use std::collections::{BTreeMap, BTreeSet};
use units::{Money, Price, Size, Time, math};

/// The facts of one kind among the records of a run, in order.
macro_rules! facts_of {
    ($run:expr, $kind:ident) => {
        $run.records().iter().filter_map(|record| {
            if let facts::Fact::$kind(fact) = &record.fact { Some(fact) } else { None }
        })
    };
}
pub(crate) use facts_of;

/// A log and what every metric asks of it.
#[derive(Debug)]
pub struct Run<'a> {
    genesis: &'a [Fact],
    records: &'a [Record],
    names: Names,
    marks: BTreeMap<InstrumentId, (Price, Price)>,
    liquidated: BTreeSet<AccountId>,
    start: Time,
    horizon: Time,
}

impl<'a> Run<'a> {
    /// Arranges a finished log.
    pub fn of(log: &'a Log) -> Self {
        Self::new(&log.genesis, &log.records)
    }

    /// Arranges the facts of a run: those that declare its world, and those that follow.
    pub fn new(genesis: &'a [Fact], records: &'a [Record]) -> Self {
        let mut run = Self {
            genesis,
            records,
            names: Names::of(genesis),
            marks: BTreeMap::new(),
            liquidated: BTreeSet::new(),
            start: Time::default(),
            horizon: Time::default(),
        };
        for record in records {
            run.observe(record);
        }
        run
    }

    fn observe(&mut self, record: &Record) {
        if let Fact::RunStarted(f) = &record.fact {
            (self.start, self.horizon) = (record.stamp.time, f.horizon);
        } else if let Fact::MarkPricePublished(f) = &record.fact {
            self.marks.entry(f.instrument).or_insert((f.price, f.price)).1 = f.price;
        } else if let Fact::LiquidationOpened(f) = &record.fact {
            self.liquidated.insert(f.purse.account);
        }
    }

    /// Facts that declare the world.
    pub fn genesis(&self) -> &'a [Fact] {
        self.genesis
    }

    /// Facts after genesis, in order.
    pub fn records(&self) -> &'a [Record] {
        self.records
    }

    /// What people call things.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// When time started.
    pub fn start(&self) -> Time {
        self.start
    }

    /// When nothing happens any more.
    pub fn horizon(&self) -> Time {
        self.horizon
    }

    /// Accounts that a liquidation was opened for, whether or not it found anything to do.
    pub fn liquidated(&self) -> &BTreeSet<AccountId> {
        &self.liquidated
    }

    /// Instruments as genesis lists them.
    pub fn instruments(&self) -> impl Iterator<Item = &'a InstrumentListed> {
        self.genesis.iter().filter_map(|fact| {
            if let Fact::InstrumentListed(listed) = fact { Some(listed) } else { None }
        })
    }

    /// Assets that a venue settles in, in the order of their ids.
    pub fn settlement_assets(&self) -> Vec<&AssetListed> {
        let mut assets = BTreeMap::new();
        for fact in self.genesis {
            if let Fact::VenueListed(listed) = fact
                && let Some(asset) = self.names.asset_of(listed.venue)
            {
                assets.insert(asset.asset, asset);
            }
        }
        assets.into_values().collect()
    }

    /// The asset that all venues settle in.
    ///
    /// # Errors
    /// When there is none, or more than one: amounts in different assets have no sum.
    pub fn asset(&self) -> Result<&AssetListed, Undefined> {
        match self.settlement_assets().as_slice() {
            [asset] => Ok(*asset),
            [] => Err(Undefined("no venue is listed")),
            _ => Err(Undefined("venues settle in different assets, whose amounts have no sum")),
        }
    }

    /// An amount in whole units of the asset that all venues settle in.
    pub(crate) fn whole(&self, amount: Money) -> Value {
        self.asset().map(|asset| math::to_float(amount.0, asset.decimals))
    }

    /// What an account is for.
    ///
    /// # Panics
    /// When genesis did not open it.
    pub fn role(&self, account: AccountId) -> Role {
        self.opened(account).role
    }

    /// The asset an account is kept in; none for the world outside.
    ///
    /// # Panics
    /// When genesis did not open it.
    pub fn asset_of(&self, account: AccountId) -> Option<AssetId> {
        let venue = self.opened(account).venue?;
        self.names.asset_of(venue).map(|asset| asset.asset)
    }

    fn opened(&self, account: AccountId) -> &AccountOpened {
        self.names.opened(account).expect("an account is opened before anything happens to it")
    }

    /// First and last published mark price of an instrument; none where none was published.
    pub fn marks(&self, instrument: InstrumentId) -> Option<(Price, Price)> {
        self.marks.get(&instrument).copied()
    }

    /// `size × price × unit_value`, signed as size and price are: exact.
    ///
    /// # Panics
    /// When genesis did not list the instrument.
    pub fn value(&self, instrument: InstrumentId, size: Size, price: Price) -> Money {
        let listed =
            self.names.listed(instrument).expect("an instrument is listed before it trades");
        Money(i128::from(size.0) * i128::from(price.0) * i128::from(listed.unit_value))
    }

    /// [`Run::value`] without its sign.
    pub(crate) fn notional(&self, instrument: InstrumentId, size: Size, price: Price) -> Money {
        self.value(instrument, size, price).magnitude()
    }
}
