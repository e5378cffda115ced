//! Arms: patches by path onto the base.
//!
//! What an arm writes answers the question for everything it covers: a rule of the whole arm holds
//! in every venue and for every instrument, one of a venue for all its instruments. Where an arm
//! answers twice, the narrower place wins. Of a group it writes some fields, or the whole anew.

use crate::{
    group::Base,
    kind::Kind,
    reader::{Entry, Reader},
    site::{PATHS, Site},
    world::{Venue, World},
};
use market::Fundamental;
use std::sync::Arc;

impl<'a> Reader<'a> {
    /// The base as an arm changes it.
    pub(crate) fn arm(&self, base: &World, text: &'a str) -> World {
        let mut world = base.clone();
        let (paths, rules): (Vec<_>, Vec<_>) =
            self.fields(text).into_iter().partition(|(key, _)| PATHS.contains(key));
        for (key, value) in rules {
            if let Some(setting) = self.setting(key, value, Site::ARM) {
                setting.put_everywhere(&mut world);
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
            let known = self.defined(&world.venues, (entry.key, &entry.name), Kind::VENUE);
            let name = known.map(|(name, _)| name.clone());
            if let Some(venue) = name.and_then(|name| world.venues.get_mut(&name)) {
                self.patch_venue(entry.value, venue);
            }
        }
    }

    fn patch_venue(&self, text: &'a str, venue: &mut Venue) {
        let fields = self.fields(text);
        let (instruments, rules): (Vec<_>, Vec<_>) =
            fields.into_iter().partition(|&(key, _)| key == "instruments");
        for (key, value) in rules {
            if let Some(setting) = self.setting(key, value, Site::VENUE_OF_ARM) {
                setting.put_in_venue(venue);
            }
        }
        let entries = instruments.into_iter().flat_map(|(_, it)| self.entries(it, "instrument"));
        for Entry { name, key, value } in entries {
            let known = self.defined(&venue.instruments, (key, &name), Kind::INSTRUMENT);
            let name = known.map_or(name, |(name, _)| name.clone());
            for setting in self.settings(value, Site::INSTRUMENT_OF_ARM) {
                if let Some(instrument) = venue.instruments.get_mut(&name) {
                    setting.put(&mut instrument.rules);
                }
            }
        }
    }

    /// Ids come from names, so an arm changes who is in a group, never which groups there are.
    fn patch_traders(&self, base: &World, text: &'a str, world: &mut World) {
        for entry in self.entries(text, "group") {
            let known = self.defined(&world.groups, (entry.key, &entry.name), Kind::GROUP);
            let Some((name, group)) = known.map(|(name, it)| (name.clone(), Arc::clone(it))) else {
                // Fields alone say nothing without the group of the base, which could not be read.
                if !entry.value.starts_with('(') {
                    self.group(base, entry.value, None);
                }
                continue;
            };
            let patched = Base { name: &name, group: &group };
            if let (Some((_, group)), Some(known)) =
                (self.group(base, entry.value, Some(patched)), world.groups.get_mut(&name))
            {
                *known = Arc::new(group);
            }
        }
    }

    fn patch_fundamentals(&self, text: &'a str, world: &mut World) {
        for entry in self.entries(text, "fundamental") {
            let known =
                self.defined(&world.fundamentals, (entry.key, &entry.name), Kind::FUNDAMENTAL);
            let name = known.map_or(entry.name, |(name, _)| name.clone());
            let answer = self.answer_to::<Fundamental>(entry.value);
            if let (Some(answer), Some(known)) = (answer, world.fundamentals.get_mut(&name)) {
                *known = answer;
            }
        }
    }
}
