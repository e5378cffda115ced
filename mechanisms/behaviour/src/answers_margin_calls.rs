//! Holders who answer a margin call, some of them and some time later.
//!
//! # Rule
//!
//! A member that is called answers with a chance of `chance`, `after` the call, if the call still
//! stands by then. By `TopUp` it adds collateral from outside, to the purse that was called, until
//! its equity is `to` of what is asked; all that it can add over a run is `reserve` of what it put
//! in before time started, and what is left of that it adds even where it is not enough. By `Cut` it
//! reduces every leg of the purse by the same share, at the market, so that its equity at the marks
//! would be `to` of what is asked for the rest; kept sizes are rounded down to whole lots.
//!
//! Whether and when the k-th call of a member is answered is drawn for (group, member, k): it is the
//! same in every arm.
//!
//! # Why venues do it
//!
//! Traders do it: leveraged accounts sell more the closer they are to a margin call, and those who
//! have cash elsewhere bring it.
//!
//! # Parameters
//!
//! - `chance`: of answering a call, in (0 %, 100 %].
//! - `after`: time from call to answer: `Fixed("30s")` or `LogNormal(median: "5min", spread: 1.0,
//!   most: "2h")`, drawn again where it is above `most`.
//! - `by`: `TopUp(to: "120%", reserve: "50%")` or `Cut(to: "120%")`; `to` is at least 100 %, `reserve`
//!   above 0 %.
//!
//! # Known failure
//!
//! Everybody answers alike: who tops up first and cuts when nothing is left takes two groups here.
//! Nobody moves own cash to an isolated margin, foresees what its own trades cost, or tries a
//! refused order again. Chances and delays are assumptions.
//!
//! # Sources
//!
//! Bian, He, Shue and Zhou, "Leverage-induced fire sales and stock market crashes", NBER Working
//! Paper 25040 (2018), on selling before margin calls in China in 2015; Paradex documentation,
//! "Liquidations", read November 2026 (all positions cut by one share).

use crate::drawn::Drawn;
use facts::{AccountId, InstrumentId, MarginCalled, Purse};
use market::{Behaviour, Market, Mechanism, Order, Place, Plan, RiskReport};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use units::{Duration, Money, Ratio, Rounding, Size, Time, math};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswersMarginCalls {
    /// Chance that a call is answered.
    chance: Ratio,
    /// Time from call to answer.
    after: Drawn<Duration>,
    /// What an answer is.
    by: Answer,
}

/// What a holder does about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Answer {
    /// It adds collateral.
    TopUp {
        /// Equity it aims at, as a share of what is asked.
        to: Ratio,
        /// All that it can add, as a share of what it put in before time started.
        reserve: Ratio,
    },
    /// It reduces its legs.
    Cut {
        /// Equity it aims at, as a share of what is asked for what is left.
        to: Ratio,
    },
}

/// What members have done so far.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Answered {
    members: BTreeMap<AccountId, Member>,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Member {
    /// How often it was called.
    calls: u64,
    /// What it added.
    added: Money,
}

market::timers! {
    /// A holder answers the call with this deadline.
    MarginCallAnswerDue { purse: Purse, deadline: Time } in Decide
        at |timer, _| Place::Account(timer.purse.account);
}

impl Mechanism for AnswersMarginCalls {
    type Question = Behaviour;
    const NAME: &'static str = "AnswersMarginCalls";
    const SOURCE: &'static str = include_str!("answers_margin_calls.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(
            self.chance > Ratio::ZERO && self.chance.is_share(),
            "`chance` must be above 0% and at most 100%: `Passive()` is for those who never answer",
        );
        if let Some(fault) = self.delay().fault() {
            plan.refuse(format!("`after`: {fault}"));
        }
        let (to, reserve) = match self.by {
            Answer::TopUp { to, reserve } => (to, reserve),
            Answer::Cut { to } => (to, Ratio::ONE),
        };
        plan.require(to >= Ratio::ONE, "`to` must be at least 100%, e.g. \"120%\"");
        plan.require(reserve > Ratio::ZERO, "`reserve` must be above 0%, e.g. \"50%\"");
        if let Drawn::Fixed(after) = self.after {
            plan.waits("after", after);
        }
        let [least, median] = [self.delay().least(), self.delay().median()]
            .map(|delay| i64::try_from(delay).map_or(Duration::LONGEST, Duration));
        plan.answers_calls("after", least, median);
        plan.state(Answered::default());
        plan.on(Self::hear);
        plan.on(Self::answer);
    }
}

impl AnswersMarginCalls {
    /// In nanoseconds.
    fn delay(&self) -> Drawn<i128> {
        self.after.in_units(|duration| i128::from(duration.0))
    }

    fn hear(&self, market: &mut Market<'_>, called: &MarginCalled) {
        let MarginCalled { purse, deadline, .. } = *called;
        let (group, ordinal) = market.membership(purse.account);
        let member = member(market, purse.account);
        let number = member.calls;
        member.calls += 1;
        let purpose = format!("margin calls of {}", market.group_name(group));
        let mut draw = market.draw(&purpose, ordinal, number);
        if draw.uniform() < math::to_float(i128::from(self.chance.0), 9) {
            let delay = i64::try_from(self.delay().sample(&mut draw)).unwrap_or(i64::MAX);
            let at = market.now() + Duration(delay).min(Duration::LONGEST);
            market.schedule(at, MarginCallAnswerDue { purse, deadline });
        }
    }

    fn answer(&self, market: &mut Market<'_>, due: &MarginCallAnswerDue) {
        let purse = due.purse;
        let stands = market.margin_call(purse) == Some(due.deadline);
        let Some(risk) = market.risk(purse).filter(|_| stands) else { return };
        let Some(asked) = market.call_level(purse, &risk) else { return };
        match self.by {
            Answer::TopUp { to, reserve } => {
                let missing = asked.share(to, Rounding::Up) - risk.equity;
                top_up(market, purse, (missing, reserve));
            },
            Answer::Cut { to } => cut(market, purse, &risk, asked.share(to, Rounding::Up)),
        }
    }
}

fn member<'m>(market: &'m mut Market<'_>, account: AccountId) -> &'m mut Member {
    let here = market.here();
    market.state_mut::<Answered>(here).members.entry(account).or_default()
}

/// Adds what is missing, as far as the reserve goes.
fn top_up(market: &mut Market<'_>, purse: Purse, (missing, reserve): (Money, Ratio)) {
    let most = market.deposited(purse.account).share(reserve, Rounding::Down);
    let member = member(market, purse.account);
    let amount = missing.min(most - member.added).or_zero();
    member.added += amount;
    market.add_collateral(purse, amount);
}

/// Keeps `equity ÷ aim` of every leg, where `aim` is what should be there for all of them: rates
/// never fall with size, so it is enough for what is kept.
fn cut(market: &mut Market<'_>, purse: Purse, risk: &RiskReport, aim: Money) {
    let mut legs: Vec<(InstrumentId, Size)> =
        market.open_legs(purse).map(|leg| (leg.instrument, leg.size)).collect();
    legs.sort();
    for (instrument, held) in legs {
        let Some(side) = held.side() else { continue };
        let lots = Money(i128::from(held.magnitude().0));
        let kept = lots.portion(risk.equity.or_zero(), aim, Rounding::Down).min(lots);
        let kept = Size(i64::try_from(kept.0).unwrap_or_default()).on(side);
        let account = purse.account;
        market.place(Order::at_market(account, instrument, kept - held).reducing());
    }
}
