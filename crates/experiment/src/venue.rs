//! Venues, their rule-books and their instruments.

use crate::{
    Code,
    form::Raw,
    include::resolve,
    kind::Kind,
    quantity::of_decimal,
    raw,
    reader::{ANY, Entry, Reader},
    site::Site,
    source::File,
    tokens::after_blanks,
    world::{Instrument, Rules, Venue, World},
};
use market::FUNDAMENTAL_DECIMALS;
use std::collections::BTreeMap;
use units::{Decimal, Ratio, UNIT_VALUE_MAX};

/// Number of the schema that is read.
pub(crate) const SCHEMA: u32 = 1;

impl<'a> Reader<'a> {
    pub(crate) fn venue(&self, world: &World, entry: &Entry<'a>) -> Option<Venue> {
        let raw: raw::Venue<'a> = self.parts(entry.value)?;
        let asset_text = raw.settles_in.text();
        let asset = self.text(asset_text);
        let decimals = asset.as_ref().and_then(|asset| {
            let known = world.assets.get(asset).copied();
            if known.is_none() {
                let assets = world.assets.keys().map(String::as_str);
                self.unknown(asset_text, Kind::ASSET, asset, assets);
            }
            known
        });
        let taker_fee = self.share(raw.taker_fee.text());
        let listed = self.entries(raw.instruments.text(), "instrument");
        let mut own_rules = Vec::new();
        let mut instruments = BTreeMap::new();
        for it in &listed {
            let (instrument, rules) = self.instrument(world, decimals, it);
            if instrument.is_none() {
                self.spoil("instrument", &it.name);
            }
            instruments.extend(instrument.map(|instrument| (it.name.clone(), instrument)));
            own_rules.extend(rules.map(|rules| (it.name.clone(), rules)));
        }
        let is_right = decimals.is_some();
        let mut venue = Venue {
            asset: asset.unwrap_or_default(),
            decimals: decimals.unwrap_or_default(),
            taker_fee: taker_fee.unwrap_or_default(), // refused already where there is none
            rules: Rules::new(),
            instruments,
            spot: self.spot(entry.key),
        };
        if let Some(include) = raw.include {
            self.book(include.text(), &mut venue);
        }
        self.layer(raw.rules.text(), own_rules, &mut venue);
        is_right.then_some(venue)
    }

    /// Puts one layer of rules onto what is below it. Where the layer answers a question for the
    /// venue, no answer from below holds any longer; within it, an instrument's own answer wins.
    pub(crate) fn layer(
        &self,
        rules: &'a str,
        of_instruments: Vec<(String, &'a str)>,
        venue: &mut Venue,
    ) {
        for setting in self.settings(rules, Site::VENUE) {
            setting.put_in_venue(venue);
        }
        for (name, rules) in of_instruments {
            for setting in self.settings(rules, Site::INSTRUMENT) {
                // A rule-book may speak of what is not listed here.
                if let Some(instrument) = venue.instruments.get_mut(&name) {
                    setting.put(&mut instrument.rules);
                }
            }
        }
    }

    /// Puts the rules of an included book onto those of the book it includes, and so on.
    fn book(&self, include: &'a str, venue: &mut Venue) {
        let mut books = Vec::new();
        let mut paths = Vec::new();
        let mut next = Some(include);
        while let Some((file, book)) = next.and_then(|include| self.included(include)) {
            if paths.contains(&&file.path) {
                break; // told when files were gathered
            }
            paths.push(&file.path);
            next = book.include.map(Raw::text);
            books.push(book);
        }
        for book in books.into_iter().rev() {
            let of_instruments = self.entries(book.instruments.text(), "instrument").into_iter();
            let of_instruments = of_instruments.map(|it| (it.name, it.value)).collect();
            self.layer(book.rules.text(), of_instruments, venue);
        }
    }

    /// The book that an include names, when it is one.
    fn included(&self, include: &'a str) -> Option<(&'a File, raw::RuleBook<'a>)> {
        let path = resolve(&self.file(include).path, &self.text(include)?);
        let file = self.files.iter().find(|file| file.path == path)?;
        let book: raw::RuleBook<'a> = self.parts(after_blanks(&file.text))?;
        if self.is_other_schema(book.schema.text()) {
            self.spoil(Kind::QUESTION.one, ANY);
            return None;
        }
        self.text(book.source.text());
        Some((file, book))
    }

    /// Refuses another schema than the one that is read: what follows would be misunderstood.
    pub(crate) fn is_other_schema(&self, text: &'a str) -> bool {
        let schema = self.number(text, u32::MAX);
        let Some(schema) = schema.filter(|&schema| schema != SCHEMA) else { return false };
        let message = format!("schema {schema} is not known: this program reads {SCHEMA}");
        let help = format!(
            "the file is for another version of this program: here it is `schema: {SCHEMA}`"
        );
        self.refuse_helping(Code::WrongSchema, text, message, help);
        true
    }

    /// Reads a ratio within [0%, 100%].
    pub(crate) fn share(&self, text: &'a str) -> Option<Ratio> {
        let ratio: Ratio = self.read(text)?;
        if ratio.is_share() {
            return Some(ratio);
        }
        self.refuse(Code::OutOfRange, text, format!("{ratio} is not within 0% and 100%"));
        None
    }

    /// An instrument without rules, and the rules it writes itself.
    fn instrument(
        &self,
        world: &World,
        decimals: Option<i8>,
        entry: &Entry<'a>,
    ) -> (Option<Instrument>, Option<&'a str>) {
        let Some(raw) = self.parts::<raw::Perpetual<'a>>(entry.value) else { return (None, None) };
        (self.perpetual(world, decimals, (entry.key, &raw)), raw.rules.map(Raw::text))
    }

    fn perpetual(
        &self,
        world: &World,
        decimals: Option<i8>,
        (key, raw): (&'a str, &raw::Perpetual<'a>),
    ) -> Option<Instrument> {
        let index = self.text(raw.index.text());
        let index = index.filter(|index| {
            let known = world.fundamentals.contains_key(index);
            if !known {
                let names = world.fundamentals.keys().map(String::as_str);
                self.unknown(raw.index.text(), Kind::FUNDAMENTAL, index, names);
            }
            known
        });
        let (unit_text, lot_text) = (raw.price_unit.text(), raw.lot.text());
        let (price_decimals, lot_decimals) = (self.power(unit_text), self.power(lot_text));
        let price_decimals = price_decimals.filter(|&decimals| {
            let fits = (0..=FUNDAMENTAL_DECIMALS).contains(&decimals);
            if !fits {
                let finest = power(FUNDAMENTAL_DECIMALS);
                let message = format!("a price unit must be at least {finest} and at most 1");
                self.refuse(Code::OutOfRange, unit_text, message);
            }
            fits
        });
        let (price_decimals, lot_decimals) = (price_decimals?, lot_decimals?);
        let unit_value = self.unit_value(lot_text, decimals?, price_decimals, lot_decimals)?;
        Some(Instrument {
            index: index?,
            price_decimals,
            lot_decimals,
            unit_value,
            rules: Rules::new(),
            spot: self.spot(key),
        })
    }

    /// Reads a power of ten: the digits after its point.
    fn power(&self, text: &'a str) -> Option<i8> {
        const FINEST: i8 = 18;
        let written = self.text(text)?;
        let units = match Decimal::parse(&written, FINEST) {
            Ok(units) => units,
            Err(error) => {
                self.refuse(of_decimal(&error), text, error.to_string());
                return None;
            },
        };
        let found = (-FINEST..=FINEST).find(|&decimals| {
            Decimal::parse(&power(decimals), FINEST).is_ok_and(|power| power == units)
        });
        if found.is_none() {
            let message = format!("`{written}` is not a power of ten");
            let help = "write one such as \"0.01\", \"1\" or \"100\"".to_owned();
            self.refuse_helping(Code::NotAPowerOfTen, text, message, help);
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
        let help =
            needed.map(|lot| format!("with this price unit a lot is {bound} \"{}\"", power(lot)));
        self.refuse_helping(Code::LotOutOfRange, lot, message, help);
        None
    }
}

/// The unit that has this many digits after the point.
pub(crate) fn power(decimals: i8) -> String {
    Decimal::new(1, decimals).to_string()
}
