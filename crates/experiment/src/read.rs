//! From a file to an experiment.

use crate::{
    Catalogue, Diagnostic, Experiment, Includes, Severity,
    check::{check, check_size},
    include::gather,
    normal::{Node, Title, normalised, patches},
    raw,
    reader::{ANY, Entry, Reader},
    source::{File, remark},
    table,
    tokens::after_blanks,
    world::{Rules, World},
};
use market::Fundamental;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use units::{Duration, Time};

/// Most arms of an experiment.
const ARMS_MAX: usize = 1_000;

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
/// Everything that is wrong with what is written; once all of it can be read, everything that is
/// wrong with the markets it describes. In the order of the file.
pub fn load(
    path: &str,
    bytes: &[u8],
    includes: &dyn Includes,
    catalogue: &Catalogue,
    metrics: &[&str],
) -> Result<Loaded, Vec<Diagnostic>> {
    let main = File::checked(path, bytes).map_err(|remark| vec![*remark])?;
    let (files, mut remarks) = gather(main, includes);
    let (tables, unread) = table::gather(&files[0], includes);
    remarks.extend(unread);
    if !remarks.is_empty() {
        return Err(remarks);
    }
    let files: Arc<[File]> = files.into();
    let reader = Reader::new(&files, &tables, catalogue);
    let read = reader.experiment(&files, metrics);
    let mut remarks = reader.into_remarks();
    drop(tables);
    let experiment = match read {
        Some(experiment) if remarks.is_empty() => experiment,
        _ => return Err(in_order(remarks)),
    };
    for (arm, (name, world)) in experiment.arms.iter().enumerate() {
        let found: Vec<Diagnostic> =
            check(&files, world).into_iter().filter(|it| !remarks.contains(it)).collect();
        remarks.extend(found.into_iter().map(|mut remark| {
            if arm > 0 {
                remark.message = format!("{} (arm `{name}`)", remark.message);
            }
            remark
        }));
    }
    let is_error = |remark: &Diagnostic| remark.severity == Severity::Error;
    if !remarks.iter().any(is_error) {
        remarks.extend(check_size(&files, &experiment.arms));
        remarks.extend(experiment.arms.iter().flat_map(|arm| experiment.refusals(arm)));
    }
    remarks.extend(equal_arms(&files, &experiment));
    let remarks = in_order(remarks);
    if remarks.iter().any(is_error) {
        return Err(remarks);
    }
    Ok(Loaded { experiment, warnings: remarks })
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
        let message = format!("the arm `{name}` is the same as `{earlier}`");
        Some(remark(files, world.spot, Severity::Warning).says(message))
    };
    arms.iter().enumerate().filter_map(remark).collect()
}

impl<'a> Reader<'a> {
    fn experiment(&self, files: &'a Arc<[File]>, known_metrics: &[&str]) -> Option<Experiment> {
        let whole = &files[0].text;
        let text = Some(after_blanks(whole)).filter(|text| !text.is_empty()).unwrap_or(whole);
        let raw: raw::Experiment<'a> = self.read(text)?;
        self.schema(raw.schema.text())?;
        let name = self.name(raw.name.text());
        let question = self.read::<String>(raw.question.text());
        let seed = self.read::<u64>(raw.seed.text());
        let time = self.time(&raw);
        let base = self.base(&raw, text);
        let metrics = self.metrics(raw.metrics.text(), known_metrics);
        let (arms, patches) = self.arms(raw.arms.text(), &base);
        let expected = raw.expect.map(|expect| {
            self.expectations(expect.text(), &arms, time.map(|(_, horizon)| horizon))
        });
        let expected = expected.unwrap_or_default();
        let (name, question, seed, (start, horizon)) = (name?, question?, seed?, time?);
        let title =
            Title { name: &name, question: &question, seed, start, horizon, metrics: &metrics };
        let patches = arms.iter().map(|(name, _)| name.as_str()).zip(patches).collect();
        let normalised = normalised(&title, &base, patches);
        let files = Arc::clone(files);
        Some(Experiment {
            name,
            question,
            seed,
            start,
            horizon,
            metrics,
            arms,
            expected,
            normalised,
            files,
        })
    }

    fn time(&self, raw: &raw::Experiment<'a>) -> Option<(Time, Duration)> {
        let start = self.read::<Time>(raw.start.text());
        let horizon = self.read::<Duration>(raw.horizon.text());
        let (start, horizon) = (start?, horizon?);
        if horizon <= Duration::ZERO || start.0.checked_add(horizon.0).is_none() {
            self.refuse(raw.horizon.text(), "the horizon is above zero and before the year 2262");
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
            spot: self.spot(text),
        };
        for entry in self.entries(raw.fundamentals.text(), "fundamental") {
            let answer = self.answer_to::<Fundamental>(entry.value);
            if answer.is_none() {
                self.spoil("fundamental", &entry.name);
            }
            world.fundamentals.extend(answer.map(|answer| (entry.name, answer)));
        }
        for entry in self.entries(raw.venues.text(), "venue") {
            let venue = self.venue(&world, &entry);
            if venue.is_none() {
                self.spoil("venue", &entry.name);
            }
            world.venues.extend(venue.map(|venue| (entry.name, venue)));
        }
        for setting in raw.rules.iter().flat_map(|rules| self.settings(rules.text())) {
            if setting.scope == market::Scope::System {
                setting.put(&mut world.rules);
            } else {
                self.misplaced(&setting);
            }
        }
        for text in self.list(raw.traders.text()) {
            let Some((name, group)) = self.group(&world, text, None) else {
                self.spoil("group", ANY);
                continue;
            };
            if world.groups.contains_key(&name) {
                self.refuse(text, format!("there are two groups `{name}`"));
            }
            world.groups.insert(name, Arc::new(group));
        }
        world
    }

    fn assets(&self, text: &'a str) -> BTreeMap<String, i8> {
        let asset = |entry: Entry<'a>| {
            let raw = self.read::<raw::Asset<'a>>(entry.value);
            let decimals = raw.and_then(|raw| self.decimals(raw.decimals.text()));
            if decimals.is_none() {
                self.spoil("asset", &entry.name);
            }
            Some((entry.name, decimals?))
        };
        self.entries(text, "asset").into_iter().filter_map(asset).collect()
    }

    fn decimals(&self, text: &'a str) -> Option<i8> {
        let decimals: i8 = self.read(text)?;
        let fits = (0..=18).contains(&decimals);
        if !fits {
            self.refuse(text, "an asset has 0 to 18 decimals");
        }
        fits.then_some(decimals)
    }

    fn arms(&self, text: &'a str, base: &World) -> (Vec<(String, World)>, Vec<Node>) {
        let entries = self.entries(text, "arm");
        if entries.is_empty() {
            self.refuse_helping(
                text,
                "an experiment has at least one arm",
                "the base as it is: `arms: { \"base\": () }`".to_owned(),
            );
        }
        if entries.len() > ARMS_MAX {
            self.refuse(text, format!("an experiment has at most {ARMS_MAX} arms"));
            return (Vec::new(), Vec::new());
        }
        let arm = |entry: Entry<'a>| {
            let spot = self.spot(entry.key);
            let world = World { spot, ..self.arm(base, entry.value) };
            let patches = patches(entry.value, &world);
            ((entry.name, world), patches)
        };
        entries.into_iter().map(arm).unzip()
    }

    fn metrics(&self, text: &'a str, known: &[&str]) -> Vec<String> {
        let mut seen = BTreeSet::new();
        for metric in self.list(text) {
            let name = crate::tokens::tokens(metric).next().unwrap_or_default();
            if !known.contains(&name) {
                self.unknown(metric, ("metric", "metrics"), name, known.iter().copied());
            } else if !seen.insert(name) {
                self.refuse(metric, format!("`{name}` is asked for twice"));
            }
        }
        self.list(text).into_iter().map(|metric| Node::parse(metric).inline()).collect()
    }
}
