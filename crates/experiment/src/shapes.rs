//! Reads lists, maps and what has fields.

use crate::{
    Code,
    belongs::{Place, Within},
    bracketed,
    diagnostic::{Mistake, NEAR, nearest},
    example::proposal,
    form::{Field, Form, Raw, Written},
    kind::Kind,
    mended,
    noun::Noun,
    parts::{self, Brackets, Part},
    reader::{ANY, Entry, Reader, found},
    tokens::{is_text, tokens},
};
use std::collections::BTreeMap;

/// The field that a loan-to-value becomes.
const LEVERAGE: &str = "leverage";

/// Whether two values begin alike: with a text, with a number, or with the same word.
fn is_alike(one: &str, other: &str) -> bool {
    let sort = |value| match tokens(value).next().unwrap_or_default() {
        token if is_text(token) => "\"",
        token if token.starts_with(|letter: char| letter.is_ascii_digit()) => "0",
        token => token,
    };
    sort(one) == sort(other)
}

/// How a field that is missing is written by who wrote `value` under another name.
fn instead(missing: &Field, value: &str) -> String {
    let Field { name, example, .. } = *missing;
    let owed = mended::leverages(value).filter(|_| name == LEVERAGE);
    let own = owed.or_else(|| is_alike(value, example).then(|| value.to_owned()));
    proposal(name, own.as_deref().unwrap_or(example))
}

impl<'a> Reader<'a> {
    /// Reads a list.
    pub(crate) fn list(&self, text: &'a str) -> Vec<&'a str> {
        let Some(found) = self.brackets(text, ("[", ""), "a list `[…]`") else {
            return Vec::new();
        };
        for key in found.parts.iter().filter_map(|part| part.key) {
            self.refuse(Code::StrayToken, key, format!("the parts of a list have no names: {key}"));
        }
        found.parts.into_iter().map(|part| part.value).collect()
    }

    /// Reads a map; `what` its names are.
    pub(crate) fn entries(&self, text: &'a str, what: &'static str) -> Vec<Entry<'a>> {
        let mut seen = BTreeMap::new();
        let Some(found) = self.brackets(text, ("{", ""), "a map `{…}`") else {
            self.spoil(what, ANY);
            return Vec::new();
        };
        let entry = |(key, value): (&'a str, &'a str)| {
            let Some(name) = self.name(key) else {
                self.spoil(what, ANY);
                return None;
            };
            match seen.insert(name.clone(), key) {
                None => Some(Entry { name, key, value }),
                Some(first) => {
                    self.twice(key, format!("the {what} `{name}` is defined twice"), first);
                    None
                },
            }
        };
        self.keyed(found.parts).into_iter().filter_map(entry).collect()
    }

    /// Reads the answers to questions, and whatever else may stand among them.
    pub(crate) fn fields(&self, text: &'a str) -> Vec<(&'a str, &'a str)> {
        let found = self.brackets(text, ("(", ""), "`(…)` without a name");
        let parts = found.as_ref().map(|it| it.parts.len());
        let keyed = self.keyed(found.map(|it| it.parts).unwrap_or_default());
        if parts != Some(keyed.len()) {
            self.spoil(Kind::QUESTION.one, ANY);
        }
        self.once(keyed, |key| format!("`{key}` is answered twice"))
    }

    /// Reads `(field: …)`: what is written instead of fields.
    pub(crate) fn patch(&self, text: &'a str) -> Vec<(&'a str, &'a str)> {
        let found = self.brackets(text, ("(", ""), "`(…)` without a name");
        let keyed = self.keyed(found.map(|it| it.parts).unwrap_or_default());
        self.once(keyed, |key| format!("`{key}` is given twice"))
    }

    /// Reads `Name(field: …)`, as far as its fields are there.
    pub(crate) fn parts<T: Written<'a>>(&self, text: &'a str) -> Option<T> {
        let form = T::FORM;
        let whole = form.name;
        let parts = self.brackets(text, ("(", whole), &format!("`{whole}(…)`"))?.parts;
        let is_unnamed = parts.iter().any(|part| part.key.is_none());
        let fields = self.once(self.keyed(parts), |key| format!("`{key}` is given twice"));
        let needed = form.fields.iter().filter(|field| !field.is_optional && !is_unnamed);
        let is_written = |name: &str| fields.iter().any(|(key, _)| *key == name);
        let mut missing: Vec<&Field> = needed.filter(|field| !is_written(field.name)).collect();
        let meant = self.foreign(&form, &fields, &missing);
        missing.retain(|field| !meant.contains(&field.name));
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(|field| field.name).collect();
            let Mistake { code, message, .. } = Noun::Field.missing(whole, &names, &[]);
            let lines = missing.iter().map(|field| format!("`{}: {}`", field.name, field.example));
            let help = format!("add {}", lines.collect::<Vec<_>>().join(", "));
            self.refuse_helping(code, text, message, help);
        }
        let value =
            |name: &str| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| Raw(value));
        Some(T::of(value, Raw(&text[..0])))
    }

    /// Reads `(field: …)` as what is written instead of the fields of `base`.
    pub(crate) fn patched<T: Written<'a>>(
        &self,
        base: &[(&'a str, &'a str)],
        patch: &[(&'a str, &'a str)],
    ) -> Option<T> {
        self.foreign(&T::FORM, patch, &[]);
        let fields = || patch.iter().chain(base);
        let value =
            |name: &str| fields().find(|(key, _)| *key == name).map(|(_, value)| Raw(value));
        let (_, first) = fields().next()?;
        Some(T::of(value, Raw(&first[..0])))
    }

    /// Refuses what is no field of a form; gives the fields that were probably meant. One unknown
    /// field and one that is missing are taken for one mistake.
    fn foreign(
        &self,
        form: &Form,
        fields: &[(&'a str, &'a str)],
        missing: &[&Field],
    ) -> Vec<&'static str> {
        let mut probable = Vec::new();
        let unknown: Vec<_> = fields.iter().filter(|(key, _)| form.field(key).is_none()).collect();
        for &&(key, value) in &unknown {
            let mut message = format!("unknown field `{key}` of `{}`", form.name);
            let is_free = |name: &&str| fields.iter().all(|(written, _)| written != name);
            let near = nearest(key, form.names().filter(is_free));
            let elsewhere = self.belongs(Within::Form(form), key, value);
            let near_to = near.map(|near| format!("{NEAR}`{near}`? ")).unwrap_or_default();
            let names: Vec<&str> = form.names().collect();
            let list = format!("{near_to}fields: {}", names.join(", "));
            let help = match (elsewhere, near, missing) {
                (Some(Place::Rules(help)), ..) => help,
                (elsewhere, None, [only]) if unknown.len() == 1 => {
                    message = format!("{message}, whose `{}` is missing", only.name);
                    probable.push(only.name);
                    let loan = elsewhere.and_then(Place::of_a_loan);
                    let write = instead(only, value);
                    let loan = loan.map(|loan| format!("{loan}; ")).unwrap_or_default();
                    format!("{loan}write {write} instead; {list}")
                },
                (Some(place), None, _) => format!("{}; {list}", place.help()),
                _ => list,
            };
            self.refuse_helping(Code::UnknownField, key, message, help);
            self.spoil(Kind::QUESTION.one, key);
            probable.extend(near);
        }
        probable
    }

    /// Cuts what has this bracket and this name, or none, into its parts.
    fn brackets(
        &self,
        text: &'a str,
        (open, name): (&str, &str),
        expected: &str,
    ) -> Option<Brackets<'a>> {
        if text.is_empty() {
            return None;
        }
        let read = parts::brackets(text);
        let read = read.filter(|it| it.open == open && ["", name].contains(&it.name));
        if read.is_none() {
            let message = format!("expected {expected}, found {}", found(text));
            let help = match name {
                "Experiment" if text.starts_with("RuleBook") => {
                    Some("a rule-book is not run: a venue includes it".to_owned())
                },
                "" => bracketed::form(self.catalogue, open, text),
                name => Some(format!("`delever explain {name}` says how it is written")),
            };
            self.refuse_helping(Code::WrongType, text, message, help);
        }
        read
    }

    /// Parts that have names.
    fn keyed(&self, parts: Vec<Part<'a>>) -> Vec<(&'a str, &'a str)> {
        let keyed = |part: Part<'a>| {
            if part.key.is_none() {
                let value = found(part.value);
                let message = format!("{value} stands here without a name or without a value");
                let is_word = |name: &str| name.chars().all(|it| it.is_alphanumeric() || it == '_');
                let equals = part.value.split_once('=').filter(|(name, _)| is_word(name));
                let field = equals
                    .map(|(name, value)| format!("{name}: {value}"))
                    .or_else(|| bracketed::field(self.catalogue, &part));
                let help = field.map_or_else(
                    || "every part is written `name: value`".to_owned(),
                    |field| format!("write `{field}`"),
                );
                self.refuse_helping(Code::MissingValue, part.value, message, help);
            }
            part.key.map(|key| (key, part.value))
        };
        parts.into_iter().filter_map(keyed).collect()
    }

    /// Parts whose names are not taken by an earlier one.
    fn once(
        &self,
        parts: Vec<(&'a str, &'a str)>,
        message: impl Fn(&str) -> String,
    ) -> Vec<(&'a str, &'a str)> {
        let mut seen = BTreeMap::new();
        let once = |&(key, _): &(&'a str, &'a str)| match seen.insert(key, key) {
            None => true,
            Some(first) => {
                self.twice(key, message(key), first);
                false
            },
        };
        parts.into_iter().filter(once).collect()
    }

    /// Refuses what was said before.
    pub(crate) fn twice(&self, text: &str, message: String, first: &str) {
        let help = match self.line(first) {
            line if line == self.line(text) => "it is there earlier in this line".to_owned(),
            line => format!("it is there in line {line}"),
        };
        let help = format!("{help}: keep one");
        self.refuse_helping(Code::DuplicateKey, text, message, help);
    }
}
