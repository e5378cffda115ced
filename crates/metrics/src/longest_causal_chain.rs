//! How far one thing led to another.

use crate::{Run, value::count};

/// Links of the longest chain of recorded causes that ends at the start of the run; facts of every
/// kind are links.
///
/// It shows how deep a cascade turned, not how large it was: only one cause of each fact is kept.
pub(crate) fn longest_causal_chain(run: &Run<'_>) -> f64 {
    let mut depths: Vec<usize> = Vec::with_capacity(run.records().len());
    for record in run.records() {
        let cause = record.cause.and_then(|cause| depths.get(cause.row()));
        depths.push(cause.map_or(0, |depth| depth + 1));
    }
    count(depths.into_iter().max().unwrap_or(0))
}
