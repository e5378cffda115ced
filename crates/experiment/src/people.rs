//! Groups of accounts: populations, explicit accounts, and who takes the rest.

use crate::{
    Code,
    diagnostic::meant,
    kind::Kind,
    normal::Node,
    population::Population,
    quantity::of_decimal,
    raw,
    reader::{ANY, Entry, Reader, found},
    roster::Roster,
    tokens::tokens,
    world::{Group, Instrument, Venue, World},
};
use market::{AccountPlan, Behaviour, HOUSE, LegPlan};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};
use units::{Amount, Decimal, MONEY_MAX, Money, PRICE_MAX, Price, SIZE_MAX, Size};

/// What is spoilt where a leg, or a whole account, could not be read.
pub(crate) const LEG: &str = "leg";

/// Who is in a group.
#[derive(Clone, Debug)]
pub(crate) enum People {
    /// Accounts drawn from distributions.
    Drawn(Population),
    /// Accounts one by one.
    Listed(Arc<Roster>),
    /// One account with this collateral, which takes what is left.
    Rest(Money),
}

/// How a leg is margined.
#[derive(Deserialize)]
enum LegMargin<T> {
    Cross,
    Isolated(T),
}

/// What all groups write.
struct Common<'a> {
    name: Option<raw::Raw<'a>>,
    on: raw::Raw<'a>,
    behaviour: raw::Raw<'a>,
}

impl<'a> Reader<'a> {
    /// Reads a group. In an arm it is `patched`: its name is the key it stands under.
    pub(crate) fn group(
        &self,
        world: &World,
        text: &'a str,
        patched: Option<&str>,
    ) -> Option<(String, Group)> {
        let raw = self.traders(text)?;
        let common = match &raw {
            raw::Traders::Population(it) => {
                Common { name: it.name, on: it.on, behaviour: it.behaviour }
            },
            raw::Traders::Accounts(it) => {
                Common { name: it.name, on: it.on, behaviour: it.behaviour }
            },
            raw::Traders::Rest(it) => Common { name: it.name, on: it.on, behaviour: it.behaviour },
        };
        let name = self.group_name(text, common.name, patched);
        let behaviour = self.answer_to::<Behaviour>(common.behaviour.text());
        let venue_name = self.text(common.on.text())?;
        let Some(venue) = world.venues.get(&venue_name) else {
            let venues = world.venues.keys().map(String::as_str);
            self.unknown(common.on.text(), Kind::VENUE, &venue_name, venues);
            return None;
        };
        let mut parts = Vec::new();
        let people = match raw {
            raw::Traders::Population(it) => self.population(venue, &it).map(People::Drawn),
            raw::Traders::Accounts(it) => {
                self.listing((&venue_name, venue), text, &it).map(|(roster, its_parts)| {
                    parts = its_parts;
                    People::Listed(roster)
                })
            },
            raw::Traders::Rest(it) => self.money(venue, it.collateral.text()).map(People::Rest),
        };
        let (name, behaviour, people) = (name?, behaviour?, people?);
        let node = parts.into_iter().fold(Node::parse(text), Node::with);
        let node = node.with_first("name", Node::text(&name));
        let spot = self.spot(common.name.map_or(text, raw::Raw::text));
        Some((name, Group { venue: venue_name, behaviour, people, node, spot }))
    }

    fn traders(&self, text: &'a str) -> Option<raw::Traders<'a>> {
        let kind = tokens(text).next()?;
        match kind {
            "Population" => self.parts(text).map(raw::Traders::Population),
            "Accounts" => self.parts(text).map(raw::Traders::Accounts),
            "Rest" => self.parts(text).map(raw::Traders::Rest),
            _ => {
                let message = format!("expected a group of traders, found {}", found(text));
                let help = meant(kind, "groups are", ["Population", "Accounts", "Rest"]);
                self.refuse_helping(Code::UnknownChoice, text, message, help);
                None
            },
        }
    }

    fn group_name(
        &self,
        text: &'a str,
        written: Option<raw::Raw<'a>>,
        patched: Option<&str>,
    ) -> Option<String> {
        match (written, patched) {
            (None, None) => {
                let kind = tokens(text).next().unwrap_or_default();
                let message = format!("the field `name` of `{kind}` is missing");
                let help = "accounts are named by their group: `name: \"makers\"`".to_owned();
                self.refuse_helping(Code::MissingField, text, message, help);
                None
            },
            (None, Some(key)) => Some(key.to_owned()),
            (Some(name), None) => self.name(name.text()).filter(|it| self.is_free(name.text(), it)),
            (Some(name), Some(key)) => {
                let same = self.name(name.text())? == key;
                if !same {
                    let message = format!("the group is called `{key}` in the base");
                    let help = "leave the name out, or write the same".to_owned();
                    self.refuse_helping(Code::UnknownGroup, name.text(), message, help);
                }
                same.then(|| key.to_owned())
            },
        }
    }

    fn is_free(&self, text: &'a str, name: &str) -> bool {
        let is_free = name != HOUSE;
        if !is_free {
            let message = format!("`{HOUSE}` is the group of the venues' own accounts");
            self.refuse_helping(Code::InvalidName, text, message, "choose another".to_owned());
        }
        is_free
    }

    /// Reads how a leg is margined; an amount in the asset the venue settles in.
    fn leg_margin(&self, venue: &Venue, text: &'a str) -> Option<LegMargin<Money>> {
        if tokens(text).eq(["Isolated"]) {
            let message = "`Isolated` needs the margin that is posted to the leg";
            let help = format!("write `Isolated(\"500 {}\")`", venue.asset);
            self.refuse_helping(Code::MissingParameter, text, message, help);
            return None;
        }
        match self.read::<LegMargin<Amount>>(text)? {
            LegMargin::Cross => Some(LegMargin::Cross),
            LegMargin::Isolated(amount) => {
                self.in_units(venue, text, &amount).map(|units| LegMargin::Isolated(Money(units)))
            },
        }
    }

    pub(crate) fn listed<'v>(&self, venue: &'v Venue, entry: &Entry<'a>) -> Option<&'v Instrument> {
        let listed = venue.instruments.get(&entry.name);
        if listed.is_none() {
            let names = venue.instruments.keys().map(String::as_str);
            self.unknown(entry.key, Kind::INSTRUMENT, &entry.name, names);
        }
        listed
    }

    /// Reads explicit accounts.
    pub(crate) fn accounts(&self, venue: &Venue, text: &'a str) -> Vec<AccountPlan> {
        let mut names = BTreeMap::new();
        let mut account = |text| {
            let account: raw::Account<'a> = self.parts(text)?;
            let name = self.name(account.name.text());
            let collateral = self.money(venue, account.collateral.text());
            let legs = self.entries(account.legs.text(), "leg");
            let read: Vec<LegPlan> =
                legs.iter().filter_map(|entry| self.leg(venue, entry)).collect();
            if read.len() < legs.len() {
                self.spoil(LEG, ANY);
            }
            let (name, legs) = (name?, read);
            if let Some(first) = names.insert(name.clone(), account.name.text()) {
                let message = format!("there are two accounts `{name}`");
                self.twice(account.name.text(), message, first);
            }
            Some(AccountPlan { name, collateral: collateral?, legs })
        };
        let texts = self.list(text);
        let read: Vec<AccountPlan> = texts.iter().filter_map(|text| account(text)).collect();
        if read.len() < texts.len() {
            self.spoil(LEG, ANY);
        }
        read
    }

    fn leg(&self, venue: &Venue, entry: &Entry<'a>) -> Option<LegPlan> {
        let listed = self.listed(venue, entry);
        let raw: raw::Leg<'a> = self.parts(entry.value)?;
        let margin = self.leg_margin(venue, raw.margin.text());
        let listed = listed?;
        let size = self.size(listed, raw.size.text());
        let entered = self.decimal(raw.entry.text(), listed.price_decimals, "a price unit");
        let entered = entered.filter(|price| {
            let fits = (1..=PRICE_MAX).contains(price);
            if !fits {
                let most = Decimal::new(i128::from(PRICE_MAX), listed.price_decimals);
                let message = format!("a price must be above zero, and here at most {most}");
                self.refuse(Code::OutOfRange, raw.entry.text(), message);
            }
            fits
        });
        let (size, entry_price) = (size?, Price(entered?));
        Some(LegPlan {
            instrument: entry.name.clone(),
            size,
            entry: entry_price,
            isolated: match margin? {
                LegMargin::Cross => None,
                LegMargin::Isolated(money) => Some(money),
            },
        })
    }

    fn size(&self, listed: &Instrument, text: &'a str) -> Option<Size> {
        let lots = self.decimal(text, listed.lot_decimals, "a lot")?;
        match lots {
            0 => {
                let help = "leave the leg out".to_owned();
                self.refuse_helping(Code::OutOfRange, text, "this size is zero", help);
            },
            lots if lots.unsigned_abs() > SIZE_MAX.unsigned_abs() => {
                let message = format!("this size is above {SIZE_MAX} lots");
                self.refuse(Code::OutOfRange, text, message);
            },
            lots => return Some(Size(lots)),
        }
        None
    }

    /// Reads a number of units with this many decimals.
    pub(crate) fn decimal(&self, text: &'a str, decimals: i8, unit: &str) -> Option<i64> {
        let written = self.text(text)?;
        let one = crate::venue::power(decimals);
        let units = match Decimal::parse(&written, decimals) {
            Ok(units) => i64::try_from(units).ok(),
            Err(error) => {
                let (code, help) = (of_decimal(&error), format!("{unit} is {one} here"));
                self.refuse_helping(code, text, error.to_string(), help);
                return None;
            },
        };
        if units.is_none() {
            self.refuse(Code::Overflow, text, format!("`{written}` is too large"));
        }
        units
    }

    /// Reads an amount of the asset the venue settles in.
    fn money(&self, venue: &Venue, text: &'a str) -> Option<Money> {
        let amount: Amount = self.read(text)?;
        self.in_units(venue, text, &amount).map(Money)
    }

    pub(crate) fn in_units(&self, venue: &Venue, text: &str, amount: &Amount) -> Option<i128> {
        let asset = &venue.asset;
        if amount.asset() != asset {
            let message = format!("`{amount}` must be in {asset}, which the venue settles in");
            self.refuse(Code::WrongAsset, text, message);
            return None;
        }
        let Some(Money(units)) = amount.in_units(venue.decimals) else {
            let decimals = venue.decimals;
            let message =
                format!("`{amount}` is finer than {asset}, which has {decimals} decimals");
            self.refuse(Code::TooManyDigits, text, message);
            return None;
        };
        if units > MONEY_MAX {
            let most = Decimal::new(MONEY_MAX, venue.decimals);
            let message = format!("`{amount}` is more than a market can hold: {most} {asset}");
            self.refuse(Code::Overflow, text, message);
            return None;
        }
        Some(units)
    }
}
