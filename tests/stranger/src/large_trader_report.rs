//! Whoever holds much of an instrument is reported.
//!
//! # Rule
//!
//! Every `every`, first at the start, each leg of a trader is looked at when the instant is over.
//! One above the threshold that was not when last looked at leaves `LargeTraderReported`. Nobody is
//! made to do anything.
//!
//! # Why venues do it
//!
//! A venue, or its regulator, learns who could move the market before they do.
//!
//! # Parameters
//!
//! - `above`: `Share(…)` of the open interest, in (0 %, 100 %], shares being rounded down to
//!   billionths; or `Notional(…)` at the mark price, above which a leg is reported.
//! - `every`: time between two looks, above zero.
//!
//! # Known failure
//!
//! Who holds as much in several accounts, or closes before each look, is not found.
//!
//! # Sources
//!
//! Commodity Futures Trading Commission, 17 CFR parts 15 to 18, large trader reporting.

use crate::Surveillance;
use facts::{AccountId, InstrumentId, Role, VenueId};
use market::{Description, Leg, Market, Mechanism, Place, Plan, Telling};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use units::{Amount, Duration, Price, Ratio, Rounding, Size, mul_div};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LargeTraderReport {
    /// What a leg must be above.
    above: Threshold,
    /// Time between two looks.
    every: Duration,
}

#[derive(Debug, Deserialize)]
enum Threshold {
    /// Of the open interest.
    Share(Ratio),
    /// At the mark price.
    Notional(Amount),
}

/// What is remembered from one look to the next.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Register {
    /// Whose legs were above it.
    above: BTreeSet<(InstrumentId, AccountId)>,
}

market::timers! {
    /// The next look is due.
    LookDue { venue: VenueId } in Record;
}

market::facts! {
    /// A leg was found to be large.
    LargeTraderReported {
        /// Whose.
        account: AccountId,
        /// In what.
        instrument: InstrumentId,
        /// Its signed size.
        size: Size,
        /// Its share of the open interest, rounded down.
        share: Ratio,
        /// The mark price, where there is one.
        mark: Option<Price>,
    } in Decide at |fact, _| Place::Account(fact.account);
}

impl Mechanism for LargeTraderReport {
    type Question = Surveillance;
    const NAME: &'static str = "LargeTraderReport";
    const SOURCE: &'static str = include_str!("large_trader_report.rs");
    const FACTS: &'static [Description] = &[LargeTraderReported::DESCRIPTION];

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.require(self.every > Duration::ZERO, "`every` must be above zero, e.g. \"1min\"");
        match &self.above {
            Threshold::Notional(amount) => {
                plan.money(amount);
            },
            Threshold::Share(share) if *share > Ratio::ZERO && share.is_share() => {},
            Threshold::Share(_) => plan.refuse("a share must be above 0% and at most 100%"),
        }
        plan.state(Register::default());
        plan.on(Self::look);
        let venue = plan.venue();
        plan.beats(self.every);
        plan.first(plan.start(), LookDue { venue });
    }
}

impl LargeTraderReport {
    fn look(&self, market: &mut Market<'_>, due: &LookDue) {
        let venue = due.venue;
        market.tick(self.every, LookDue { venue });
        let (here, instruments) = (market.here(), market.instruments_of(venue));
        let legs = instruments.into_iter().flat_map(|instrument| market.legs_in(instrument));
        let large = legs.filter_map(|leg| self.judge(market, leg));
        let large: BTreeMap<_, _> =
            large.map(|report| ((report.instrument, report.account), report)).collect();
        let register: &mut Register = market.state_mut(here);
        let known = std::mem::replace(&mut register.above, large.keys().copied().collect());
        for (leg, report) in large {
            if !known.contains(&leg) {
                market.tell(report);
            }
        }
    }

    /// What there is to report of a leg.
    fn judge(&self, market: &Market<'_>, leg: &Leg) -> Option<LargeTraderReported> {
        let Leg { account, instrument, size, .. } = *leg;
        let listing = market.instrument(instrument);
        let mark = listing.mark_price;
        let lots = i128::from(size.magnitude().0);
        let share =
            mul_div(lots, i128::from(Ratio::ONE.0), listing.open_interest(), Rounding::Down);
        let share = share.ok().and_then(|share| i64::try_from(share).ok()).map(Ratio)?;
        let is_large = match &self.above {
            Threshold::Share(least) => share > *least,
            Threshold::Notional(amount) => {
                let least = market.money(market.here(), amount);
                mark.is_some_and(|mark| listing.notional(size, mark) > least)
            },
        };
        let is_watched = market.account(account).role == Role::Trader;
        (is_large && is_watched).then_some(LargeTraderReported {
            account,
            instrument,
            size,
            share,
            mark,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{LookDue, Register};
    use facts::{AccountId, InstrumentId, VenueId};

    #[test]
    fn what_it_remembers_and_has_scheduled_is_read_back_as_it_was_written() {
        let above = [(InstrumentId(0), AccountId(7)), (InstrumentId(3), AccountId(1))].into();
        let register = Register { above };
        let written = postcard::to_stdvec(&register).expect("it is plain");
        let again: Register = postcard::from_bytes(&written).expect("it was written so");
        assert_eq!(again.above, register.above);
        let written = postcard::to_stdvec(&LookDue { venue: VenueId(2) }).expect("it is plain");
        let again: LookDue = postcard::from_bytes(&written).expect("it was written so");
        assert_eq!(again.venue, VenueId(2));
    }
}
