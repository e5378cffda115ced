//! Where marks would have been had no trade displaced them.

use crate::Run;
use facts::{Fact, FactId, FundamentalId, InstrumentId, LegMark, LiquidationOpened};
use std::collections::BTreeMap;
use units::{Money, Price};

/// What a mark without trades lies between, at each publication: every rule makes it from the index
/// price and the trade price, which then is the outside price.
pub(crate) struct Undisplaced {
    published: Vec<Published>,
}

struct Published {
    id: FactId,
    instrument: InstrumentId,
    range: (Price, Price),
    /// Lowest and highest from here to the end.
    later: (Price, Price),
}

impl Undisplaced {
    pub(crate) fn of(run: &Run<'_>) -> Self {
        let scales = scales(run);
        let mut outside: BTreeMap<FundamentalId, Price> = BTreeMap::new();
        let mut published = Vec::new();
        for record in run.records() {
            if let Fact::FundamentalPriceSet(f) = &record.fact {
                outside.insert(f.fundamental, f.price);
            } else if let Fact::MarkPricePublished(f) = &record.fact {
                let price = scales.get(&f.instrument).and_then(|&(fundamental, scale)| {
                    let price = outside.get(&fundamental)?.0;
                    Some(Price(price.checked_add(scale / 2)?.div_euclid(scale)))
                });
                let price = price.unwrap_or(f.index);
                let range = (f.index.min(price), f.index.max(price));
                let (id, instrument) = (record.id, f.instrument);
                published.push(Published { id, instrument, range, later: range });
            }
        }
        let mut later: BTreeMap<InstrumentId, (Price, Price)> = BTreeMap::new();
        for mark in published.iter_mut().rev() {
            let (low, high) = later.entry(mark.instrument).or_insert(mark.range);
            (*low, *high) = (mark.range.0.min(*low), mark.range.1.max(*high));
            mark.later = (*low, *high);
        }
        Self { published }
    }

    /// Whether such marks would have liquidated a purse at the instant at which it was liquidated, or
    /// later: at the worse ends of their ranges its legs and the money it had then are worth less than
    /// it needed then.
    pub(crate) fn liquidate(&self, run: &Run<'_>, at: FactId, opened: &LiquidationOpened) -> bool {
        let next = self.published.partition_point(|mark| mark.id < at);
        let lacks = opened.needed - opened.equity;
        let gain = |leg: &LegMark, (low, high): (Price, Price)| {
            let worse = if leg.size.0 > 0 { low } else { high };
            run.value(leg.instrument, leg.size, worse.minus(leg.mark))
        };
        let present = |leg: &LegMark| {
            self.published[..next].iter().rev().find(|mark| mark.instrument == leg.instrument)
        };
        let (mut gains, mut worst): (Vec<Money>, Money) = (Vec::new(), Money::ZERO);
        for leg in &opened.legs {
            let Some(mark) = present(leg) else { return true };
            gains.push(gain(leg, mark.range));
            worst += gain(leg, mark.later).min(gain(leg, mark.range));
        }
        // Not even where each was at its worst.
        if worst >= lacks {
            return false;
        }
        let is_short = |gains: &[Money]| gains.iter().copied().sum::<Money>() < lacks;
        is_short(&gains)
            || self.published[next..].iter().any(|mark| {
                let mut legs = opened.legs.iter().zip(&mut gains);
                let leg = legs.find(|(leg, _)| leg.instrument == mark.instrument);
                let moved = leg.map(|(leg, its)| *its = gain(leg, mark.range));
                moved.is_some() && is_short(&gains)
            })
    }
}

/// The exogenous price that each instrument follows, and its units in one of the instrument's.
fn scales(run: &Run<'_>) -> BTreeMap<InstrumentId, (FundamentalId, i64)> {
    let mut decimals: BTreeMap<FundamentalId, i8> = BTreeMap::new();
    for fact in run.genesis() {
        if let Fact::FundamentalListed(listed) = fact {
            decimals.insert(listed.fundamental, listed.price_decimals);
        }
    }
    let scales = run.instruments().filter_map(|listed| {
        let places = decimals.get(&listed.fundamental)?.checked_sub(listed.price_decimals)?;
        let scale = 10_i64.checked_pow(u32::try_from(places).ok()?)?;
        Some((listed.instrument, (listed.fundamental, scale)))
    });
    scales.collect()
}
