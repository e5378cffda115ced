//! Reads pieces of files and collects everything that is wrong with them.

use crate::{
    Catalogue, Diagnostic, Severity,
    diagnostic::meant,
    explain_ron::explain,
    raw::{Entries, Fields, Raw, options},
    roster::Roster,
    source::{File, Spot, file_of, is_deceptive, remark, spot},
    table::Table,
};
use ron::error::SpannedError;
use serde::Deserialize;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Most mistakes that are told.
const REMARKS_MAX: usize = 1_000;

/// Stands for any name that could have been read.
pub(crate) const ANY: &str = "";

/// Rosters by venue and path of their table.
type Rosters = BTreeMap<(String, String), Option<Arc<Roster>>>;

/// A named part of a map.
pub(crate) struct Entry<'a> {
    pub(crate) name: String,
    /// The name where it is written.
    pub(crate) key: &'a str,
    pub(crate) value: &'a str,
}

/// Reads slices of files. What cannot be read is nothing, and is remembered as a mistake.
pub(crate) struct Reader<'a> {
    pub(crate) files: &'a [File],
    pub(crate) tables: &'a [Table],
    pub(crate) catalogue: &'a Catalogue,
    found: RefCell<Vec<Diagnostic>>,
    /// What is defined, but so that it could not be read: (kind, name).
    spoilt: RefCell<BTreeSet<(&'static str, String)>>,
    /// Who is in each table that was read; none where it was refused.
    rosters: RefCell<Rosters>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(files: &'a [File], tables: &'a [Table], catalogue: &'a Catalogue) -> Self {
        Self {
            files,
            tables,
            catalogue,
            found: RefCell::default(),
            spoilt: RefCell::default(),
            rosters: RefCell::default(),
        }
    }

    /// Everything remarked.
    pub(crate) fn into_remarks(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }

    pub(crate) fn spot(&self, text: &str) -> Spot {
        spot(self.files, text)
    }

    pub(crate) fn file(&self, text: &str) -> &'a File {
        file_of(self.files, self.spot(text))
    }

    pub(crate) fn refuse(&self, text: &str, message: impl Into<String>) {
        self.refuse_helping(text, message, None);
    }

    pub(crate) fn refuse_helping(
        &self,
        text: &str,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        if self.is_full() {
            return;
        }
        let remark = remark(self.files, self.spot(text), Severity::Error);
        self.tell(remark.says(message).helps(help));
    }

    /// Whether no more mistakes are told.
    pub(crate) fn is_full(&self) -> bool {
        self.found.borrow().len() >= REMARKS_MAX
    }

    /// Tells a mistake.
    pub(crate) fn tell(&self, remark: Diagnostic) {
        if !self.is_full() {
            self.found.borrow_mut().push(remark);
        }
    }

    /// Who is in the table at `path`, read once for all groups of a venue that name it.
    pub(crate) fn roster(
        &self,
        venue: &str,
        path: &str,
        read: impl FnOnce() -> Option<Roster>,
    ) -> Option<Arc<Roster>> {
        let key = (venue.to_owned(), path.to_owned());
        if let Some(known) = self.rosters.borrow().get(&key) {
            return known.clone();
        }
        let roster = read().map(Arc::new);
        self.rosters.borrow_mut().insert(key, roster.clone());
        roster
    }

    /// Remembers that a definition is there, so that its name is not called unknown.
    pub(crate) fn spoil(&self, kind: &'static str, name: &str) {
        self.spoilt.borrow_mut().insert((kind, name.to_owned()));
    }

    /// Refuses a name that is not among `names`, unless its definition was refused already.
    pub(crate) fn unknown(
        &self,
        text: &str,
        (one, many): (&'static str, &str),
        found: &str,
        names: impl IntoIterator<Item: AsRef<str>>,
    ) {
        let spoilt = |name: &str| self.spoilt.borrow().contains(&(one, name.to_owned()));
        if !spoilt(found) && !spoilt(ANY) {
            let message = format!("unknown {one} `{found}`");
            self.refuse_helping(text, message, meant(found, many, names));
        }
    }

    /// Reads a piece as what is expected there.
    pub(crate) fn read<T: Deserialize<'a>>(&self, text: &'a str) -> Option<T> {
        self.understood(options().from_str(text), text, "field")
    }

    /// What was read from `text`, if it could be.
    pub(crate) fn understood<T>(
        &self,
        read: Result<T, SpannedError>,
        text: &str,
        noun: &str,
    ) -> Option<T> {
        let explained = |error| {
            let explained = explain(&error, text, noun);
            self.refuse_helping(&text[explained.offset..], explained.message, explained.help);
        };
        read.map_err(explained).ok()
    }

    /// Reads a name: not empty, and as it looks.
    pub(crate) fn name(&self, text: &'a str) -> Option<String> {
        let name: String = self.read(text)?;
        let odd = name.trim() != name || name.is_empty();
        if odd || name.chars().any(|c| c.is_control() || is_deceptive(c)) {
            self.refuse(
                text,
                "a name is not empty and has no invisible characters around or in it",
            );
            return None;
        }
        Some(name)
    }

    /// Reads a list.
    pub(crate) fn list(&self, text: &'a str) -> Vec<&'a str> {
        let parts: Vec<Raw<'a>> = self.read(text).unwrap_or_default();
        parts.into_iter().map(Raw::text).collect()
    }

    /// Reads a map; `what` its names are.
    pub(crate) fn entries(&self, text: &'a str, what: &'static str) -> Vec<Entry<'a>> {
        let mut seen = BTreeSet::new();
        let Some(Entries(pairs)) = self.read(text) else {
            self.spoil(what, ANY);
            return Vec::new();
        };
        let entry = |(key, value): (Raw<'a>, Raw<'a>)| {
            let (key, value) = (key.text(), value.text());
            let name = self.name(key)?;
            if seen.insert(name.clone()) {
                return Some(Entry { name, key, value });
            }
            self.refuse(key, format!("the {what} `{name}` is defined twice"));
            None
        };
        pairs.into_iter().filter_map(entry).collect()
    }

    /// Reads fields with open names.
    pub(crate) fn fields(&self, text: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut seen = BTreeSet::new();
        let pairs = self.read(text).map(|Fields(pairs)| pairs).unwrap_or_default();
        let field = |(key, value): (&'a str, Raw<'a>)| {
            if seen.insert(key) {
                return Some((key, value.text()));
            }
            self.refuse(key, format!("`{key}` is answered twice"));
            None
        };
        pairs.into_iter().filter_map(field).collect()
    }
}
