//! Accounts drawn from distributions.
//!
//! Account *i* of a population is drawn from numbers addressed by (seed, name of the population, i):
//! it is the same whoever else exists, whatever the rules, in every arm.

use crate::distribution::Distribution;
use kernel::{Draw, Stream, Streams};
use market::{AccountPlan, LegPlan};
use serde::Deserialize;
use std::collections::BTreeMap;
use units::{Money, Price, Ratio, Rounding, SIZE_MAX, Side, Size, math, mul_div};

/// Units of a leverage of one.
const ONE: i128 = 1_000;

/// Decisions of one account; those of its legs come after.
const COLLATERAL: u64 = 0;
const LEVERAGE: u64 = 1;
const LEGS: u64 = 2;
const FIRST_LEG: u64 = 3;

/// How many legs an account has.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Legs {
    pub(crate) least: u32,
    pub(crate) most: u32,
}

/// Accounts drawn from distributions.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    /// How many there are.
    pub(crate) count: u32,
    /// How many the collateral is written for: it is scaled to as many as there are.
    pub(crate) written: u32,
    pub(crate) side: Side,
    /// Chance of each instrument, in the order of their names; they sum to one.
    pub(crate) holds: Vec<(String, Ratio)>,
    pub(crate) legs: Legs,
    pub(crate) isolated: bool,
    pub(crate) collateral: Distribution,
    /// Notional over collateral, in thousandths.
    pub(crate) leverage: Distribution,
    /// Entry prices lie this close to the opening price.
    pub(crate) within: Ratio,
}

/// What an instrument is worth when time starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) price: Price,
    /// Money units that one lot is worth at one price unit.
    pub(crate) unit_value: i64,
}

impl Population {
    /// The accounts, in order.
    pub(crate) fn accounts(
        &self,
        name: &str,
        seed: u64,
        openings: &BTreeMap<&str, Opening>,
    ) -> Vec<AccountPlan> {
        let stream = Streams::new(seed).purpose(&format!("population {name}"));
        (0..u64::from(self.count)).map(|ordinal| self.account(&stream, ordinal, openings)).collect()
    }

    /// What an account has of an amount that is drawn for as many as are written; none where that is
    /// past all numbers.
    pub(crate) fn scaled(&self, drawn: i128) -> Option<i128> {
        mul_div(drawn, self.written.into(), self.count.into(), Rounding::Down).ok()
    }

    fn account(
        &self,
        stream: &Stream,
        ordinal: u64,
        openings: &BTreeMap<&str, Opening>,
    ) -> AccountPlan {
        let drawn = self.collateral.sample(stream.draw(ordinal, COLLATERAL));
        let collateral = self.scaled(drawn).expect("the most that is drawn was scaled before");
        let leverage = self.leverage.sample(stream.draw(ordinal, LEVERAGE));
        let number = self.legs.number(stream.draw(ordinal, LEGS));
        let part = Part { collateral: collateral / i128::from(number), leverage };
        let mut left = self.holds.iter().collect::<Vec<_>>();
        let mut legs = Vec::new();
        for leg in 0..number {
            let mut draw = stream.draw(ordinal, FIRST_LEG + u64::from(leg));
            let (instrument, _) = left.remove(pick(&left, &mut draw));
            let opening = openings[instrument.as_str()];
            legs.extend(self.leg(part, opening, &mut draw).map(|(size, entry)| LegPlan {
                instrument: instrument.clone(),
                size,
                entry,
                isolated: self.isolated.then_some(Money(part.collateral)),
            }));
        }
        let posted: Money = legs.iter().filter_map(|leg| leg.isolated).sum();
        AccountPlan { name: String::new(), collateral: Money(collateral) - posted, legs }
    }

    /// Size and entry price of the leg that this part of the collateral stands behind; none when
    /// it is too little for a lot.
    ///
    /// With leverage ℓ at the opening price P, size is ⌊ℓ·collateral ÷ P⌋ in lots. The entry is
    /// uniform within the band around P, but nowhere so adverse that notional over equity would be
    /// above the most that is drawn; adverse moves are so bounded leg by leg, hence in sum.
    fn leg(&self, part: Part, opening: Opening, draw: &mut Draw) -> Option<(Size, Price)> {
        let lot = i128::from(opening.price.0) * i128::from(opening.unit_value);
        let lots = mul_div(part.collateral, part.leverage, lot * ONE, Rounding::Down).ok()?;
        let lots = i64::try_from(lots).unwrap_or(SIZE_MAX).min(SIZE_MAX);
        if lots == 0 {
            return None;
        }
        let band = Money(i128::from(opening.price.0)).share(self.within, Rounding::Down).0;
        // Adverse moves that leave equity ≥ notional ÷ most:
        // ⌊(collateral − lots·lot ÷ most) ÷ lots·unit⌋.
        let needed =
            mul_div(i128::from(lots) * lot, ONE, self.leverage.most(), Rounding::Up).ok()?;
        let a_unit = i128::from(lots) * i128::from(opening.unit_value);
        let bound = (part.collateral - needed).max(0) / a_unit;
        let (low, high) = (math::float(-band), math::float(band.min(bound)));
        let adverse = math::nearest(low + draw.uniform() * (high - low));
        let entry = match self.side {
            Side::Long => opening.price.plus(Price(adverse)),
            Side::Short => opening.price.minus(Price(adverse)),
        };
        Some((Size(lots).on(self.side), entry))
    }
}

/// Collateral behind one leg, and its leverage in thousandths.
#[derive(Clone, Copy)]
struct Part {
    collateral: i128,
    leverage: i128,
}

impl Legs {
    /// Uniform within the bounds.
    fn number(self, mut draw: Draw) -> u32 {
        let numbers = u64::from(self.most - self.least) + 1;
        self.least + u32::try_from(draw.bits() % numbers).expect("it is below a 32-bit number")
    }
}

/// Index of one of what is left, by their chances.
fn pick(left: &[&(String, Ratio)], draw: &mut Draw) -> usize {
    let chances = left.iter().map(|(_, chance)| chance.0.unsigned_abs());
    let mut mark = draw.bits() % chances.clone().sum::<u64>();
    for (index, chance) in chances.enumerate() {
        match mark.checked_sub(chance) {
            Some(further) => mark = further,
            None => return index,
        }
    }
    unreachable!("the mark is below the sum of the chances")
}
