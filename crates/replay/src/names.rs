//! Names and decimals of things, from genesis.

use facts::{
    AccountId, AccountOpened, AssetId, AssetListed, Fact, FundamentalId, FundamentalListed,
    GroupId, InstrumentId, InstrumentListed, Purse, VenueId, VenueListed,
};
use std::collections::BTreeMap;
use units::{Decimal, Money, Price, Size};

/// How a person calls what facts number, and how numbers are printed.
///
/// An account is `venue/group/name`, or `venue/group/17` where it has no name of its own; an
/// instrument is `venue/NAME`. What nobody declared is called by its number.
#[derive(Clone, Debug, Default)]
pub struct Names {
    assets: BTreeMap<AssetId, AssetListed>,
    fundamentals: BTreeMap<FundamentalId, FundamentalListed>,
    venues: BTreeMap<VenueId, VenueListed>,
    instruments: BTreeMap<InstrumentId, InstrumentListed>,
    groups: BTreeMap<GroupId, String>,
    /// In the order of their ids: there may be millions, and each fact asks for some.
    accounts: Vec<AccountOpened>,
}

impl Names {
    /// The names that genesis gives.
    pub fn of(genesis: &[Fact]) -> Self {
        let mut names = Self::default();
        for fact in genesis {
            names.learn(fact);
        }
        names.accounts.sort_by_key(|opened| opened.account);
        names.accounts.dedup_by(|later, earlier| {
            let is_again = later.account == earlier.account;
            if is_again {
                std::mem::swap(later, earlier);
            }
            is_again
        });
        names
    }

    fn learn(&mut self, fact: &Fact) {
        if let Fact::AccountOpened(f) = fact {
            self.accounts.push(f.clone());
        } else if let Fact::GroupListed(f) = fact {
            self.groups.insert(f.group, f.name.clone());
        } else if let Fact::InstrumentListed(f) = fact {
            self.instruments.insert(f.instrument, f.clone());
        } else if let Fact::VenueListed(f) = fact {
            self.venues.insert(f.venue, f.clone());
        } else if let Fact::FundamentalListed(f) = fact {
            self.fundamentals.insert(f.fundamental, f.clone());
        } else if let Fact::AssetListed(f) = fact {
            self.assets.insert(f.asset, f.clone());
        }
    }

    /// The account with this label, or with this label behind its venue where only one has it.
    pub fn account(&self, label: &str) -> Option<AccountId> {
        let names = || {
            self.accounts.iter().map(|opened| (opened.account, opened.venue, self.local(opened)))
        };
        self.lookup(label, names)
    }

    /// Labels of all accounts.
    pub fn account_labels(&self) -> impl Iterator<Item = String> {
        self.accounts.iter().map(|opened| self.account_label(opened.account))
    }

    /// Labels of all instruments.
    pub fn instrument_labels(&self) -> impl Iterator<Item = String> {
        self.instruments.keys().map(|&instrument| self.instrument_label(instrument))
    }

    /// The instrument with this label, or with this name where only one venue lists it.
    pub fn instrument(&self, label: &str) -> Option<InstrumentId> {
        let names = || {
            let listed = self.instruments.values();
            listed.map(|listed| (listed.instrument, Some(listed.venue), listed.name.clone()))
        };
        self.lookup(label, names)
    }

    /// The one thing with this full label; else the one with this label behind its venue.
    fn lookup<Id, Each>(&self, label: &str, names: impl Fn() -> Each) -> Option<Id>
    where
        Each: Iterator<Item = (Id, Option<VenueId>, String)>,
    {
        let full = names().filter(|(_, venue, local)| match venue {
            Some(venue) => self.under(*venue, local) == label,
            None => local == label,
        });
        let behind = names().filter(|(_, _, local)| local == label);
        only(full).or_else(|| only(behind)).map(|(id, ..)| id)
    }

    /// Label of an account.
    pub fn account_label(&self, account: AccountId) -> String {
        match self.opened(account) {
            Some(opened) => match opened.venue {
                Some(venue) => self.under(venue, &self.local(opened)),
                None => self.local(opened),
            },
            None => format!("account {account}"),
        }
    }

    /// Label of an account, followed by the name of the instrument in brackets for the margin of
    /// an isolated leg.
    pub fn purse_label(&self, purse: Purse) -> String {
        let account = self.account_label(purse.account);
        match purse.isolated {
            Some(instrument) => match self.instruments.get(&instrument) {
                Some(listed) => format!("{account}[{}]", listed.name),
                None => format!("{account}[{instrument}]"),
            },
            None => account,
        }
    }

    /// Label of an instrument.
    pub fn instrument_label(&self, instrument: InstrumentId) -> String {
        match self.instruments.get(&instrument) {
            Some(listed) => self.under(listed.venue, &listed.name),
            None => format!("instrument {instrument}"),
        }
    }

    /// Name of a venue.
    pub fn venue_label(&self, venue: VenueId) -> String {
        let name = self.venues.get(&venue).map(|listed| listed.name.clone());
        name.unwrap_or_else(|| format!("venue {venue}"))
    }

    /// Name of a group.
    pub fn group_label(&self, group: GroupId) -> String {
        self.groups.get(&group).cloned().unwrap_or_else(|| format!("group {group}"))
    }

    /// Name of an asset.
    pub fn asset_label(&self, asset: AssetId) -> String {
        let name = self.assets.get(&asset).map(|listed| listed.name.clone());
        name.unwrap_or_else(|| format!("asset {asset}"))
    }

    /// Name of an exogenous price.
    pub fn fundamental_label(&self, fundamental: FundamentalId) -> String {
        let name = self.fundamentals.get(&fundamental).map(|listed| listed.name.clone());
        name.unwrap_or_else(|| format!("fundamental {fundamental}"))
    }

    /// Money of a venue with the name of its asset: `12.3 USDC`.
    pub fn money(&self, venue: VenueId, amount: Money) -> String {
        match self.asset_of(venue) {
            Some(asset) => format!("{} {}", Decimal::new(amount.0, asset.decimals), asset.name),
            None => amount.0.to_string(),
        }
    }

    /// A price of an instrument.
    pub fn price(&self, instrument: InstrumentId, price: Price) -> String {
        let decimals = self.instruments.get(&instrument).map_or(0, |listed| listed.price_decimals);
        Decimal::new(i128::from(price.0), decimals).to_string()
    }

    /// A size of an instrument.
    pub fn size(&self, instrument: InstrumentId, size: Size) -> String {
        let decimals = self.instruments.get(&instrument).map_or(0, |listed| listed.lot_decimals);
        Decimal::new(i128::from(size.0), decimals).to_string()
    }

    /// An exogenous price.
    pub fn fundamental_price(&self, fundamental: FundamentalId, price: Price) -> String {
        let listed = self.fundamentals.get(&fundamental);
        let decimals = listed.map_or(0, |listed| listed.price_decimals);
        Decimal::new(i128::from(price.0), decimals).to_string()
    }

    /// What genesis says about an account.
    pub fn opened(&self, account: AccountId) -> Option<&AccountOpened> {
        // Ids are places where genesis opens all of them, as it does.
        let is_it = |opened: &&AccountOpened| opened.account == account;
        let at = || self.accounts.binary_search_by_key(&account, |opened| opened.account).ok();
        self.accounts.get(account.row()).filter(is_it).or_else(|| self.accounts.get(at()?))
    }

    /// What genesis says about an instrument.
    pub fn listed(&self, instrument: InstrumentId) -> Option<&InstrumentListed> {
        self.instruments.get(&instrument)
    }

    /// The asset a venue settles in.
    pub fn asset_of(&self, venue: VenueId) -> Option<&AssetListed> {
        self.assets.get(&self.venues.get(&venue)?.asset)
    }

    /// Label of something behind its venue.
    pub(crate) fn under(&self, venue: VenueId, local: &str) -> String {
        format!("{}/{local}", self.venue_label(venue))
    }

    /// Label of an account behind its venue.
    fn local(&self, opened: &AccountOpened) -> String {
        let group = self.group_label(opened.group);
        if opened.name.is_empty() {
            format!("{group}/{}", opened.ordinal.saturating_add(1))
        } else {
            format!("{group}/{}", opened.name)
        }
    }
}

fn only<T>(mut things: impl Iterator<Item = T>) -> Option<T> {
    things.next().filter(|_| things.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::sample;
    use facts::{AccountId, InstrumentId, Purse, VenueId};
    use units::{Money, Price, Size};

    #[test]
    fn a_label_finds_what_it_names() {
        let names = Names::of(&sample::world());
        for account in (0..6).map(AccountId) {
            assert_eq!(names.account(&names.account_label(account)), Some(account));
        }
        for instrument in (0..2).map(InstrumentId) {
            assert_eq!(names.instrument(&names.instrument_label(instrument)), Some(instrument));
        }
    }

    #[test]
    fn the_venue_may_be_left_out_where_one_thing_is_left() {
        let names = Names::of(&sample::world());
        assert_eq!(names.account("longs/2"), Some(AccountId(4)));
        assert_eq!(names.account("house/liquidity"), Some(AccountId(2)));
        assert_eq!(names.instrument("BTC"), None, "two venues list it");
        assert_eq!(names.account("nobody"), None);
    }

    #[test]
    fn numbers_are_printed_in_units_of_their_venue() {
        let names = Names::of(&sample::world());
        assert_eq!(names.money(VenueId(0), Money(-1_500_000)), "-1.5 USDC");
        assert_eq!(names.price(InstrumentId(0), Price(623_505)), "62350.5");
        assert_eq!(names.size(InstrumentId(0), Size(-7)), "-0.007");
        let isolated = Purse::isolated(AccountId(3), InstrumentId(0));
        assert_eq!(names.purse_label(isolated), "perp/longs/1[BTC]");
    }

    #[test]
    fn what_nobody_declared_is_called_by_its_number() {
        let names = Names::default();
        assert_eq!(names.account_label(AccountId(7)), "account 7");
        assert_eq!(names.instrument_label(InstrumentId(7)), "instrument 7");
        assert_eq!(names.money(VenueId(7), Money(12)), "12");
    }
}
