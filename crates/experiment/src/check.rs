//! What must hold in every market that an experiment describes.

use crate::{
    Diagnostic, Severity,
    balance::net,
    people::People,
    population::Opening,
    roster::Holder,
    source::{File, Spot, remark},
    world::{Group, Instrument, Venue, World},
};
use market::{FUNDAMENTAL_DECIMALS, Liquidation, Liquidity, Margin, MarkPrice, Oracle, Question};
use std::{collections::BTreeMap, sync::Arc};
use units::{Decimal, PRICE_MAX, Price};

/// Most accounts of one market.
const ACCOUNTS_MAX: u64 = 20_000_000;

/// Most accounts and legs of all arms together.
const ENTITIES_MAX: u64 = 10_000_000_000;

/// What every venue that lists an instrument answers.
const MANDATORY: [&str; 5] =
    [Oracle::NAME, MarkPrice::NAME, Liquidity::NAME, Margin::NAME, Liquidation::NAME];

/// Everything that is wrong or odd with one market.
pub(crate) fn check(files: &[File], world: &World) -> Vec<Diagnostic> {
    let mut checking = Checking { files, remarks: Vec::new() };
    for (name, venue) in &world.venues {
        checking.answers(name, venue);
        let openings = checking.openings(world, venue);
        let groups = || world.groups.iter().filter(|(_, group)| group.venue == *name);
        checking.balance(name, venue, &groups().collect::<Vec<_>>());
        for (name, group) in groups() {
            checking.equity(name, group, &openings);
        }
    }
    checking.accounts(world);
    checking.remarks
}

/// Refuses an experiment whose arms are too large together.
pub(crate) fn check_size(files: &[File], arms: &[(String, World)]) -> Option<Diagnostic> {
    let groups = arms.iter().flat_map(|(_, world)| world.groups.values());
    let entities = groups.map(|group| match &group.people {
        People::Drawn(it) => u64::from(it.count).checked_mul(1 + u64::from(it.legs.most)),
        People::Listed(roster) => Some(roster.len()),
        People::Rest(_) => Some(1),
    });
    let sum = entities.reduce(|sum, next| sum?.checked_add(next?)).flatten();
    let spot = arms.first().map(|(_, world)| world.spot)?;
    let fits = sum.is_some_and(|sum| sum <= ENTITIES_MAX)
        || arms.iter().all(|(_, it)| it.groups.is_empty());
    let message = format!("the arms hold more than {ENTITIES_MAX} accounts and legs together");
    (!fits).then(|| remark(files, spot, Severity::Error).says(message))
}

/// What an instrument is worth when time starts.
pub(crate) fn opening(world: &World, instrument: &Instrument) -> Result<Opening, String> {
    let index = &instrument.index;
    let price = world.fundamentals.get(index).and_then(|answer| answer.rule.opening_price());
    let price = price.ok_or_else(|| format!("`{index}` has no price when time starts"))?;
    let finer = u32::from(FUNDAMENTAL_DECIMALS.abs_diff(instrument.price_decimals));
    let scale = 10_i128.pow(finer);
    let rounded = (i128::from(price.0) + scale / 2).div_euclid(scale);
    match i64::try_from(rounded) {
        Ok(units) if (1..=PRICE_MAX / 2).contains(&units) => {
            Ok(Opening { price: Price(units), unit_value: instrument.unit_value })
        },
        _ => {
            let price = Decimal::new(i128::from(price.0), FUNDAMENTAL_DECIMALS);
            Err(format!(
                "{price}, the opening price of `{index}`, is not within the limits of the price unit"
            ))
        },
    }
}

struct Checking<'a> {
    files: &'a [File],
    remarks: Vec<Diagnostic>,
}

impl Checking<'_> {
    fn says(&mut self, severity: Severity, spot: Spot, message: String, help: Option<String>) {
        self.remarks.push(remark(self.files, spot, severity).says(message).helps(help));
    }

    fn answers(&mut self, name: &str, venue: &Venue) {
        for question in MANDATORY {
            let lacks = |it: &&Instrument| {
                !it.rules.contains_key(question) && !venue.rules.contains_key(question)
            };
            let lacking: Vec<_> = venue.instruments.values().filter(lacks).collect();
            let help = Some(format!("add `{question}: Answer(…)` to its rules"));
            if !lacking.is_empty() && lacking.len() == venue.instruments.len() {
                let message = format!("the venue `{name}` does not answer `{question}`");
                self.says(Severity::Error, venue.spot, message, help);
                continue;
            }
            for it in lacking {
                let message = format!("nothing answers `{question}` for this instrument");
                self.says(Severity::Error, it.spot, message, help.clone());
            }
        }
    }

    fn openings<'w>(&mut self, world: &World, venue: &'w Venue) -> BTreeMap<&'w str, Opening> {
        let mut openings = BTreeMap::new();
        for (name, instrument) in &venue.instruments {
            match opening(world, instrument) {
                Ok(opening) => {
                    openings.insert(name.as_str(), opening);
                },
                Err(message) => self.says(Severity::Error, instrument.spot, message, None),
            }
        }
        openings
    }

    /// Longs equal shorts, by somebody who takes the rest where they do not by themselves.
    fn balance(&mut self, name: &str, venue: &Venue, groups: &[(&String, &Arc<Group>)]) {
        let is_rest = |group: &Group| matches!(group.people, People::Rest(_));
        let mut rests = groups.iter().filter(|(_, group)| is_rest(group));
        if let Some((first, _)) = rests.next() {
            for (_, group) in rests {
                let message = format!("`{first}` takes the rest on `{name}` already");
                self.says(Severity::Error, group.spot, message, None);
            }
            return;
        }
        let help = Some(format!("add `Rest(name: …, on: \"{name}\", …)`, who takes what is left"));
        let drawn = groups.iter().find(|(_, group)| matches!(group.people, People::Drawn(_)));
        if let Some((_, group)) = drawn {
            let message = format!("longs and shorts on `{name}` will not be equal");
            return self.says(Severity::Error, group.spot, message, help);
        }
        let listed = groups.iter().filter_map(|(_, group)| match &group.people {
            People::Listed(roster) => Some(roster.sizes()),
            People::Drawn(_) | People::Rest(_) => None,
        });
        for (instrument, lots) in net(listed.flatten()) {
            let spot = groups.first().map_or(venue.spot, |(_, group)| group.spot);
            let decimals = venue.instruments[instrument].lot_decimals;
            let (more, less) = if lots > 0 { ("longs", "shorts") } else { ("shorts", "longs") };
            let difference = Decimal::new(lots.abs(), decimals);
            let message = format!("{more} of `{instrument}` exceed {less} by {difference}");
            self.says(Severity::Error, spot, message, help.clone());
        }
    }

    fn equity(&mut self, name: &str, group: &Group, openings: &BTreeMap<&str, Opening>) {
        let People::Listed(roster) = &group.people else { return };
        let openings: Vec<Option<&Opening>> =
            roster.instruments().map(|name| openings.get(name)).collect();
        let odd: Vec<&str> = roster
            .holders()
            .filter(|account| is_insolvent(account, &openings))
            .map(|account| account.name)
            .collect();
        if odd.is_empty() {
            return;
        }
        let names = odd.iter().take(5).map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let more = if odd.len() > names.len() { ", …" } else { "" };
        let message = format!(
            "{} of {} accounts of `{name}` have no positive equity at the opening price: {}{more}",
            odd.len(),
            roster.len(),
            names.join(", ")
        );
        self.says(Severity::Warning, group.spot, message, None);
    }

    fn accounts(&mut self, world: &World) {
        let mut sum = 0_u64;
        for group in world.groups.values() {
            let count = match &group.people {
                People::Drawn(population) => u64::from(population.count),
                People::Listed(roster) => roster.len(),
                People::Rest(_) => 1,
            };
            let before = sum;
            sum = sum.saturating_add(count);
            if before <= ACCOUNTS_MAX && sum > ACCOUNTS_MAX {
                let message = format!("{sum} accounts are too many: at most {ACCOUNTS_MAX}");
                self.says(Severity::Error, group.spot, message, None);
            }
        }
    }
}

/// Whether a purse of the account that has legs has no positive equity.
fn is_insolvent(account: &Holder<'_>, openings: &[Option<&Opening>]) -> bool {
    let mut cross = None;
    let mut any = false;
    for leg in account.legs {
        let Some(opening) = openings[leg.instrument] else { continue };
        let gain = i128::from(opening.price.0) - i128::from(leg.entry.0);
        let profit = gain * i128::from(leg.size.0) * i128::from(opening.unit_value);
        match leg.isolated {
            Some(margin) => any |= margin.0 + profit <= 0,
            None => *cross.get_or_insert(account.collateral.0) += profit,
        }
    }
    any || cross.is_some_and(|equity| equity <= 0)
}
