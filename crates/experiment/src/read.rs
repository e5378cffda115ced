//! From a file to an experiment.

use crate::{
    Catalogue, Code, Diagnostic, Experiment, Includes, Severity, budget, calls,
    check::check,
    expect::Expectation,
    fork::Fork,
    horizon,
    include::gather,
    kind::Kind,
    normal::{Node, normalised, patches},
    plan::{Frame, market, refused},
    raw,
    reader::{ANY, Entry, Reader},
    site::Site,
    source::{File, remark},
    table,
    tokens::{after_blanks, tokens},
    world::{Rules, World},
};
use market::{Estimate, Fundamental, GroupPlan};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use units::{Duration, Time};

/// Most arms of an experiment.
const ARMS_MAX: usize = 1_000;

/// Most definitions of one kind.
const LISTED_MAX: usize = 10_000;

/// Most definitions of all arms together.
const DEFINITIONS_MAX: usize = 1_000_000;

/// An experiment, and what is odd about it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The experiment.
    pub experiment: Experiment,
    /// What is legal but odd.
    pub warnings: Vec<Diagnostic>,
}

/// Reads an experiment from the bytes of the file at `path`, and from the files that it includes.
/// `metrics` are the names it may ask for.
///
/// # Errors
/// Everything that is wrong, in the order of the file. Of a file that is not shaped like RON only the
/// first mistake is told, and nothing that follows from what could not be read.
pub fn load(
    path: &str,
    bytes: &[u8],
    includes: &dyn Includes,
    catalogue: &Catalogue,
    metrics: &[&str],
) -> Result<Loaded, Vec<Diagnostic>> {
    load_scaled((path, bytes), None, includes, catalogue, metrics)
}

/// The same where the populations have so many accounts together, whatever the file says of that.
///
/// # Errors
/// As above.
pub fn load_scaled(
    (path, bytes): (&str, &[u8]),
    accounts: Option<u32>,
    includes: &dyn Includes,
    catalogue: &Catalogue,
    metrics: &[&str],
) -> Result<Loaded, Vec<Diagnostic>> {
    let main = File::checked(path, bytes).map_err(|remark| vec![*remark])?;
    let (files, not_included) = gather(main, includes);
    let (tables, unread) = table::gather(&files[0], includes);
    let files: Arc<[File]> = files.into();
    let reader = Reader::new(&files, &tables, catalogue);
    if !not_included.is_empty() {
        reader.spoil(Kind::QUESTION.one, ANY);
    }
    for remark in not_included.into_iter().chain(unread) {
        reader.tell(remark);
    }
    let draft = reader.experiment(accounts, metrics);
    let estimates = draft.as_ref().map(|draft| reader.estimates(draft)).unwrap_or_default();
    let mut remarks = in_order(reader.into_remarks());
    drop(tables);
    let is_right = remarks.iter().all(|remark| remark.severity == Severity::Warning);
    let finished = draft.filter(|_| is_right).and_then(|draft| draft.finished(&files, estimates));
    let Some(experiment) = finished else {
        // What is odd about a part of an experiment may be owed to what is wrong with another.
        remarks.retain(|remark| remark.severity == Severity::Error);
        return Err(remarks);
    };
    remarks.extend(equal_arms(&files, &experiment));
    Ok(Loaded { experiment, warnings: in_order(remarks) })
}

fn in_order(mut remarks: Vec<Diagnostic>) -> Vec<Diagnostic> {
    remarks.sort();
    remarks.dedup();
    remarks
}

/// Warns of arms that are the same market as an earlier one.
fn equal_arms(files: &[File], experiment: &Experiment) -> Vec<Diagnostic> {
    let arms = &experiment.arms;
    let remark = |(place, (name, world)): (usize, &(String, World))| {
        let (earlier, _) = arms[..place].iter().find(|(_, it)| it.is_same_market(world))?;
        let message = format!("the arm `{name}` is the same market as `{earlier}`");
        let help = "no seed will tell them apart: remove it, or let it change something".to_owned();
        Some(remark(files, world.spot, Code::EqualArms).says(message).helps(help))
    };
    arms.iter().enumerate().filter_map(remark).collect()
}

/// An experiment as far as it could be read.
struct Draft {
    name: Option<String>,
    question: Option<String>,
    seed: Option<u64>,
    time: Option<(Time, Duration)>,
    accounts: Option<u32>,
    fork: Option<Fork>,
    metrics: Vec<String>,
    base: World,
    arms: Vec<(String, World)>,
    patches: Vec<Node>,
    expected: BTreeMap<String, Vec<Expectation>>,
}

impl Draft {
    /// Seed and time; any where they could not be read.
    fn frame(&self) -> Frame {
        let (start, horizon) = self.time.unwrap_or_default();
        Frame { seed: self.seed.unwrap_or_default(), start, horizon }
    }

    fn finished(self, files: &Arc<[File]>, estimates: Vec<Estimate>) -> Option<Experiment> {
        let frame = Frame { seed: self.seed?, ..self.frame() };
        self.time?;
        let mut experiment = Experiment {
            name: self.name?,
            question: self.question?,
            frame,
            accounts: self.accounts,
            fork: self.fork,
            metrics: self.metrics,
            arms: self.arms,
            patches: self.patches,
            expected: self.expected,
            estimates,
            normalised: String::new(),
            files: Arc::clone(files),
        };
        let arms = experiment.arms().zip(experiment.patches.iter().cloned()).collect();
        experiment.normalised = normalised(&experiment.title(), &self.base, arms);
        Some(experiment)
    }
}

impl<'a> Reader<'a> {
    fn experiment(&self, accounts: Option<u32>, known_metrics: &[&str]) -> Option<Draft> {
        let whole = &self.files[0].text;
        let text = Some(after_blanks(whole)).filter(|text| !text.is_empty()).unwrap_or(whole);
        if text.trim().is_empty() {
            let message = "expected `Experiment(…)`, found nothing";
            self.refuse(Code::WrongType, text, message);
            return None;
        }
        let raw: raw::Experiment<'a> = self.parts(text)?;
        if self.is_other_schema(raw.schema.text()) {
            return None;
        }
        let base = self.base(&raw, text);
        let (mut arms, patches) = self.arms(raw.arms.text(), &base);
        let time = self.time(&raw);
        let horizon = time.map(|(_, horizon)| horizon);
        let fork = raw.fork.and_then(|fork| self.fork(fork.text(), horizon));
        if raw.fork.is_some() {
            self.entries(raw.arms.text(), "arm")
                .into_iter()
                .for_each(|it| self.only_rules(it.value));
        }
        let written = self.rescale(&mut arms, self.scale(&raw));
        // What is expected is expected of the file as it is written.
        let expect = raw.expect.map(|expect| self.expectations(expect.text(), &arms, horizon));
        let asked = self.rescale(&mut arms, self.scale_to(accounts, &raw));
        Some(Draft {
            name: self.name(raw.name.text()),
            question: self.text(raw.question.text()),
            seed: self.number(raw.seed.text(), u64::MAX),
            time,
            accounts: asked.or(written),
            fork,
            metrics: self.metrics(raw.metrics.text(), known_metrics),
            base,
            arms,
            patches,
            expected: expect.unwrap_or_default(),
        })
    }

    /// Checks every arm, and estimates what it costs where the market takes its rules. What is said
    /// of an arm is not said again of a later one.
    fn estimates(&self, draft: &Draft) -> Vec<Estimate> {
        let mut told: BTreeSet<Diagnostic> = BTreeSet::new();
        let mut estimates = Vec::new();
        for (arm, (name, world)) in draft.arms.iter().enumerate() {
            let mut remarks = check(self, world);
            match market::estimate(&market(world, draft.frame(), empty_groups(world))) {
                Ok(estimate) => {
                    let estimate = budget::with_people(estimate, world);
                    remarks.extend(budget::check(self.files, world, &estimate));
                    if let Some((_, horizon)) = draft.time {
                        remarks.extend(horizon::check(self.files, world, horizon, &estimate.idle));
                    }
                    remarks.extend(calls::check(self.files, world, &estimate.uncalled));
                    estimates.push(estimate);
                },
                Err(refusals) => {
                    // Prices that do not fit their unit are refused in more words.
                    remarks.retain(|remark| remark.code != Code::OpeningPrice);
                    remarks.extend(refused(self.files, world, &refusals));
                },
            }
            for mut remark in remarks {
                if !told.insert(remark.clone()) {
                    continue;
                }
                if arm > 0 {
                    remark.message = format!("{} (arm `{name}`)", remark.message);
                }
                self.tell(remark);
            }
        }
        let first = draft.arms.first().map(|(_, world)| world.spot);
        let sum = first.and_then(|spot| budget::check_all(self.files, spot, &estimates));
        if let Some(remark) = sum {
            self.tell(remark);
        }
        estimates
    }

    fn time(&self, raw: &raw::Experiment<'a>) -> Option<(Time, Duration)> {
        let start = self.read::<Time>(raw.start.text());
        let horizon = self.read::<Duration>(raw.horizon.text());
        let (start, horizon) = (start?, horizon?);
        // What is scheduled at the horizon may lie as far behind it as the longest duration.
        let end = start.0.checked_add(horizon.0);
        let fits = end.is_some_and(|end| end.checked_add(Duration::LONGEST.0).is_some());
        if horizon <= Duration::ZERO || !fits {
            let message = if fits {
                "the horizon is no time at all"
            } else {
                "the horizon is too far: time ends before the year 2252"
            };
            self.refuse(Code::OutOfRange, raw.horizon.text(), message);
            return None;
        }
        Some((start, horizon))
    }

    /// What holds in every arm that does not change it.
    fn base(&self, raw: &raw::Experiment<'a>, text: &'a str) -> World {
        let mut world = World {
            assets: self.assets(raw.assets.text()),
            fundamentals: BTreeMap::new(),
            rules: Rules::new(),
            venues: BTreeMap::new(),
            groups: BTreeMap::new(),
            scale: None,
            spot: self.spot(text),
        };
        let text = raw.fundamentals.text();
        for entry in self.at_most(self.entries(text, "fundamental"), text, Kind::FUNDAMENTAL) {
            let answer = self.answer_to::<Fundamental>(entry.value);
            if answer.is_none() {
                self.spoil("fundamental", &entry.name);
            }
            world.fundamentals.extend(answer.map(|answer| (entry.name, answer)));
        }
        let text = raw.venues.text();
        for entry in self.at_most(self.entries(text, "venue"), text, Kind::VENUE) {
            let venue = self.venue(&world, &entry);
            if venue.is_none() {
                self.spoil("venue", &entry.name);
            }
            world.venues.extend(venue.map(|venue| (entry.name, venue)));
        }
        self.few_instruments(&mut world, text);
        let rules = raw.rules.iter();
        for setting in rules.flat_map(|it| self.settings(it.text(), Site::EXPERIMENT)) {
            setting.put(&mut world.rules);
        }
        let (text, mut seen) = (raw.traders.text(), BTreeMap::new());
        let groups = self.list(text);
        let is_list = text.is_empty() || text.starts_with('[');
        if groups.len() > LISTED_MAX || !is_list {
            self.leave_out(&world, text);
        }
        for text in self.at_most(groups, text, Kind::GROUP) {
            let Some((name, group)) = self.group(&world, text, None) else {
                self.leave_out(&world, text);
                continue;
            };
            if let Some(first) = seen.insert(name.clone(), text) {
                self.twice(text, format!("there are two groups `{name}`"), first);
            }
            world.groups.insert(name, Arc::new(group));
        }
        world
    }

    /// The parts, as far as an experiment may have so many.
    fn at_most<T>(&self, mut parts: Vec<T>, text: &str, kind: Kind) -> Vec<T> {
        if parts.len() > LISTED_MAX {
            let message =
                format!("{} {} are too many: at most {LISTED_MAX}", parts.len(), kind.many);
            self.refuse(Code::TooMany, text, message);
            self.spoil(kind.one, ANY);
            parts.truncate(LISTED_MAX);
        }
        parts
    }

    /// Refuses more instruments than all venues together may list.
    fn few_instruments(&self, world: &mut World, text: &str) {
        let mut room = LISTED_MAX;
        for venue in world.venues.values_mut() {
            let listed = venue.instruments.len();
            if listed > room {
                let message = format!("venues list more than {LISTED_MAX} instruments");
                self.refuse(Code::TooMany, text, message);
                venue.instruments.clear();
                self.spoil(Kind::INSTRUMENT.one, ANY);
            }
            room = room.saturating_sub(listed);
        }
    }

    fn assets(&self, text: &'a str) -> BTreeMap<String, i8> {
        let asset = |entry: Entry<'a>| {
            let raw = self.parts::<raw::Asset<'a>>(entry.value);
            let decimals = raw.and_then(|raw| self.decimals(raw.decimals.text()));
            if decimals.is_none() {
                self.spoil("asset", &entry.name);
            }
            Some((entry.name, decimals?))
        };
        let assets = self.at_most(self.entries(text, "asset"), text, Kind::ASSET);
        assets.into_iter().filter_map(asset).collect()
    }

    fn decimals(&self, text: &'a str) -> Option<i8> {
        const MOST: u8 = 18;
        self.number(text, MOST).and_then(|decimals| i8::try_from(decimals).ok())
    }

    fn arms(&self, text: &'a str, base: &World) -> (Vec<(String, World)>, Vec<Node>) {
        let entries = self.entries(text, "arm");
        if tokens(text).take(2).eq(["{", "}"]) {
            let help = "the experiment as it is: `arms: { \"base\": () }`".to_owned();
            self.refuse_helping(Code::NoArms, text, "an experiment has at least one arm", help);
        }
        let definitions = base.size().saturating_mul(entries.len());
        if entries.len() > ARMS_MAX || definitions > DEFINITIONS_MAX {
            let message = if entries.len() > ARMS_MAX {
                format!("{} arms are too many: at most {ARMS_MAX}", entries.len())
            } else {
                format!("all arms define {definitions} things: at most {DEFINITIONS_MAX}")
            };
            let help = "put them into several experiments".to_owned();
            self.refuse_helping(Code::TooMany, text, message, help);
            return (Vec::new(), Vec::new());
        }
        let arm = |entry: Entry<'a>| {
            let (spot, before) = (self.spot(entry.key), self.remarks());
            let world = World { spot, ..self.arm(base, entry.value) };
            self.name_arm(before, &entry);
            let patches = patches(entry.value, &world);
            ((entry.name, world), patches)
        };
        entries.into_iter().map(arm).unzip()
    }
}

/// The groups of a market without anybody in them.
fn empty_groups(world: &World) -> Vec<GroupPlan> {
    let group = |name: &String, venue: &String| GroupPlan {
        name: name.clone(),
        venue: venue.clone(),
        accounts: Vec::new(),
    };
    world.groups.iter().map(|(name, it)| group(name, &it.venue)).collect()
}
