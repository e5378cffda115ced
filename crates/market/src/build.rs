//! From a plan to a market: names become ids, rules are installed, everything is checked.

use crate::{
    Account, FUNDAMENTAL_DECIMALS, FundamentalPrice, GroupPlan, Here, Instrument, MarketPlan,
    Place, Refusal, RulePlan, Venue,
    ground::{Ground, Installed},
    instrument::Tally,
    people::{Group, People},
    plan::{Directory, Draft},
};
use facts::{AccountId, AssetId, FundamentalId, GroupId, InstrumentId, Role, VenueId};
use std::collections::BTreeMap;
use units::{Decimal, Money, PRICE_MAX, Price, Time, UNIT_VALUE_MAX};

/// A plan whose names are ids and whose rules are installed.
#[derive(Debug)]
pub(crate) struct Blueprint<'a> {
    pub(crate) plan: &'a MarketPlan,
    pub(crate) directory: Directory,
    pub(crate) draft: Draft,
    pub(crate) fundamentals: Vec<FundamentalPrice>,
    /// The house's own accounts, before all others.
    house: Vec<Account>,
    /// Rules in order of (question, place, answer), each with its index in the plan.
    pub(crate) rules: Vec<(usize, Place)>,
    /// Rules that began earlier, and when the others begin.
    began: (Vec<Installed>, Time),
}

/// Name of the group that the house's own accounts belong to: no other group has it.
pub const HOUSE: &str = "house";

impl<'a> Blueprint<'a> {
    /// # Errors
    /// Everything that is wrong with the plan, at once.
    pub(crate) fn draw(plan: &'a MarketPlan) -> Result<Self, Vec<Refusal>> {
        Self::draw_at(plan, Vec::new(), plan.start)
    }

    /// The same where only rules that are not among `earlier` begin at `now`.
    ///
    /// # Errors
    /// Everything that is wrong with the plan, at once.
    pub(crate) fn draw_at(
        plan: &'a MarketPlan,
        earlier: Vec<Installed>,
        now: Time,
    ) -> Result<Self, Vec<Refusal>> {
        let directory = directory(plan)?;
        let mut blueprint = Self {
            plan,
            directory,
            draft: Draft::empty(plan.start),
            fundamentals: Vec::new(),
            house: Vec::new(),
            rules: Vec::new(),
            began: (earlier, now),
        };
        blueprint.list_assets();
        blueprint.list_fundamentals();
        blueprint.list_venues()?;
        blueprint.open_accounts();
        blueprint.install_rules();
        match std::mem::take(&mut blueprint.draft.refusals) {
            refusals if refusals.is_empty() => Ok(blueprint),
            refusals => Err(refusals),
        }
    }

    fn list_assets(&mut self) {
        let mut assets: Vec<_> = self.plan.assets.iter().collect();
        assets.sort_by_key(|asset| &asset.name);
        self.draft.asset_names = assets.iter().map(|asset| asset.name.clone()).collect();
        self.draft.asset_decimals = assets.iter().map(|asset| asset.decimals).collect();
    }

    fn list_fundamentals(&mut self) {
        let names = (0..).zip(&self.directory.fundamentals);
        self.fundamentals = names
            .map(|(row, name)| FundamentalPrice {
                id: FundamentalId(row),
                name: name.clone(),
                price: None,
                set: None,
                ordinal: 0,
                followers: Vec::new(),
            })
            .collect();
    }

    /// Lists venues and instruments and opens the house's own accounts, which are the same whatever
    /// the rules are, so that a rule never moves an account's id.
    fn list_venues(&mut self) -> Result<(), Vec<Refusal>> {
        self.house(None, Role::Outside);
        let mut refusals = Vec::new();
        let mut venues: Vec<_> = self.plan.venues.iter().collect();
        venues.sort_by_key(|venue| &venue.name);
        for (id, venue) in (0..).map(VenueId).zip(venues) {
            let asset = self.draft.asset_names.iter().position(|name| *name == venue.asset);
            let Some(asset) = asset.map(AssetId::from_row) else {
                refusals.push(refusal(format!(
                    "venue `{}` settles in `{}`, which is no asset",
                    venue.name, venue.asset
                )));
                continue;
            };
            let revenue = self.house(Some(id), Role::Revenue);
            let fund = self.house(Some(id), Role::InsuranceFund);
            let debt = self.house(Some(id), Role::Debt);
            let settlement = self.house(Some(id), Role::Settlement);
            let backstop = self.house(Some(id), Role::Backstop);
            let taker_fee = venue.taker_fee;
            self.draft.venues.push(Venue {
                id,
                asset,
                asset_decimals: self.draft.asset_decimals[asset.row()],
                taker_fee,
                revenue,
                fund,
                debt,
                settlement,
                backstop,
            });
            let mut instruments: Vec<_> = venue.instruments.iter().collect();
            instruments.sort_by_key(|instrument| &instrument.name);
            for instrument in instruments {
                if let Err(message) = self.list_instrument(id, instrument) {
                    refusals.push(refusal(message));
                }
            }
        }
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    fn list_instrument(
        &mut self,
        venue: VenueId,
        plan: &crate::InstrumentPlan,
    ) -> Result<(), String> {
        let name = &plan.name;
        let asset = self.draft.venue(venue).asset;
        let asset_decimals = self.draft.asset_decimals[asset.row()];
        let fundamental = self.directory.fundamental(&plan.fundamental).ok_or_else(|| {
            format!("instrument `{name}` follows `{}`, which is no fundamental", plan.fundamental)
        })?;
        if !(0..=FUNDAMENTAL_DECIMALS).contains(&plan.price_decimals) {
            return Err(format!(
                "the price unit of `{name}` has {} decimals; use 0 to {FUNDAMENTAL_DECIMALS}",
                plan.price_decimals
            ));
        }
        let spare = asset_decimals - plan.price_decimals - plan.lot_decimals;
        let unit_value = u32::try_from(spare).ok().and_then(|spare| 10_i64.checked_pow(spare));
        let unit_value = unit_value.filter(|&value| value <= UNIT_VALUE_MAX).ok_or_else(|| {
            format!(
                "one lot of `{name}` at one price unit must be worth 1 to {UNIT_VALUE_MAX} of the \
                 settlement asset's smallest units, a power of ten: change its lot or price unit"
            )
        })?;
        let id = InstrumentId::from_row(self.draft.instruments.len());
        let clearing = self.house(Some(venue), Role::Clearing);
        let liquidity = self.house(Some(venue), Role::Liquidity);
        let funding = self.house(Some(venue), Role::Funding);
        self.fundamentals[fundamental.row()].followers.push(id);
        self.draft.instrument_names.push(name.clone());
        self.draft.instruments.push(Instrument {
            id,
            venue,
            fundamental,
            price_decimals: plan.price_decimals,
            lot_decimals: plan.lot_decimals,
            unit_value,
            clearing,
            liquidity,
            funding,
            fundamental_price: None,
            index_price: None,
            mark_price: None,
            previous_mark_price: None,
            halted_until: None,
            band: None,
            book: None,
            cumulative_funding: 0,
            is_funded: false,
            settlements: 0,
            index_fact: None,
            mark_fact: None,
            largest_trade: None,
            marked_index: None,
            tally: Tally::default(),
        });
        Ok(())
    }

    /// Gives every group its accounts, one group after the other in order of name.
    fn open_accounts(&mut self) {
        let plans = self.plan.groups.iter().map(|group| (group.name.as_str(), group));
        let plans: BTreeMap<&str, &GroupPlan> = plans.collect();
        let mut next = AccountId::from_row(self.house.len());
        self.draft.people.first_trader = next;
        for (id, name) in (0..).map(GroupId).zip(&self.directory.groups) {
            let mut group = Group { name: name.clone(), accounts: next.0..next.0, venue: None };
            if let Some(plan) = plans.get(name.as_str()) {
                next = AccountId::from_row(next.row() + plan.accounts.len());
                group.accounts.end = next.0;
                group.venue = self.directory.venue(&plan.venue);
                if group.venue.is_none() {
                    let venue = &plan.venue;
                    let message = format!("group `{name}` is on `{venue}`, which is no venue");
                    self.draft.refusals.push(refusal(message));
                }
            } else {
                self.draft.people.house = id;
            }
            self.draft.people.groups.push(group);
        }
    }

    fn house(&mut self, venue: Option<VenueId>, role: Role) -> AccountId {
        let id = AccountId::from_row(self.house.len());
        self.house.push(Account::new(venue, role));
        id
    }

    /// All accounts, with nothing in them, and what was put into each: nothing.
    pub(crate) fn accounts(&self) -> Vec<(Account, Money)> {
        let People { groups, .. } = &self.draft.people;
        let mut accounts = Vec::with_capacity(AccountId(self.draft.people.accounts()).row());
        accounts.extend(self.house.iter().map(|&account| (account, Money::ZERO)));
        for Group { accounts: its, venue, .. } in groups {
            let empty = (Account::new(*venue, Role::Trader), Money::ZERO);
            accounts.extend(its.clone().map(|_| empty));
        }
        accounts
    }

    /// Installs rules in an order that does not depend on the order they were given in.
    fn install_rules(&mut self) {
        let mut places: Vec<(usize, Place)> = Vec::new();
        for (index, rule) in self.plan.rules.iter().enumerate() {
            let place = self.directory.place(&rule.place);
            match place.filter(|&place| self.is_open(place)) {
                Some(place) => places.push((index, place)),
                None => self.draft.refusals.push(Refusal {
                    rule: Some(index),
                    message: format!("it holds for {:?}, which does not exist", rule.place),
                }),
            }
        }
        let name = |&(index, place): &(usize, Place)| {
            let RulePlan { rule, parameters, .. } = &self.plan.rules[index];
            (rule.question(), place, rule.answer(), parameters.as_str())
        };
        places.sort_by(|one, other| name(one).cmp(&name(other)));
        for (state, &(index, place)) in (0..).zip(&places) {
            let (earlier, now) = &self.began;
            let goes_on = earlier.contains(&self.installed_as(index, place));
            self.draft.start = if goes_on { self.plan.start } else { *now };
            self.draft.installing = Some(index);
            self.plan.rules[index].rule.install(&mut self.draft, Here { state, place });
        }
        self.draft.installing = None;
        self.rules = places;
        self.refuse_second_answers();
        self.refuse_prices_out_of_range();
        crate::deliver::hear_core(&mut self.draft.handlers);
        if let Err(message) = self.draft.handlers.settle() {
            self.draft.refusals.push(refusal(message));
        }
    }

    /// The rules that are installed, by their state.
    pub(crate) fn installed(&self) -> Vec<Installed> {
        self.rules.iter().map(|&(index, place)| self.installed_as(index, place)).collect()
    }

    fn installed_as(&self, index: usize, place: Place) -> Installed {
        let RulePlan { rule, parameters, .. } = &self.plan.rules[index];
        Installed {
            question: rule.question().to_owned(),
            place,
            answer: rule.answer().to_owned(),
            parameters: parameters.clone(),
        }
    }

    /// What stays the same whatever the rules are.
    pub(crate) fn ground(&self) -> Ground {
        let Directory { fundamentals, venues, instruments, groups } = self.directory.clone();
        let Draft { asset_names, asset_decimals, .. } = &self.draft;
        let assets = asset_names.iter().cloned().zip(asset_decimals.iter().copied());
        Ground {
            seed: self.plan.seed,
            start: self.plan.start,
            assets: assets.collect(),
            fundamentals,
            venues,
            instruments,
            groups,
            accounts: u64::from(self.draft.people.accounts()),
        }
    }

    /// Whether a place is somewhere: a group is at a venue.
    fn is_open(&self, place: Place) -> bool {
        !matches!(place, Place::Group(_)) || self.draft.venue_of(place).is_some()
    }

    fn refuse_prices_out_of_range(&mut self) {
        for listing in &self.draft.instruments {
            let place = Place::Fundamental(listing.fundamental);
            let Some(asked) = self.draft.answers.one::<crate::Fundamental>(place) else { continue };
            let (low, high) = asked.answer.price_range();
            let fits = listing.price_of_fundamental(low).0 > 0
                && listing.price_of_fundamental(high).0 <= PRICE_MAX;
            if !fits {
                let shown = |price: Price| Decimal::new(i128::from(price.0), FUNDAMENTAL_DECIMALS);
                self.draft.refusals.push(Refusal {
                    rule: self.rules.iter().find(|(_, its)| *its == place).map(|&(rule, _)| rule),
                    message: format!(
                        "its prices, {} to {}, are not between one price unit of `{}` and 2^45 of \
                         them: change the unit",
                        shown(low),
                        shown(high),
                        self.draft.instrument_names[listing.id.row()]
                    ),
                });
            }
        }
    }

    fn refuse_second_answers(&mut self) {
        let mut first: BTreeMap<(&str, Place), &str> = BTreeMap::new();
        for &(index, place) in &self.rules {
            let rule = &self.plan.rules[index].rule;
            if rule.takes_many() {
                continue;
            }
            if let Some(other) = first.insert((rule.question(), place), rule.answer()) {
                self.draft.refusals.push(Refusal {
                    rule: Some(index),
                    message: format!(
                        "`{}` is answered twice, by `{other}` and by `{}`: leave one",
                        rule.question(),
                        rule.answer()
                    ),
                });
            }
        }
    }
}

fn directory(plan: &MarketPlan) -> Result<Directory, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut unique = |what: &str, mut names: Vec<String>| {
        names.sort();
        for pair in names.windows(2) {
            if pair[0] == pair[1] {
                refusals.push(refusal(format!("two {what} are called `{}`", pair[0])));
            }
        }
        names
    };
    let groups = plan.groups.iter().map(|group| group.name.clone());
    let groups = unique("groups", groups.chain([HOUSE.to_owned()]).collect());
    let fundamentals = unique("fundamentals", plan.fundamentals.clone());
    let venues = plan.venues.iter().map(|venue| venue.name.clone()).collect();
    let venues = unique("venues", venues);
    unique("assets", plan.assets.iter().map(|asset| asset.name.clone()).collect());
    let mut instruments: Vec<(String, String)> = Vec::new();
    for venue in &plan.venues {
        let names = venue.instruments.iter().map(|instrument| instrument.name.clone()).collect();
        let names = unique(&format!("instruments of `{}`", venue.name), names);
        instruments.extend(names.into_iter().map(|name| (venue.name.clone(), name)));
    }
    instruments.sort();
    if refusals.is_empty() {
        Ok(Directory { fundamentals, venues, instruments, groups })
    } else {
        Err(refusals)
    }
}

fn refusal(message: String) -> Refusal {
    Refusal { rule: None, message }
}
