//! How many liquidations a liquidation leads to.

use crate::{Run, Undefined, Value, undisplaced::Undisplaced, value::count};
use facts::{Fact, InstrumentId, Role, Traded};
use std::collections::BTreeSet;

/// Liquidations that each liquidation led to, by what sales did to prices.
///
/// By every standard rule a mark that no trade displaces lies between the index price that it is made
/// from and the outside price. Outside prices alone liquidate a purse if it has less than it needed at
/// the worse ends of these ranges, when its first liquidation opens or at a later publication: with
/// the legs, the money and the need that it had when it opened. Sales led to all others. Of N purses
/// liquidated, N₀ by outside prices alone,
///
/// ```text
/// R = 1 − N₀ ÷ N
/// ```
///
/// as in a branching process of N members, N₀ of them immigrants: N = N₀ ÷ (1 − R). It is exactly 0
/// where sales do not reach marks, however long a shock lasts; at 50% sales have doubled what the
/// shock did. It is below 100% in every run: before something liquidated was traded in one of its
/// instruments a purse was led to by nothing.
///
/// It counts purses and not sizes. It cannot tell what traders' own orders did to prices from what
/// sales did, nor see what deleveraging takes from a purse. What outside prices would have reached
/// only after the horizon is put down to sales. Arms with other margin begin with other N₀.
///
/// Source: Hawkes and Oakes 1974, clusters of immigrants and their offspring; Filimonov and Sornette
/// 2012, the share of events that have a parent as the mean number of offspring.
pub(crate) fn reproduction_ratio(run: &Run<'_>) -> Value {
    let undisplaced = Undisplaced::of(run);
    let mut sold: BTreeSet<InstrumentId> = BTreeSet::new();
    let (mut purses, mut led_to) = (BTreeSet::new(), 0_usize);
    for record in run.records() {
        if let Fact::Traded(trade) = &record.fact
            && closes_what_was_liquidated(run, trade)
        {
            sold.insert(trade.instrument);
        } else if let Fact::LiquidationOpened(opened) = &record.fact
            && purses.insert(opened.purse)
        {
            let is_reached = opened.legs.iter().any(|leg| sold.contains(&leg.instrument));
            let is_led_to = is_reached && !undisplaced.liquidate(run, record.id, opened);
            led_to += usize::from(is_led_to);
        }
    }
    if purses.is_empty() {
        return Err(Undefined("nothing was liquidated"));
    }
    Ok(count(led_to) / count(purses.len()))
}

/// By a liquidation itself, or by the backstop that took it over.
fn closes_what_was_liquidated(run: &Run<'_>, trade: &Traded) -> bool {
    let is_backstop = |account| run.role(account) == Role::Backstop;
    trade.forced.is_some() || is_backstop(trade.buyer.account) || is_backstop(trade.seller.account)
}
