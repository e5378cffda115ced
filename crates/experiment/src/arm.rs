//! Arms: patches by path onto the base.
//!
//! What an arm writes answers the question for everything it covers: a rule of the whole arm holds
//! in every venue and for every instrument, one of a venue for all its instruments. Where an arm
//! answers twice, the narrower place wins. Of a group it writes some fields, or the whole anew.

use crate::{
    Code,
    example::sketch,
    group::Base,
    kind::Kind,
    normal::Node,
    parts::brackets,
    reader::{ANY, Entry, Reader, found},
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
            if self.names_what_it_patches(base, key, value) {
                continue;
            }
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

    /// Refuses the bare name of what is patched by its path, such as a group.
    fn names_what_it_patches(&self, base: &World, key: &'a str, value: &'a str) -> bool {
        let name = key.trim_matches('"');
        let is_spoilt = |kind: Kind| self.spoilt_names(kind.one).iter().any(|it| it == name);
        let lists = |venue: &&Venue| venue.instruments.contains_key(name);
        let listing = base.venues.iter().find(|(_, venue)| lists(venue));
        let patch = format!("{{ \"{name}\": {} }}", sketch(value));
        let (kind, path) = if self.catalogue.asked(name).is_some() {
            return false;
        } else if base.groups.contains_key(name) || is_spoilt(Kind::GROUP) {
            (Kind::GROUP, format!("traders: {patch}"))
        } else if base.venues.contains_key(name) || is_spoilt(Kind::VENUE) {
            (Kind::VENUE, format!("venues: {patch}"))
        } else if let Some((venue, _)) = listing.filter(|_| value.starts_with('(')) {
            (Kind::INSTRUMENT, format!("venues: {{ \"{venue}\": (instruments: {patch}) }}"))
        } else if base.fundamentals.contains_key(name) || is_spoilt(Kind::FUNDAMENTAL) {
            (Kind::FUNDAMENTAL, format!("fundamentals: {patch}"))
        } else {
            return false;
        };
        let article = if kind.one.starts_with('i') { "an" } else { "a" };
        let message = format!("unknown question `{name}`: it is {article} {}", kind.one);
        self.refuse_helping(Kind::QUESTION.unknown, key, message, format!("write `{path}`"));
        self.spoil(Kind::QUESTION.one, ANY);
        true
    }

    /// What an arm patches at `path`, by name; of what is no map, how one is written. `known` is one
    /// of what it may patch.
    fn patched_entries(
        &self,
        text: &'a str,
        (path, kind): (&str, Kind),
        known: Option<&String>,
    ) -> Vec<Entry<'a>> {
        let whole = brackets(text);
        if text.is_empty() || whole.as_ref().is_some_and(|it| it.open == "{") {
            return self.entries(text, kind.one);
        }
        let patch = |name: &str, value| {
            let unnamed = Node::parse(value).without("name").inline();
            format!("\"{name}\": {}", sketch(&unnamed))
        };
        let parts = whole.filter(|it| it.name.is_empty()).map(|it| it.parts).unwrap_or_default();
        let named =
            parts.iter().filter_map(|part| Some(patch(part.name()?.trim_matches('"'), part.value)));
        let mut named: Vec<String> = named.collect();
        if named.is_empty() {
            named.push(format!("\"{}\": …", known.map_or("name", String::as_str)));
        }
        let message = format!("expected a map `{{…}}`, found {}", found(text));
        let help = format!(
            "an arm patches each {} by its name: write `{path}: {{ {} }}`",
            kind.one,
            named.join(", ")
        );
        self.refuse_helping(Code::WrongType, text, message, help);
        Vec::new()
    }

    fn patch_venues(&self, text: &'a str, world: &mut World) {
        let known = world.venues.keys().next();
        for entry in self.patched_entries(text, ("venues", Kind::VENUE), known) {
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
        let known = world.groups.keys().next();
        for entry in self.patched_entries(text, ("traders", Kind::GROUP), known) {
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
        let known = world.fundamentals.keys().next();
        for entry in self.patched_entries(text, ("fundamentals", Kind::FUNDAMENTAL), known) {
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
