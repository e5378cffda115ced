//! Accounts and instruments by the labels that logs print, before anything has run.

use crate::{
    Code,
    diagnostic::{meant, nearest},
    kind::Kind,
    people::People,
    reader::Reader,
    world::{Group, Venue, World},
};
use facts::Role;
use market::HOUSE;

/// The account of a venue that is most often spoken of.
const FUND: Role = Role::InsuranceFund;

/// Most accounts that help lists.
const LISTED_MAX: u64 = 20;

/// Most accounts among which help looks for the nearest.
const COMPARED_MAX: usize = 10_000;

impl<'a> Reader<'a> {
    /// Reads the label of an account; gives its venue, too.
    pub(crate) fn labelled_account<'w>(
        &self,
        world: &'w World,
        text: &'a str,
    ) -> Option<(String, &'w Venue)> {
        let label = self.text(text)?;
        let Some((at, local)) = under(&label, world.venues.keys()) else {
            let venue = label.split('/').next().unwrap_or_default();
            let kind = Kind { many: "an account is `venue/group/name`; venues", ..Kind::VENUE };
            self.unknown(text, kind, venue, world.venues.keys());
            return None;
        };
        let venue = &world.venues[at];
        let groups = world.groups.iter().filter(|(_, group)| group.venue == *at);
        let mut heads: Vec<&str> = groups.map(|(name, _)| name.as_str()).collect();
        heads.push(HOUSE);
        let found = heads.iter().find(|head| {
            under(local, [head]).is_some_and(|(_, name)| match world.groups.get(**head) {
                Some(group) => has(group, name),
                None => house(venue).iter().any(|own| own == name),
            })
        });
        if found.is_none() {
            match under(local, &heads) {
                None if heads.contains(&local) => {
                    let message = format!("`{label}` is a group, no account");
                    let group = world.groups.get(local);
                    let help = group.map_or_else(
                        || format!("an account of it is `{label}/{}`", FUND.label()),
                        |group| example_of(&label, group),
                    );
                    self.refuse_helping(Code::UnknownAccount, text, message, help);
                },
                None => {
                    let group = local.split('/').next().unwrap_or_default();
                    let kind = Kind { many: "groups of the venue", ..Kind::GROUP };
                    self.unknown(text, kind, group, heads);
                },
                Some((head, name)) => {
                    let help = world.groups.get(*head).map_or_else(
                        || meant(name, "the venue's own", house(venue)),
                        |group| accounts(group, name),
                    );
                    let message = format!("unknown account `{name}` of `{head}`");
                    self.refuse_helping(Code::UnknownAccount, text, message, help);
                },
            }
            return None;
        }
        Some((label, venue))
    }

    /// Reads the label of an instrument.
    pub(crate) fn labelled_instrument(&self, world: &World, text: &'a str) -> Option<String> {
        let label = self.text(text)?;
        let names = |(venue, it): (&String, &Venue)| {
            it.instruments.keys().map(|name| format!("{venue}/{name}")).collect::<Vec<_>>()
        };
        let names: Vec<String> = world.venues.iter().flat_map(names).collect();
        if names.contains(&label) {
            return Some(label);
        }
        let (venue, name) = label.split_once('/').unwrap_or_default();
        let is_there = self.is_spoilt(Kind::VENUE.one, venue);
        if !is_there && !self.is_spoilt(Kind::INSTRUMENT.one, name) {
            let kind = Kind { many: "instruments", ..Kind::INSTRUMENT };
            self.unknown(text, kind, &label, names);
        }
        None
    }
}

/// The head that a label begins with, and what follows.
fn under<H: AsRef<str>>(label: &str, heads: impl IntoIterator<Item = H>) -> Option<(H, &str)> {
    heads.into_iter().find_map(|head| {
        let local = label.strip_prefix(head.as_ref())?.strip_prefix('/')?;
        Some((head, local))
    })
}

/// Names of a venue's own accounts.
fn house(venue: &Venue) -> Vec<String> {
    let own = [Role::Revenue, FUND, Role::Debt, Role::Settlement, Role::Backstop];
    let of_instrument = [Role::Clearing, Role::Liquidity, Role::Funding];
    let of = |name: &String| of_instrument.map(|role| format!("{name} {}", role.label()));
    let own = own.into_iter().map(|role| role.label().to_owned());
    own.chain(venue.instruments.keys().flat_map(of)).collect()
}

/// Whether a group has an account of this name.
fn has(group: &Group, name: &str) -> bool {
    let numbered = |count: u32| {
        let number = name.parse().ok().filter(|number: &u32| number.to_string() == name);
        number.is_some_and(|number| (1..=count).contains(&number))
    };
    match &group.people {
        People::Drawn(population) => numbered(population.count),
        People::Listed(roster) => roster.has(name),
        People::Rest(_) => numbered(1),
    }
}

/// What one of a group of this label is called, and which others there are.
fn example_of(label: &str, group: &Group) -> String {
    let first = match &group.people {
        People::Listed(roster) => roster.holders().next().map_or("…", |it| it.name),
        People::Drawn(_) | People::Rest(_) => "1",
    };
    format!("an account of it is `{label}/{first}`; {}", accounts(group, ""))
}

/// Which accounts a group has; the nearest name where there are not too many.
fn accounts(group: &Group, name: &str) -> String {
    match &group.people {
        People::Drawn(population) if population.count != 1 => {
            format!("its accounts are 1 to {}", population.count)
        },
        People::Listed(roster) => {
            let (count, mut names) = (roster.len(), roster.holders().map(|it| it.name));
            if count <= LISTED_MAX {
                return meant(name, "its accounts", names);
            }
            let first = names.next().unwrap_or_default();
            match nearest(name, names.take(COMPARED_MAX).chain([first])) {
                Some(near) => format!("did you mean `{near}`? it has {count} accounts"),
                None => format!("it has {count} accounts, the first is `{first}`"),
            }
        },
        People::Drawn(_) | People::Rest(_) => "its only account is 1".to_owned(),
    }
}
