//! What two worlds do not have in common before time starts.

use super::Compared;
use crate::{Log, Names};
use facts::{AccountId, Fact, RuleInstalled, VenueId};
use std::collections::BTreeMap;
use units::Money;

/// Whether both worlds are the same but for their rules, so that ids mean the same in both.
pub(super) fn is_same(logs: [&Log; 2]) -> bool {
    let [one, other] =
        logs.map(|log| log.genesis.iter().filter(|fact| !matches!(fact, Fact::RuleInstalled(_))));
    one.eq(other)
}

/// Lines of rules and listed things that only one world has.
pub(super) fn declared(logs: [&Log; 2], names: &[Names; 2]) -> Vec<(usize, String)> {
    let lines = [0, 1].map(|side: usize| -> Vec<String> {
        logs[side].genesis.iter().filter_map(|fact| line(&names[side], fact)).collect()
    });
    let mut only = Vec::new();
    for side in [0, 1] {
        let mut others: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &lines[1 - side] {
            *others.entry(line).or_default() += 1;
        }
        for line in &lines[side] {
            match others.get_mut(line.as_str()) {
                Some(left) if *left > 0 => *left -= 1,
                _ => only.push((side, line.clone())),
            }
        }
    }
    only
}

/// A rule as an experiment writes it behind its place, or a listed thing; none for people.
fn line(names: &Names, fact: &Fact) -> Option<String> {
    if let Fact::RuleInstalled(rule) = fact {
        let RuleInstalled { question, answer, venue, instrument, parameters } = rule;
        let place = instrument.map(|instrument| names.instrument_label(instrument));
        let place = place.or_else(|| venue.map(|venue| names.venue_label(venue)));
        let place = place.map(|place| format!("{place} ")).unwrap_or_default();
        return Some(format!("{place}{question}: {answer}{parameters}"));
    }
    let is_people = matches!(
        fact,
        Fact::GroupListed(_) | Fact::AccountOpened(_) | Fact::Deposited(_) | Fact::LegOpened(_)
    );
    (!is_people).then(|| names.tell(fact))
}

/// What a group holds, and every fact that says so.
#[derive(Default, PartialEq, Eq)]
struct Group {
    accounts: usize,
    legs: usize,
    money: BTreeMap<VenueId, Money>,
    facts: Vec<String>,
}

/// Groups that are not the same in both worlds.
pub(super) fn groups(logs: [&Log; 2], names: &[Names; 2]) -> Vec<Compared> {
    let groups = [0, 1].map(|side: usize| people(logs[side], &names[side]));
    let of_other = groups[1].keys().filter(|name| !groups[0].contains_key(*name));
    let all = groups[0].keys().chain(of_other);
    let differing = all.filter(|name| groups[0].get(*name) != groups[1].get(*name));
    let compared = differing.map(|name| {
        let of = |side: usize| groups[side].get(name).map(|group| group.told(&names[side]));
        let mut values = [of(0), of(1)];
        if values[0] == values[1] {
            values[1] = Some("as many and as much; one by one they are others".to_owned());
        }
        Compared { name: name.clone(), values }
    });
    compared.collect()
}

fn people(log: &Log, names: &Names) -> BTreeMap<String, Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for fact in &log.genesis {
        let Some(account) = account_of(fact) else { continue };
        let Some(opened) = names.opened(account) else { continue };
        let venue = opened.venue;
        let label = names.group_label(opened.group);
        let label = venue.map_or(label.clone(), |venue| names.under(venue, &label));
        let group = groups.entry(label).or_default();
        group.facts.push(names.tell(fact));
        if let Fact::Deposited(deposited) = fact {
            if let Some(venue) = venue {
                *group.money.entry(venue).or_default() += deposited.amount;
            }
        } else if matches!(fact, Fact::LegOpened(_)) {
            group.legs += 1;
        } else {
            group.accounts += 1;
        }
    }
    groups
}

/// Whom a fact of genesis is about; none where it is about no account.
fn account_of(fact: &Fact) -> Option<AccountId> {
    if let Fact::AccountOpened(opened) = fact {
        Some(opened.account)
    } else if let Fact::Deposited(deposited) = fact {
        Some(deposited.purse.account)
    } else if let Fact::LegOpened(opened) = fact {
        Some(opened.purse.account)
    } else {
        None
    }
}

impl Group {
    fn told(&self, names: &Names) -> String {
        let plural = |number: usize, one: &str| match number {
            1 => format!("1 {one}"),
            number => format!("{number} {one}s"),
        };
        let mut parts = vec![plural(self.accounts, "account")];
        parts.extend(self.money.iter().map(|(venue, money)| names.money(*venue, *money)));
        parts.push(plural(self.legs, "leg"));
        parts.join(", ")
    }
}
