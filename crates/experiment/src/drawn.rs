//! Populations as they are written.

use crate::{
    Code,
    belongs::OF_A_LOAN,
    distribution::Written,
    form::{Form, chosen},
    mended,
    population::{Legs, Population},
    raw,
    reader::{Entry, Reader},
    tokens::tokens,
    world::Venue,
};
use units::{Amount, Leverage, Ratio, Side};

chosen! {
    /// How a population's legs are margined.
    Margin {
        /// A margin: all of an account's collateral stands behind all of its cross legs. It is
        /// liquidated as a whole.
        Cross,
        /// A margin: each leg stands for itself with what was posted to it, and can lose no more.
        /// In a `Population` the collateral is divided evenly among the legs; a `Leg` says how much
        /// is posted: `Isolated("500 USDC")`.
        Isolated,
    }

    /// Where a population's entry prices lie.
    Entered {
        /// Entry prices lie evenly within this share of the opening price, to either side, though
        /// nowhere so adverse that the leverage would be above the most that is drawn: `Within("3%")`.
        Within(Ratio),
    }
}

/// Sides, as `side` takes them.
pub(crate) const SIDES: &[Form] = &[
    Form { name: "Long", doc: "A side: who gains when the price rises.", fields: &[] },
    Form { name: "Short", doc: "A side: who gains when the price falls.", fields: &[] },
];

impl<'a> Reader<'a> {
    pub(crate) fn population(
        &self,
        venue: &Venue,
        raw: &raw::Population<'a>,
    ) -> Option<Population> {
        let count = self.number(raw.count.text(), u32::MAX);
        let side = self.read(raw.side.text());
        let holds = self.holds(venue, raw.holds.text());
        let legs_text = raw.legs.text();
        let legs = self.read::<Legs>(legs_text).filter(|legs| {
            let most = holds
                .as_ref()
                .map_or(u32::MAX, |holds| u32::try_from(holds.len()).unwrap_or(u32::MAX));
            let fits = 1 <= legs.least && legs.least <= legs.most && legs.most <= most;
            if !fits {
                let message = match holds.as_ref().map(Vec::len) {
                    Some(1) => "this group holds one instrument, so it has one leg".to_owned(),
                    Some(most) => format!("this group has 1 to {most} legs, one an instrument"),
                    None => "`least` is at least 1 and at most `most`".to_owned(),
                };
                let help = "write `legs: (least: 1, most: 1)`, or let it hold more".to_owned();
                self.refuse_helping(Code::WrongBounds, legs_text, message, help);
            }
            fits
        });
        let margin = self.margin(raw.margin.text());
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
        if let (Some(Side::Long), Some(leverage)) = (side, &leverage) {
            self.remark_unleveraged(leverage_text, leverage.most());
        }
        let within = self.read::<Entered>(raw.entered.text()).and_then(|Entered::Within(band)| {
            let fits = (Ratio::ZERO..Ratio::ONE).contains(&band);
            if !fits {
                let message = "a band around a price must be at least 0% and below 100%";
                self.refuse(Code::OutOfRange, raw.entered.text(), message);
            }
            fits.then_some(band)
        });
        let count = count?;
        Some(Population {
            count,
            written: count,
            side: side?,
            holds: holds?,
            legs: legs?,
            isolated: matches!(margin?, Margin::Isolated),
            collateral: collateral?,
            leverage: leverage?,
            within: within?,
        })
    }

    /// Warns of longs of whom nobody has borrowed anything; `most` is in thousandths.
    fn remark_unleveraged(&self, text: &'a str, most: i128) {
        let Some(most) = i64::try_from(most).ok().map(Leverage).filter(|it| *it <= Leverage(1_000))
        else {
            return;
        };
        let message = format!(
            "a leverage of {most} at most is no loan: no fall of a price liquidates anybody"
        );
        let help = match mended::leverage_of(Ratio(most.0 * (Ratio::ONE.0 / 1_000))) {
            Some(owed) => {
                format!("is {most} a loan-to-value? then write `\"{owed}\"`; {OF_A_LOAN}")
            },
            None => "raise it above 1x, if anybody is to be liquidated".to_owned(),
        };
        self.refuse_helping(Code::Unleveraged, text, message, help);
    }

    /// Reads how a population's legs are margined.
    fn margin(&self, text: &'a str) -> Option<Margin> {
        if text.starts_with("Isolated") && tokens(text).count() > 1 {
            let message =
                "`Isolated` takes no amount here: the margin comes from each account's collateral";
            let help = "write `Isolated`, without an amount".to_owned();
            self.refuse_helping(Code::WrongType, text, message, help);
            return None;
        }
        self.read(text)
    }

    /// Reads the chance of each instrument.
    fn holds(&self, venue: &Venue, text: &'a str) -> Option<Vec<(String, Ratio)>> {
        if text.is_empty() {
            return None;
        }
        let before = self.remarks();
        let entries = self.entries(text, "instrument");
        if self.remarks() > before {
            return None;
        }
        let chance = |entry: &Entry<'a>| {
            self.listed(venue, entry)?;
            let chance = self.share(entry.value)?;
            if chance == Ratio::ZERO {
                let message = format!("a chance of 0%: `{}` is never held", entry.name);
                let help = "leave it out".to_owned();
                self.refuse_helping(Code::OutOfRange, entry.value, message, help);
                return None;
            }
            Some((entry.name.clone(), chance))
        };
        let chances: Vec<_> = entries.iter().map(chance).collect();
        let mut chances = chances.into_iter().collect::<Option<Vec<_>>>()?;
        let sum = Ratio(chances.iter().map(|(_, chance)| chance.0).sum());
        if sum != Ratio::ONE {
            let message = format!("the chances sum to {sum}, not to 100%");
            let help = "they are the chances that a leg is in each instrument".to_owned();
            self.refuse_helping(Code::ChancesSum, text, message, help);
            return None;
        }
        chances.sort();
        Some(chances)
    }
}
