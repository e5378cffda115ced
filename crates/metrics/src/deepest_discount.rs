//! How far a venue's price left the outside world.

use crate::{Run, Undefined, Value, run::facts_of};
use units::math;

/// Largest (index − mark) ÷ index over all published marks: positive where a mark was below its
/// index, negative where every mark was above.
pub(crate) fn deepest_discount(run: &Run<'_>) -> Value {
    facts_of!(run, MarkPricePublished)
        .filter(|f| f.index.0 != 0)
        .map(|f| math::float(f.index.minus(f.price).0.into()) / math::float(f.index.0.into()))
        .max_by(f64::total_cmp)
        .ok_or(Undefined("no mark price was published"))
}
