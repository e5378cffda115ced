//! Accounts that are listed: in the experiment itself, or in a table.

use crate::{
    Code,
    form::Raw,
    include::resolve,
    normal::Node,
    raw,
    reader::Reader,
    roster::{Held, Roster},
    snapshot,
    table::Table,
    world::Venue,
};
use market::AccountPlan;
use std::sync::Arc;

/// Who is listed, and the parts of the group that are not normalised as they are written.
pub(crate) type Listing = (Arc<Roster>, Vec<(&'static str, Node)>);

impl<'a> Reader<'a> {
    /// Reads who is listed; `text` is the whole group.
    pub(crate) fn listing(
        &self,
        (venue_name, venue): (&str, &Venue),
        text: &'a str,
        raw: &raw::Accounts<'a>,
    ) -> Option<Listing> {
        if let (None, Some(digest)) = (raw.file, raw.digest) {
            let message = "a digest is of a `file`, and there is none";
            self.refuse(Code::AccountsSource, digest.text(), message);
        }
        match (raw.accounts, raw.file) {
            (Some(accounts), None) => {
                let accounts = self.accounts(venue, accounts.text());
                Some((Arc::new(of_plans(venue, &accounts)), Vec::new()))
            },
            (None, Some(file)) => {
                let (path, table) = self.table(file, raw.digest)?;
                let roster =
                    self.roster(venue_name, &table.path, || snapshot::roster(self, venue, table))?;
                let parts = [("file", Node::text(&path)), ("digest", Node::text(&table.digest))];
                Some((roster, parts.into()))
            },
            (Some(_), Some(file)) => {
                let message = "accounts are listed here or in a file, not both";
                self.refuse(Code::AccountsSource, file.text(), message);
                None
            },
            (None, None) => {
                let help = "write `accounts: […]` or `file: \"….csv\"`".to_owned();
                let message = "nobody says who these accounts are";
                self.refuse_helping(Code::AccountsSource, text, message, help);
                None
            },
        }
    }

    /// The table that a group names, by the shortest path from the experiment, if it is the one
    /// that is meant.
    fn table(&self, file: Raw<'a>, digest: Option<Raw<'a>>) -> Option<(String, &'a Table)> {
        let to = self.text(file.text())?;
        let path = resolve(&self.file(file.text()).path, &to);
        let table = self.tables.iter().find(|table| table.path == path)?;
        if let Some(digest) = digest {
            let written = self.text(digest.text())?;
            if written != table.digest {
                let help = format!("its digest is {}; leave it out to take any", table.digest);
                let message = format!("`{path}` is not the table that is meant");
                self.refuse_helping(Code::TableChanged, digest.text(), message, help);
                return None;
            }
        }
        Some((resolve("", &to), table))
    }
}

fn of_plans(venue: &Venue, accounts: &[AccountPlan]) -> Roster {
    let mut roster = Roster::at(venue);
    for account in accounts {
        let held = account.legs.iter().filter_map(|leg| {
            let instrument = roster.place(&leg.instrument)?;
            Some(Held { instrument, size: leg.size, entry: leg.entry, isolated: leg.isolated })
        });
        let held: Vec<Held> = held.collect();
        roster.open(&account.name, account.collateral, held);
    }
    roster
}
