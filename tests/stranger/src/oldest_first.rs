//! Winners are closed one after the other, who has held longest first.
//!
//! # Rule
//!
//! Winners of the instrument on the other side are put in order of the time since which their leg
//! has been on its side, the earliest first, equal times in order of account. The first gives all it
//! may, then the second, until what is asked is given. A leg that was closed, or turned over, and
//! opened again is as old as its last opening; what is added to a leg does not make it younger.
//!
//! # Why venues do it
//!
//! None is known to. Whoever came last brought the liquidity that the venue needs now, and keeps it.
//!
//! # Parameters
//!
//! - `act`: `ClosePosition(at: BankruptcyPrice | MarkPrice | PreviousMark)` or `CutProfit`.
//! - `severity`: share of what is left that winners are asked for, within 0 % and 100 %.
//! - `cap`: most of a winner's position or profit that one call may take, in (0 %, 100 %].
//!
//! # Known failure
//!
//! A holder who closes and opens again now and then is never first: the price of patience is a fee.
//!
//! # Sources
//!
//! First in, first out, as in inventories.

use deleveraging::{Act, Claim, Terms, allocation};
use facts::ShortfallLeft;
use market::{Deleveraging, DeleveragingAnswer, Market, Mechanism, Plan};
use serde::Deserialize;
use units::Ratio;

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OldestFirst {
    /// What a winner does.
    act: Act,
    /// Share of what is left that winners are asked for.
    severity: Ratio,
    /// Most of a winner's position or profit that one call may take.
    cap: Ratio,
}

impl Mechanism for OldestFirst {
    type Question = Deleveraging;
    const NAME: &'static str = "OldestFirst";
    const SOURCE: &'static str = include_str!("oldest_first.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        if let Some(fault) = self.terms().fault() {
            plan.refuse(fault);
        }
        plan.answer(plan.this());
        plan.on(Self::call);
    }
}

impl DeleveragingAnswer for OldestFirst {
    fn takes_over_positions(&self) -> bool {
        self.act != Act::CutProfit
    }
}

impl OldestFirst {
    fn terms(&self) -> Terms {
        Terms { act: self.act, severity: self.severity, cap: self.cap }
    }

    fn call(&self, market: &mut Market<'_>, left: &ShortfallLeft) {
        let now = market.now();
        let winners = market.winners(left.instrument, left.losers);
        let claims = winners.iter().map(|winner| {
            // Billionths of a second: the rank reads in seconds.
            let age = now.since(winner.since);
            Claim { winner, weight: 0, rank: i128::from(age.0) }
        });
        let mut queue: Vec<Claim<'_>> = claims.collect();
        queue.sort_by_key(|claim| (claim.winner.since, claim.winner.purse));
        self.terms().call(market, left, &queue, |_, capacities, total| {
            allocation::in_order(capacities, total)
        });
    }
}
