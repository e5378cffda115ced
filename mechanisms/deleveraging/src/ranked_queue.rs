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
//! - `rank`: `LeveragedReturn` (price over entry — entry over price for a short — times notional
//!   over equity), `Profit` (unrealised), or `Size` (notional).
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
//! Hyperliquid documentation, "Auto-deleveraging"; BitMEX, "Auto-Deleveraging", both read November
//! 2026; Chitra, arXiv 2512.01112v3.

use crate::{
    allocation,
    terms::{Act, Claim, Terms},
};
use facts::ShortfallLeft;
use market::{Deleveraging, DeleveragingAnswer, Market, Mechanism, Plan, Winner};
use serde::Deserialize;
use std::cmp::Reverse;
use units::{Money, Ratio, Rounding, Side, mul_div};

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

/// What puts a winner first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Rank {
    /// Return on the entry price times leverage.
    LeveragedReturn,
    /// Unrealised profit.
    Profit,
    /// Notional.
    Size,
}

impl Mechanism for RankedQueue {
    type Question = Deleveraging;
    const NAME: &'static str = "RankedQueue";
    const SOURCE: &'static str = include_str!("ranked_queue.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        if let Some(fault) = self.terms().fault() {
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
        let claim = |winner| Claim { winner, weight: 0, rank: self.rank.of(market, &winner) };
        let winners = market.winners(left.instrument, left.losers).into_iter();
        let mut queue: Vec<Claim> = winners.map(claim).collect();
        queue.sort_by_key(|claim| (Reverse(claim.rank), claim.winner.purse));
        self.terms().call(market, left, &queue, |_, capacities, total| {
            allocation::in_order(capacities, total)
        });
    }
}

impl Rank {
    /// The rank in billionths (of the asset where it is money), rounded down; the highest there is
    /// where equity is used up.
    fn of(self, market: &Market<'_>, winner: &Winner) -> i128 {
        const BILLION: i128 = 1_000_000_000;
        match self {
            Self::Profit => market.billionths(winner.instrument, winner.profit),
            Self::Size => market.billionths(winner.instrument, winner.notional),
            Self::LeveragedReturn => {
                let (notional, cost) = (winner.notional.0, winner.cost.magnitude().0);
                let (now, then) = match winner.size.side() {
                    Some(Side::Short) => (cost, notional),
                    Some(Side::Long) | None => (notional, cost),
                };
                if winner.equity <= Money::ZERO {
                    return i128::MAX;
                }
                // Up and then down: the first rounding is far below the last digit of the second.
                let gain = mul_div(now, BILLION * BILLION, then, Rounding::Up);
                let product = gain.and_then(|gain| {
                    mul_div(gain, notional, winner.equity.0 * BILLION, Rounding::Down)
                });
                product.unwrap_or(i128::MAX)
            },
        }
    }
}
