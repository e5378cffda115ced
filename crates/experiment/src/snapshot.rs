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

use crate::{
    diagnostic::meant,
    reader::Reader,
    roster::{Held, Roster},
    table::{Line, Table, odd},
    venue::power,
    world::Venue,
};
use std::{cell::Cell, collections::BTreeSet};
use units::{Decimal, Money, PRICE_MAX, Price, SIZE_MAX, Size};

/// What a header names.
const COLUMNS: [&str; 6] = ["account", "instrument", "size", "entry_price", "collateral", "margin"];

/// Highest amount, in units of the asset: sums over all accounts stay far from the edge of an
/// `i128`.
const AMOUNT_MAX: i128 = 10_i128.pow(30);

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

/// A row that can be read.
struct Row<'a> {
    line: Line<'a>,
    account: &'a str,
    /// The id as far as it is one number: most are told apart without a look into the table.
    head: u128,
    /// None where the row states only cash.
    leg: Option<Leg>,
    is_isolated: bool,
    amount: Option<Money>,
    /// The amount where it is written, or is not.
    collateral: &'a str,
}

#[derive(Clone, Copy)]
struct Leg {
    /// Place of its instrument in the roster.
    instrument: usize,
    size: Size,
    entry: Price,
}

impl Row<'_> {
    /// What an account has one of.
    fn instrument(&self) -> Option<usize> {
        self.leg.map(|leg| leg.instrument)
    }
}

/// It was refused, and told.
struct Refused;

type Read<T> = Result<T, Refused>;

impl<'a> Sheet<'_, 'a> {
    fn refuse<T>(
        &self,
        (line, part): (Line<'_>, &str),
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) -> Read<T> {
        self.wrong.set(true);
        self.reader.tell(self.table.remark(line, part).says(message).helps(help));
        Err(Refused)
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
            let (line, help) = (Line { number: 1, text: "" }, header_help());
            drop(self.refuse::<()>((line, ""), "the table is empty", help));
        }
        rows.sort_unstable_by_key(|row| (row.head, row.account, row.instrument(), row.line.number));
        for rows in rows.chunk_by(|one, other| one.account == other.account) {
            self.account(&mut roster, rows, &spoilt);
        }
        roster
    }

    /// Where each column stands.
    fn header(&self, line: Line<'a>, cells: &[&'a str]) -> Read<[usize; 6]> {
        self.looks_right(line)?;
        let mut places = [None; 6];
        for (place, &cell) in cells.iter().enumerate() {
            match COLUMNS.iter().position(|column| *column == cell) {
                Some(column) if places[column].is_some() => {
                    drop(self.refuse::<()>((line, cell), format!("`{cell}` is there twice"), None));
                },
                Some(column) => places[column] = Some(place),
                None => {
                    let help = meant(cell, "columns", COLUMNS);
                    drop(self.refuse::<()>((line, cell), format!("unknown column `{cell}`"), help));
                },
            }
        }
        let missing: Vec<&str> = COLUMNS
            .iter()
            .zip(places)
            .filter_map(|(column, place)| place.is_none().then_some(*column))
            .collect();
        if !missing.is_empty() {
            let message = format!("the header lacks {}", missing.join(", "));
            return self.refuse((line, line.text), message, header_help());
        }
        if self.wrong.get() { Err(Refused) } else { Ok(places.map(Option::unwrap_or_default)) }
    }

    /// Cells in the order of `COLUMNS`.
    fn cells(&self, line: Line<'a>, cells: &[&'a str], order: [usize; 6]) -> Read<[&'a str; 6]> {
        if line.text.is_empty() {
            return self.refuse((line, ""), "the line is blank", "remove it".to_owned());
        }
        self.looks_right(line)?;
        if cells.len() == order.len() {
            return Ok(order.map(|place| cells[place]));
        }
        let end = &line.text[line.text.len()..];
        let part = cells.get(order.len()).copied().unwrap_or(end);
        let (count, columns) = (cells.len(), order.len());
        let message = format!("{count} cells, where the header names {columns} columns");
        let help = (count > columns).then(|| "numbers have no thousands separators".to_owned());
        self.refuse((line, part), message, help)
    }

    /// Refuses a line with a character that no table may have.
    fn looks_right(&self, line: Line<'_>) -> Read<()> {
        let Some((offset, character)) = odd(line.text) else { return Ok(()) };
        let part = &line.text[offset..];
        let help = |help: &str| Some(help.to_owned());
        match character {
            '"' => self.refuse((line, part), "a cell is written without quotes", None),
            '\r' if part == "\r" => {
                let message = "the line ends in a carriage return";
                self.refuse((line, part), message, help("save the file with line feeds alone"))
            },
            other => {
                let code = u32::from(other);
                let message = format!("the character U+{code:04X} may not stand in a table");
                let why = "remove it: it is invisible, or changes how other text is shown";
                self.refuse((line, part), message, help(why))
            },
        }
    }

    /// Reads a row; all that is wrong with it is told.
    fn row(&self, roster: &Roster, line: Line<'a>, cells: [&'a str; 6]) -> Read<Row<'a>> {
        let [account, instrument, size, entry, collateral, margin] = cells;
        let id = self.id(line, account);
        let is_isolated = self.is_isolated(line, margin);
        let is_cash = [instrument, size, entry].iter().all(|cell| cell.is_empty());
        let leg = if is_cash {
            Ok(None)
        } else {
            self.leg(roster, line, [instrument, size, entry]).map(Some)
        };
        let is_needed = is_cash || matches!(is_isolated, Ok(true));
        let amount = if collateral.is_empty() && !is_needed {
            Ok(None)
        } else {
            self.amount(line, collateral).map(Some)
        };
        if is_cash && matches!(is_isolated, Ok(true)) {
            let message = "cash without a leg is `cross`: only the margin of a leg is isolated";
            return self.refuse((line, margin), message, None);
        }
        let id = id?;
        let row = Row {
            line,
            account: id,
            head: head(id),
            leg: leg?,
            is_isolated: is_isolated?,
            amount: amount?,
            collateral,
        };
        Ok(row)
    }

    fn is_filled(&self, line: Line<'_>, cell: &str) -> Read<()> {
        if cell.is_empty() {
            return self.refuse((line, cell), "the cell is empty", None);
        }
        Ok(())
    }

    fn id(&self, line: Line<'_>, cell: &'a str) -> Read<&'a str> {
        match cell {
            "" => self.refuse((line, cell), "the account has no id", None),
            cell if cell.trim() != cell => {
                self.refuse((line, cell), "an id has no blanks around it", None)
            },
            cell => Ok(cell),
        }
    }

    fn is_isolated(&self, line: Line<'_>, cell: &str) -> Read<bool> {
        self.is_filled(line, cell)?;
        match cell {
            "cross" => Ok(false),
            "isolated" => Ok(true),
            other => {
                let help = meant(other, "kinds of margin", ["cross", "isolated"]);
                self.refuse((line, cell), format!("unknown margin `{other}`"), help)
            },
        }
    }

    fn leg(&self, roster: &Roster, line: Line<'_>, cells: [&str; 3]) -> Read<Leg> {
        let [name, size, entry] = cells;
        self.is_filled(line, name)?;
        let (Some(instrument), Some(listed)) =
            (roster.place(name), self.venue.instruments.get(name))
        else {
            let help = meant(name, "the venue lists", self.venue.instruments.keys());
            return self.refuse((line, name), format!("unknown instrument `{name}`"), help);
        };
        let size = self.size(line, size, listed.lot_decimals);
        let entry =
            self.number(line, entry, listed.price_decimals, "a price unit").and_then(|price| {
                match i64::try_from(price) {
                    Ok(price) if (1..=PRICE_MAX).contains(&price) => Ok(Price(price)),
                    _ => {
                        let message = "a price is above zero and within the limit";
                        self.refuse((line, entry), message, None)
                    },
                }
            });
        Ok(Leg { instrument, size: size?, entry: entry? })
    }

    fn size(&self, line: Line<'_>, cell: &str, decimals: i8) -> Read<Size> {
        match i64::try_from(self.number(line, cell, decimals, "a lot")?) {
            Ok(0) => self.refuse((line, cell), "a size is not zero: leave the row out", None),
            Ok(lots) if lots.unsigned_abs() <= SIZE_MAX.unsigned_abs() => Ok(Size(lots)),
            _ => self.refuse((line, cell), format!("a size has at most {SIZE_MAX} lots"), None),
        }
    }

    fn amount(&self, line: Line<'_>, cell: &str) -> Read<Money> {
        let unit = format!("the smallest unit of {}", self.venue.asset);
        let units = self.number(line, cell, self.venue.decimals, &unit)?;
        if (0..=AMOUNT_MAX).contains(&units) {
            return Ok(Money(units));
        }
        let what = if units < 0 { "below zero" } else { "too large" };
        self.refuse((line, cell), format!("`{cell}` is {what}"), None)
    }

    /// Reads a plain decimal as a number of units.
    fn number(&self, line: Line<'_>, cell: &str, decimals: i8, unit: &str) -> Read<i128> {
        self.is_filled(line, cell)?;
        if !is_plain(cell) {
            let help = "digits, with a point before the fraction and `-` before what is below zero";
            let message = format!("`{cell}` is not a plain decimal");
            return self.refuse((line, cell), message, help.to_owned());
        }
        Decimal::parse(cell, decimals).or_else(|error| {
            let help = format!("{unit} is {}", power(decimals));
            self.refuse((line, cell), error.to_string(), help)
        })
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
                drop(self.refuse::<()>((second.line, second.account), message, None));
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
            return self.refuse((cross[0].line, cross[0].collateral), message, help);
        };
        let number = first.line.number;
        for (row, other) in &stated {
            if *other != amount {
                let (found, before) = (row.collateral, first.collateral);
                let message = format!(
                    "the collateral of `{name}` is {found} here and {before} on line {number}"
                );
                return self.refuse((row.line, found), message, help);
            }
        }
        let silent = cross.iter().find(|row| row.amount.is_none());
        if let Some(row) = silent.filter(|_| stated.len() > 1) {
            let message = format!("the collateral of `{name}` is on several rows and not on this");
            return self.refuse((row.line, row.collateral), message, help);
        }
        Ok(amount)
    }
}

/// The first bytes of an id as a number, which is in the order of ids: no id holds a zero.
fn head(id: &str) -> u128 {
    let mut head = [0; 16];
    for (place, byte) in head.iter_mut().zip(id.bytes()) {
        *place = byte;
    }
    u128::from_be_bytes(head)
}

fn header_help() -> String {
    format!("the first line names the columns, in any order: {}", COLUMNS.join(","))
}

/// Whether a text is digits, perhaps with a sign before and a point among them.
fn is_plain(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.strip_prefix('-').unwrap_or(text);
    match number.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(number),
    }
}
