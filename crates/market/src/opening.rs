//! Where everybody stands at the opening prices, before anything happens.

use crate::{Engine, Fundamental, Leg, Market, MarketPlan, Place, Refusal, RiskReport};
use facts::{AccountId, Fact, Purse, Record, Role, Sink};
use units::Money;

/// What a purse has too little equity for; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// It must close, and nothing is left of it.
    Solvency,
    /// It must close: a liquidation opens at the first mark price.
    Maintenance,
    /// It is called for margin at the first mark price.
    Call,
    /// Its venue would not let it open what it holds.
    Initial,
}

/// An account that starts with too little.
#[derive(Clone, Copy, Debug)]
pub struct Lacking<'p> {
    /// Name of its group.
    pub group: &'p str,
    /// Its place in the group, from zero.
    pub ordinal: u64,
    /// What the worst of its purses has too little equity for.
    pub lack: Lack,
    /// The equity that this takes.
    pub needed: Money,
    /// Risk of that purse.
    pub risk: RiskReport,
}

/// Shows `see` every account of a plan that has too little at the opening prices, in order of the
/// groups' names: what the market would find if they were the first marks.
///
/// # Errors
/// Everything that is wrong with the plan.
pub fn lacking(plan: &MarketPlan, mut see: impl FnMut(Lacking<'_>)) -> Result<(), Vec<Refusal>> {
    Engine::build(plan, Nobody)?.with_market(|market| {
        market.open_at_fundamentals();
        for row in 0..market.accounts.len() {
            let account = AccountId::from_row(row);
            let Some((lack, needed, risk)) = market.worst_purse(account) else { continue };
            let (group, ordinal) = market.membership(account);
            see(Lacking { group: market.group_name(group), ordinal, lack, needed, risk });
        }
    });
    Ok(())
}

impl Market<'_> {
    /// Every index and mark is the first exogenous price.
    fn open_at_fundamentals(&mut self) {
        for row in 0..self.instruments.len() {
            let place = Place::Fundamental(self.instruments[row].fundamental);
            let Some(asked) = self.ask::<Fundamental>(place) else { continue };
            let listing = &mut self.instruments[row];
            let price = Some(listing.price_of_fundamental(asked.answer.opening_price()));
            (listing.index_price, listing.mark_price) = (price, price);
        }
    }

    /// What the worst purse of a trader's account has too little for.
    fn worst_purse(&self, account: AccountId) -> Option<(Lack, Money, RiskReport)> {
        let row = self.account(account);
        if row.role != Role::Trader {
            return None;
        }
        let legs = self.legs.chain(row.first_leg).map(|(_, leg)| leg);
        let isolated = legs.filter(|leg| leg.is_isolated()).map(Leg::purse);
        let purses = std::iter::once(Purse::of(account)).chain(isolated);
        purses.filter_map(|purse| self.lack(purse)).min_by_key(|&(lack, ..)| lack)
    }

    fn lack(&self, purse: Purse) -> Option<(Lack, Money, RiskReport)> {
        let risk = self.risk(purse).filter(|risk| risk.notional > Money::ZERO)?;
        let called = self.call_level(purse, &risk).unwrap_or_default();
        let (lack, needed) = if risk.must_close() {
            let is_left = risk.equity > Money::ZERO;
            (if is_left { Lack::Maintenance } else { Lack::Solvency }, risk.close_out)
        } else if risk.equity < called {
            (Lack::Call, called)
        } else if risk.equity < risk.initial {
            (Lack::Initial, risk.initial)
        } else {
            return None;
        };
        Some((lack, needed, risk))
    }
}

/// Takes facts that nobody reads.
struct Nobody;

impl Sink for Nobody {
    fn genesis(&mut self, _: &Fact) {}

    fn record(&mut self, _: &Record) {}
}
