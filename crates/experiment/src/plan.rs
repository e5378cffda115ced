//! An experiment, and the market that each of its arms plans.

use crate::{
    Code, Diagnostic,
    balance::{net, rest},
    belongs::OF_A_LOAN,
    check::opening,
    diagnostic::meant,
    expect::Expectation,
    fork::Fork,
    normal::{Node, Title, normalised},
    parts::spoken_of,
    people::People,
    population::Opening,
    source::{File, remark, spot, text_from},
    world::{Answer, Rules, Venue, World},
};
use market::{
    AccountPlan, AssetPlan, Deleveraging, Estimate, GroupPlan, InstrumentPlan, Insurance, Margin,
    MarketPlan, Question, Refusal, RulePlan, VenuePlan,
};
use std::{collections::BTreeMap, sync::Arc};
use units::{Duration, Time};

/// A question about a market, and everything needed to try its answers.
#[derive(Clone, Debug)]
pub struct Experiment {
    pub(crate) name: String,
    pub(crate) question: String,
    pub(crate) frame: Frame,
    /// How many accounts its populations have together, where that is asked for.
    pub(crate) accounts: Option<u32>,
    pub(crate) fork: Option<Fork>,
    pub(crate) metrics: Vec<String>,
    pub(crate) arms: Vec<(String, World)>,
    /// What is expected of arms, by name.
    pub(crate) expected: BTreeMap<String, Vec<Expectation>>,
    /// What each arm writes.
    pub(crate) patches: Vec<Node>,
    /// What a run of each arm costs.
    pub(crate) estimates: Vec<Estimate>,
    pub(crate) normalised: String,
    pub(crate) files: Arc<[File]>,
}

/// Seed and time of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) seed: u64,
    pub(crate) start: Time,
    pub(crate) horizon: Duration,
}

impl Experiment {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it asks.
    pub fn question(&self) -> &str {
        &self.question
    }

    /// The seed it was written with.
    pub fn seed(&self) -> u64 {
        self.frame.seed
    }

    /// When simulated time starts.
    pub fn start(&self) -> Time {
        self.frame.start
    }

    /// How long it lasts.
    pub fn horizon(&self) -> Duration {
        self.frame.horizon
    }

    /// Names of its arms in the order of the file; the first is the baseline.
    pub fn arms(&self) -> impl Iterator<Item = &str> {
        self.arms.iter().map(|(name, _)| name.as_str())
    }

    /// How many accounts its populations have together, where that is asked for.
    pub fn accounts(&self) -> Option<u32> {
        self.accounts
    }

    /// Where its arms part; none where they differ from the start.
    pub fn fork(&self) -> Option<Fork> {
        self.fork
    }

    /// The metrics it asks for, in the order of the file.
    pub fn metrics(&self) -> &[String] {
        &self.metrics
    }

    /// Its canonical text, rule-books included: the same whatever the order of definitions in its
    /// files, their comments and their spacing, and an experiment that means the same.
    pub fn normalised(&self) -> &str {
        &self.normalised
    }

    /// What an arm changes, a line each: what it concerns, the question, the answer. The base as it
    /// is has none; nor has an arm that does not exist.
    pub fn changes(&self, arm: &str) -> Vec<String> {
        let place = self.arms().position(|name| name == arm);
        place.and_then(|place| self.patches.get(place)).map(Node::changes).unwrap_or_default()
    }

    /// The canonical text of an arm alone, its patches applied: an experiment that means the same. Of
    /// one that parts from the first arm on the way, with that arm. None when there is no such arm.
    pub fn resolved(&self, arm: &str) -> Option<String> {
        let (first, base) = self.arms.first()?;
        if self.fork.is_some() && first != arm {
            let arms = self.arms().zip(self.patches.iter().cloned());
            let both = arms.filter(|(name, _)| name == first || *name == arm).collect();
            return Some(normalised(&self.title(), base, both));
        }
        let (name, world) = self.arms.iter().find(|(name, _)| name == arm)?;
        let alone = vec![(name.as_str(), Node::fields("", Vec::new()))];
        Some(normalised(&self.title(), world, alone))
    }

    /// Venues that alone bear what bankrupt accounts owe, because neither a fund nor winners do; each
    /// with the arms where that is so.
    pub fn alone(&self) -> Vec<(&str, Vec<&str>)> {
        let mut alone: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (arm, world) in &self.arms {
            let bears = |rules: &Rules| {
                [Insurance::NAME, Deleveraging::NAME].iter().all(|asked| !rules.contains_key(asked))
            };
            for (name, _) in world.venues.iter().filter(|(_, venue)| bears(&venue.rules)) {
                alone.entry(name).or_default().push(arm);
            }
        }
        alone.into_iter().collect()
    }

    /// What a run of an arm costs at most; none when there is no such arm.
    pub fn estimate(&self, arm: &str) -> Option<&Estimate> {
        let place = self.arms().position(|name| name == arm)?;
        self.estimates.get(place)
    }

    pub(crate) fn title(&self) -> Title<'_> {
        let Frame { seed, start, horizon } = self.frame;
        let (name, question, metrics) = (&self.name, &self.question, &self.metrics);
        let (accounts, fork) = (self.accounts, self.fork);
        Title { name, question, seed, start, horizon, accounts, fork, metrics }
    }

    /// The market of an arm, with its people drawn from `seed`.
    ///
    /// # Errors
    /// When there is no such arm, or more of an instrument is left than one leg can take.
    pub fn plan(&self, arm: &str, seed: u64) -> Result<MarketPlan, Vec<Diagnostic>> {
        let world = self.world(arm).map_err(|remark| vec![*remark])?;
        let frame = Frame { seed, ..self.frame };
        Ok(market(world, frame, self.groups(world, seed)?))
    }

    /// Shows where the rule is written that the market of an arm refused.
    pub fn refused(&self, arm: &str, refusal: &Refusal) -> Diagnostic {
        let refusal = std::slice::from_ref(refusal);
        let shown = self.world(arm).map(|world| refused(&self.files, world, refusal));
        match shown {
            Ok(mut remarks) => remarks.remove(0),
            Err(remark) => *remark,
        }
    }

    pub(crate) fn world(&self, arm: &str) -> Result<&World, Box<Diagnostic>> {
        let found = self.arms.iter().find(|(name, _)| name == arm);
        found.map(|(_, world)| world).ok_or_else(|| {
            let (_, first) = self.arms.first().expect("an experiment has an arm");
            let remark = remark(&self.files, first.spot, Code::UnknownArm);
            let help = meant(arm, "arms", self.arms());
            Box::new(remark.says(format!("there is no arm `{arm}`")).helps(help))
        })
    }

    fn groups(&self, world: &World, seed: u64) -> Result<Vec<GroupPlan>, Vec<Diagnostic>> {
        let mut groups = Vec::new();
        let mut remarks = Vec::new();
        for (venue_name, venue) in &world.venues {
            let openings = openings(world, venue);
            let here = world.groups.iter().filter(|(_, group)| group.venue == *venue_name);
            let first = groups.len();
            let mut rests = Vec::new();
            for (name, group) in here {
                let accounts = match &group.people {
                    People::Drawn(population) => population.accounts(name, seed, &openings),
                    People::Listed(roster) => roster.plans(),
                    People::Rest(collateral) => {
                        rests.push((name, group, *collateral));
                        continue;
                    },
                };
                groups.push(group_plan(name, venue_name, accounts));
            }
            for (name, group, collateral) in rests {
                let legs = groups[first..].iter().flat_map(|group: &GroupPlan| &group.accounts);
                let legs = legs.flat_map(|account| &account.legs);
                let left = net(legs.map(|leg| (leg.instrument.as_str(), leg.size)));
                match rest(collateral, &left, &openings) {
                    Ok(account) => groups.push(group_plan(name, venue_name, vec![account])),
                    Err(instrument) => {
                        let message = format!("more of `{instrument}` is left than one leg holds");
                        let help = "use a larger `lot`, or lower a `count`".to_owned();
                        let remark = remark(&self.files, group.spot, Code::RestTooLarge);
                        remarks.push(remark.says(message).helps(help));
                    },
                }
            }
        }
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        if remarks.is_empty() { Ok(groups) } else { Err(remarks) }
    }
}

/// The market of a world with these groups.
pub(crate) fn market(world: &World, frame: Frame, groups: Vec<GroupPlan>) -> MarketPlan {
    let rules = world.placed_rules().into_iter().map(|(place, answer)| RulePlan {
        rule: answer.rule.clone(),
        place,
        parameters: answer.parameters(),
    });
    MarketPlan {
        start: frame.start,
        horizon: frame.start + frame.horizon,
        seed: frame.seed,
        assets: world.assets.iter().map(asset).collect(),
        fundamentals: world.fundamentals.keys().cloned().collect(),
        venues: world.venues.iter().map(venue).collect(),
        groups,
        rules: rules.collect(),
    }
}

/// What a margin that is refused for its rates speaks of.
const MAINTENANCE: &str = "maintenance";

/// Shows where the rules are written that the market of a world refused.
pub(crate) fn refused(files: &[File], world: &World, refusals: &[Refusal]) -> Vec<Diagnostic> {
    let rules = world.placed_rules();
    let shown = |Refusal { rule, message }: &Refusal| {
        let answer = rule.and_then(|rule| rules.get(rule)).map(|(_, answer)| answer);
        let rule = answer.map_or(world.spot, |answer| answer.spot);
        let subject = answer.and_then(|_| spoken_of(text_from(files, rule), message));
        let place = subject.map_or(rule, |subject| spot(files, subject));
        let documented = answer.map(|Answer { rule, .. }| {
            let help = format!("`delever mechanisms {}` explains its parameters", rule.answer());
            let is_margin = rule.question() == Margin::NAME && message.contains(MAINTENANCE);
            if is_margin { format!("{help}; {OF_A_LOAN}") } else { help }
        });
        remark(files, place, Code::RuleRefused).says(message).helps(documented)
    };
    refusals.iter().map(shown).collect()
}

fn openings<'w>(world: &World, venue: &'w Venue) -> BTreeMap<&'w str, Opening> {
    let opening = |(name, instrument): (&'w String, _)| {
        let opening = opening(world, instrument).expect("it was checked when it was loaded");
        (name.as_str(), opening)
    };
    venue.instruments.iter().map(opening).collect()
}

fn asset((name, &decimals): (&String, &i8)) -> AssetPlan {
    AssetPlan { name: name.clone(), decimals }
}

fn venue((name, venue): (&String, &Venue)) -> VenuePlan {
    let instruments = venue.instruments.iter().map(|(name, it)| InstrumentPlan {
        name: name.clone(),
        fundamental: it.index.clone(),
        price_decimals: it.price_decimals,
        lot_decimals: it.lot_decimals,
    });
    VenuePlan {
        name: name.clone(),
        asset: venue.asset.clone(),
        taker_fee: venue.taker_fee,
        instruments: instruments.collect(),
    }
}

fn group_plan(name: &str, venue: &str, accounts: Vec<AccountPlan>) -> GroupPlan {
    GroupPlan { name: name.to_owned(), venue: venue.to_owned(), accounts }
}
