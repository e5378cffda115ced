//! Answers to *mark price*: at which price are positions valued?

mod oracle_only;
mod clamped;
mod median_of_three;

pub use clamped::Clamped;
pub use median_of_three::MedianOfThree;
pub use oracle_only::OracleOnly;

use facts::InstrumentId;
use market::{Market, Mechanism, Plan};
use units::{Duration, Price};

market::timers! {
    /// The next mark price is due.
    MarkPriceDue { instrument: InstrumentId } in Mark;
}

/// Starts a clock of publications; refuses one that never moves.
fn begin<M: Mechanism>(plan: &mut Plan<'_, M>, every: Duration) {
    plan.require(
        every > Duration::ZERO,
        "`every` must be above zero: say how often a mark is published, e.g. \"3s\"",
    );
    let instrument = plan.instrument();
    plan.beats(every);
    plan.first(plan.start(), MarkPriceDue { instrument });
}

/// Winds the clock of publications. The last index price and the trade price, which is the index
/// where nobody trades; none before the first index price.
fn look(market: &mut Market<'_>, due: &MarkPriceDue, every: Duration) -> Option<(Price, Price)> {
    let instrument = due.instrument;
    market.tick(every, MarkPriceDue { instrument });
    let index = market.instrument(instrument).index_price?;
    Some((index, market.trade_price(instrument).unwrap_or(index)))
}
