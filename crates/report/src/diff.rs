//! A page about two logs: what they have in common, where they part, and what comes of it.

use crate::{
    Style, number,
    table::{Column, hanging, lay_out, shortened},
    who_paid,
};
use metrics::{Definition, Run, WhoPaid};
use replay::{Compared, Difference, Log, Names};

/// How the two logs are called on the page.
const SIDES: [&str; 2] = ["A", "B"];

/// A page about two logs and their difference: `titles` are what they are called elsewhere.
pub fn diff(
    titles: [&str; 2],
    logs: [&Log; 2],
    difference: &Difference,
    metrics: &[Definition],
    style: Style,
) -> String {
    let page = Page { logs, names: logs.map(|log| Names::of(&log.genesis)), difference, style };
    let blocks = [
        page.head(titles),
        page.worlds(),
        page.parting(),
        page.why(titles),
        page.kinds(),
        page.metrics(metrics),
        page.paid(),
    ];
    let blocks = blocks.into_iter().filter(|block| !block.is_empty());
    blocks.map(|block| block.join("\n")).collect::<Vec<_>>().join("\n\n")
}

struct Page<'a> {
    logs: [&'a Log; 2],
    names: [Names; 2],
    difference: &'a Difference,
    style: Style,
}

impl Page<'_> {
    fn head(&self, titles: [&str; 2]) -> Vec<String> {
        let mut block = Vec::new();
        for side in [0, 1] {
            let (log, title) = (self.logs[side], titles[side]);
            let (header, facts) = (&log.header, number::counted(log.seal.records, "fact"));
            let told = format!(
                "{} · {} · seed {} · {facts} · {}",
                header.experiment,
                header.arm,
                header.seed,
                log.digest.short()
            );
            // A path is left as it is: it is there to be copied.
            block.push(self.style.title(&format!("{}  {title}", SIDES[side])));
            block.extend(hanging("   ", "   ", &told));
        }
        block.extend(self.compared(&self.difference.header));
        block
    }

    /// What is not the same before time starts.
    fn worlds(&self) -> Vec<String> {
        let Difference { declared, groups, .. } = self.difference;
        if declared.is_empty() && groups.is_empty() {
            return vec![self.style.title("They begin with the same rules, people and prices")];
        }
        let mut block = vec![self.style.title("They begin with other rules, people or prices")];
        let lines = declared.iter().flat_map(|(side, line)| {
            let line = shortened(line, 2 * crate::WIDTH);
            hanging(&format!("    {}  ", SIDES[*side]), "       ", &line)
        });
        block.extend(lines);
        block.extend(self.compared(groups));
        block
    }

    /// The first fact that is not the same.
    fn parting(&self) -> Vec<String> {
        let Difference { alike, parting, .. } = self.difference;
        let (facts, are) = match alike {
            1 => ("fact".to_owned(), "is"),
            _ => (number::counted(alike, "fact"), "are"),
        };
        if parting.is_empty() {
            let [one, other] = self.logs.map(|log| log.seal.facts);
            let mut block = vec![self.style.title(&format!("They tell the same {facts}"))];
            if one != other {
                block.push("    from events that are numbered in another way".to_owned());
            }
            return block;
        }
        let ended = [0, 1].into_iter().find(|side| self.logs[*side].records.len() == *alike);
        let title = match ended {
            Some(side) => {
                let other = SIDES[1 - side];
                format!("The first {facts} {are} the same: {} ends, {other} goes on", SIDES[side])
            },
            None => format!("The first {facts} {are} the same; fact #{alike} is not"),
        };
        let mut block = vec![self.style.title(&title)];
        block.extend(self.compared(parting));
        block
    }

    /// Names and values; where they are not the same, those of either side behind a mark.
    fn compared(&self, all: &[Compared]) -> Vec<String> {
        let width = all.iter().map(|it| it.name.chars().count()).max().unwrap_or_default();
        let rest = " ".repeat(width + 9);
        let line = |mark: &str, name: &str, side: &str, value: &str| {
            hanging(&format!("  {mark} {name:<width$}  {side}  "), &rest, value)
        };
        let lines = all.iter().flat_map(|it| {
            if it.is_same() {
                return line(" ", &it.name, " ", it.values[0].as_deref().unwrap_or_default());
            }
            let sides = SIDES.iter().zip(&it.values);
            let told = sides.filter_map(|(side, value)| Some((*side, value.as_deref()?)));
            let lines = told.enumerate().flat_map(|(place, (side, value))| {
                let (mark, name) = if place == 0 { ("≠", it.name.as_str()) } else { (" ", "") };
                line(mark, name, side, value)
            });
            lines.collect()
        });
        lines.map(|line| self.style.mark(&line, "≠")).collect()
    }

    /// How either side came to its fact, from the latest cause that both share.
    fn why(&self, titles: [&str; 2]) -> Vec<String> {
        let Difference { fork: Some(fork), branches, .. } = self.difference else {
            return Vec::new();
        };
        let mut block = vec![self.style.title("Why: causes, the earliest first")];
        let both = [(0, "A B", *fork)].into_iter();
        let own = [0, 1].into_iter().flat_map(|side: usize| {
            let mark = ["A  ", "  B"][side];
            branches[side].iter().map(move |id| (side, mark, *id))
        });
        for (side, mark, id) in both.chain(own) {
            let Some(record) = self.logs[side].record(id) else { continue };
            let line = self.names[side].line(record);
            block.extend(hanging(&format!("    {mark}  "), "         ", &line));
        }
        let further = match fork.0 {
            0 => self.further(titles),
            _ => format!("  back to the root: delever replay explain {} {fork}", titles[0]),
        };
        block.push(self.style.note(&further));
        block
    }

    /// Where to read on when the logs have nothing in common but their beginning.
    fn further(&self, titles: [&str; 2]) -> String {
        let parted = self.logs.map(|log| log.records.get(self.difference.alike));
        let sides = titles.iter().zip(parted);
        let there = sides.filter_map(|(title, record)| Some((title, record?.stamp.time)));
        let shown = there.map(|(title, time)| {
            let from = number::moment(time);
            format!("  what it goes on with: delever replay show {title} --from {from}")
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    fn kinds(&self) -> Vec<String> {
        let kinds = &self.difference.kinds;
        let row = |(name, counts): &(&str, [usize; 2])| {
            let [one, other] = counts.map(|count| i128::try_from(count).unwrap_or(i128::MAX));
            let sign = if other > one { "+" } else { "" };
            let numbers = [one, other].map(|count| number::grouped(&count.to_string()));
            let change = format!("{sign}{}", number::grouped(&(other - one).to_string()));
            [(*name).to_owned()].into_iter().chain(numbers).chain([change]).collect()
        };
        self.table(
            "How often it happened, where not equally often",
            kinds.iter().map(row).collect(),
        )
    }

    fn metrics(&self, metrics: &[Definition]) -> Vec<String> {
        let runs = self.logs.map(Run::of);
        let asset = runs[0].asset().map_or_else(|_| String::new(), |asset| asset.name.clone());
        let row = |metric: &Definition| {
            let [one, other] = [0, 1].map(|side: usize| (metric.measure)(&runs[side]));
            let change = match (one, other) {
                (Ok(one), Ok(other)) => number::difference(metric.unit, other - one),
                (Err(_), _) | (_, Err(_)) => number::UNDEFINED.to_owned(),
            };
            let values = [one, other].map(|value| number::value(metric.unit, value));
            let name = [number::label(metric, &asset)];
            let row = || name.into_iter().chain(values).chain([change]).collect();
            (one != other).then(row)
        };
        self.table("Metrics, where they differ", metrics.iter().filter_map(row).collect())
    }

    fn table(&self, title: &str, rows: Vec<Vec<String>>) -> Vec<String> {
        if rows.is_empty() {
            return Vec::new();
        }
        let head = ["", SIDES[0], SIDES[1], "B − A"].map(str::to_owned).to_vec();
        let rows = [head].into_iter().chain(rows).collect();
        let mut block = vec![self.style.title(title)];
        block.extend(lay_out(&[Column::Left, Column::Right, Column::Right, Column::Right], rows));
        block
    }

    fn paid(&self) -> Vec<String> {
        let tables = self.logs.map(|log| metrics::who_paid(&Run::of(log)));
        let [Ok(one), Ok(other)] = &tables else {
            return vec![
                "Who paid: a law is broken, and gains and losses do not cancel".to_owned(),
            ];
        };
        if one == other {
            return Vec::new();
        }
        let both: [(&str, &[WhoPaid]); 2] = [(SIDES[0], one), (SIDES[1], other)];
        who_paid::blocks("Who paid", &SIDES.map(str::to_owned), &both.into_iter(), self.style)
    }
}
