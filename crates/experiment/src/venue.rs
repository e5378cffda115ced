//! Venues, their rule-books and their instruments.

use crate::{
    include::resolve,
    raw,
    reader::{Entry, Reader},
    rules::Setting,
    world::{Instrument, Rules, Venue, World},
};
use market::{FUNDAMENTAL_DECIMALS, Scope};
use std::collections::BTreeMap;
use units::{Decimal, Ratio, UNIT_VALUE_MAX};

/// Number of the schema that is read.
pub(crate) const SCHEMA: u32 = 1;

impl<'a> Reader<'a> {
    pub(crate) fn venue(&self, world: &World, entry: &Entry<'a>) -> Option<Venue> {
        let raw: raw::Venue<'a> = self.read(entry.value)?;
        let asset_text = raw.settles_in.text();
        let asset: Option<String> = self.read(asset_text);
        let decimals = asset.as_ref().and_then(|asset| {
            let known = world.assets.get(asset).copied();
            if known.is_none() {
                let assets = world.assets.keys().map(String::as_str);
                self.unknown(asset_text, ("asset", "assets"), asset, assets);
            }
            known
        });
        let taker_fee = self.share(raw.taker_fee.text());
        let listed = self.entries(raw.instruments.text(), "instrument");
        let mut own_rules = Vec::new();
        let mut instruments = BTreeMap::new();
        for it in &listed {
            let (instrument, rules) = self.instrument(world, decimals, it).unzip();
            if instrument.is_none() {
                self.spoil("instrument", &it.name);
            }
            instruments.extend(instrument.map(|instrument| (it.name.clone(), instrument)));
            own_rules.extend(rules.flatten().map(|rules| (it.name.clone(), rules)));
        }
        let mut venue = Venue {
            asset: asset?,
            decimals: decimals?,
            taker_fee: taker_fee.unwrap_or_default(), // refused already where there is none
            rules: Rules::new(),
            instruments,
            spot: self.spot(entry.key),
        };
        if let Some(include) = raw.include {
            self.book(include.text(), &mut venue);
        }
        self.layer(raw.rules.text(), own_rules, &mut venue);
        Some(venue)
    }

    /// Puts one layer of rules onto what is below it. Where the layer answers a question for the
    /// venue, no answer from below holds any longer; within it, an instrument's own answer wins.
    pub(crate) fn layer(
        &self,
        rules: &'a str,
        of_instruments: Vec<(String, &'a str)>,
        venue: &mut Venue,
    ) {
        for setting in self.settings(rules) {
            self.put_in_venue(&setting, venue);
        }
        for (name, rules) in of_instruments {
            for setting in self.settings(rules) {
                self.put_in_instrument(&setting, &name, venue);
            }
        }
    }

    pub(crate) fn put_in_venue(&self, setting: &Setting<'_>, venue: &mut Venue) {
        match setting.scope {
            Scope::Venue => setting.put(&mut venue.rules),
            Scope::Instrument => {
                for instrument in venue.instruments.values_mut() {
                    setting.put(&mut instrument.rules);
                }
            },
            Scope::System | Scope::Fundamental | Scope::Group => self.misplaced(setting),
        }
    }

    pub(crate) fn put_in_instrument(&self, setting: &Setting<'_>, name: &str, venue: &mut Venue) {
        match (setting.scope, venue.instruments.get_mut(name)) {
            (Scope::Instrument, Some(instrument)) => setting.put(&mut instrument.rules),
            (Scope::Instrument, None) => {}, // a rule-book may speak of what is not listed here
            _ => self.misplaced(setting),
        }
    }

    /// Puts the rules of an included book, those of the book it includes below its own.
    fn book(&self, include: &'a str, venue: &mut Venue) {
        let Some(to) = self.read::<String>(include) else { return };
        let path = resolve(&self.file(include).path, &to);
        let Some(file) = self.files.iter().find(|file| file.path == path) else { return };
        let Some(book) = self.read::<raw::RuleBook<'a>>(&file.text) else { return };
        self.schema(book.schema.text());
        self.read::<String>(book.source.text());
        if let Some(below) = book.include {
            self.book(below.text(), venue);
        }
        let of_instruments = self.entries(book.instruments.text(), "instrument").into_iter();
        let of_instruments = of_instruments.map(|it| (it.name, it.value)).collect();
        self.layer(book.rules.text(), of_instruments, venue);
    }

    /// Refuses another schema than the one that is read.
    pub(crate) fn schema(&self, text: &'a str) -> Option<()> {
        let schema: u32 = self.read(text)?;
        if schema == SCHEMA {
            return Some(());
        }
        self.refuse(text, format!("schema {schema} is not known: this program reads {SCHEMA}"));
        None
    }

    /// Reads a ratio within [0%, 100%].
    pub(crate) fn share(&self, text: &'a str) -> Option<Ratio> {
        let ratio: Ratio = self.read(text)?;
        if ratio.is_share() {
            return Some(ratio);
        }
        self.refuse(text, format!("{ratio} is not within 0% and 100%"));
        None
    }

    /// An instrument without rules, and the rules it writes itself.
    fn instrument(
        &self,
        world: &World,
        decimals: Option<i8>,
        entry: &Entry<'a>,
    ) -> Option<(Instrument, Option<&'a str>)> {
        let raw: raw::Perpetual<'a> = self.read(entry.value)?;
        let index: Option<String> = self.read(raw.index.text());
        let index = index.filter(|index| {
            let known = world.fundamentals.contains_key(index);
            if !known {
                let names = world.fundamentals.keys().map(String::as_str);
                self.unknown(raw.index.text(), ("fundamental", "fundamentals"), index, names);
            }
            known
        });
        let (unit_text, lot_text) = (raw.price_unit.text(), raw.lot.text());
        let (price_decimals, lot_decimals) = (self.power(unit_text), self.power(lot_text));
        let price_decimals = price_decimals.filter(|&decimals| {
            let coarse = decimals <= FUNDAMENTAL_DECIMALS;
            if !coarse {
                let message = format!("a price unit is at least {}", power(FUNDAMENTAL_DECIMALS));
                self.refuse(unit_text, message);
            }
            coarse
        });
        let (price_decimals, lot_decimals) = (price_decimals?, lot_decimals?);
        let unit_value = self.unit_value(lot_text, decimals?, price_decimals, lot_decimals)?;
        let instrument = Instrument {
            index: index?,
            price_decimals,
            lot_decimals,
            unit_value,
            rules: Rules::new(),
            spot: self.spot(entry.key),
        };
        Some((instrument, raw.rules.map(raw::Raw::text)))
    }

    /// Reads a power of ten: the digits after its point.
    fn power(&self, text: &'a str) -> Option<i8> {
        const FINEST: i8 = 18;
        let written: String = self.read(text)?;
        let units = Decimal::parse(&written, FINEST).unwrap_or(0);
        let found = (-FINEST..=FINEST).find(|&decimals| {
            Decimal::parse(&power(decimals), FINEST).is_ok_and(|power| power == units)
        });
        if found.is_none() {
            self.refuse_helping(
                text,
                format!("`{written}` is not a power of ten"),
                "such as \"0.01\", \"1\" or \"100\"".to_owned(),
            );
        }
        found
    }

    /// What one lot is worth at one price unit, in units of the asset: a whole number.
    fn unit_value(&self, lot: &str, asset: i8, price: i8, size: i8) -> Option<i64> {
        let places = i32::from(asset) - i32::from(price) - i32::from(size);
        let value = u32::try_from(places).ok().and_then(|places| 10_i64.checked_pow(places));
        if let Some(value) = value.filter(|&value| value <= UNIT_VALUE_MAX) {
            return Some(value);
        }
        let needed = i8::try_from(if places < 0 { 0 } else { 6 })
            .ok()
            .and_then(|spare| asset.checked_sub(price)?.checked_sub(spare));
        let (message, bound) = if places < 0 {
            ("a lot at one price unit is worth less than the asset's smallest unit", "at least")
        } else {
            ("a lot at one price unit is worth more units of the asset than fit", "at most")
        };
        let help = needed.map(|decimals| format!("the lot is {bound} \"{}\"", power(decimals)));
        self.refuse_helping(lot, message, help);
        None
    }
}

/// The unit that has this many digits after the point.
pub(crate) fn power(decimals: i8) -> String {
    Decimal::new(1, decimals).to_string()
}
