//! Whether few winners carry deleveraging.

use crate::{Run, Undefined, Value, run::facts_of};
use facts::AccountId;
use std::collections::BTreeMap;
use units::{Money, math};

/// Share of deleveraging that fell on the ten accounts with most of it, in [0, 1].
///
/// An account's part is the notional it was closed for, at the mark, plus the profit it was cut.
pub(crate) fn top_ten_share_of_deleveraging(run: &Run<'_>) -> Value {
    let mut parts: BTreeMap<AccountId, Money> = BTreeMap::new();
    for f in facts_of!(run, PositionDeleveraged) {
        let notional = run.notional(f.instrument, f.size, f.mark);
        *parts.entry(f.winner.account).or_default() += notional;
    }
    for f in facts_of!(run, ProfitCut) {
        *parts.entry(f.purse.account).or_default() += f.amount;
    }
    let whole: Money = parts.values().copied().sum();
    let mut largest: Vec<Money> = parts.into_values().collect();
    largest.sort();
    let top: Money = largest.into_iter().rev().take(10).sum();
    run.asset()?;
    if whole == Money::ZERO {
        return Err(Undefined("nobody was deleveraged"));
    }
    Ok(math::float(top.0) / math::float(whole.0))
}
