//! As many accounts as asked for, in the same market: the same money in more hands, or in fewer.

use crate::{
    Code,
    budget::ACCOUNTS_MAX,
    kind::Kind,
    people::People,
    population::Population,
    raw,
    reader::{Reader, grouped},
    source::{Spot, text_from},
    world::World,
};
use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};
use units::MONEY_MAX;

/// How many accounts the populations of an arm have together, and where that is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) accounts: u32,
    pub(crate) spot: Spot,
}

/// What is wrong, and what to do about it.
type Wrong = (Code, String, String);

impl<'a> Reader<'a> {
    /// Reads how many accounts there are to be.
    pub(crate) fn scale(&self, raw: &raw::Experiment<'a>) -> Option<Scale> {
        let text = raw.accounts?.text();
        let accounts = self.number(text, ACCOUNTS_MAX)?;
        Some(Scale { accounts, spot: self.spot(text) })
    }

    /// How many accounts there are to be, where that is asked for outside of the file.
    pub(crate) fn scale_to(
        &self,
        accounts: Option<u32>,
        raw: &raw::Experiment<'a>,
    ) -> Option<Scale> {
        let text = Some(raw.traders.text()).filter(|text| !text.is_empty())?;
        Some(Scale { accounts: accounts?, spot: self.spot(text) })
    }

    /// Scales the populations of every arm; gives their number, where one is asked for. What is wrong
    /// with an arm is not said again of a later one.
    pub(crate) fn rescale(
        &self,
        arms: &mut [(String, World)],
        scale: Option<Scale>,
    ) -> Option<u32> {
        let scale = scale?;
        let mut told = BTreeSet::new();
        for (arm, (name, world)) in arms.iter_mut().enumerate() {
            world.scale = Some(scale);
            let Err((code, message, help)) = rescaled(world, scale.accounts) else { continue };
            let is_unread = code == Code::NoPopulation && self.is_any_spoilt(Kind::GROUP.one);
            if is_unread || !told.insert(message.clone()) {
                continue;
            }
            let of_arm = if arm > 0 { format!(" (arm `{name}`)") } else { String::new() };
            self.refuse_helping(code, text_from(self.files, scale.spot), message + &of_arm, help);
        }
        Some(scale.accounts)
    }
}

/// Gives the populations of a world so many accounts together.
fn rescaled(world: &mut World, accounts: u32) -> Result<(), Wrong> {
    let listed = world.groups.values().filter(|group| !matches!(group.people, People::Drawn(_)));
    let others: u64 = listed.map(|group| group.people.size(0).0).sum();
    let mut populations: Vec<(&String, &mut Population)> = Vec::new();
    for (name, group) in &mut world.groups {
        if matches!(&group.people, People::Drawn(it) if it.written > 0)
            && let People::Drawn(population) = &mut Arc::make_mut(group).people
        {
            populations.push((name, population));
        }
    }
    let number = u32::try_from(populations.len()).unwrap_or(u32::MAX);
    if number == 0 {
        let message = "there is no population that could have so many accounts".to_owned();
        let help = "leave `accounts` out: who is listed, and who takes the rest, stays who it is";
        return Err((Code::NoPopulation, message, help.to_owned()));
    }
    let most = u32::try_from(u64::from(ACCOUNTS_MAX).saturating_sub(others)).unwrap_or(0);
    if !(number..=most).contains(&accounts) {
        let [asked, least, most] = [accounts, number, most].map(|it| grouped(it.into()));
        let message = match accounts {
            0 => "no accounts at all are no population".to_owned(),
            _ if accounts > number => format!("{asked} accounts are too many for a run"),
            _ => format!("{asked} accounts are too few for {least} populations"),
        };
        return Err((Code::OutOfRange, message, format!("ask for {least} to {most}")));
    }
    let written: Vec<u32> = populations.iter().map(|(_, population)| population.written).collect();
    for ((name, population), count) in populations.into_iter().zip(apportioned(&written, accounts))
    {
        population.count = count;
        let fits = population.scaled(population.collateral.most());
        if fits.is_none_or(|most| most > MONEY_MAX) {
            let message = format!("an account of `{name}` could have more than a market can hold");
            let help = "lower its `collateral`, or ask for more accounts".to_owned();
            return Err((Code::Overflow, message, help));
        }
    }
    Ok(())
}

/// Parts of a number in the proportion of `weights`, each at least one: what is left when all are
/// rounded down goes to the largest remainders, and who has nothing then takes one from who has most.
/// The first is first where two are equal.
///
/// There are no more weights than the number has ones, and none is zero.
fn apportioned(weights: &[u32], number: u32) -> Vec<u32> {
    let all: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
    let shares = weights.iter().map(|&weight| u64::from(weight) * u64::from(number));
    let part = |share: u64| u32::try_from(share / all).expect("a part is no more than the whole");
    let mut parts: Vec<u32> = shares.clone().map(part).collect();
    let mut by_remainder: Vec<(u64, usize)> =
        shares.enumerate().map(|(place, share)| (share % all, place)).collect();
    by_remainder.sort_by_key(|&(remainder, place)| (Reverse(remainder), place));
    let left = number - parts.iter().sum::<u32>();
    for (_, (_, place)) in (0..left).zip(by_remainder) {
        parts[place] += 1;
    }
    while let Some(none) = parts.iter().position(|&part| part == 0) {
        let most = *parts.iter().max().expect("there is one");
        let richest = parts.iter().position(|&part| part == most).expect("it is there");
        parts[richest] -= 1;
        parts[none] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::apportioned;
    use proptest::prelude::*;

    #[test]
    fn remainders_decide_then_the_order() {
        assert_eq!(apportioned(&[1, 1, 1], 4), [2, 1, 1]);
        assert_eq!(apportioned(&[13_000, 2_000, 4_999], 1_000), [650, 100, 250]);
        assert_eq!(apportioned(&[1_000_000, 1, 1], 4), [2, 1, 1]);
        assert_eq!(apportioned(&[1, 1_000_000, 1_000_000, 1], 4), [1, 1, 1, 1]);
    }

    proptest! {
        #[test]
        fn parts_are_the_whole_and_within_one_of_their_share(
            weights in prop::collection::vec(1_u32..=u32::MAX, 1..20),
            number in 20_u32..=20_000_000,
        ) {
            let parts = apportioned(&weights, number);
            prop_assert_eq!(parts.iter().map(|&part| u64::from(part)).sum::<u64>(), u64::from(number));
            let all: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
            let lifted = parts.iter().filter(|&&part| part == 1).count();
            for (&part, &weight) in parts.iter().zip(&weights) {
                let share = u128::from(weight) * u128::from(number);
                let (part, slack) = (u128::from(part), u128::try_from(lifted).expect("few") + 1);
                prop_assert!(part >= 1);
                prop_assert!(part * all <= share + all, "no more than one above");
                prop_assert!(part * all + slack * all > share, "below only by what others are lifted");
            }
            let itself: u32 = weights.iter().map(|weight| weight % 1_000 + 1).sum();
            let small: Vec<u32> = weights.iter().map(|weight| weight % 1_000 + 1).collect();
            prop_assert_eq!(apportioned(&small, itself), small);
        }
    }
}
