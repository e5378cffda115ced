//! What one arm of an experiment defines, with every name resolved.

use crate::{normal::Node, people::People, scale::Scale, source::Spot};
use market::{Margin, MarginCall, PlacePlan, Question, Rule};
use std::{collections::BTreeMap, sync::Arc};
use units::Ratio;

/// Rules of one place: the answers to each question.
pub(crate) type Rules = BTreeMap<&'static str, Vec<Answer>>;

/// The definitions of one arm.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// Decimals of each asset.
    pub(crate) assets: BTreeMap<String, i8>,
    pub(crate) fundamentals: BTreeMap<String, Answer>,
    /// Rules of the whole system.
    pub(crate) rules: Rules,
    pub(crate) venues: BTreeMap<String, Venue>,
    pub(crate) groups: BTreeMap<String, Arc<Group>>,
    /// How many accounts its populations have, where that is asked for.
    pub(crate) scale: Option<Scale>,
    /// The arm.
    pub(crate) spot: Spot,
}

/// A rule as it was written.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) rule: Rule,
    pub(crate) node: Arc<Node>,
    pub(crate) spot: Spot,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Venue {
    pub(crate) asset: String,
    /// Decimals of the asset.
    pub(crate) decimals: i8,
    pub(crate) taker_fee: Ratio,
    pub(crate) rules: Rules,
    pub(crate) instruments: BTreeMap<String, Instrument>,
    pub(crate) spot: Spot,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instrument {
    /// The fundamental it follows.
    pub(crate) index: String,
    pub(crate) price_decimals: i8,
    pub(crate) lot_decimals: i8,
    /// Money units that one lot is worth at one price unit.
    pub(crate) unit_value: i64,
    pub(crate) rules: Rules,
    pub(crate) spot: Spot,
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) venue: String,
    pub(crate) behaviour: Answer,
    pub(crate) people: People,
    pub(crate) node: Node,
    /// All of it; where an arm patches it, all of what is patched.
    pub(crate) whole: Spot,
    /// Its name, or the patch that says who is in it.
    pub(crate) spot: Spot,
}

impl PartialEq for Answer {
    /// Whether it says the same.
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Eq for Answer {}

impl PartialEq for Group {
    /// Whether it is the same people.
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Eq for Group {}

impl Answer {
    /// Its parameters without its name.
    pub(crate) fn parameters(&self) -> String {
        let text = self.node.inline();
        text.strip_prefix(self.rule.answer()).unwrap_or(&text).to_owned()
    }
}

impl World {
    /// Whether two arms define the same market.
    pub(crate) fn is_same_market(&self, other: &Self) -> bool {
        self.fundamentals == other.fundamentals
            && self.rules == other.rules
            && self.venues == other.venues
            && self.groups == other.groups
    }

    /// Whether two arms start with the same people, prices and margin: nothing else says who has too
    /// little at the opening.
    pub(crate) fn opens_like(&self, other: &Self) -> bool {
        self.fundamentals == other.fundamentals
            && self.groups.len() == other.groups.len()
            && self
                .groups
                .iter()
                .zip(&other.groups)
                .all(|(one, other)| is_of_same_people(one, other))
            && self.margin_rules().eq(other.margin_rules())
    }

    /// What each venue asks of people, and each instrument.
    fn margin_rules(&self) -> impl Iterator<Item = Option<&Vec<Answer>>> {
        self.venues.values().flat_map(|venue| {
            let of_instruments = venue.instruments.values().map(|it| it.rules.get(Margin::NAME));
            of_instruments.chain([venue.rules.get(MarginCall::NAME)])
        })
    }

    /// How many things it defines.
    pub(crate) fn size(&self) -> usize {
        let listed = self.venues.values().map(|venue| venue.instruments.len());
        [self.fundamentals.len(), self.venues.len(), self.groups.len()].iter().sum::<usize>()
            + listed.sum::<usize>()
    }

    /// Every rule, and for what it holds.
    pub(crate) fn placed_rules(&self) -> Vec<(PlacePlan, &Answer)> {
        let mut placed = Vec::new();
        placed.extend(everywhere(&self.rules, &PlacePlan::System));
        for (name, answer) in &self.fundamentals {
            placed.push((PlacePlan::Fundamental(name.clone()), answer));
        }
        for (name, venue) in &self.venues {
            placed.extend(everywhere(&venue.rules, &PlacePlan::Venue(name.clone())));
            for (instrument, listed) in &venue.instruments {
                let place = PlacePlan::Instrument(name.clone(), instrument.clone());
                placed.extend(everywhere(&listed.rules, &place));
            }
        }
        for (name, group) in &self.groups {
            placed.push((PlacePlan::Group(name.clone()), &group.behaviour));
        }
        placed
    }
}

/// Whether two groups are of the same people, whatever they do.
fn is_of_same_people(
    (name, group): (&String, &Arc<Group>),
    (other_name, other): (&String, &Arc<Group>),
) -> bool {
    let people = |group: &Group| group.node.clone().without("behaviour");
    name == other_name && (Arc::ptr_eq(group, other) || people(group) == people(other))
}

fn everywhere<'a>(rules: &'a Rules, place: &PlacePlan) -> Vec<(PlacePlan, &'a Answer)> {
    rules.values().flatten().map(|answer| (place.clone(), answer)).collect()
}
