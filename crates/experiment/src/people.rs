//! Groups of accounts: populations, explicit accounts, and who takes the rest.

use crate::{
    distribution::Written,
    normal::Node,
    population::{Legs, Population},
    raw,
    reader::{Entry, Reader},
    roster::Roster,
    tokens::tokens,
    world::{Group, Instrument, Venue, World},
};
use market::{AccountPlan, Behaviour, LegPlan};
use serde::Deserialize;
use std::sync::Arc;
use units::{Amount, Decimal, Leverage, Money, PRICE_MAX, Price, Ratio, SIZE_MAX, Size};

/// Who is in a group.
#[derive(Clone, Debug)]
pub(crate) enum People {
    /// Accounts drawn from distributions.
    Drawn(Population),
    /// Accounts one by one.
    Listed(Arc<Roster>),
    /// One account with this collateral, which takes what is left.
    Rest(Money),
}

/// How a population's legs are margined.
#[derive(Deserialize)]
enum Margin {
    Cross,
    Isolated,
}

/// How a leg is margined.
#[derive(Deserialize)]
enum LegMargin {
    Cross,
    Isolated(Amount),
}

/// Where a population's entry prices lie.
#[derive(Deserialize)]
enum Entered {
    Within(Ratio),
}

/// What all groups write.
struct Common<'a> {
    name: Option<raw::Raw<'a>>,
    on: raw::Raw<'a>,
    behaviour: raw::Raw<'a>,
}

impl<'a> Reader<'a> {
    /// Reads a group. In an arm it is `patched`: its name is the key it stands under.
    pub(crate) fn group(
        &self,
        world: &World,
        text: &'a str,
        patched: Option<&str>,
    ) -> Option<(String, Group)> {
        let raw: raw::Traders<'a> = self.read(text)?;
        let common = match &raw {
            raw::Traders::Population(it) => {
                Common { name: it.name, on: it.on, behaviour: it.behaviour }
            },
            raw::Traders::Accounts(it) => {
                Common { name: it.name, on: it.on, behaviour: it.behaviour }
            },
            raw::Traders::Rest(it) => Common { name: it.name, on: it.on, behaviour: it.behaviour },
        };
        let name = self.group_name(text, common.name, patched);
        let behaviour = self.answer_to::<Behaviour>(common.behaviour.text());
        let venue_name: Option<String> = self.read(common.on.text());
        let venue_name = venue_name?;
        let Some(venue) = world.venues.get(&venue_name) else {
            let venues = world.venues.keys().map(String::as_str);
            self.unknown(common.on.text(), ("venue", "venues"), &venue_name, venues);
            return None;
        };
        let mut parts = Vec::new();
        let people = match raw {
            raw::Traders::Population(it) => self.population(venue, &it).map(People::Drawn),
            raw::Traders::Accounts(it) => {
                self.listing((&venue_name, venue), text, &it).map(|(roster, its_parts)| {
                    parts = its_parts;
                    People::Listed(roster)
                })
            },
            raw::Traders::Rest(it) => self.money(venue, it.collateral.text()).map(People::Rest),
        };
        let (name, behaviour, people) = (name?, behaviour?, people?);
        let node = parts.into_iter().fold(Node::parse(text), Node::with);
        let node = node.with_first("name", Node::text(&name));
        let spot = self.spot(common.name.map_or(text, raw::Raw::text));
        Some((name, Group { venue: venue_name, behaviour, people, node, spot }))
    }

    fn group_name(
        &self,
        text: &'a str,
        written: Option<raw::Raw<'a>>,
        patched: Option<&str>,
    ) -> Option<String> {
        match (written, patched) {
            (None, None) => {
                let kind = tokens(text).next().unwrap_or_default();
                self.refuse(text, format!("the field `name` of `{kind}` is missing"));
                None
            },
            (None, Some(key)) => Some(key.to_owned()),
            (Some(name), None) => self.name(name.text()),
            (Some(name), Some(key)) => {
                let same = self.name(name.text())? == key;
                if !same {
                    self.refuse(name.text(), format!("the group is called `{key}` in the base"));
                }
                same.then(|| key.to_owned())
            },
        }
    }

    fn population(&self, venue: &Venue, raw: &raw::Population<'a>) -> Option<Population> {
        let count = self.read::<u32>(raw.count.text());
        let side = self.read(raw.side.text());
        let holds = self.holds(venue, raw.holds.text());
        let legs_text = raw.legs.text();
        let legs = self.read::<Legs>(legs_text).filter(|legs| {
            let most = holds
                .as_ref()
                .map_or(u32::MAX, |holds| u32::try_from(holds.len()).unwrap_or(u32::MAX));
            let fits = 1 <= legs.least && legs.least <= legs.most && legs.most <= most;
            if !fits {
                let message = "legs are at least 1, at most as many as the group holds instruments";
                self.refuse(legs_text, message);
            }
            fits
        });
        let margin = self.read::<Margin>(raw.margin.text());
        let collateral_text = raw.collateral.text();
        let collateral = self.read::<Written<Amount>>(collateral_text).and_then(|written| {
            let units = |amount: &Amount| self.in_units(venue, collateral_text, amount);
            self.distribution(collateral_text, &written, units, venue.decimals)
        });
        let leverage_text = raw.leverage.text();
        let leverage = self.read::<Written<Leverage>>(leverage_text).and_then(|written| {
            let units = |leverage: &Leverage| Some(i128::from(leverage.0));
            self.distribution(leverage_text, &written, units, 3)
        });
        let within = self.read::<Entered>(raw.entered.text()).and_then(|Entered::Within(band)| {
            let fits = (Ratio::ZERO..Ratio::ONE).contains(&band);
            if !fits {
                self.refuse(raw.entered.text(), "the band is at least 0% and below 100%");
            }
            fits.then_some(band)
        });
        Some(Population {
            count: count?,
            side: side?,
            holds: holds?,
            legs: legs?,
            isolated: matches!(margin?, Margin::Isolated),
            collateral: collateral?,
            leverage: leverage?,
            within: within?,
        })
    }

    /// Reads the chance of each instrument.
    fn holds(&self, venue: &Venue, text: &'a str) -> Option<Vec<(String, Ratio)>> {
        let entries = self.entries(text, "instrument");
        let chance = |entry: &Entry<'a>| {
            self.listed(venue, entry)?;
            let chance = self.share(entry.value)?;
            if chance == Ratio::ZERO {
                self.refuse(entry.value, "leave out what is never held");
                return None;
            }
            Some((entry.name.clone(), chance))
        };
        let chances: Vec<_> = entries.iter().map(chance).collect();
        let mut chances = chances.into_iter().collect::<Option<Vec<_>>>()?;
        let sum = Ratio(chances.iter().map(|(_, chance)| chance.0).sum());
        if sum != Ratio::ONE {
            self.refuse(text, format!("the chances sum to {sum}, not to 100%"));
            return None;
        }
        chances.sort();
        Some(chances)
    }

    fn listed<'v>(&self, venue: &'v Venue, entry: &Entry<'a>) -> Option<&'v Instrument> {
        let listed = venue.instruments.get(&entry.name);
        if listed.is_none() {
            let names = venue.instruments.keys().map(String::as_str);
            self.unknown(entry.key, ("instrument", "the venue lists"), &entry.name, names);
        }
        listed
    }

    /// Reads explicit accounts.
    pub(crate) fn accounts(&self, venue: &Venue, text: &'a str) -> Vec<AccountPlan> {
        let mut names = std::collections::BTreeSet::new();
        let account = |text| {
            let account: raw::Account<'a> = self.read(text)?;
            let name = self.name(account.name.text());
            let collateral = self.money(venue, account.collateral.text());
            let legs = self.entries(account.legs.text(), "leg");
            let legs = legs.iter().filter_map(|entry| self.leg(venue, entry)).collect();
            let name = name?;
            if !names.insert(name.clone()) {
                self.refuse(account.name.text(), format!("there are two accounts `{name}`"));
            }
            Some(AccountPlan { name, collateral: collateral?, legs })
        };
        self.list(text).into_iter().filter_map(account).collect()
    }

    fn leg(&self, venue: &Venue, entry: &Entry<'a>) -> Option<LegPlan> {
        let listed = self.listed(venue, entry);
        let raw: raw::Leg<'a> = self.read(entry.value)?;
        let isolated = self.read(raw.margin.text()).and_then(|margin| match margin {
            LegMargin::Cross => Some(None),
            LegMargin::Isolated(amount) => {
                self.in_units(venue, raw.margin.text(), &amount).map(|units| Some(Money(units)))
            },
        });
        let listed = listed?;
        let size = self.size(listed, raw.size.text());
        let entered = self.decimal(raw.entry.text(), listed.price_decimals, "a price unit");
        let entered = entered.filter(|price| {
            let fits = (1..=PRICE_MAX).contains(price);
            if !fits {
                self.refuse(raw.entry.text(), "a price is above zero and within the limit");
            }
            fits
        });
        let (size, entry_price) = (size?, Price(entered?));
        Some(LegPlan {
            instrument: entry.name.clone(),
            size,
            entry: entry_price,
            isolated: isolated?,
        })
    }

    fn size(&self, listed: &Instrument, text: &'a str) -> Option<Size> {
        let lots = self.decimal(text, listed.lot_decimals, "a lot")?;
        match lots {
            0 => self.refuse(text, "a size is not zero: leave the leg out"),
            lots if lots.unsigned_abs() > SIZE_MAX.unsigned_abs() => {
                self.refuse(text, format!("a size has at most {SIZE_MAX} lots"));
            },
            lots => return Some(Size(lots)),
        }
        None
    }

    /// Reads a number of units with this many decimals.
    pub(crate) fn decimal(&self, text: &'a str, decimals: i8, unit: &str) -> Option<i64> {
        let written: String = self.read(text)?;
        let one = crate::venue::power(decimals);
        let units = match Decimal::parse(&written, decimals) {
            Ok(units) => i64::try_from(units).ok(),
            Err(error) => {
                self.refuse_helping(text, error.to_string(), format!("{unit} is {one}"));
                return None;
            },
        };
        if units.is_none() {
            self.refuse(text, format!("`{written}` is too large"));
        }
        units
    }

    /// Reads an amount of the asset the venue settles in.
    fn money(&self, venue: &Venue, text: &'a str) -> Option<Money> {
        let amount: Amount = self.read(text)?;
        self.in_units(venue, text, &amount).map(Money)
    }

    pub(crate) fn in_units(&self, venue: &Venue, text: &str, amount: &Amount) -> Option<i128> {
        let asset = &venue.asset;
        if amount.asset() != asset {
            self.refuse(text, format!("`{amount}` is not in {asset}, which the venue settles in"));
            return None;
        }
        let units = amount.in_units(venue.decimals);
        if units.is_none() {
            let decimals = venue.decimals;
            let message =
                format!("`{amount}` is finer than {asset}, which has {decimals} decimals");
            self.refuse(text, message);
        }
        units.map(|money| money.0)
    }
}
