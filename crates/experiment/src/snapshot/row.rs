//! Rows of a snapshot: what the cells of a line say.

use super::{Read, Sheet};
use crate::{
    Code, diagnostic::meant, quantity::of_decimal, roster::Roster, table::Line, venue::power,
};
use units::{Decimal, MONEY_MAX, Money, PRICE_MAX, Price, SIZE_MAX, Size};

/// A row that can be read.
pub(super) struct Row<'a> {
    pub(super) line: Line<'a>,
    pub(super) account: &'a str,
    /// The id as far as it is one number: most are told apart without a look into the table.
    pub(super) head: u128,
    /// None where the row states only cash.
    pub(super) leg: Option<Leg>,
    pub(super) is_isolated: bool,
    pub(super) amount: Option<Money>,
    /// The amount where it is written, or is not.
    pub(super) collateral: &'a str,
}

#[derive(Clone, Copy)]
pub(super) struct Leg {
    /// Place of its instrument in the roster.
    pub(super) instrument: usize,
    pub(super) size: Size,
    pub(super) entry: Price,
}

impl Row<'_> {
    /// What an account has one of.
    pub(super) fn instrument(&self) -> Option<usize> {
        self.leg.map(|leg| leg.instrument)
    }
}

impl<'a> Sheet<'_, 'a> {
    /// Reads a row; all that is wrong with it is told.
    pub(super) fn row(
        &self,
        roster: &Roster,
        line: Line<'a>,
        cells: [&'a str; 6],
    ) -> Read<Row<'a>> {
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
            return Err(self.refuse(Code::ContradictingRows, (line, margin), message, None));
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
            return Err(self.refuse(Code::MissingValue, (line, cell), "the cell is empty", None));
        }
        Ok(())
    }

    fn id(&self, line: Line<'_>, cell: &'a str) -> Read<&'a str> {
        match cell {
            "" => {
                let message = "the account has no id";
                Err(self.refuse(Code::MissingValue, (line, cell), message, None))
            },
            cell if cell.trim() != cell => {
                let message = "this id has blanks around it";
                Err(self.refuse(Code::InvalidName, (line, cell), message, None))
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
                let message = format!("unknown margin `{other}`");
                Err(self.refuse(Code::UnknownChoice, (line, cell), message, help))
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
            let message = format!("unknown instrument `{name}`");
            return Err(self.refuse(Code::UnknownInstrument, (line, name), message, help));
        };
        let size = self.size(line, size, listed.lot_decimals);
        let entry = self.price(line, entry, listed.price_decimals);
        Ok(Leg { instrument, size: size?, entry: entry? })
    }

    fn size(&self, line: Line<'_>, cell: &str, decimals: i8) -> Read<Size> {
        match i64::try_from(self.number(line, cell, decimals, "a lot")?) {
            Ok(0) => {
                let help = "leave the row out".to_owned();
                Err(self.refuse(Code::OutOfRange, (line, cell), "this size is zero", help))
            },
            Ok(lots) if lots.unsigned_abs() <= SIZE_MAX.unsigned_abs() => Ok(Size(lots)),
            _ => {
                let message = format!("this size is above {SIZE_MAX} lots");
                Err(self.refuse(Code::OutOfRange, (line, cell), message, None))
            },
        }
    }

    fn price(&self, line: Line<'_>, cell: &str, decimals: i8) -> Read<Price> {
        match i64::try_from(self.number(line, cell, decimals, "a price unit")?) {
            Ok(units) if (1..=PRICE_MAX).contains(&units) => Ok(Price(units)),
            _ => {
                let most = Decimal::new(i128::from(PRICE_MAX), decimals);
                let message =
                    format!("this is no price: it is above zero, and here at most {most}");
                Err(self.refuse(Code::OutOfRange, (line, cell), message, None))
            },
        }
    }

    fn amount(&self, line: Line<'_>, cell: &str) -> Read<Money> {
        let units = self.number(line, cell, self.venue.decimals, "the smallest unit")?;
        if (0..=MONEY_MAX).contains(&units) {
            return Ok(Money(units));
        }
        let (code, what) = if units < 0 {
            (Code::OutOfRange, "below zero")
        } else {
            (Code::Overflow, "too large")
        };
        Err(self.refuse(code, (line, cell), format!("`{cell}` is {what}"), None))
    }

    /// Reads a plain decimal as a number of units.
    fn number(&self, line: Line<'_>, cell: &str, decimals: i8, unit: &str) -> Read<i128> {
        self.is_filled(line, cell)?;
        if !is_plain(cell) {
            let help = "digits, with a point before the fraction and `-` before what is below zero";
            let message = format!("`{cell}` is not a plain decimal");
            return Err(self.refuse(Code::NotANumber, (line, cell), message, help.to_owned()));
        }
        Decimal::parse(cell, decimals).map_err(|error| {
            let help = format!("{unit} is {}", power(decimals));
            self.refuse(of_decimal(&error), (line, cell), error.to_string(), help)
        })
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

/// Whether a text is digits, perhaps with a sign before and a point among them.
fn is_plain(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.strip_prefix('-').unwrap_or(text);
    match number.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(number),
    }
}
