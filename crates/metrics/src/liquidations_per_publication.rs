//! How large the steps of a cascade are.

use crate::{Run, Undefined, Value, generations::generations, value::count};

/// Mean number of liquidations opened between one publication of a mark and the next, among those
/// that were followed by any.
pub(crate) fn liquidations_per_publication(run: &Run<'_>) -> Value {
    let generations = generations(run);
    let opened: u32 = generations.iter().sum();
    match generations.iter().filter(|&&opened| opened > 0).count() {
        0 => Err(Undefined("nothing was liquidated")),
        publications => Ok(f64::from(opened) / count(publications)),
    }
}
