//! Who paid, arms side by side.

use crate::{
    Style, number,
    table::{Column, lay_out, shortened},
};
use metrics::{Payer, Unit, WhoPaid};
use units::{Decimal, Money};

/// A page of who paid: a row a payer, a column an arm, each the mean over the runs of the arm; one
/// block for each settlement asset. `tables` are the runs' tables with the names of their arms.
pub fn who_paid<'a>(
    arms: &[String],
    tables: impl Iterator<Item = (&'a str, &'a [WhoPaid])> + Clone,
    style: Style,
) -> String {
    let mut page = blocks("Who paid, mean over seeds", arms, &tables, style);
    page.push(
        style.note("  Each column sums to zero in every run: one side's loss is another's gain."),
    );
    page.join("\n")
}

/// The lines of such a page, under this title.
pub(crate) fn blocks<'a>(
    title: &str,
    arms: &[String],
    tables: &(impl Iterator<Item = (&'a str, &'a [WhoPaid])> + Clone),
    style: Style,
) -> Vec<String> {
    let mut assets: Vec<(&str, i8)> = tables
        .clone()
        .flat_map(|(_, tables)| tables.iter().map(|table| (table.asset.as_str(), table.decimals)))
        .collect();
    assets.sort_unstable();
    assets.dedup();
    let blocks = assets.into_iter().flat_map(|(asset, decimals)| {
        let title = style.title(&format!("{title} ({asset}; a loss is negative)"));
        let table = lay_out(&columns(arms), rows(arms, tables, (asset, decimals)));
        [title].into_iter().chain(table)
    });
    blocks.collect()
}

fn columns(arms: &[String]) -> Vec<Column> {
    [Column::Left].into_iter().chain(arms.iter().map(|_| Column::Right)).collect()
}

fn rows<'a>(
    arms: &[String],
    tables: &(impl Iterator<Item = (&'a str, &'a [WhoPaid])> + Clone),
    (asset, decimals): (&str, i8),
) -> Vec<Vec<String>> {
    let labels = Payer::ALL.iter().map(|payer| payer.label().chars().count() + 2).max();
    let room = crate::WIDTH.saturating_sub(labels.unwrap_or_default()) / arms.len().max(1);
    let name = |arm: &String| shortened(arm, room.saturating_sub(2).max(8));
    let header = [String::new()].into_iter().chain(arms.iter().map(name));
    let is_there = |payer: &&Payer| {
        let mut rows = tables.clone().flat_map(|(_, tables)| tables).flat_map(|table| &table.rows);
        rows.any(|(its, _)| its == *payer)
    };
    let rows = Payer::ALL.iter().filter(is_there).map(|&payer| {
        let means = arms.iter().map(|arm| {
            let amounts: Vec<Money> = tables
                .clone()
                .filter(|(name, _)| name == arm)
                .flat_map(|(_, tables)| tables)
                .filter(|table| table.asset == asset)
                .map(|table| {
                    let row = table.rows.iter().find(|(its, _)| *its == payer);
                    row.map_or(Money::ZERO, |&(_, amount)| amount)
                })
                .collect();
            mean(&amounts, decimals)
        });
        [payer.label().to_owned()].into_iter().chain(means).collect()
    });
    [header.collect()].into_iter().chain(rows).collect()
}

fn mean(amounts: &[Money], decimals: i8) -> String {
    let count = i128::try_from(amounts.len()).unwrap_or(1).max(1);
    let sum: Money = amounts.iter().copied().sum();
    let mean = Decimal::new(sum.0 / count, decimals).to_string();
    mean.parse()
        .map_or_else(|_| number::UNDEFINED.to_owned(), |mean| number::signed(Unit::Money, mean))
}
