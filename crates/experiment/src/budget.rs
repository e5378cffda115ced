//! What running an experiment would cost, refused before anything of it is allocated.

use crate::{
    Code, Diagnostic,
    people::People,
    reader::grouped,
    source::{File, Spot, remark},
    world::World,
};
use market::Estimate;

/// Most accounts of one run.
pub const ACCOUNTS_MAX: u32 = 20_000_000;

/// Most legs of one run.
const LEGS_MAX: u64 = 100_000_000;

/// Most beats of clocks of one run.
const BEATS_MAX: u64 = 1_000_000_000;

/// Most memory of one run.
const BYTES_MAX: u64 = 64 << 30;

/// Most accounts, legs and beats of all arms together.
const ALL_MAX: u64 = 100_000_000_000;

impl People {
    /// How many accounts there are, and how many legs at most on a venue that lists so many
    /// instruments.
    pub(crate) fn size(&self, listed: usize) -> (u64, u64) {
        let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        match self {
            Self::Drawn(it) => {
                let accounts = u64::from(it.count);
                (accounts, accounts.saturating_mul(u64::from(it.legs.most)))
            },
            Self::Listed(roster) => (roster.len(), count(roster.sizes().count())),
            Self::Rest(_) => (1, count(listed)),
        }
    }
}

/// An estimate of a market without its people, with those of `world`.
pub(crate) fn with_people(market: Estimate, world: &World) -> Estimate {
    world.groups.values().fold(market, |sum, group| {
        let listed = world.venues.get(&group.venue).map_or(0, |venue| venue.instruments.len());
        let (accounts, legs) = group.people.size(listed);
        Estimate {
            accounts: sum.accounts.saturating_add(accounts),
            legs: sum.legs.saturating_add(legs),
            ..sum
        }
    })
}

/// What of an arm is larger than a run may be.
pub(crate) fn check(files: &[File], world: &World, estimate: &Estimate) -> Vec<Diagnostic> {
    let says = |spot, message: String, help: String| {
        remark(files, spot, Code::OverBudget).says(message).helps(Some(help))
    };
    let mut remarks = Vec::new();
    if estimate.accounts - estimate.house > ACCOUNTS_MAX.into() {
        let (fewer, _, spot) = fewer(world, |(accounts, _)| accounts);
        let message = too_many("accounts", estimate.accounts - estimate.house, ACCOUNTS_MAX.into());
        remarks.push(says(spot, message, fewer));
    }
    if remarks.is_empty() && estimate.legs > LEGS_MAX {
        let (fewer, name, spot) = fewer(world, |(_, legs)| legs);
        let message = too_many("legs", estimate.legs, LEGS_MAX);
        let whose = world.scale.map_or("it".to_owned(), |_| format!("`{name}`"));
        let help = format!("{fewer}, or the most `legs` {whose} has");
        remarks.push(says(spot, message, help));
    }
    if estimate.beats() > BEATS_MAX {
        let (name, beats, spot) = busiest(world, estimate);
        let message = too_many("beats of clocks", estimate.beats(), BEATS_MAX);
        let beats = grouped(beats);
        let help =
            format!("`{name}` makes {beats} of them: lengthen its interval, or shorten `horizon`");
        remarks.push(says(spot, message, help));
    }
    if remarks.is_empty() && estimate.bytes() > BYTES_MAX {
        let message = format!(
            "a run needs about {} GiB of memory: at most {} are allowed",
            estimate.bytes() >> 30,
            BYTES_MAX >> 30
        );
        let help = format!(
            "it has {} accounts, {} legs and {} beats of clocks: lower one of them",
            grouped(estimate.accounts),
            grouped(estimate.legs),
            grouped(estimate.beats())
        );
        remarks.push(says(world.spot, message, help));
    }
    remarks
}

/// Refuses arms that are too much together.
pub(crate) fn check_all(files: &[File], spot: Spot, estimates: &[Estimate]) -> Option<Diagnostic> {
    let all = estimates.iter().fold(0, |sum: u64, it| {
        [it.accounts, it.legs, it.beats()].into_iter().fold(sum, u64::saturating_add)
    });
    let message = format!(
        "all {} arms have {} accounts, legs and beats together: at most {}",
        estimates.len(),
        grouped(all),
        grouped(ALL_MAX)
    );
    let help = "put them into several experiments".to_owned();
    (all > ALL_MAX).then(|| remark(files, spot, Code::OverBudget).says(message).helps(Some(help)))
}

fn too_many(what: &str, number: u64, most: u64) -> String {
    format!("{} {what} are too many for a run: at most {}", grouped(number), grouped(most))
}

/// How there are fewer accounts, the group that has most, and where the one or the other is written.
pub(crate) fn fewer(world: &World, by: impl Fn((u64, u64)) -> u64) -> (String, &str, Spot) {
    let groups = world.groups.iter();
    let largest = groups.max_by_key(|(_, group)| by(group.people.size(0)));
    let is_drawn = largest.is_some_and(|(_, group)| matches!(group.people, People::Drawn(_)));
    let (name, spot) =
        largest.map_or(("", world.spot), |(name, group)| (name.as_str(), group.spot));
    match world.scale.filter(|_| is_drawn) {
        Some(scale) => ("lower `accounts`".to_owned(), name, scale.spot),
        None => (format!("lower the `count` of `{name}`"), name, spot),
    }
}

/// The rule whose clock beats most often, its beats, and where it is.
fn busiest<'w>(world: &'w World, estimate: &Estimate) -> (&'w str, u64, Spot) {
    let rules = world.placed_rules();
    let busiest = estimate.clocks.iter().max_by_key(|clock| clock.beats);
    let rule = busiest.and_then(|clock| Some((rules.get(clock.rule)?.1, clock.beats)));
    rule.map_or(("", 0, world.spot), |(answer, beats)| (answer.rule.answer(), beats, answer.spot))
}
