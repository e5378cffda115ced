//! An experiment before it is run: what it tries, and what that costs.

use crate::{
    Style,
    number::{bytes, grouped},
    table::{Column, lay_out, shortened, wrapped},
};

/// What is known of an experiment before it is run.
#[derive(Clone, Debug)]
pub struct CheckPage<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it asks.
    pub question: &'a str,
    /// Where it is from, its seed and its time.
    pub facts: String,
    /// Its arms, the base first.
    pub arms: Vec<CheckedArm<'a>>,
    /// Venues that alone bear what bankrupt accounts owe, each with the arms where it does.
    pub alone: Vec<(&'a str, Vec<&'a str>)>,
}

/// An arm: what it changes, and what a run of it costs at most.
#[derive(Clone, Debug)]
pub struct CheckedArm<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it changes of the base, a line each.
    pub changes: Vec<String>,
    /// Accounts of people.
    pub traders: u64,
    /// Accounts of the house.
    pub house: u64,
    /// Legs at the start.
    pub legs: u64,
    /// Beats of clocks.
    pub beats: u64,
    /// Memory in bytes.
    pub bytes: u64,
}

/// Widest name of an arm.
const NAME: usize = 40;

/// The page of an experiment that was not run.
pub fn check(page: &CheckPage<'_>, style: Style) -> String {
    let mut lines = vec![style.title(&format!("{} — {}", page.name, page.question))];
    lines.extend(wrapped("  ", &page.facts));
    lines.push("\nArms, and what they change".to_owned());
    for arm in &page.arms {
        lines.extend(wrapped("  ", arm.name));
        if arm.changes.is_empty() {
            lines.push("      nothing: the experiment as it is".to_owned());
        }
        lines.extend(arm.changes.iter().flat_map(|change| wrapped("      ", change)));
    }
    for (venue, arms) in &page.alone {
        let arms = if arms.len() == page.arms.len() {
            "any arm".to_owned()
        } else {
            arms.iter().map(|arm| format!("`{arm}`")).collect::<Vec<_>>().join(", ")
        };
        let note = format!(
            "At `{venue}` nothing answers `insurance` or `deleveraging` in {arms}: all that bankrupt \
             accounts owe becomes the venue's debt."
        );
        lines.extend(wrapped("  ", &note));
    }
    lines.push("\nWhat a run costs at most".to_owned());
    lines.extend(costs(&page.arms));
    let note =
        "House accounts are the venues' own: insurance fund, revenue, debt, liquidity and others.";
    lines.extend(wrapped("  ", note));
    lines.join("\n")
}

/// A line an arm, and one for all of them when there are several.
fn costs(arms: &[CheckedArm<'_>]) -> Vec<String> {
    let head = ["", "traders", "house accounts", "legs", "beats of clocks", "memory"];
    let head = head.map(str::to_owned).to_vec();
    let sum = |of: fn(&CheckedArm<'_>) -> u64| arms.iter().map(of).fold(0, u64::saturating_add);
    let row = |name: String, numbers: [u64; 4], memory: u64| {
        let mut row = vec![name];
        row.extend(numbers.map(|number| grouped(&number.to_string())));
        row.push(bytes(memory));
        row
    };
    let mut rows = vec![head];
    for arm in arms {
        let numbers = [arm.traders, arm.house, arm.legs, arm.beats];
        rows.push(row(shortened(arm.name, NAME), numbers, arm.bytes));
    }
    if arms.len() > 1 {
        let numbers = [
            sum(|arm| arm.traders),
            sum(|arm| arm.house),
            sum(|arm| arm.legs),
            sum(|arm| arm.beats),
        ];
        let most = arms.iter().map(|arm| arm.bytes).max().unwrap_or_default();
        rows.push(row("all, one after the other".to_owned(), numbers, most));
    }
    let right = [Column::Right; 5];
    lay_out(&[&[Column::Left], &right[..]].concat(), rows)
}
