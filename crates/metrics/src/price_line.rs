//! The path of a mark price, short enough to draw in a line.

use crate::Run;
use facts::{Fact, InstrumentId};
use units::{Decimal, Price, Time, math};

/// Most points of a line.
const POINTS: u8 = 60;

/// The published mark prices of one instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceLine {
    /// Venue and instrument.
    pub label: String,
    /// Prices at equal distances in time, at most sixty. Each stands for a stretch of time and is
    /// the price of it that is farthest from the first, so that no extreme is lost.
    pub points: Vec<Price>,
    /// First mark price.
    pub first: Price,
    /// Last mark price.
    pub last: Price,
    /// Lowest mark price.
    pub low: Price,
    /// When it was first reached.
    pub low_at: Time,
    /// Digits after the point of a price unit.
    pub decimals: i8,
}

impl PriceLine {
    /// A price as a person reads it.
    pub fn price(&self, price: Price) -> Decimal {
        Decimal::new(price.0.into(), self.decimals)
    }

    /// (price − first) ÷ first: a fall is negative.
    pub fn change(&self, price: Price) -> f64 {
        math::float(price.minus(self.first).0.into()) / math::float(self.first.0.into())
    }
}

/// One line for each instrument that has a published mark price, in the order of their ids.
pub fn price_lines(run: &Run<'_>) -> Vec<PriceLine> {
    let lines = run.instruments().filter_map(|listed| {
        let marks = marks(run, listed.instrument);
        let (&(_, first), &(_, last)) = (marks.first()?, marks.last()?);
        let &(low_at, low) = marks.iter().min_by_key(|&&(time, mark)| (mark, time))?;
        let label = run.names().instrument_label(listed.instrument);
        let decimals = listed.price_decimals;
        Some(PriceLine { label, points: points(&marks), first, last, low, low_at, decimals })
    });
    lines.collect()
}

fn marks(run: &Run<'_>, instrument: InstrumentId) -> Vec<(Time, Price)> {
    let mut marks = Vec::new();
    for record in run.records() {
        if let Fact::MarkPricePublished(f) = &record.fact
            && f.instrument == instrument
        {
            marks.push((record.stamp.time, f.price));
        }
    }
    marks
}

/// Cuts time from the first mark to the last into equal cells; a cell without a mark keeps the
/// price it began with.
fn points(marks: &[(Time, Price)]) -> Vec<Price> {
    let (Some(&(start, first)), Some(&(end, _))) = (marks.first(), marks.last()) else {
        return Vec::new();
    };
    let span = i128::from(end.since(start).0) + 1;
    let cells = i128::from(POINTS).min(span);
    let cell_of = |time: Time| i128::from(time.since(start).0) * cells / span;
    let mut rest = marks;
    let mut price = first;
    let mut points = Vec::new();
    for cell in 0..cells {
        let (here, later) = rest.split_at(rest.partition_point(|&(time, _)| cell_of(time) <= cell));
        let farthest = here.iter().max_by_key(|&&(_, mark)| mark.minus(first).0.abs());
        points.push(farthest.map_or(price, |&(_, mark)| mark));
        price = here.last().map_or(price, |&(_, mark)| mark);
        rest = later;
    }
    points
}
