//! Winners are closed one after the other, the highest rank first.
//!
//! # Rule
//!
//! Winners of the instrument on the other side are put in order of rank, the highest first, equal
//! ranks in order of account. The first gives all it may, then the second, until what is asked is
//! given. Ranks are taken once a call, at the mark price.
//!
//! # Why venues do it
//!
//! Whoever took most risk for most profit is closed first; everybody can see their place in the
//! queue beforehand.
//!
//! # Parameters
//!
//! - `rank`: one of
//!   - `LeveragedReturn`: price over entry — entry over price for a short — times notional over
//!     equity, as Hyperliquid does;
//!   - `LeveragedProfit`: profit over entry cost, times notional over equity, as BitMEX and Bybit do;
//!   - `ReturnTimesMarginRatio`: unrealised profit of the purse over its balance, which counts as at
//!     least one of the asset, times maintenance margin over equity, as Binance does;
//!   - `Profit`: unrealised; `Size`: notional;
//!   - `Combined([(by: LeveragedReturn, weight: 2), (by: Size, weight: 1)])`: each winner's places
//!     in single rankings, equals sharing the better one, times their weights (whole, above zero)
//!     and summed; the lowest sum is first. Logged is the sum, below zero: higher is first.
//! - `act`: `ClosePosition(at: BankruptcyPrice | MarkPrice | PreviousMark)` or `CutProfit`.
//! - `severity`: share of what is left that winners are asked for, within 0 % and 100 %.
//! - `cap`: most of a winner's position or profit that one call may take, in (0 %, 100 %].
//!
//! # Known failure
//!
//! A few accounts bear everything: on 10 October 2025 the first ten had 45.8 % of all closures. With
//! `PreviousMark` in a fast fall the price is that of a market that is gone: winners may pay a
//! bankrupt account more than it owes, or less.
//!
//! # Sources
//!
//! Hyperliquid documentation, "Auto-deleveraging"; BitMEX, "Auto-Deleveraging"; Bybit, "Auto-
//! Deleveraging (ADL)"; Binance, "What Is Auto-Deleveraging (ADL) and How Does It Work?", all read
//! November 2026; Chitra, arXiv 2512.01112v3. A sum of places: de Borda, "Mémoire sur les élections
//! au scrutin" (1784).

use crate::{
    allocation,
    rank::Rank,
    terms::{Act, Claim, Terms},
};
use facts::ShortfallLeft;
use market::{Deleveraging, DeleveragingAnswer, Market, Mechanism, Plan};
use serde::Deserialize;
use std::cmp::Reverse;
use units::Ratio;

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankedQueue {
    /// What puts a winner first.
    rank: Rank,
    /// What a winner does.
    act: Act,
    /// Share of what is left that winners are asked for.
    severity: Ratio,
    /// Most of a winner's position or profit that one call may take.
    cap: Ratio,
}

impl Mechanism for RankedQueue {
    type Question = Deleveraging;
    const NAME: &'static str = "RankedQueue";
    const SOURCE: &'static str = include_str!("ranked_queue.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        for fault in [self.terms().fault(), self.rank.fault()].into_iter().flatten() {
            plan.refuse(fault);
        }
        plan.answer(plan.this());
        plan.on(Self::call);
    }
}

impl DeleveragingAnswer for RankedQueue {
    fn takes_over_positions(&self) -> bool {
        self.act != Act::CutProfit
    }
}

impl RankedQueue {
    fn terms(&self) -> Terms {
        Terms { act: self.act, severity: self.severity, cap: self.cap }
    }

    fn call(&self, market: &mut Market<'_>, left: &ShortfallLeft) {
        let winners = market.winners(left.instrument, left.losers);
        let ranks = self.rank.of(market, &winners);
        let claims = winners.iter().zip(ranks);
        let claims = claims.map(|(winner, rank)| Claim { winner, weight: 0, rank });
        let mut queue: Vec<Claim<'_>> = claims.collect();
        queue.sort_by_key(|claim| (Reverse(claim.rank), claim.winner.purse));
        self.terms().call(market, left, &queue, |_, capacities, total| {
            allocation::in_order(capacities, total)
        });
    }
}
