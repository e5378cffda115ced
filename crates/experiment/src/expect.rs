//! What a person expects of the arms of an experiment, on its own seed.
//!
//! Of each word its form says what it means. `at` is a duration since the start: what is said holds
//! when all that happens at that instant has happened. Without it, at the end. Accounts and
//! instruments are called as in the log; the venue's own accounts are `perp/house/insurance fund`,
//! `revenue`, `debt`, `settlement`, `backstop`, `BTC clearing`, `BTC liquidity` and `BTC funding`.
//!
//! Expectations are no part of the market, nor of the canonical text: a log is the same, byte by
//! byte, whatever was expected of it.

use crate::{
    Code,
    diagnostic::{alike, meant},
    form::{Form, Raw, written},
    kind::Kind,
    parts::{Part, brackets},
    quantity,
    reader::{Entry, Reader, found},
    source::Spot,
    tokens::tokens,
    world::{Venue, World},
};
use facts::Fact;
use std::collections::BTreeMap;
use units::{Amount, Decimal, Duration};

/// What an instrument is while trading is stopped, and otherwise.
pub(crate) const HALTED: &str = "halted";
pub(crate) const TRADING: &str = "trading";

/// Digits of a digest.
const DIGEST: usize = 64;

written! {
    /// An expectation: the cash of an account. The margin of isolated legs is not in it.
    Balance {
        /// As logs call it: `venue/group/name`, or one of the venue's own, such as
        /// `perp/house/insurance fund`.
        account: "\"perp/longs/1\"",
        /// What must hold.
        is: "\"0 USDC\"",
    } or {
        /// When, since the start: after all that happens at that instant. At the end where left out.
        at: "\"15s\"",
    }

    /// An expectation: what an account is worth. Cash, posted margins and unrealised profit at the
    /// last mark prices, less funding owed.
    Equity {
        /// As logs call it: `venue/group/name`.
        account: "\"perp/longs/1\"",
        /// What must hold; what is owed has a minus before it.
        is: "\"112.5 USDC\"",
    } or {
        /// When, since the start: after all that happens at that instant. At the end where left out.
        at: "\"15s\"",
    }

    /// An expectation: what an account holds of an instrument.
    Leg {
        /// As logs call it: `venue/group/name`.
        account: "\"perp/longs/1\"",
        /// As its venue lists it.
        instrument: "\"BTC\"",
        /// Signed size: what is negative is short.
        is: "\"0.5\"",
    } or {
        /// When, since the start: after all that happens at that instant. At the end where left out.
        at: "\"15s\"",
    }

    /// An expectation: what the insurance fund of a venue holds.
    Fund {
        /// The venue, by its name.
        venue: "\"perp\"",
        /// What must hold.
        is: "\"50 USDC\"",
    } or {
        /// When, since the start: after all that happens at that instant. At the end where left out.
        at: "\"15s\"",
    }

    /// An expectation: what a venue has booked because nobody paid, and not paid back.
    Debt {
        /// The venue, by its name.
        venue: "\"perp\"",
        /// What must hold.
        is: "\"0 USDC\"",
    } or {
        /// When, since the start: after all that happens at that instant. At the end where left out.
        at: "\"15s\"",
    }

    /// An expectation: trading in an instrument is stopped.
    Halted {
        /// As logs call it: `venue/instrument`.
        instrument: "\"perp/BTC\"",
    } or {
        /// When, since the start: after all that happens at that instant. At the end where left out.
        at: "\"15s\"",
    }

    /// An expectation: trading in an instrument is not stopped.
    Trading {
        /// As logs call it: `venue/instrument`.
        instrument: "\"perp/BTC\"",
    } or {
        /// When, since the start: after all that happens at that instant. At the end where left out.
        at: "\"15s\"",
    }

    /// An expectation: how many facts of a kind there were.
    Facts {
        /// By the name that `delever replay show` prints, a mechanism's own among them.
        kind: "\"LiquidationOpened\"",
        /// What must hold.
        count: "2",
    } or {
        /// Up to when, since the start: after all that happens at that instant. To the end where left
        /// out.
        at: "\"15s\"",
    }
}

/// The digest of a run, which is no `Name(field: …)`.
pub(crate) const DIGEST_FORM: &[Form] = &[Form {
    name: "Digest",
    doc: "An expectation: the digest of the run, as the last line of `delever run` prints it. It is \
          the same on every machine, and another one as soon as any fact differs.",
    fields: &[],
}];

/// Something that must hold.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    pub(crate) subject: Subject,
    /// As a log prints it.
    pub(crate) is: String,
    /// How long after the start; none for the end.
    pub(crate) at: Option<Duration>,
    pub(crate) spot: Spot,
}

/// What is spoken of, by labels as in a log.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    /// Cash of an account.
    Balance(String),
    /// Worth of an account.
    Equity(String),
    /// Size of an account's leg in an instrument.
    Leg(String, String),
    /// What a venue's insurance fund holds.
    Fund(String),
    /// What a venue owes.
    Debt(String),
    /// Whether an instrument is halted.
    Trading(String),
    /// How many facts of a kind there were.
    Facts(String),
    /// The digest of the run.
    Digest,
}

/// What is spoken of, and what is said of it.
type Said = (Subject, String);

impl<'a> Reader<'a> {
    /// Reads what is expected of each arm.
    pub(crate) fn expectations(
        &self,
        text: &'a str,
        arms: &[(String, World)],
        horizon: Option<Duration>,
    ) -> BTreeMap<String, Vec<Expectation>> {
        let mut expected = BTreeMap::new();
        for Entry { name, key, value } in self.entries(text, "arm") {
            let of = |name: &str| arms.iter().find(|(arm, _)| *arm == name);
            let meant = || self.unknown(key, Kind::ARM, &name, arms.iter().map(|(arm, _)| arm));
            let Some((_, world)) = of(&name).or_else(|| of(&meant()?)) else { continue };
            let list = self.list(value).into_iter();
            let list = list.filter_map(|text| self.expectation(world, horizon, text)).collect();
            expected.insert(name, list);
        }
        expected
    }

    fn expectation(
        &self,
        world: &World,
        horizon: Option<Duration>,
        text: &'a str,
    ) -> Option<Expectation> {
        let (said, at, place) = match tokens(text).next().unwrap_or_default() {
            "Balance" => {
                let it: Balance<'a> = self.parts(text)?;
                (self.of_account(world, it.account, it.is, Subject::Balance), it.at, it.is.text())
            },
            "Equity" => {
                let it: Equity<'a> = self.parts(text)?;
                (self.of_account(world, it.account, it.is, Subject::Equity), it.at, it.is.text())
            },
            "Leg" => {
                let it: Leg<'a> = self.parts(text)?;
                (self.of_leg(world, &it), it.at, it.is.text())
            },
            "Fund" => {
                let it: Fund<'a> = self.parts(text)?;
                (self.of_venue(world, it.venue, it.is, Subject::Fund), it.at, it.is.text())
            },
            "Debt" => {
                let it: Debt<'a> = self.parts(text)?;
                (self.of_venue(world, it.venue, it.is, Subject::Debt), it.at, it.is.text())
            },
            "Halted" => {
                let it: Halted<'a> = self.parts(text)?;
                (self.of_trading(world, it.instrument, HALTED), it.at, text)
            },
            "Trading" => {
                let it: Trading<'a> = self.parts(text)?;
                (self.of_trading(world, it.instrument, TRADING), it.at, text)
            },
            "Facts" => {
                let it: Facts<'a> = self.parts(text)?;
                (self.of_facts(&it), it.at, it.count.text())
            },
            "Digest" => (self.of_run(text), None, text),
            word => {
                let message = format!("expected something that can be seen, found {}", found(text));
                let words = FORMS.iter().chain(DIGEST_FORM).map(|form| form.name);
                let help = meant(word, "it is one of", words);
                self.refuse_helping(Code::UnknownChoice, text, message, help);
                return None;
            },
        };
        let at = match at {
            Some(at) => Some(self.instant(at.text(), horizon)?),
            None => None,
        };
        let (subject, is) = said?;
        Some(Expectation { subject, is, at, spot: self.spot(place) })
    }

    fn of_account(
        &self,
        world: &World,
        account: Raw<'a>,
        is: Raw<'a>,
        subject: fn(String) -> Subject,
    ) -> Option<Said> {
        let (label, venue) = self.labelled_account(world, account.text())?;
        Some((subject(label), self.signed_amount(venue, is.text())?))
    }

    fn of_leg(&self, world: &World, leg: &Leg<'a>) -> Option<Said> {
        let (label, venue) = self.labelled_account(world, leg.account.text())?;
        let name = self.text(leg.instrument.text())?;
        let Some(listed) = venue.instruments.get(&name) else {
            let names = venue.instruments.keys();
            self.unknown(leg.instrument.text(), Kind::INSTRUMENT, &name, names);
            return None;
        };
        let lots = self.decimal(leg.is.text(), listed.lot_decimals, "a lot")?;
        let size = Decimal::new(i128::from(lots), listed.lot_decimals);
        Some((Subject::Leg(label, name), size.to_string()))
    }

    fn of_venue(
        &self,
        world: &World,
        venue: Raw<'a>,
        is: Raw<'a>,
        subject: fn(String) -> Subject,
    ) -> Option<Said> {
        let name = self.text(venue.text())?;
        let Some(venue) = world.venues.get(&name) else {
            self.unknown(venue.text(), Kind::VENUE, &name, world.venues.keys());
            return None;
        };
        Some((subject(name), self.signed_amount(venue, is.text())?))
    }

    fn of_trading(&self, world: &World, instrument: Raw<'a>, is: &str) -> Option<Said> {
        let label = self.labelled_instrument(world, instrument.text())?;
        Some((Subject::Trading(label), is.to_owned()))
    }

    /// A kind that nobody knows would be counted as none, and expected as none for ever.
    fn of_facts(&self, facts: &Facts<'a>) -> Option<Said> {
        let kind = self.text(facts.kind.text())?;
        let known = Fact::KINDS.iter().chain(self.catalogue.facts()).map(|kind| kind.name);
        let known: Vec<&str> = known.collect();
        if !known.contains(&kind.as_str()) {
            let near: Vec<String> =
                alike(&kind, &known).iter().map(|it| format!("`{it}`")).collect();
            let list = "`delever explain` lists all kinds";
            let help = match near.as_slice() {
                [] => list.to_owned(),
                near => format!("did you mean {}? {list}", near.join(" or ")),
            };
            let message = format!("no kind of fact is called `{kind}`");
            self.refuse_helping(Code::UnknownChoice, facts.kind.text(), message, help);
            return None;
        }
        let count = self.number(facts.count.text(), u64::MAX)?;
        Some((Subject::Facts(kind), count.to_string()))
    }

    fn of_run(&self, text: &'a str) -> Option<Said> {
        let parts = brackets(text).map(|it| it.parts).unwrap_or_default();
        let digest = match parts.as_slice() {
            [Part { key: None, value }] => self.text(value)?,
            _ => String::new(),
        };
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digest.len() == DIGEST && digest.bytes().all(is_digit) {
            return Some((Subject::Digest, digest));
        }
        let message = format!("a digest is {DIGEST} digits in quotes, each of 0 to 9 or a to f");
        let help = "it is the last line that `delever run` prints".to_owned();
        self.refuse_helping(Code::WrongType, text, message, help);
        None
    }

    /// Reads an amount in the asset of a venue; what is owed is written with `-` before it.
    fn signed_amount(&self, venue: &Venue, text: &'a str) -> Option<String> {
        if text.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
            let help = format!("write `\"{text} {}\"`", venue.asset);
            let message = format!("expected an amount of an asset in quotes, found `{text}`");
            self.refuse_helping(Code::MissingQuotes, text, message, help);
            return None;
        }
        let written = self.text(text)?;
        let (sign, magnitude) = match written.strip_prefix('-') {
            Some(magnitude) => (-1, magnitude),
            None => (1, written.as_str()),
        };
        let amount: Amount = match magnitude.parse() {
            Ok(amount) => amount,
            Err(error) => {
                let code = quantity::of_quantity(&error);
                let (message, help) = quantity::told(code, &error.to_string(), text, &venue.asset);
                self.refuse_helping(code, text, message, help);
                return None;
            },
        };
        let units = self.in_units(venue, text, &amount)?;
        Some(format!("{} {}", Decimal::new(sign * units, venue.decimals), venue.asset))
    }

    fn instant(&self, text: &'a str, horizon: Option<Duration>) -> Option<Duration> {
        let at: Duration = self.read(text)?;
        let is_over = horizon.is_some_and(|horizon| at > horizon);
        if is_over {
            let message = format!("{at} after the start is beyond the horizon");
            self.refuse(Code::OutOfRange, text, message);
        }
        (!is_over).then_some(at)
    }
}
