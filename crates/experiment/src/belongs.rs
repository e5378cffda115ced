//! Where a word belongs that stands in another place.

use crate::{
    catalogue::Asked,
    diagnostic::plain,
    form::{Form, forms},
    parts::{defined, values},
    raw::Traders,
    reader::Reader,
    site::{PATHS, Site},
    tokens::{is_mark, tokens},
};
use market::Scope;

/// What a word stands in that does not know it.
#[derive(Clone, Copy)]
pub(crate) enum Within<'f> {
    /// The fields of a form.
    Form(&'f Form),
    /// Rules.
    Site(Site),
    /// The parameters of an answer, or of a part of it.
    Parameters,
}

/// Where a word belongs.
pub(crate) enum Place {
    /// Certainly: it is a question, or around rules.
    Rules(String),
    /// Some other form has a field of its name.
    Elsewhere(String),
    /// It is a word of lending, for which there are others here.
    Loan(String),
}

/// Words of lending, without capitals and blanks.
const LENDING: [&str; 12] = [
    "ltv",
    "lltv",
    "loan",
    "loantovalue",
    "loantovalueratio",
    "borrowed",
    "collateralfactor",
    "liquidationltv",
    "liquidationthreshold",
    "liquidationbonus",
    "closefactor",
    "healthfactor",
];

/// Where an arm has its rules, and the paths under which it patches the rest.
const IN_ARM: &str = "in the arm itself, beside `venues`";

/// What explains how a loan is written.
pub(crate) const OF_A_LOAN: &str = "`delever explain lending` says how a loan is written";

impl Place {
    pub(crate) fn help(self) -> String {
        let (Self::Rules(help) | Self::Elsewhere(help) | Self::Loan(help)) = self;
        help
    }

    pub(crate) fn of_a_loan(self) -> Option<String> {
        if let Self::Loan(help) = self { Some(help) } else { None }
    }
}

impl Reader<'_> {
    /// Where `key: value` belongs; none when nothing is known by that name.
    pub(crate) fn belongs(&self, within: Within<'_>, key: &str, value: &str) -> Option<Place> {
        let own = if let Within::Form(form) = within { form.name } else { "" };
        let homes = forms().filter(|form| form.name != own && form.field(key).is_some());
        let mut homes: Vec<&str> = homes.map(|form| form.name).collect();
        homes.dedup();
        if let Some(asked) = self.catalogue.asked(key)
            && (homes.is_empty() || is_answer(asked, value))
        {
            let place = match within {
                Within::Form(form) if has_rules(form, asked.scope) => "in `rules`",
                Within::Form(_) | Within::Site(_) | Within::Parameters => whereabouts(asked.scope),
            };
            return Some(Place::Rules(format!("`{key}` is a question: write it {place}")));
        }
        if let Within::Site(_) = within
            && key == "rules"
        {
            let help = "answers stand bare here, without `rules: (…)` around them";
            return Some(Place::Rules(help.to_owned()));
        }
        if homes.is_empty() {
            let is_of_loans = LENDING.contains(&plain(key).as_str());
            return is_of_loans.then(|| Place::Loan(OF_A_LOAN.to_owned()));
        }
        let is_arm = matches!(within, Within::Site(site) if site.is_arm());
        if let Some(place) = self.in_arm(key).filter(|_| is_arm) {
            return Some(Place::Elsewhere(format!("write it {place}")));
        }
        let names = homes.iter().map(|home| format!("`{home}`")).collect::<Vec<_>>().join(", ");
        let same = if is_arm { ", the same in every arm" } else { "" };
        Some(Place::Elsewhere(format!("`{key}` is a field of {names}{same}")))
    }

    /// Where an arm patches what is no rule, if it can.
    fn in_arm(&self, key: &str) -> Option<String> {
        if PATHS.contains(&key) {
            return Some(IN_ARM.to_owned());
        }
        let is_of_group = |form: &&Form| Traders::NAMES.contains(&form.name);
        let mut groups = forms().filter(is_of_group);
        match key {
            "instruments" => Some(self.in_venue(key)),
            _ => groups.any(|form| form.field(key).is_some()).then(|| self.in_group(key)),
        }
    }

    /// Where an arm answers a question of this scope that is none of the place where it is written.
    pub(crate) fn answered_in_arm(&self, key: &str, scope: Scope) -> Option<String> {
        match scope {
            Scope::System => Some(IN_ARM.to_owned()),
            Scope::Venue => Some(self.in_venue(key)),
            Scope::Group => Some(self.in_group(key)),
            Scope::Fundamental => {
                let name = self.one_of("fundamentals", key);
                Some(format!("by its name, `fundamentals: {{ {name}: … }}`"))
            },
            Scope::Instrument => None,
        }
    }

    fn in_venue(&self, key: &str) -> String {
        format!("in its venue, `venues: {{ {}: ({key}: …) }}`", self.one_of("venues", key))
    }

    fn in_group(&self, key: &str) -> String {
        format!("in its group, `traders: {{ {}: ({key}: …) }}`", self.one_of("traders", key))
    }

    /// What the experiment calls one of what it defines at a path, in quotes: the first with such a
    /// field, or the first of all.
    fn one_of(&self, path: &str, field: &str) -> &str {
        let defined = || defined(&self.files[0].text, path);
        let fitting = defined().find(|(_, part)| !values(part.value, field).is_empty());
        fitting.or_else(|| defined().next()).map_or("\"…\"", |(name, _)| name)
    }
}

/// Whether what is written is one of the answers to a question.
fn is_answer(asked: &Asked, value: &str) -> bool {
    let word = tokens(value).find(|token| !is_mark(token));
    word.is_some_and(|word| asked.names().any(|name| name == word))
}

/// Whether a form has rules in which a question of this scope is answered.
fn has_rules(form: &Form, scope: Scope) -> bool {
    let site = match form.name {
        "Experiment" => Site::EXPERIMENT,
        "Venue" | "RuleBook" => Site::VENUE,
        "Perpetual" => Site::INSTRUMENT,
        _ => return false,
    };
    site.takes(scope)
}

/// Where a question of this scope is answered.
pub(crate) fn whereabouts(scope: Scope) -> &'static str {
    match scope {
        Scope::Fundamental => "as the value of a fundamental",
        Scope::Group => "in the group among `traders`",
        Scope::Venue => "in the `rules` of the venue",
        Scope::Instrument => "in the `rules` of a venue or an instrument",
        Scope::System => "in `rules` of the experiment",
    }
}
