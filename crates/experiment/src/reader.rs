//! Reads pieces of files and collects everything that is wrong with them.

use crate::{
    Catalogue, Code, Diagnostic,
    belongs::{Place, Within},
    diagnostic::{Mistake, NEAR, meant, nearest},
    faults::faults,
    kind::Kind,
    noun::{Known, Noun},
    parts::defined,
    raw::options,
    roster::Roster,
    source::{File, Spot, file_of, is_deceptive, line, remark, spot},
    table::Table,
    tokens::{is_text, tokens},
};
use ron::error::SpannedError;
use serde::de::DeserializeOwned;
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

/// Reads slices of files. What cannot be read is nothing, and is remembered as a mistake; an empty
/// slice stands for what is missing, which is remembered already.
pub(crate) struct Reader<'a> {
    pub(crate) files: &'a [File],
    pub(crate) tables: &'a [Table],
    pub(crate) catalogue: &'a Catalogue,
    found: RefCell<Vec<Diagnostic>>,
    /// What is defined, but so that it could not be read: (kind, name).
    spoilt: RefCell<BTreeSet<(&'static str, String)>>,
    /// Groups that could not be read.
    pub(crate) unread: RefCell<Vec<Unread>>,
    /// Who is in each table that was read; none where it was refused.
    rosters: RefCell<Rosters>,
}

/// A group that could not be read, as far as it says who it is.
pub(crate) struct Unread {
    /// `Population`, `Accounts`, `Rest`, or something else.
    pub(crate) kind: String,
    /// Its venue; none where that is not known.
    pub(crate) on: Option<String>,
    pub(crate) spot: Spot,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(files: &'a [File], tables: &'a [Table], catalogue: &'a Catalogue) -> Self {
        Self {
            files,
            tables,
            catalogue,
            found: RefCell::default(),
            spoilt: RefCell::default(),
            unread: RefCell::default(),
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

    /// The line that a piece begins in.
    pub(crate) fn line(&self, text: &str) -> usize {
        line(self.files, self.spot(text))
    }

    pub(crate) fn refuse(&self, code: Code, text: &str, message: impl Into<String>) {
        self.refuse_helping(code, text, message, None);
    }

    pub(crate) fn refuse_helping(
        &self,
        code: Code,
        text: &str,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        if self.is_full() {
            return;
        }
        self.tell(remark(self.files, self.spot(text), code).says(message).helps(help));
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

    /// How many mistakes are told.
    pub(crate) fn remarks(&self) -> usize {
        self.found.borrow().len()
    }

    /// Says in which arm it is so, of what was told since then and stands outside of it: the fields
    /// of a group that the arm patches.
    pub(crate) fn name_arm(&self, since: usize, arm: &Entry<'a>) {
        let place = |text: &str| remark(self.files, self.spot(text), Code::Unmet).place();
        let last = arm.value.char_indices().next_back().map_or(0, |(last, _)| last);
        let inside = place(arm.value)..=place(&arm.value[last..]);
        for told in self.found.borrow_mut().iter_mut().skip(since) {
            if !inside.contains(&told.place()) {
                told.message = format!("{} (arm `{}`)", told.message, arm.name);
            }
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

    /// Remembers that a definition is there, so that its name is not called unknown and what depends
    /// on it is not called missing.
    pub(crate) fn spoil(&self, kind: &'static str, name: &str) {
        self.spoilt.borrow_mut().insert((kind, name.to_owned()));
    }

    /// Whether a definition of this name may be there, but could not be read.
    pub(crate) fn is_spoilt(&self, kind: &'static str, name: &str) -> bool {
        let spoilt = self.spoilt.borrow();
        [name, ANY].iter().any(|&name| spoilt.contains(&(kind, name.to_owned())))
    }

    /// Whether any definition of this kind could not be read.
    pub(crate) fn is_any_spoilt(&self, kind: &'static str) -> bool {
        self.spoilt.borrow().iter().any(|(spoilt, _)| *spoilt == kind)
    }

    /// Refuses a name that is not among `names`, unless its definition was refused already. Gives the
    /// name that seems to be meant: reading goes on with it, so that what else is wrong is told, too.
    pub(crate) fn unknown(
        &self,
        text: &str,
        kind: Kind,
        found: &str,
        names: impl IntoIterator<Item: AsRef<str>>,
    ) -> Option<String> {
        if self.is_spoilt(kind.one, found) {
            return None;
        }
        let mut names: Vec<String> = names.into_iter().map(|it| it.as_ref().to_owned()).collect();
        names.extend(self.spoilt_names(kind.one));
        let message = format!("unknown {} `{found}`", kind.one);
        self.refuse_helping(kind.unknown, text, message, meant(found, kind.many, &names));
        nearest(found, names.iter().map(String::as_str)).map(str::to_owned)
    }

    /// Names of this kind whose definitions could not be read.
    pub(crate) fn spoilt_names(&self, kind: &'static str) -> Vec<String> {
        let spoilt = self.spoilt.borrow();
        let of_kind = spoilt.iter().filter(|(its_kind, name)| *its_kind == kind && name != ANY);
        of_kind.map(|(_, name)| name.clone()).collect()
    }

    /// The definition of a name that stands at `text`, or of the one that seems to be meant.
    pub(crate) fn defined<'d, T>(
        &self,
        definitions: &'d BTreeMap<String, T>,
        (text, name): (&str, &str),
        kind: Kind,
    ) -> Option<(&'d String, &'d T)> {
        definitions.get_key_value(name).or_else(|| {
            let meant = self.unknown(text, kind, name, definitions.keys())?;
            definitions.get_key_value(&meant)
        })
    }

    /// Reads a piece as what is expected there.
    pub(crate) fn read<T: DeserializeOwned>(&self, text: &'a str) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let read = |text: &str| options().from_str::<T>(text);
        self.understood(read(text), text, Noun::Field, |text| read(text).err())
    }

    /// What was read from `text`, if it could be; `again` says what is wrong with a text.
    pub(crate) fn understood<T>(
        &self,
        read: Result<T, SpannedError>,
        text: &str,
        noun: Noun,
        again: impl Fn(&str) -> Option<SpannedError>,
    ) -> Option<T> {
        if read.is_err() && !self.is_full() {
            let known = Known { noun, asset: self.asset() };
            for Mistake { code, offset, message, help } in faults(text, known, again) {
                let place = text.get(offset..).filter(|place| !place.is_empty()).unwrap_or(text);
                let help = if code == noun.unknown() { self.placed(place, help) } else { help };
                self.refuse_helping(code, place, message, help);
            }
        }
        read.ok()
    }

    /// The first asset of the experiment: most have one. Empty where there is none.
    pub(crate) fn asset(&self) -> &str {
        let mut assets = defined(&self.files[0].text, "assets");
        assets.next().map_or("", |(name, _)| name.trim_matches('"'))
    }

    /// Help for an unknown part that says where it belongs, when none here is near.
    fn placed(&self, part: &str, help: Option<String>) -> Option<String> {
        let mut tokens = tokens(part);
        let key = tokens.next()?;
        let value = tokens.nth(1).unwrap_or_default();
        let is_near = help.as_ref().is_some_and(|help| help.starts_with(NEAR));
        match self.belongs(Within::Parameters, key, value).filter(|_| !is_near) {
            Some(Place::Rules(place)) => Some(place),
            Some(Place::Elsewhere(place) | Place::Loan(place)) => {
                Some(format!("{place}; {}", help?))
            },
            None => help,
        }
    }

    /// Reads a text in quotes.
    pub(crate) fn text(&self, text: &'a str) -> Option<String> {
        let token = tokens(text).next()?;
        if token.starts_with('\'') {
            let help = format!("write \"{}\"", token.trim_matches('\''));
            let message = format!("a text has double quotes, found {token}");
            self.refuse_helping(Code::MissingQuotes, text, message, help);
            return None;
        }
        self.read(text)
    }

    /// Reads a whole number, zero to `most`.
    pub(crate) fn number<T: TryFrom<u64> + Into<u64>>(&self, text: &'a str, most: T) -> Option<T> {
        let most: u64 = most.into();
        let token = tokens(text).next()?;
        let digits = token.replace('_', "");
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let (code, message) = match (digits.parse::<u64>(), digits.strip_prefix('-')) {
            _ if text != token => (Code::WrongType, no_number(text)),
            (Ok(number), _) if number <= most => return T::try_from(number).ok(),
            (Ok(_), _) => (Code::OutOfRange, format!("`{token}` is above {}", grouped(most))),
            (Err(_), Some(rest)) if is_digits(rest) => {
                (Code::OutOfRange, format!("`{token}` is below zero"))
            },
            (Err(_), None) if is_digits(&digits) => {
                (Code::Overflow, format!("`{token}` is too large"))
            },
            _ => (Code::WrongType, no_number(text)),
        };
        let plain = token.trim_matches('"');
        let help = if is_text(token) && is_digits(plain) {
            format!("write {plain}, without quotes")
        } else {
            format!("write a whole number from 0 to {}", grouped(most))
        };
        self.refuse_helping(code, text, message, help);
        None
    }

    /// Reads a name: not empty, and as it looks.
    pub(crate) fn name(&self, text: &'a str) -> Option<String> {
        let name = self.text(text)?;
        let odd = if name.is_empty() {
            "this name is empty"
        } else if name.trim() != name {
            "this name has blanks around it"
        } else if name.chars().any(|c| c.is_control() || is_deceptive(c)) {
            "this name has something invisible in it"
        } else {
            return Some(name);
        };
        self.refuse(Code::InvalidName, text, odd);
        None
    }
}

fn no_number(text: &str) -> String {
    format!("expected a whole number, found {}", found(text))
}

/// What stands somewhere, briefly.
pub(crate) fn found(text: &str) -> String {
    let mut tokens = tokens(text);
    let (first, second) = (tokens.next(), tokens.next());
    match (first, second) {
        (None, _) => "nothing".to_owned(),
        (Some("("), _) => "`(…)`".to_owned(),
        (Some("["), _) => "a list `[…]`".to_owned(),
        (Some("{"), _) => "a map `{…}`".to_owned(),
        (Some(name), Some("(")) => format!("`{name}(…)`"),
        (Some(token), _) => format!("`{token}`"),
    }
}

/// A number as it is written in an experiment.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let places = (1..=digits.len()).rev();
    let mut text = String::new();
    for (digit, place) in digits.chars().zip(places) {
        text.push(digit);
        text.extend((place > 1 && place % 3 == 1).then_some('_'));
    }
    text
}
