//! All winners give, in proportion to what they have.
//!
//! # Rule
//!
//! Each winner of the instrument on the other side gives min(cap × what it has, τ × weight), with
//! the τ at which the sum is what is asked. Weights are taken once a call, at the mark price.
//!
//! # Why venues do it
//!
//! Nobody is wiped out for everybody else: the loss is spread over all who gained by the move.
//!
//! # Parameters
//!
//! - `to`: what shares are proportional to: `Profit` (unrealised) or `Equity` (of the purse).
//! - `act`: `CutProfit` or `ClosePosition(at: BankruptcyPrice | MarkPrice | PreviousMark)`.
//! - `severity`: share of what is left that winners are asked for, within 0 % and 100 %.
//! - `cap`: most of a winner's profit or position that one call may take, in (0 %, 100 %].
//!
//! # Known failure
//!
//! Everybody is touched, hedgers too: a hedge that is cut leaves its other side open.
//!
//! # Sources
//!
//! Chitra, arXiv 2512.01112v3 (16 February 2026), pro-rata policy and capped water-filling.

use crate::{
    allocation,
    terms::{Act, Claim, Terms},
};
use facts::ShortfallLeft;
use market::{Deleveraging, DeleveragingAnswer, Market, Mechanism, Plan, Winner};
use serde::Deserialize;
use units::{Money, Ratio};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProRata {
    /// What shares are proportional to.
    to: Weight,
    /// What a winner does.
    act: Act,
    /// Share of what is left that winners are asked for.
    severity: Ratio,
    /// Most of a winner's profit or position that one call may take.
    cap: Ratio,
}

/// What shares are proportional to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Weight {
    /// Unrealised profit of the leg.
    Profit,
    /// Equity of the purse, where it is positive.
    Equity,
}

impl Mechanism for ProRata {
    type Question = Deleveraging;
    const NAME: &'static str = "ProRata";
    const SOURCE: &'static str = include_str!("pro_rata.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        if let Some(fault) = self.terms().fault() {
            plan.refuse(fault);
        }
        plan.answer(plan.this());
        plan.on(Self::share);
    }
}

impl DeleveragingAnswer for ProRata {
    fn takes_over_positions(&self) -> bool {
        self.act != Act::CutProfit
    }
}

impl ProRata {
    fn terms(&self) -> Terms {
        Terms { act: self.act, severity: self.severity, cap: self.cap }
    }

    fn share(&self, market: &mut Market<'_>, left: &ShortfallLeft) {
        let winners = market.winners(left.instrument, left.losers);
        let claims = winners.iter().map(|winner| {
            let weight = self.weight(winner);
            Claim { winner, weight: weight.0, rank: market.billionths(left.instrument, weight) }
        });
        let mut claims: Vec<Claim<'_>> = claims.collect();
        claims.sort_by_key(|claim| claim.winner.purse);
        self.terms().call(market, left, &claims, |claims, capacities, total| {
            let weights: Vec<i128> = claims.iter().map(|claim| claim.weight).collect();
            allocation::in_proportion(&weights, capacities, total)
        });
    }

    fn weight(&self, winner: &Winner) -> Money {
        match self.to {
            Weight::Profit => winner.profit,
            Weight::Equity => winner.equity.or_zero(),
        }
    }
}
