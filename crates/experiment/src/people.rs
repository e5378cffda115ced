//! Who is in a group: what is drawn, accounts one by one, and who takes the rest.

use crate::{
    Code,
    kind::Kind,
    parts::values,
    population::Population,
    quantity::{of_decimal, told},
    raw,
    reader::{ANY, Entry, Reader, Unread},
    roster::Roster,
    tokens::tokens,
    world::{Instrument, Venue, World},
};
use market::{AccountPlan, LegPlan};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};
use units::{Amount, Decimal, MONEY_MAX, Money, PRICE_MAX, Price, SIZE_MAX, Size};

/// What is spoilt where a leg, or a whole account, could not be read.
pub(crate) const LEG: &str = "leg";

/// Who is in a group.
#[derive(Clone, Debug)]
pub(crate) enum People {
    /// Accounts drawn from distributions.
    Drawn(Box<Population>),
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

impl<'a> Reader<'a> {
    /// Remembers who could not be read.
    pub(crate) fn leave_out(&self, world: &World, text: &'a str) {
        let word = |key| values(text, key).first().map(|word| word.trim_matches('"'));
        let is_venue = |on: &&str| world.venues.contains_key(*on) || self.is_spoilt("venue", on);
        self.spoil(Kind::GROUP.one, word("name").unwrap_or(ANY));
        self.unread.borrow_mut().push(Unread {
            kind: tokens(text).next().unwrap_or_default().to_owned(),
            on: word("on").filter(is_venue).map(str::to_owned),
            spot: self.spot(text),
        });
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

    /// The instrument that an entry is about, or seems to be about.
    pub(crate) fn listed<'v>(&self, venue: &'v Venue, entry: &Entry<'a>) -> Option<&'v Instrument> {
        let name = (entry.key, entry.name.as_str());
        self.defined(&venue.instruments, name, Kind::INSTRUMENT).map(|(_, listed)| listed)
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
            let is_known = |leg: &&LegPlan| venue.instruments.contains_key(&leg.instrument);
            if read.iter().filter(is_known).count() < legs.len() {
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
                let code = of_decimal(&error);
                let (message, mended) = told(code, &error.to_string(), text, self.asset());
                let mended = mended.map(|help| format!("{help}; ")).unwrap_or_default();
                self.refuse_helping(code, text, message, format!("{mended}{unit} is {one} here"));
                return None;
            },
        };
        if units.is_none() {
            self.refuse(Code::Overflow, text, format!("`{written}` is too large"));
        }
        units
    }

    /// Reads an amount of the asset the venue settles in.
    pub(crate) fn money(&self, venue: &Venue, text: &'a str) -> Option<Money> {
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
