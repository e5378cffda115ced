//! How many winners paid.

use crate::{Run, run::facts_of, value::count};
use facts::AccountId;
use std::collections::BTreeSet;

/// Accounts whose position was closed or whose profit was cut, each counted once.
pub(crate) fn accounts_deleveraged(run: &Run<'_>) -> f64 {
    let closed = facts_of!(run, PositionDeleveraged).map(|f| f.winner.account);
    let cut = facts_of!(run, ProfitCut).map(|f| f.purse.account);
    let accounts: BTreeSet<AccountId> = closed.chain(cut).collect();
    count(accounts.len())
}
