//! Reads pieces of files and collects everything that is wrong with them.

use crate::{
    Catalogue, Diagnostic, Severity,
    diagnostic::meant,
    explain_ron::explain,
    raw::{Entries, Fields, Raw, options},
    source::{File, Spot, file_of, is_deceptive, remark, spot},
};
use ron::error::SpannedError;
use serde::Deserialize;
use std::{cell::RefCell, collections::BTreeSet};

/// Most mistakes that are told.
const REMARKS_MAX: usize = 1_000;

/// Stands for any name that could have been read.
pub(crate) const ANY: &str = "";

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
    pub(crate) catalogue: &'a Catalogue,
    found: RefCell<Vec<Diagnostic>>,
    /// What is defined, but so that it could not be read: (kind, name).
    spoilt: RefCell<BTreeSet<(&'static str, String)>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(files: &'a [File], catalogue: &'a Catalogue) -> Self {
        Self { files, catalogue, found: RefCell::default(), spoilt: RefCell::default() }
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
        if self.found.borrow().len() >= REMARKS_MAX {
            return;
        }
        let remark = remark(self.files, self.spot(text), Severity::Error);
        self.found.borrow_mut().push(remark.says(message).helps(help));
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
