//! The first facts: everything there is before time starts.

use crate::{Account, Instrument, LegPlan, Place, build::Blueprint, leg::Legs};
use facts::{
    AccountId, AccountOpened, AssetId, AssetListed, Deposited, Fact, FundamentalListed, GroupId,
    GroupListed, InstrumentId, InstrumentListed, LegOpened, Purse, Role, RuleInstalled, Sink,
    TraderId, VenueId, VenueListed,
};
use units::{Money, SIZE_MAX, Size};

/// The account money comes from at genesis.
pub(crate) const OUTSIDE: AccountId = AccountId(0);

/// Declares the world to `sink`, and fills balances and legs as its facts say.
#[derive(Debug)]
pub(crate) struct Genesis<'a, 'b, S> {
    pub(crate) blueprint: &'a Blueprint<'b>,
    pub(crate) accounts: &'a mut Vec<(Account, Money)>,
    pub(crate) instruments: &'a mut Vec<Instrument>,
    pub(crate) legs: &'a mut Legs,
    pub(crate) sink: &'a mut S,
}

impl<S: Sink> Genesis<'_, '_, S> {
    /// # Errors
    /// What is wrong with the legs: they do not balance, or are larger than a market may be.
    pub(crate) fn declare(&mut self) -> Result<(), Vec<String>> {
        self.declare_lists();
        self.declare_instruments();
        self.declare_rules();
        self.declare_accounts();
        let mut faults = self.open_legs();
        self.legs.list_members();
        for &(account, amount) in &self.blueprint.draft.deposits {
            self.deposit(Purse::of(account), amount);
        }
        for instrument in self.instruments.iter() {
            if instrument.tally.long != instrument.tally.short {
                faults.push(format!(
                    "`{}` has {} lots long and {} short: add a Rest that takes what is left",
                    self.blueprint.draft.instrument_names[instrument.id.row()],
                    instrument.tally.long,
                    instrument.tally.short
                ));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn say(&mut self, fact: impl Into<Fact>) {
        let fact = fact.into();
        for posting in fact.postings().into_iter().flatten() {
            self.add(posting.from, -posting.amount);
            self.add(posting.to, posting.amount);
        }
        self.sink.genesis(&fact);
    }

    fn add(&mut self, purse: Purse, amount: Money) {
        match purse.isolated {
            None => {
                let (account, _) = &mut self.accounts[purse.account.row()];
                account.collateral = amount + account.collateral;
            },
            Some(instrument) => {
                let (account, _) = self.accounts[purse.account.row()];
                let chain = self.legs.chain(account.first_leg);
                let row = chain.filter(|(_, leg)| leg.instrument == instrument).map(|(row, _)| row);
                if let Some(margin) = row.last().and_then(|row| self.legs.margin_mut(row)) {
                    *margin += amount;
                }
            },
        }
    }

    fn declare_lists(&mut self) {
        let draft = &self.blueprint.draft;
        let decimals = draft.asset_decimals.iter();
        for ((asset, name), &decimals) in (0..).map(AssetId).zip(&draft.asset_names).zip(decimals) {
            self.say(AssetListed { asset, name: name.clone(), decimals });
        }
        for fundamental in &self.blueprint.fundamentals {
            self.say(FundamentalListed {
                fundamental: fundamental.id,
                name: fundamental.name.clone(),
                price_decimals: crate::FUNDAMENTAL_DECIMALS,
            });
        }
        for venue in &self.blueprint.draft.venues {
            let name = self.blueprint.directory.venues[venue.id.row()].clone();
            self.say(VenueListed { venue: venue.id, name, asset: venue.asset });
        }
        for (group, name) in (0..).map(GroupId).zip(&self.blueprint.directory.groups) {
            self.say(GroupListed { group, name: name.clone() });
        }
    }

    fn declare_instruments(&mut self) {
        for listing in self.blueprint.draft.instruments.clone() {
            self.say(InstrumentListed {
                instrument: listing.id,
                venue: listing.venue,
                name: self.blueprint.draft.instrument_names[listing.id.row()].clone(),
                fundamental: listing.fundamental,
                price_decimals: listing.price_decimals,
                lot_decimals: listing.lot_decimals,
                unit_value: listing.unit_value,
                clearing: listing.clearing,
                liquidity: listing.liquidity,
                funding: listing.funding,
            });
        }
    }

    fn declare_rules(&mut self) {
        for &(index, place) in &self.blueprint.rules {
            let plan = &self.blueprint.plan.rules[index];
            let instrument =
                if let Place::Instrument(instrument) = place { Some(instrument) } else { None };
            self.say(RuleInstalled {
                question: plan.rule.question().to_owned(),
                answer: plan.rule.answer().to_owned(),
                venue: self.blueprint.draft.venue_of(place),
                instrument,
                parameters: plan.parameters.clone(),
            });
        }
    }

    fn declare_accounts(&mut self) {
        let mut names = self.blueprint.account_names();
        for row in 0..self.accounts.len() {
            let (account, trader) = (AccountId::from_row(row), TraderId::from_row(row));
            let (Account { venue, role, .. }, _) = self.accounts[row];
            let (group, ordinal) = self.blueprint.draft.people.membership(account);
            let name = if role == Role::Trader {
                names.next().unwrap_or_default().to_owned()
            } else {
                self.house_name(account, venue, role)
            };
            self.say(AccountOpened { account, trader, venue, role, group, ordinal, name });
        }
    }

    fn house_name(&self, id: AccountId, venue: Option<VenueId>, role: Role) -> String {
        let name = role.label();
        let of = self.instruments.iter().find(|listing| {
            let own = [listing.clearing, listing.liquidity, listing.funding];
            Some(listing.venue) == venue && own.contains(&id)
        });
        of.map_or_else(
            || name.to_owned(),
            |of| format!("{} {name}", self.blueprint.draft.instrument_names[of.id.row()]),
        )
    }

    /// Opens every leg and puts its purse's money in.
    fn open_legs(&mut self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut groups: Vec<_> = self.blueprint.plan.groups.iter().collect();
        groups.sort_by_key(|group| &group.name);
        let first = self.blueprint.draft.people.first_trader.0;
        let plans = groups.iter().flat_map(|group| group.accounts.iter().map(move |a| (group, a)));
        for (account, (group, plan)) in (first..).map(AccountId).zip(plans) {
            let mut legs: Vec<&LegPlan> = plan.legs.iter().collect();
            legs.sort_by_key(|leg| &leg.instrument);
            for leg in legs {
                match self.blueprint.directory.instrument(&group.venue, &leg.instrument) {
                    Some(instrument) if leg.size.magnitude().0 <= SIZE_MAX => {
                        self.open_leg(account, instrument, leg);
                    },
                    Some(_) => faults.push(format!(
                        "a leg of group `{}` in `{}` is larger than 2^45 lots: use larger lots",
                        group.name, leg.instrument
                    )),
                    None => faults.push(format!(
                        "group `{}` holds `{}`, which `{}` does not list",
                        group.name, leg.instrument, group.venue
                    )),
                }
            }
            self.deposit(Purse::of(account), plan.collateral);
        }
        faults
    }

    fn open_leg(&mut self, account: AccountId, instrument: InstrumentId, plan: &LegPlan) {
        let listing = self.instruments[instrument.row()];
        let (Account { first_leg: next, .. }, _) = self.accounts[account.row()];
        let isolated = plan.isolated.map(|_| Money::ZERO);
        let row = self.legs.push(account, instrument, isolated, next);
        self.accounts[account.row()].0.first_leg = Some(row);
        let (size, entry, cost) = (plan.size, plan.entry, listing.value(plan.size, plan.entry));
        let leg = self.legs.get_mut(row);
        (leg.size, leg.cost) = (size, cost);
        let purse = leg.purse();
        self.legs.turn(row, self.blueprint.plan.start);
        self.instruments[instrument.row()].tally.add(size, cost);
        debug_assert!(size != Size::ZERO, "a leg at the start holds something");
        let (clearing, outside) = (listing.clearing, OUTSIDE);
        self.say(LegOpened { purse, instrument, size, entry, cost, clearing, outside });
        if let Some(amount) = plan.isolated {
            self.deposit(purse, amount);
        }
    }

    fn deposit(&mut self, purse: Purse, amount: Money) {
        if amount != Money::ZERO {
            let (_, deposited) = &mut self.accounts[purse.account.row()];
            *deposited += amount;
            self.say(Deposited { from: OUTSIDE, purse, amount });
        }
    }
}

impl<'b> Blueprint<'b> {
    /// Own names of all traders' accounts, in order of id.
    fn account_names(&self) -> impl Iterator<Item = &'b str> + use<'b> {
        let mut groups: Vec<_> = self.plan.groups.iter().collect();
        groups.sort_by_key(|group| &group.name);
        let accounts = groups.into_iter().flat_map(|group| &group.accounts);
        accounts.map(|account| account.name.as_str())
    }
}
