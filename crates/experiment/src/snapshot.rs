//! A venue's own snapshot of its accounts: a [`Table`] with a row a leg.
//!
//! ```text
//! account,instrument,size,entry_price,collateral,margin
//! 104417,BTC,1.5,61200.5,40000,cross
//! 104417,ETH,-20,3010,,cross
//! 104418,SOL,300,140.25,4200,isolated
//! 104418,,,,1200.5,cross
//! ```
//!
//! Columns come in any order. A positive `size` is long. `margin` is `cross` or `isolated`.
//! `collateral` of an isolated row is the margin posted to that leg. Of a cross row it is the cash
//! of the account: the same on each of its cross rows, or on one of them alone. A cross row without
//! instrument, size and price states only cash; an account without any cross row has none. Amounts
//! are plain decimals in the asset that the venue settles in.
//!
//! The order of rows changes nothing: accounts come in the order of their ids, compared byte by
//! byte (`10` before `9`). An id is the name of its account.

mod header;
mod row;

use crate::{
    Code,
    reader::Reader,
    roster::{Held, Roster},
    table::{Line, Table},
    world::Venue,
};
use row::{Leg, Row};
use std::{cell::Cell, collections::BTreeSet};
use units::Money;

/// Reads the accounts of a table that are held at a venue; none when anything in it is refused.
pub(crate) fn roster(reader: &Reader<'_>, venue: &Venue, table: &Table) -> Option<Roster> {
    let roster = Roster::at(venue);
    let sheet = Sheet { reader, venue, table, wrong: Cell::new(false) };
    let roster = sheet.fill(roster);
    (!sheet.wrong.get()).then(|| roster.close())
}

/// A table while it is read.
struct Sheet<'r, 'a> {
    reader: &'r Reader<'r>,
    venue: &'r Venue,
    table: &'a Table,
    wrong: Cell<bool>,
}

/// A part that was refused, and told.
struct Refused;

type Read<T> = Result<T, Refused>;

impl Sheet<'_, '_> {
    fn refuse(
        &self,
        code: Code,
        (line, part): (Line<'_>, &str),
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) -> Refused {
        self.wrong.set(true);
        self.reader.tell(self.table.remark(code, line, part).says(message).helps(help));
        Refused
    }

    fn fill(&self, mut roster: Roster) -> Roster {
        let (mut rows, mut spoilt) = (Vec::new(), BTreeSet::new());
        let mut order = None;
        self.table.read(|line, cells| {
            let Some(order) = order else {
                order = self.header(line, cells).ok();
                return order.is_some();
            };
            let row = self.cells(line, cells, order);
            match row.and_then(|cells| self.row(&roster, line, cells)) {
                Ok(row) => rows.push(row),
                Err(Refused) => spoilt.extend(cells.get(order[0]).copied()),
            }
            !self.reader.is_full()
        });
        if order.is_none() && !self.wrong.get() {
            let line = Line { number: 1, text: "" };
            self.refuse(
                Code::MissingColumn,
                (line, line.text),
                "the table is empty",
                header::help(),
            );
        }
        rows.sort_unstable_by_key(|row| (row.head, row.account, row.instrument(), row.line.number));
        for rows in rows.chunk_by(|one, other| one.account == other.account) {
            self.account(&mut roster, rows, &spoilt);
        }
        roster
    }

    /// Opens an account from its rows, which are in order of instrument. More rows of an account
    /// that is spoilt were refused.
    fn account(&self, roster: &mut Roster, rows: &[Row<'_>], spoilt: &BTreeSet<&str>) {
        let name = rows[0].account;
        for pair in rows.windows(2) {
            let [first, second] = pair else { continue };
            if first.instrument() == second.instrument() {
                let what = match second.leg {
                    Some(leg) => format!("in `{}`", roster.name(leg.instrument)),
                    None => "for its cash".to_owned(),
                };
                let number = first.line.number;
                let message = format!("`{name}` has a row {what} on line {number} already");
                let help = "keep one of them".to_owned();
                self.refuse(Code::DuplicateKey, (second.line, second.account), message, help);
            }
        }
        let collateral = self.collateral(rows, spoilt).unwrap_or_default();
        let legs = rows.iter().filter_map(|row| {
            let Leg { instrument, size, entry } = row.leg?;
            let isolated = row.amount.filter(|_| row.is_isolated);
            Some(Held { instrument, size, entry, isolated })
        });
        roster.open(name, collateral, legs);
    }

    /// The one amount that the cross rows of an account state.
    fn collateral(&self, rows: &[Row<'_>], spoilt: &BTreeSet<&str>) -> Read<Money> {
        let mut cross: Vec<&Row<'_>> = rows.iter().filter(|row| !row.is_isolated).collect();
        if cross.is_empty() || spoilt.contains(rows[0].account) {
            return Ok(Money::ZERO);
        }
        cross.sort_unstable_by_key(|row| row.line.number);
        let name = cross[0].account;
        let stated: Vec<(&Row<'_>, Money)> =
            cross.iter().filter_map(|row| Some((*row, row.amount?))).collect();
        let help = "write it on each cross row of the account, or on one alone".to_owned();
        let Some(&(first, amount)) = stated.first() else {
            let message = format!("the collateral of `{name}` is on none of its cross rows");
            let place = (cross[0].line, cross[0].collateral);
            return Err(self.refuse(Code::ContradictingRows, place, message, help));
        };
        let number = first.line.number;
        for (row, other) in &stated {
            if *other != amount {
                let (found, before) = (row.collateral, first.collateral);
                let message = format!(
                    "the collateral of `{name}` is {found} here and {before} on line {number}"
                );
                return Err(self.refuse(Code::ContradictingRows, (row.line, found), message, help));
            }
        }
        let silent = cross.iter().find(|row| row.amount.is_none());
        if let Some(row) = silent.filter(|_| stated.len() > 1) {
            let message = format!("the collateral of `{name}` is on several rows and not on this");
            let place = (row.line, row.collateral);
            return Err(self.refuse(Code::ContradictingRows, place, message, help));
        }
        Ok(amount)
    }
}
