//! A market before its first instant: what an experiment asks for, checked and put in order.

use crate::{
    Event, Instrument, Place, Rule, Venue, Wait,
    carried::Carried,
    people::People,
    rules::{Answers, Handlers, Here},
    states::States,
};
use facts::{AccountId, FundamentalId, GroupId, InstrumentId, VenueId};
use std::collections::{BTreeMap, BTreeSet};
use units::{Amount, Duration, MONEY_MAX, Money, Price, Ratio, Size, Time};

/// A market to build. Names are unique within their list; the order of the lists has no effect.
#[derive(Clone, Debug)]
pub struct MarketPlan {
    /// When simulated time starts.
    pub start: Time,
    /// When nothing happens any more.
    pub horizon: Time,
    /// The seed of all randomness.
    pub seed: u64,
    /// Assets that balances are kept in.
    pub assets: Vec<AssetPlan>,
    /// Names of exogenous prices.
    pub fundamentals: Vec<String>,
    /// Venues.
    pub venues: Vec<VenuePlan>,
    /// Groups of accounts.
    pub groups: Vec<GroupPlan>,
    /// Rules in force. Their order has no effect.
    pub rules: Vec<RulePlan>,
}

/// An asset.
#[derive(Clone, Debug)]
pub struct AssetPlan {
    /// Its name.
    pub name: String,
    /// Digits after the point of its smallest unit, 0 to 18.
    pub decimals: i8,
}

/// A venue.
#[derive(Clone, Debug)]
pub struct VenuePlan {
    /// Its name.
    pub name: String,
    /// The asset it settles in.
    pub asset: String,
    /// Fee on the notional of a trade, paid to the venue by whoever ordered it.
    pub taker_fee: Ratio,
    /// What it lists.
    pub instruments: Vec<InstrumentPlan>,
}

/// A linear perpetual contract.
#[derive(Clone, Debug)]
pub struct InstrumentPlan {
    /// Its name within the venue.
    pub name: String,
    /// The exogenous price it follows.
    pub fundamental: String,
    /// Digits after the point of its price unit.
    pub price_decimals: i8,
    /// Digits after the point of its lot; negative for lots of ten, hundred, …
    pub lot_decimals: i8,
}

/// A group of accounts of one venue.
#[derive(Clone, Debug)]
pub struct GroupPlan {
    /// Its name.
    pub name: String,
    /// Name of the venue.
    pub venue: String,
    /// Its accounts, in order.
    pub accounts: Vec<AccountPlan>,
}

/// An account of a trader.
#[derive(Clone, Debug)]
pub struct AccountPlan {
    /// Its own name within the group; empty where only its place names it.
    pub name: String,
    /// What it holds in cash.
    pub collateral: Money,
    /// Its legs, at most one an instrument.
    pub legs: Vec<LegPlan>,
}

/// A leg held at the start.
#[derive(Clone, Debug)]
pub struct LegPlan {
    /// Name of the instrument.
    pub instrument: String,
    /// Signed size, not zero.
    pub size: Size,
    /// Price it was entered at.
    pub entry: Price,
    /// Margin posted to it alone; none for cross margin.
    pub isolated: Option<Money>,
}

/// A rule, for what it holds, and its parameters as text.
#[derive(Clone, Debug)]
pub struct RulePlan {
    /// The rule.
    pub rule: Rule,
    /// For what it holds.
    pub place: PlacePlan,
    /// Its parameters as the experiment wrote them.
    pub parameters: String,
}

/// A place by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlacePlan {
    /// The whole system.
    System,
    /// An exogenous price.
    Fundamental(String),
    /// A venue.
    Venue(String),
    /// An instrument of a venue.
    Instrument(String, String),
    /// A group of accounts.
    Group(String),
}

/// Why a rule could not be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Index of the rule in [`MarketPlan::rules`] as given; none when no single rule is to blame.
    pub rule: Option<usize>,
    /// What is wrong and what to do instead.
    pub message: String,
}

/// A market while its rules are being installed.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) start: Time,
    pub(crate) asset_names: Vec<String>,
    pub(crate) asset_decimals: Vec<i8>,
    pub(crate) instrument_names: Vec<String>,
    pub(crate) venues: Vec<Venue>,
    pub(crate) instruments: Vec<Instrument>,
    pub(crate) handlers: Handlers,
    pub(crate) answers: Answers,
    pub(crate) states: States,
    pub(crate) people: People,
    pub(crate) deposits: Vec<(AccountId, Money)>,
    pub(crate) firsts: Vec<First>,
    /// Index of a rule, and the interval of a clock of it.
    pub(crate) clocks: Vec<(usize, Duration)>,
    /// What rules wait for.
    pub(crate) waits: Vec<Wait>,
    /// Rules that answer margin calls.
    pub(crate) called: Vec<Called>,
    /// The rule that sets the price bands of a venue.
    pub(crate) bands: BTreeMap<VenueId, &'static str>,
    pub(crate) installing: Option<usize>,
    pub(crate) refusals: Vec<Refusal>,
}

/// A rule that answers margin calls: its place, and how long after a call it does so at least and in the
/// median, by which parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Called {
    pub(crate) rule: usize,
    pub(crate) place: Place,
    pub(crate) parameter: &'static str,
    pub(crate) least: Duration,
    pub(crate) median: Duration,
}

/// A mechanism's first event.
#[derive(Debug)]
pub(crate) struct First {
    pub(crate) to: Here,
    pub(crate) at: Time,
    pub(crate) kind: std::any::TypeId,
    pub(crate) event: Carried,
}

impl Draft {
    pub(crate) fn empty(start: Time) -> Self {
        Self {
            start,
            asset_names: Vec::new(),
            asset_decimals: Vec::new(),
            instrument_names: Vec::new(),
            venues: Vec::new(),
            instruments: Vec::new(),
            handlers: Handlers::default(),
            answers: Answers::default(),
            states: States::default(),
            people: People::default(),
            deposits: Vec::new(),
            firsts: Vec::new(),
            clocks: Vec::new(),
            waits: Vec::new(),
            called: Vec::new(),
            bands: BTreeMap::new(),
            installing: None,
            refusals: Vec::new(),
        }
    }

    pub(crate) fn first<E: Event>(&mut self, to: Here, at: Time, event: E) {
        self.handlers.kind::<E>();
        let kind = std::any::TypeId::of::<E>();
        self.firsts.push(First { to, at, kind, event: Carried::of(event) });
    }

    /// Kinds of events that an instance is sent first and does not hear.
    pub(crate) fn unheard(&self, here: Here) -> BTreeSet<&'static str> {
        let own = self.firsts.iter().filter(|first| first.to == here);
        let kinds = own.filter_map(|first| self.handlers.find(first.kind));
        let unheard = kinds.map(|kind| self.handlers.get(kind));
        let unheard = unheard.filter(|kind| kind.handlers.iter().all(|it| it.here != here));
        unheard.map(|kind| kind.name).collect()
    }

    pub(crate) fn venue(&self, venue: VenueId) -> &Venue {
        &self.venues[venue.row()]
    }

    pub(crate) fn instrument(&self, instrument: InstrumentId) -> &Instrument {
        &self.instruments[instrument.row()]
    }

    pub(crate) fn instrument_named(
        &self,
        venue: VenueId,
        name: &str,
    ) -> Result<InstrumentId, String> {
        let listed = self.instruments.iter().zip(&self.instrument_names);
        let here = listed.filter(|(listing, _)| listing.venue == venue);
        let mut names = Vec::new();
        for (listing, its_name) in here {
            if its_name == name {
                return Ok(listing.id);
            }
            names.push(format!("`{its_name}`"));
        }
        Err(format!("the venue does not list `{name}`; it lists {}", names.join(", ")))
    }

    pub(crate) fn venue_of(&self, place: Place) -> Option<VenueId> {
        match place {
            Place::Venue(venue) => Some(venue),
            Place::Instrument(instrument) => Some(self.instrument(instrument).venue),
            Place::Group(group) => self.people.groups.get(group.row())?.venue,
            Place::System | Place::Fundamental(_) | Place::Account(_) => None,
        }
    }

    pub(crate) fn money(&self, venue: VenueId, amount: &Amount) -> Result<Money, String> {
        let asset = self.venue(venue).asset.row();
        money_in((&self.asset_names[asset], self.asset_decimals[asset]), amount)
    }
}

/// An amount in the smallest units of an asset.
pub(crate) fn money_in((name, decimals): (&str, i8), amount: &Amount) -> Result<Money, String> {
    if amount.asset() != name {
        return Err(format!("`{amount}` must be in {name}, which the venue settles in"));
    }
    let money = amount
        .in_units(decimals)
        .ok_or_else(|| format!("`{amount}` is finer than {name}, which has {decimals} decimals"))?;
    let fits = money.0 <= MONEY_MAX;
    fits.then_some(money).ok_or_else(|| format!("`{amount}` is more than a market can hold"))
}

/// Resolves names to ids; every list is sorted, so a name's place is its id.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) fundamentals: Vec<String>,
    pub(crate) venues: Vec<String>,
    pub(crate) instruments: Vec<(String, String)>,
    pub(crate) groups: Vec<String>,
}

impl Directory {
    pub(crate) fn place(&self, plan: &PlacePlan) -> Option<Place> {
        match plan {
            PlacePlan::System => Some(Place::System),
            PlacePlan::Fundamental(name) => self.fundamental(name).map(Place::Fundamental),
            PlacePlan::Venue(name) => self.venue(name).map(Place::Venue),
            PlacePlan::Instrument(venue, name) => {
                self.instrument(venue, name).map(Place::Instrument)
            },
            PlacePlan::Group(name) => {
                self.groups.binary_search(name).ok().map(GroupId::from_row).map(Place::Group)
            },
        }
    }

    pub(crate) fn fundamental(&self, name: &String) -> Option<FundamentalId> {
        self.fundamentals.binary_search(name).ok().map(FundamentalId::from_row)
    }

    pub(crate) fn venue(&self, name: &String) -> Option<VenueId> {
        self.venues.binary_search(name).ok().map(VenueId::from_row)
    }

    pub(crate) fn instrument(&self, venue: &str, name: &str) -> Option<InstrumentId> {
        let key = |(its_venue, its_name): &(String, String)| {
            (its_venue.as_str(), its_name.as_str()).cmp(&(venue, name))
        };
        self.instruments.binary_search_by(key).ok().map(InstrumentId::from_row)
    }
}
