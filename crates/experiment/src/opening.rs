//! Who starts with too little: legal, and easily taken for what rules do.

use crate::{
    Code, Diagnostic, Experiment, Loaded,
    belongs::OF_A_LOAN,
    budget::fewer,
    parts::{brackets, values},
    people::People,
    reader::grouped,
    source::{Spot, remark, spot, text_from},
    world::{Group, World},
};
use market::{Lack, Lacking, Refusal, RiskReport, lacking};
use std::collections::BTreeMap;
use units::{Money, Ratio, Rounding, mul_div};

/// Most accounts of an arm that is opened to see who starts with too little: four gigabytes of them.
const OPENED_MAX: u64 = 5_000_000;

/// A margin that is rather the loan-to-value of who takes one for the other.
const MUCH: Ratio = Ratio(50 * Ratio::PERCENT.0);

/// Most names that a remark lists.
const NAMES_MAX: usize = 5;

impl Loaded {
    /// Opens the market of every arm on the experiment's own seed, and adds to the warnings who starts
    /// with too little. It takes as long as so many runs take to begin; arms with the same people,
    /// prices and margin are opened once, and those with more than five million accounts never.
    ///
    /// # Errors
    /// Everything for which a run would be refused before it begins.
    pub fn opened(mut self) -> Result<Self, Vec<Diagnostic>> {
        self.warnings.extend(self.experiment.openings()?);
        let place = |it: &Diagnostic| (it.path.clone(), it.line, it.column);
        self.warnings.sort_by_key(place);
        Ok(self)
    }
}

/// Who of a group starts with too little.
#[derive(Debug, Default)]
struct Tally {
    /// How many lack what, the worst first.
    counts: BTreeMap<Lack, u64>,
    /// The first of those who lack most.
    worst: Vec<One>,
    /// How many were drawn, and hold nothing.
    idle: u64,
}

/// One of them: its place in its group, the equity that it would need, and its risk.
#[derive(Debug)]
struct One {
    ordinal: usize,
    needed: Money,
    risk: RiskReport,
}

/// By name of the group.
type Tallies = BTreeMap<String, Tally>;

impl Tally {
    fn see(&mut self, account: &Lacking<'_>) {
        let Lacking { lack, needed, risk, .. } = *account;
        let worst = self.counts.keys().next();
        if worst.is_none_or(|&worst| lack < worst) {
            self.worst.clear();
        }
        *self.counts.entry(lack).or_default() += 1;
        let is_worst = self.counts.keys().next() == Some(&lack);
        // A name more than is listed says that there are more.
        if is_worst && self.worst.len() <= NAMES_MAX {
            let ordinal = usize::try_from(account.ordinal).unwrap_or(usize::MAX);
            self.worst.push(One { ordinal, needed, risk });
        }
    }
}

/// Arms that were opened, and what is odd about it.
type Opened<'e> = Vec<(&'e World, Vec<Diagnostic>)>;

impl Experiment {
    fn openings(&self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        let (mut opened, mut refused) = (Opened::new(), Vec::new());
        // What is said without its help, the help that the first arm has for it, and all its arms.
        let mut told: Vec<(Diagnostic, Option<String>, Vec<&str>)> = Vec::new();
        for (arm, world) in &self.arms {
            let remarks = match self.opening((arm, world), &mut opened) {
                Ok(remarks) => remarks,
                Err(remarks) => {
                    refused.extend(remarks);
                    continue;
                },
            };
            for mut remark in remarks {
                let help = remark.help.take();
                match told.iter_mut().find(|(other, ..)| *other == remark) {
                    Some((.., arms)) => arms.push(arm),
                    None => told.push((remark, help, vec![arm])),
                }
            }
        }
        refused.sort();
        refused.dedup();
        if !refused.is_empty() {
            return Err(refused);
        }
        let remark = |(remark, help, arms): (Diagnostic, _, Vec<&str>)| {
            let message = format!("{}{}", remark.message, self.where_it_holds(&arms));
            remark.says(message).helps(help)
        };
        Ok(told.into_iter().map(remark).collect())
    }

    /// What is odd about how an arm opens.
    fn opening<'e>(
        &'e self,
        (arm, world): (&str, &'e World),
        opened: &mut Opened<'e>,
    ) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        if let Some(remark) = self.not_opened(arm, world) {
            return Ok(vec![remark]);
        }
        if let Some((_, remarks)) = opened.iter().find(|(it, _)| it.opens_like(world)) {
            return Ok(remarks.clone());
        }
        let tallies = self.tallies((arm, world))?;
        let of = |(name, tally): (&String, &Tally)| {
            let group = (name.as_str(), &*world.groups[name]);
            [self.lacking(group, tally), self.idle(group, tally)]
        };
        let remarks: Vec<Diagnostic> = tallies.iter().flat_map(of).flatten().collect();
        opened.push((world, remarks.clone()));
        Ok(remarks)
    }

    /// Says that an arm has too many accounts to be opened only to be looked at.
    fn not_opened(&self, arm: &str, world: &World) -> Option<Diagnostic> {
        let accounts = self.estimate(arm)?.accounts;
        if accounts <= OPENED_MAX {
            return None;
        }
        let (fewer, _, spot) = fewer(world, |(accounts, _)| accounts);
        let message = format!(
            "nobody looked who starts with too little: {} accounts are more than {}",
            grouped(accounts),
            grouped(OPENED_MAX)
        );
        let help = format!("{fewer} to be told, then raise it again");
        Some(remark(&self.files, spot, Code::NotOpened).says(message).helps(help))
    }

    /// Who of each group of an arm starts with too little.
    fn tallies(&self, (arm, world): (&str, &World)) -> Result<Tallies, Vec<Diagnostic>> {
        let plan = self.plan(arm, self.seed())?;
        let mut tallies = Tallies::new();
        let refused = |refusals: Vec<Refusal>| {
            refusals.iter().map(|refusal| self.refused(arm, refusal)).collect::<Vec<_>>()
        };
        lacking(&plan, |account| match tallies.get_mut(account.group) {
            Some(tally) => tally.see(&account),
            None => tallies.entry(account.group.to_owned()).or_default().see(&account),
        })
        .map_err(refused)?;
        for group in &plan.groups {
            let is_drawn = matches!(world.groups[&group.name].people, People::Drawn(_));
            let idle = group.accounts.iter().filter(|account| account.legs.is_empty()).count();
            if is_drawn && idle > 0 {
                let tally = tallies.entry(group.name.clone()).or_default();
                tally.idle = u64::try_from(idle).unwrap_or(u64::MAX);
            }
        }
        Ok(tallies)
    }

    /// Behind a message: the arms it is about, where it is not about all.
    fn where_it_holds(&self, arms: &[&str]) -> String {
        if arms.len() == self.arms.len() {
            return String::new();
        }
        let s = if arms.len() == 1 { "" } else { "s" };
        format!(" (arm{s} {})", listed(arms.iter().copied()))
    }

    /// Who holds nothing, though it was drawn to.
    fn idle(&self, (name, group): (&str, &Group), tally: &Tally) -> Option<Diagnostic> {
        let Tally { idle, .. } = *tally;
        let (have, hold) = if idle == 1 { ("has", "holds") } else { ("have", "hold") };
        let subject = subject(name, idle, group.people.count());
        let message = format!("{subject} {have} too little for a lot, and {hold} nothing");
        let help = "take a smaller `lot`, give them more `collateral`, or ask for fewer accounts";
        let remark = remark(&self.files, group.spot, Code::BelowLot);
        (idle > 0).then(|| remark.says(message).helps(Some(help.to_owned())))
    }

    /// Who starts with too little.
    fn lacking(&self, (name, group): (&str, &Group), tally: &Tally) -> Option<Diagnostic> {
        let people = &group.people;
        let mut counts = tally.counts.iter();
        let (&lack, &count) = counts.next()?;
        let first = tally.worst.first()?;
        let names = tally.worst.iter().map(|one| people.name(one.ordinal));
        let names = match people {
            People::Listed(roster) if roster.len() > 1 => format!(": {}", listed(names)),
            People::Listed(_) | People::Drawn(_) | People::Rest(_) => String::new(),
        };
        let more = |(&lack, &count)| format!("; {} more {}", grouped(count), starts(count, lack));
        let message = format!(
            "{} {}{names}{}",
            subject(name, count, people.count()),
            starts(count, lack),
            counts.map(more).collect::<String>()
        );
        let label = format!("{}/{name}/{}", group.venue, people.name(first.ordinal));
        let mut help = format!("`{label}` {}; {}", first.what(lack), people.what_to_do(lack));
        let needs = first.needs();
        if lack != Lack::Solvency && (MUCH..Ratio::ONE).contains(&needs) {
            let margin = Ratio(Ratio::ONE.0 - needs.0);
            help = format!(
                "is {needs} a loan-to-value? then the margin is {margin}; {OF_A_LOAN}; {help}"
            );
        }
        let place = self.place(group, first.ordinal);
        Some(remark(&self.files, place, code(lack)).says(message).helps(help))
    }

    /// Where the account of a group is written: itself, its table, or its group.
    fn place(&self, group: &Group, ordinal: usize) -> Spot {
        let text = text_from(&self.files, group.whole);
        let listed = || brackets(values(text, "accounts").first()?);
        let account = || Some(listed()?.parts.get(ordinal)?.value);
        let table = || values(text, "file").first().copied();
        let written = match group.people {
            People::Listed(_) => account().or_else(table),
            People::Drawn(_) | People::Rest(_) => None,
        };
        written.map_or(group.spot, |written| spot(&self.files, written))
    }
}

impl People {
    fn count(&self) -> u64 {
        match self {
            Self::Drawn(population) => population.count.into(),
            Self::Listed(roster) => roster.len(),
            Self::Rest(_) => 1,
        }
    }

    /// Name of an account, as logs print it.
    fn name(&self, ordinal: usize) -> String {
        match self {
            Self::Listed(roster) => roster.holder(ordinal).name.to_owned(),
            Self::Drawn(_) | Self::Rest(_) => (ordinal + 1).to_string(),
        }
    }

    fn what_to_do(&self, lack: Lack) -> String {
        let people = match self {
            Self::Drawn(_) => "lower `leverage`",
            Self::Listed(_) => "give it more collateral",
            Self::Rest(_) => "raise its `collateral`",
        };
        let rule = match lack {
            Lack::Solvency => return people.to_owned(),
            Lack::Call => "margin_call",
            Lack::Maintenance | Lack::Initial => "margin",
        };
        format!("{people}, or let `{rule}` ask for less")
    }
}

impl One {
    /// What it would need, of its notional.
    fn needs(&self) -> Ratio {
        share(self.needed, self.risk.notional, Rounding::Up)
    }

    /// What it has, what it would need, and what comes of that.
    fn what(&self, lack: Lack) -> String {
        let share = |money: Money, rounding| share(money, self.risk.notional, rounding);
        let equity = share(self.risk.equity, Rounding::Down);
        let needed = self.needs();
        let what = match lack {
            Lack::Solvency => " and is closed at the first mark price".to_owned(),
            Lack::Maintenance => {
                format!(", needs {needed}, and is liquidated at the first mark price")
            },
            Lack::Call => format!(", is asked for {needed}, and is called at the first mark price"),
            Lack::Initial => format!(", and could not open what it holds: that takes {needed}"),
        };
        format!("has equity of {equity} of its notional{what}")
    }
}

fn code(lack: Lack) -> Code {
    match lack {
        Lack::Solvency => Code::NoEquity,
        Lack::Maintenance => Code::BelowMaintenance,
        Lack::Call => Code::BelowCall,
        Lack::Initial => Code::BelowInitial,
    }
}

/// So many of all accounts of a group.
fn subject(group: &str, count: u64, all: u64) -> String {
    if all == 1 {
        return format!("the only account of `{group}`");
    }
    if count == all {
        return format!("all {} accounts of `{group}`", grouped(all));
    }
    let share = i128::from(count) * 1_000 / i128::from(all.max(1));
    let share = match i64::try_from(share).unwrap_or_default() {
        0 => "under 0.1%".to_owned(),
        share => Ratio(share * Ratio::PERCENT.0 / 10).to_string(),
    };
    format!("{} of {} accounts of `{group}` ({share})", grouped(count), grouped(all))
}

fn starts(count: u64, lack: Lack) -> String {
    let s = if count == 1 { "s" } else { "" };
    let below = match lack {
        Lack::Solvency => "without equity",
        Lack::Maintenance => "below maintenance margin",
        Lack::Call => "below the level of margin calls",
        Lack::Initial => "below initial margin",
    };
    format!("start{s} {below}")
}

/// A part of a notional, in hundredths of a per cent.
fn share(money: Money, notional: Money, rounding: Rounding) -> Ratio {
    let parts = mul_div(money.0, 10_000, notional.0, rounding).unwrap_or_default();
    let parts = i64::try_from(parts).unwrap_or_default();
    Ratio(parts.saturating_mul(Ratio::PERCENT.0 / 100))
}

/// The first of these names.
fn listed<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> String {
    let mut names = names.into_iter();
    let first: Vec<String> =
        names.by_ref().take(NAMES_MAX).map(|name| format!("`{}`", name.as_ref())).collect();
    let more = if names.next().is_some() { ", …" } else { "" };
    format!("{}{more}", first.join(", "))
}
