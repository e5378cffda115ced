//! How many accounts were liquidated.

use crate::{Run, value::count};

/// Accounts that a liquidation was opened for, each counted once, those spared included.
pub(crate) fn accounts_liquidated(run: &Run<'_>) -> f64 {
    count(run.liquidated().len())
}
