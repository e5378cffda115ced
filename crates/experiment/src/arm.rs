//! Arms: patches by path onto the base.
//!
//! What an arm writes answers the question for everything it covers: a rule of the whole arm holds
//! in every venue and for every instrument, one of a venue for all its instruments. Where an arm
//! answers twice, the narrower place wins. Of a group it writes some fields, or the whole anew.

use crate::{
    group::Base,
    kind::Kind,
    reader::{Entry, Reader},
    world::{Venue, World},
};
use market::Fundamental;
use std::sync::Arc;

/// What an arm patches by path; everything else that it writes is a rule.
const PATHS: [&str; 3] = ["venues", "traders", "fundamentals"];

impl<'a> Reader<'a> {
    /// The base as an arm changes it.
    pub(crate) fn arm(&self, base: &World, text: &'a str) -> World {
        let mut world = base.clone();
        let (paths, rules): (Vec<_>, Vec<_>) =
            self.fields(text).into_iter().partition(|(key, _)| PATHS.contains(key));
        for (key, value) in rules {
            if let Some(setting) = self.setting_or(key, value, &PATHS) {
                self.put_everywhere(&setting, &mut world);
            }
        }
        for (key, value) in paths {
            match key {
                "venues" => self.patch_venues(value, &mut world),
                "traders" => self.patch_traders(base, value, &mut world),
                _ => self.patch_fundamentals(value, &mut world),
            }
        }
        world
    }

    fn patch_venues(&self, text: &'a str, world: &mut World) {
        for entry in self.entries(text, "venue") {
            if let Some(venue) = world.venues.get_mut(&entry.name) {
                self.patch_venue(entry.value, venue);
            } else {
                let names = world.venues.keys().map(String::as_str);
                self.unknown(entry.key, Kind::VENUE, &entry.name, names);
            }
        }
    }

    fn patch_venue(&self, text: &'a str, venue: &mut Venue) {
        let fields = self.fields(text);
        let (instruments, rules): (Vec<_>, Vec<_>) =
            fields.into_iter().partition(|&(key, _)| key == "instruments");
        for (key, value) in rules {
            if let Some(setting) = self.setting_or(key, value, &["instruments"]) {
                self.put_in_venue(&setting, venue);
            }
        }
        let entries = instruments.into_iter().flat_map(|(_, it)| self.entries(it, "instrument"));
        for Entry { name, key, value } in entries {
            if !venue.instruments.contains_key(&name) {
                let names = venue.instruments.keys().map(String::as_str);
                self.unknown(key, Kind::INSTRUMENT, &name, names);
                continue;
            }
            for setting in self.settings(value) {
                self.put_in_instrument(&setting, &name, venue);
            }
        }
    }

    /// Ids come from names, so an arm changes who is in a group, never which groups there are.
    fn patch_traders(&self, base: &World, text: &'a str, world: &mut World) {
        for entry in self.entries(text, "group") {
            let Some(group) = world.groups.get(&entry.name).map(Arc::clone) else {
                let names = world.groups.keys().map(String::as_str);
                self.unknown(entry.key, Kind::GROUP, &entry.name, names);
                continue;
            };
            let patched = Base { name: &entry.name, group: &group };
            if let Some((name, group)) = self.group(base, entry.value, Some(patched)) {
                world.groups.insert(name, Arc::new(group));
            }
        }
    }

    fn patch_fundamentals(&self, text: &'a str, world: &mut World) {
        for entry in self.entries(text, "fundamental") {
            if !world.fundamentals.contains_key(&entry.name) {
                let names = world.fundamentals.keys().map(String::as_str);
                self.unknown(entry.key, Kind::FUNDAMENTAL, &entry.name, names);
                continue;
            }
            if let Some(answer) = self.answer_to::<Fundamental>(entry.value) {
                world.fundamentals.insert(entry.name, answer);
            }
        }
    }
}
