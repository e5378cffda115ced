//! A page about arms that were compared.

use crate::{
    Style,
    number::{self, counted},
    table::{Column, lay_out, shortened, wrapped},
};
use comparison::{Arm, Comparison, Difference, Interval, Line};
use metrics::{Better, Undefined, Unit};
use std::collections::BTreeMap;

/// Longest name of an arm that is printed in full.
const NAME: usize = 28;

/// Fewest seeds on which intervals are printed without a warning.
const FEW: usize = 10;

/// A page that compares arms with the first of them. `asset` is what money metrics are in.
pub fn compare(
    (title, past): (&str, Option<&str>),
    comparison: &Comparison,
    asset: &str,
    style: Style,
) -> String {
    let mut page = head(title, past, comparison, style);
    let header = ["", "mean", "difference", "95% interval", "better on", ""].map(str::to_owned);
    let rows = comparison.lines.iter().flat_map(|line| line.arms.iter().map(|arm| row(line, arm)));
    let columns =
        [Column::Left, Column::Right, Column::Right, Column::Right, Column::Right, Column::Left];
    let mut rows =
        lay_out(&columns, [header.to_vec()].into_iter().chain(rows).collect()).into_iter();
    page.extend(rows.next().map(|header| style.note(&header)));
    for line in &comparison.lines {
        page.push(style.title(&heading(line, asset)));
        page.extend(rows.by_ref().take(line.arms.len()).map(|row| style.verdicts(&row)));
        page.extend(footnotes(line, comparison.seeds).iter().map(|note| style.note(note)));
    }
    page.push(String::new());
    page.extend(closing(comparison).iter().map(|note| style.note(note)));
    page.push(String::new());
    page.join("\n")
}

/// Says in which of the arms nobody was liquidated in any run; nothing where somebody always was.
pub fn untouched(arms: &[String], untouched: &[&str], style: Style) -> Option<String> {
    let of = match untouched {
        [] => return None,
        all if all.len() == arms.len() => String::new(),
        some => {
            let quoted = some.iter().map(|arm| format!("`{arm}`"));
            format!(" of {}", quoted.collect::<Vec<_>>().join(", "))
        },
    };
    let text = format!(
        "Nobody was liquidated in any run{of}: rules about liquidations and what follows them had \
         nothing to do there."
    );
    let lines = wrapped("  ", &text).into_iter().map(|line| style.note(&line));
    Some(lines.collect::<Vec<_>>().join("\n") + "\n")
}

fn head(title: &str, past: Option<&str>, comparison: &Comparison, style: Style) -> Vec<String> {
    let mut head = vec![style.title(&shortened(title, crate::WIDTH))];
    let arms = comparison.lines.first().map_or(&[][..], |line| &line.arms);
    let baseline = arms.first().map_or("", |arm| &arm.name);
    let seeds = counted(comparison.seeds, "seed");
    let text = format!(
        "{} on {seeds}, with the same noise in each arm. Differences are from `{baseline}`.",
        counted(arms.len(), "arm"),
    );
    head.extend(wrapped("  ", &text));
    head.extend(past.into_iter().flat_map(|past| wrapped("  ", past)));
    head.push(String::new());
    head
}

fn heading(line: &Line, asset: &str) -> String {
    let better = match line.metric.better {
        Better::Lower => " · lower is better",
        Better::Higher => " · higher is better",
        Better::Neither => "",
    };
    format!("{}{better}", number::label(&line.metric, asset))
}

fn row(line: &Line, arm: &Arm) -> Vec<String> {
    let unit = line.metric.unit;
    let mut row = vec![shortened(&arm.name, NAME), number::value(unit, arm.mean)];
    if let Some(difference) = &arm.difference {
        row.push(
            difference.mean.map_or_else(
                |_| number::UNDEFINED.to_owned(),
                |mean| number::difference(unit, mean),
            ),
        );
        row.push(interval(unit, difference.interval));
        row.push(better_on(line.metric.better, difference));
        row.push(verdict(line.metric.better, difference).to_owned());
    }
    row
}

/// `[low, high] unit`, or each with its own where they differ.
fn interval(unit: Unit, interval: Result<Interval, Undefined>) -> String {
    let Ok(Interval { low, high }) = interval else {
        return number::UNDEFINED.to_owned();
    };
    let (low, high) = (number::difference(unit, low), number::difference(unit, high));
    match (number::split(&low), number::split(&high)) {
        ((low, unit), (high, same)) if unit == same => format!("[{low}, {high}]{unit}"),
        _ => format!("[{low}, {high}]"),
    }
}

fn better_on(better: Better, difference: &Difference) -> String {
    let tied = match difference.tied {
        0 => String::new(),
        tied => format!(", {tied} tied"),
    };
    match better {
        Better::Neither => String::new(),
        Better::Lower | Better::Higher if difference.pairs == 0 => String::new(),
        Better::Lower | Better::Higher => {
            format!("{}/{}{tied}", difference.better, difference.pairs)
        },
    }
}

/// What an interval without zero says.
fn verdict(better: Better, difference: &Difference) -> &'static str {
    let Some(interval) = difference.interval.ok().filter(|interval| interval.excludes_zero())
    else {
        return "";
    };
    match (better, interval.high < 0.0) {
        (Better::Neither, _) => "● differs",
        (Better::Lower, true) | (Better::Higher, false) => "● better",
        (Better::Lower, false) | (Better::Higher, true) => "● worse",
    }
}

/// Why arms have no value on some seeds: arms with the same reason share a note.
fn footnotes(line: &Line, seeds: usize) -> Vec<String> {
    let mut notes: BTreeMap<(Undefined, usize), Vec<String>> = BTreeMap::new();
    for arm in &line.arms {
        for (&reason, &count) in &arm.undefined {
            notes.entry((reason, count)).or_default().push(shortened(&arm.name, NAME));
        }
    }
    let note = |((Undefined(reason), count), arms): (_, Vec<String>)| {
        let seeds = counted(seeds, "seed");
        let arms = arms.join(" · ");
        wrapped("    ", &format!("{} {reason} on {count} of {seeds}: {arms}", number::UNDEFINED))
    };
    notes.into_iter().flat_map(note).collect()
}

/// How to read the page.
fn closing(comparison: &Comparison) -> Vec<String> {
    let arms = comparison.lines.iter().flat_map(|line| &line.arms);
    let intervals = arms.filter_map(|arm| arm.difference.as_ref()?.interval.ok()).count();
    if intervals == 0 {
        return wrapped("  ", "One seed shows no spread: run more before you conclude anything.");
    }
    let mut notes = wrapped(
        "  ",
        &format!(
            "● zero is outside the interval (Student's t on paired differences). Each interval \
             stands alone: between equal arms 1 in 20 would lack zero; there are {intervals} \
             here.",
        ),
    );
    if comparison.seeds < FEW {
        let few = format!(
            "On only {} an interval leans on differences being normal.",
            counted(comparison.seeds, "seed"),
        );
        notes.extend(wrapped("  ", &few));
    }
    notes
}
