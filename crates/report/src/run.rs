//! A page about one run.

use crate::{
    Style, number,
    spark::spark,
    table::{Column, lay_out, shortened, wrapped},
};
use metrics::{
    Definition, PriceLine, Run, Unbalanced, Undefined, Unit, Value, WhoPaid, price_lines, who_paid,
};
use replay::{Log, SealReason};
use std::collections::BTreeMap;
use units::{Decimal, Duration, Money};

/// What a run is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// Name of the experiment.
    pub experiment: String,
    /// Name of the arm.
    pub arm: String,
    /// Seed of the random streams.
    pub seed: u64,
    /// How many accounts are drawn, where so many were asked for.
    pub accounts: Option<u32>,
    /// Simulated time.
    pub span: Duration,
    /// Number of facts after genesis.
    pub facts: u64,
    /// Digest of the run.
    pub digest: String,
    /// The broken law or failed computation that ended it before its time.
    pub broken: Option<String>,
}

/// Everything that a page about one run shows.
#[derive(Clone, Debug)]
pub struct RunPage {
    /// What it is called.
    pub title: Title,
    /// The asset that money metrics are in.
    pub asset: String,
    /// Mark prices.
    pub lines: Vec<PriceLine>,
    /// Metrics in the order they were asked for.
    pub values: Vec<(Definition, Value)>,
    /// Who paid, one table for each asset.
    pub who_paid: Result<Vec<WhoPaid>, Unbalanced>,
}

/// A page about one run, in which so many accounts were asked for.
pub fn run(log: &Log, accounts: Option<u32>, metrics: &[Definition], style: Style) -> String {
    RunPage::of(log, accounts, metrics).text(style)
}

/// How many accounts are drawn, as a heading says it.
pub fn drawn(accounts: u32) -> String {
    format!("{} drawn", number::counted(accounts, "account"))
}

impl RunPage {
    /// Measures a log.
    pub fn of(log: &Log, accounts: Option<u32>, metrics: &[Definition]) -> Self {
        let run = Run::of(log);
        let title = Title {
            experiment: log.header.experiment.clone(),
            arm: log.header.arm.clone(),
            seed: log.header.seed,
            accounts,
            span: run.horizon().since(run.start()),
            facts: log.seal.records,
            digest: log.digest.to_string(),
            broken: match &log.seal.reason {
                SealReason::Broken(why) | SealReason::Recovered(why) => Some(why.clone()),
                SealReason::Horizon | SealReason::Quiet | SealReason::Paused => None,
            },
        };
        Self {
            title,
            asset: run.asset().map_or_else(|_| String::new(), |asset| asset.name.clone()),
            lines: price_lines(&run),
            values: metrics.iter().map(|metric| (*metric, (metric.measure)(&run))).collect(),
            who_paid: who_paid(&run),
        }
    }

    /// The page as text, ending in a new line.
    pub fn text(&self, style: Style) -> String {
        let mut page = self.head(style);
        page.extend(self.lines.iter().flat_map(|line| price_line(line, style)));
        page.extend(self.metrics(style));
        match &self.who_paid {
            Ok(tables) => page.extend(tables.iter().flat_map(|table| paid(table, style))),
            Err(unbalanced) => page.extend(wrapped("  ", &format!("LAW BROKEN: {unbalanced}"))),
        }
        page.push(String::new());
        page.push(
            style
                .note("  One seed is one draw: compare arms on many before you conclude anything."),
        );
        page.push(String::new());
        page.join("\n")
    }

    fn head(&self, style: Style) -> Vec<String> {
        let Title { experiment, arm, seed, accounts, span, facts, digest, broken } = &self.title;
        let title = shortened(&format!("{experiment} · {arm}"), crate::WIDTH);
        let facts = number::counted(facts, "fact");
        let drawn = accounts.map(|it| format!("{} · ", drawn(it))).unwrap_or_default();
        let numbers = format!("seed {seed} · {drawn}{span} simulated · {facts} · {digest}");
        let mut head = vec![style.title(&title)];
        head.extend(wrapped("  ", &numbers).iter().map(|line| style.note(line)));
        if let Some(why) = broken {
            head.extend(wrapped("  ", &format!("BROKEN, not a result: {why}")));
        }
        head
    }

    fn metrics(&self, style: Style) -> Vec<String> {
        let row = |(metric, value): &(Definition, Value)| {
            vec![number::label(metric, &self.asset), number::value(metric.unit, *value)]
        };
        let rows = self.values.iter().map(row).collect();
        let mut block = vec![String::new(), style.title("What happened")];
        block.extend(lay_out(&[Column::Left, Column::Right], rows));
        let mut reasons: BTreeMap<Undefined, Vec<&str>> = BTreeMap::new();
        for (metric, value) in &self.values {
            if let Err(reason) = value {
                reasons.entry(*reason).or_default().push(metric.name);
            }
        }
        for (Undefined(reason), names) in reasons {
            let note = format!("{} {}: {reason}", number::UNDEFINED, names.join(", "));
            block.extend(wrapped("  ", &note).iter().map(|line| style.note(line)));
        }
        block
    }
}

fn price_line(line: &PriceLine, style: Style) -> Vec<String> {
    let percent = |price| number::signed(Unit::Ratio, line.change(price));
    let price = |price| number::grouped(&line.price(price).to_string());
    let story = format!(
        "{} mark price {} → {} ({}), low {} ({}) at {}",
        line.label,
        price(line.first),
        price(line.last),
        percent(line.last),
        price(line.low),
        percent(line.low),
        line.low_at.time_of_day(),
    );
    let mut block = vec![String::new()];
    block.extend(wrapped("", &story).iter().map(|line| style.title(line)));
    block.push(format!("  {}", spark(&line.points)));
    block
}

/// Amounts in full, so that anyone can add them up.
fn paid(table: &WhoPaid, style: Style) -> Vec<String> {
    let amounts = table.rows.iter().map(|&(_, amount)| amount);
    let all: Vec<Money> = amounts.clone().chain([amounts.sum()]).collect();
    let labels = table.rows.iter().map(|(payer, _)| (payer.label(), payer.summary()));
    let rows = labels.chain([("sum", "")]).zip(aligned(&all, table.decimals));
    let rows = rows.map(|((label, summary), amount)| vec![label.into(), amount, summary.into()]);
    let title = format!("Who paid, {}: gains and losses of equity, start to end", table.asset);
    let mut block = vec![String::new(), style.title(&title)];
    block.extend(lay_out(&[Column::Left, Column::Right, Column::Left], rows.collect()));
    block
}

/// Amounts with as many digits after the point as the finest of them needs.
fn aligned(amounts: &[Money], decimals: i8) -> Vec<String> {
    let texts: Vec<String> =
        amounts.iter().map(|amount| Decimal::new(amount.0, decimals).to_string()).collect();
    let places = |text: &str| text.split_once('.').map_or(0, |(_, part)| part.len());
    let most = texts.iter().map(|text| places(text)).max().unwrap_or_default();
    let pad = |text: &String| {
        let point = if most > 0 && places(text) == 0 { "." } else { "" };
        let zeros = "0".repeat(most - places(text));
        number::grouped(&format!("{text}{point}{zeros}"))
    };
    texts.iter().map(pad).collect()
}
