//! The standard metrics.

use super::entry::{Entry, one_line};
use metrics::{Better, Definition, STANDARD, Unit};

pub(super) fn entries() -> Vec<Entry> {
    STANDARD.iter().map(entry).collect()
}

fn entry(metric: &Definition) -> Entry {
    let Definition { name, summary, .. } = *metric;
    Entry {
        list: "Metrics",
        names: vec![name.to_owned()],
        summary: one_line(summary),
        page: format!(
            "# {name}\n\nA metric, {}; {}.\n\n{summary}\n\n# How it is measured\n\n{}\n\n\
             # In an experiment\n\n`metrics: [{name}]`\n",
            unit(metric.unit),
            better(metric.better),
            metric.method()
        ),
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "in whole units of the asset that all venues settle in",
        Unit::Count => "a count",
        Unit::Number => "a number without a unit",
        Unit::Ratio => "a part of a whole, in per cent",
        Unit::Seconds => "in seconds of simulated time",
    }
}

fn better(better: Better) -> &'static str {
    match better {
        Better::Lower => "less of it is better",
        Better::Higher => "more of it is better",
        Better::Neither => "neither more nor less is better by itself",
    }
}
