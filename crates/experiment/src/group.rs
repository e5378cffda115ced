//! Groups of accounts: as they are written, or as an arm patches them.

use crate::{
    Code,
    diagnostic::meant,
    form::Raw,
    kind::Kind,
    normal::Node,
    parts::{Part, brackets},
    people::People,
    raw,
    reader::{Reader, found},
    source::text_from,
    tokens::tokens,
    world::{Group, Venue, World},
};
use market::{Behaviour, HOUSE};

/// Fields of `Accounts` that say who they are: what a patch writes of them replaces them all.
const WHO: [&str; 3] = ["accounts", "file", "digest"];

/// A group of the base that an arm changes.
#[derive(Clone, Copy)]
pub(crate) struct Base<'g> {
    pub(crate) name: &'g str,
    pub(crate) group: &'g Group,
}

/// A group as far as it is cut into its fields.
struct Draft<'a> {
    raw: raw::Traders<'a>,
    node: Node,
    /// Who is in it, where that is as in the base.
    people: Option<People>,
}

/// What all groups write.
struct Common<'a> {
    name: Option<Raw<'a>>,
    on: Raw<'a>,
    behaviour: Raw<'a>,
}

/// Who is in a group, and the parts of it that are not normalised as they are written.
type Members = (People, Vec<(&'static str, Node)>);

impl<'a> Reader<'a> {
    /// Reads a group. In an arm it has a base: its name is the key it stands under, and `(field: …)`
    /// is what it changes of it.
    pub(crate) fn group(
        &self,
        world: &World,
        text: &'a str,
        base: Option<Base<'_>>,
    ) -> Option<(String, Group)> {
        let patched = base.filter(|_| text.starts_with('('));
        let draft = match patched {
            Some(base) => self.patched_group(base.group, text)?,
            None => self.whole_group(text, base)?,
        };
        let common = draft.raw.common();
        let name = self.group_name(text, common.name, base.map(|base| base.name));
        let behaviour = self.answer_to::<Behaviour>(common.behaviour.text());
        let written = self.text(common.on.text())?;
        let (venue_name, venue) =
            self.defined(&world.venues, (common.on.text(), &written), Kind::VENUE)?;
        let is_as_before = draft.people.is_some();
        let members = match draft.people {
            Some(people) => Some((people, Vec::new())),
            None => self.members((venue_name, venue), text, &draft.raw),
        };
        let (name, behaviour, (people, parts)) = (name?, behaviour?, members?);
        let node = parts.into_iter().fold(draft.node, Node::with);
        let node = node.with_first("name", Node::text(&name));
        let (spot, whole) = match patched {
            Some(base) if is_as_before => (base.group.spot, base.group.whole),
            Some(base) => (self.spot(text), base.group.whole),
            None => (self.spot(common.name.map_or(text, Raw::text)), self.spot(text)),
        };
        Some((name, Group { venue: venue_name.clone(), behaviour, people, node, whole, spot }))
    }

    fn members(
        &self,
        (venue_name, venue): (&str, &Venue),
        text: &'a str,
        raw: &raw::Traders<'a>,
    ) -> Option<Members> {
        let people = match raw {
            raw::Traders::Population(it) => {
                self.population(venue, it).map(|drawn| People::Drawn(Box::new(drawn)))
            },
            raw::Traders::Accounts(it) => {
                let (roster, parts) = self.listing((venue_name, venue), text, it)?;
                return Some((People::Listed(roster), parts));
            },
            raw::Traders::Rest(it) => self.money(venue, it.collateral.text()).map(People::Rest),
        };
        Some((people?, Vec::new()))
    }

    fn whole_group(&self, text: &'a str, base: Option<Base<'_>>) -> Option<Draft<'a>> {
        let raw = match tokens(text).next()? {
            "Population" => self.parts(text).map(raw::Traders::Population),
            "Accounts" => self.parts(text).map(raw::Traders::Accounts),
            "Rest" => self.parts(text).map(raw::Traders::Rest),
            kind => {
                let message = format!("expected a group of traders, found {}", found(text));
                let mut help = meant(kind, "groups are", raw::Traders::NAMES);
                if base.is_some() {
                    help += "; or `(behaviour: …)`, the fields that differ";
                }
                self.refuse_helping(Code::UnknownChoice, text, message, help);
                None
            },
        };
        Some(Draft { raw: raw?, node: Node::parse(text), people: None })
    }

    /// The group of the base with what is written instead of some of its fields.
    fn patched_group(&self, base: &Group, text: &'a str) -> Option<Draft<'a>> {
        let patch = self.patch(text);
        let writes = |names: &[&str]| patch.iter().any(|(key, _)| names.contains(key));
        let replaced: &[&str] = if writes(&WHO[..2]) { &WHO } else { &[] };
        let whole = brackets(text_from(self.files, base.whole))?;
        let keyed = |part: Part<'a>| part.key.map(|key| (key, part.value));
        let kept = whole.parts.into_iter().filter_map(keyed);
        let kept: Vec<_> = kept.filter(|(key, _)| !replaced.contains(key)).collect();
        let raw = match whole.name {
            "Population" => self.patched(&kept, &patch).map(raw::Traders::Population),
            "Accounts" => self.patched(&kept, &patch).map(raw::Traders::Accounts),
            _ => self.patched(&kept, &patch).map(raw::Traders::Rest),
        };
        let node = replaced.iter().fold(base.node.clone(), |node, key| node.without(key));
        let node =
            patch.iter().fold(node, |node, (key, value)| node.with((key, Node::parse(value))));
        let is_as_before = patch.iter().all(|(key, _)| ["name", "behaviour"].contains(key));
        Some(Draft { raw: raw?, node, people: is_as_before.then(|| base.people.clone()) })
    }

    fn group_name(
        &self,
        text: &'a str,
        written: Option<Raw<'a>>,
        patched: Option<&str>,
    ) -> Option<String> {
        match (written, patched) {
            (None, None) => {
                let whole = brackets(text)?;
                if whole.parts.iter().any(|part| part.key.is_none()) {
                    return None; // that may be the name, and was refused already
                }
                let message = format!("the field `name` of `{}` is missing", whole.name);
                let help = "accounts are named by their group: `name: \"makers\"`".to_owned();
                self.refuse_helping(Code::MissingField, text, message, help);
                None
            },
            (None, Some(key)) => Some(key.to_owned()),
            (Some(name), None) => self.name(name.text()).filter(|it| self.is_free(name.text(), it)),
            (Some(name), Some(key)) => {
                let same = self.name(name.text())? == key;
                if !same {
                    let message = format!("the group is called `{key}` in the base");
                    let help = "leave the name out, or write the same".to_owned();
                    self.refuse_helping(Code::UnknownGroup, name.text(), message, help);
                }
                same.then(|| key.to_owned())
            },
        }
    }

    fn is_free(&self, text: &'a str, name: &str) -> bool {
        let is_free = name != HOUSE;
        if !is_free {
            let message = format!("`{HOUSE}` is the group of the venues' own accounts");
            self.refuse_helping(Code::InvalidName, text, message, "choose another".to_owned());
        }
        is_free
    }
}

impl<'a> raw::Traders<'a> {
    fn common(&self) -> Common<'a> {
        match self {
            Self::Population(it) => Common { name: it.name, on: it.on, behaviour: it.behaviour },
            Self::Accounts(it) => Common { name: it.name, on: it.on, behaviour: it.behaviour },
            Self::Rest(it) => Common { name: it.name, on: it.on, behaviour: it.behaviour },
        }
    }
}
