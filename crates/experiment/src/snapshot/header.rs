//! Lines of a table as cells, in the order that the header gives.

use super::{Read, Refused, Sheet};
use crate::{
    Code,
    diagnostic::meant,
    table::{Line, odd},
};

/// What a header names.
const COLUMNS: [&str; 6] = ["account", "instrument", "size", "entry_price", "collateral", "margin"];

impl<'a> Sheet<'_, 'a> {
    /// Where each column stands.
    pub(super) fn header(&self, line: Line<'a>, cells: &[&'a str]) -> Read<[usize; 6]> {
        self.looks_right(line)?;
        let mut places = [None; 6];
        for (place, &cell) in cells.iter().enumerate() {
            match COLUMNS.iter().position(|column| *column == cell) {
                Some(column) if places[column].is_some() => {
                    let message = format!("`{cell}` is there twice");
                    self.refuse(Code::DuplicateKey, (line, cell), message, None);
                },
                Some(column) => places[column] = Some(place),
                None => {
                    let help = meant(cell, "columns", COLUMNS);
                    let message = format!("unknown column `{cell}`");
                    self.refuse(Code::UnknownColumn, (line, cell), message, help);
                },
            }
        }
        let missing: Vec<&str> = COLUMNS
            .iter()
            .zip(places)
            .filter_map(|(column, place)| place.is_none().then_some(*column))
            .collect();
        // A column that is called otherwise is told as that, and not as missing, too.
        if !missing.is_empty() && !self.wrong.get() {
            let message = format!("the header lacks {}", missing.join(", "));
            return Err(self.refuse(Code::MissingColumn, (line, line.text), message, help()));
        }
        if self.wrong.get() { Err(Refused) } else { Ok(places.map(Option::unwrap_or_default)) }
    }

    /// Cells in the order of `COLUMNS`.
    pub(super) fn cells(
        &self,
        line: Line<'a>,
        cells: &[&'a str],
        order: [usize; 6],
    ) -> Read<[&'a str; 6]> {
        if line.text.is_empty() {
            let (place, help) = ((line, line.text), "remove it".to_owned());
            return Err(self.refuse(Code::WrongCells, place, "the line is blank", help));
        }
        self.looks_right(line)?;
        if cells.len() == order.len() {
            return Ok(order.map(|place| cells[place]));
        }
        let end = &line.text[line.text.len()..];
        let part = cells.get(order.len()).copied().unwrap_or(end);
        let (count, columns) = (cells.len(), order.len());
        let cells = if count == 1 { "cell" } else { "cells" };
        let message = format!("{count} {cells}, where the header names {columns} columns");
        let help = (count > columns).then(|| "numbers have no thousands separators".to_owned());
        Err(self.refuse(Code::WrongCells, (line, part), message, help))
    }

    /// Refuses a line with a character that no table may have.
    fn looks_right(&self, line: Line<'_>) -> Read<()> {
        let Some((offset, character)) = odd(line.text) else { return Ok(()) };
        let part = &line.text[offset..];
        let help = |help: &str| Some(help.to_owned());
        match character {
            '"' => {
                let message = "a cell is written without quotes";
                Err(self.refuse(Code::StrayToken, (line, part), message, None))
            },
            '\r' if part == "\r" => {
                let message = "the line ends in a carriage return";
                let help = help("save the file with line feeds alone");
                Err(self.refuse(Code::InvisibleCharacter, (line, part), message, help))
            },
            other => {
                let code = u32::from(other);
                let message = format!("the character U+{code:04X} may not stand in a table");
                let why = "remove it: it is invisible, or changes how other text is shown";
                Err(self.refuse(Code::InvisibleCharacter, (line, part), message, help(why)))
            },
        }
    }
}

/// What a header looks like.
pub(super) fn help() -> String {
    format!("the first line names the columns, in any order: {}", COLUMNS.join(","))
}
