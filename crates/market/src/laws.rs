//! Where the laws are checked: after every event of every run, whatever the mechanisms do.
//!
//! Checked here for what an event touched, and for everything at checkpoints and at the end. A
//! broken law stops the run and names the event. Laws of single verbs stand with the verbs: 8 in
//! the waterfall, 10 with the winners, 20 and 21 where orders meet, 22 with the prices.

use crate::{
    Fault, Instrument, Law, Market, Quote, RiskReport, desk::Waterfall, instrument::Tally,
    ladder::Slot, trade::Party,
};
use facts::{FactId, InstrumentId, Purse, Role};
use kernel::Key;
use units::{Money, SIZE_MAX, Size};

impl Market<'_> {
    /// Laws 3, 4, 6, 7, 9, 19 for what the present event touched, and what broke while it happened.
    #[inline]
    pub(crate) fn check_event(&mut self) -> Result<(), Fault> {
        if self.course.is_judged || self.course.fault.is_some() {
            return self.judge_event();
        }
        Ok(())
    }

    fn judge_event(&mut self) -> Result<(), Fault> {
        // Only then: to take what is seldom there would be a copy after every event.
        if self.course.fault.is_some() {
            return self.course.fault.take().map_or(Ok(()), Err);
        }
        for &instrument in &self.course.touched_instruments {
            self.check_instrument(instrument)?;
        }
        for &purse in &self.course.touched_purses {
            if let Some(slot) = self.slot(purse) {
                self.check_purse((purse, slot))?;
            }
        }
        self.course.touched_instruments.clear();
        self.course.touched_purses.clear();
        self.check_funds()?;
        self.check_shortfalls()?;
        self.check_levels()
    }

    /// What a law says of a purse is checked when the present event is over.
    #[inline]
    pub(crate) fn judge_later(&mut self, purse: Purse) {
        if self.course.is_judged {
            self.note_touched(purse);
        }
    }

    fn note_touched(&mut self, purse: Purse) {
        let account = purse.account;
        if self.is_trader(account) || Bound::of(self.account(account).role).is_some() {
            self.course.judge_later(purse);
        }
    }

    /// Laws 6, 7 and 9 when an instant ends: whatever was owed is paid or booked, and no promise
    /// stands without a liquidation.
    fn check_instant(&self) -> Result<(), Fault> {
        if let Some(purse) = self.desk.bankruptcies.purses().next() {
            let owed = self.outstanding(purse).0;
            let detail = format!("{purse:?} still owes {owed} when the instant is over");
            return Err(Law::NOTHING_OWED.broken(detail));
        }
        for venue in self.venues.iter() {
            let waiting = self.balance(Purse::of(venue.settlement));
            if waiting != Money::ZERO {
                let detail = format!(
                    "{} of cut profits waits at {:?} when the instant is over",
                    waiting.0, venue.id
                );
                return Err(Law::NOTHING_OWED.broken(detail));
            }
        }
        self.check_sums()?;
        match self.desk.promises.purses().find(|&purse| !self.is_liquidated(purse)) {
            Some(purse) => {
                let detail = format!("{purse:?} has a promise of the fund and no liquidation");
                Err(Law::FUND_OR_DEBT.broken(detail))
            },
            None => Ok(()),
        }
    }

    /// Law 17: the key strictly increases.
    pub(crate) fn check_order(&mut self, key: Key) -> Result<(), Fault> {
        let Some(last) = self.course.last_key.replace(key) else { return Ok(()) };
        if key <= last {
            return Err(Law::ORDER.broken(format!("{key:?} after {last:?}")));
        }
        if key.time > last.time { self.check_instant() } else { Ok(()) }
    }

    /// All laws of the whole market when a run is over, unless none is checked.
    pub(crate) fn check_at_the_end(&self) -> Result<(), Fault> {
        if self.course.is_judged { self.check_everything() } else { Ok(()) }
    }

    /// Laws 1, 3, 4, 6, 7, 9, 13, 19, 22, 23, 24 for the whole market, from scratch.
    pub(crate) fn check_everything(&self) -> Result<(), Fault> {
        let sum: Money = self.purses().map(|(_, slot)| self.balance_in(slot)).sum();
        if sum != Money::ZERO {
            let detail = format!("balances sum to {}, not to nothing", sum.0);
            return Err(Law::CONSERVATION.broken(detail));
        }
        self.check_totals()?;
        for instrument in self.instruments.iter() {
            self.check_reference(instrument)?;
            self.check_instrument(instrument.id)?;
        }
        self.purses().try_for_each(|(purse, slot)| self.check_purse((purse, slot)))?;
        self.check_shortfalls()?;
        self.check_sums()?;
        self.check_books()?;
        self.check_no_liquidation_missed()
    }

    fn check_instrument(&self, instrument: InstrumentId) -> Result<(), Fault> {
        let listing = self.instrument(instrument);
        let tally = &listing.tally;
        if tally.long != tally.short {
            let detail = format!("{} long and {} short in {instrument:?}", tally.long, tally.short);
            return Err(Law::OPEN_INTEREST.broken(detail));
        }
        let unsettled = self.balance(Purse::of(listing.clearing));
        if unsettled + tally.cost != Money::ZERO {
            let detail = format!(
                "legs of {instrument:?} cost {} and {} is unsettled",
                tally.cost.0, unsettled.0
            );
            return Err(Law::ZERO_SUM.broken(detail));
        }
        Ok(())
    }

    fn check_purse(&self, (purse, slot): (Purse, Slot)) -> Result<(), Fault> {
        let balance = self.balance_in(slot);
        let holds = match Bound::of(self.account(purse.account).role) {
            None => true,
            Some(Bound::NeverOwes) => balance >= Money::ZERO,
            Some(Bound::OnlyOwes) => balance <= Money::ZERO,
            // Mostly nothing is owed, and then legs need not be looked at.
            Some(Bound::OwesWhatIsOutstanding) => {
                self.outstanding(purse) == (-balance).or_zero() || !self.is_flat(purse)
            },
        };
        if holds {
            return Ok(());
        }
        let detail = format!(
            "{purse:?} ({:?}) holds {} with {} outstanding",
            self.account(purse.account).role,
            balance.0,
            self.outstanding(purse).0
        );
        Err(Law::NOTHING_OWED.broken(detail))
    }

    fn check_shortfalls(&self) -> Result<(), Fault> {
        let Waterfall { incurred, covered } = self.desk.waterfall;
        let outstanding = self.desk.bankruptcies.outstanding();
        if incurred == covered + outstanding {
            return Ok(());
        }
        let detail = format!(
            "{} incurred, {} covered, {} outstanding",
            incurred.0, covered.0, outstanding.0
        );
        Err(Law::BAD_DEBT.broken(detail))
    }

    /// Sums that are kept as they change are those of their parts, of which there may be thousands.
    fn check_sums(&self) -> Result<(), Fault> {
        if !self.desk.bankruptcies.add_up() {
            let detail = "shortfalls are not what they sum to".to_owned();
            return Err(Law::BAD_DEBT.broken(detail));
        }
        if !self.desk.promises.add_up() {
            let detail = "promises of a fund are not what they sum to".to_owned();
            return Err(Law::FUND_OR_DEBT.broken(detail));
        }
        Ok(())
    }

    fn check_funds(&self) -> Result<(), Fault> {
        for venue in self.venues.iter() {
            let owed = self.balance(Purse::of(venue.debt)) < Money::ZERO;
            if owed && self.unreserved_fund(venue.id) > Money::ZERO {
                let detail = format!("{:?} has both", venue.id);
                return Err(Law::FUND_OR_DEBT.broken(detail));
            }
        }
        Ok(())
    }

    /// Laws 23, 24: what is kept of all legs of an instrument is what they sum to, all are listed there,
    /// and what was paid and is owed in funding cancels, up to the rounding of each settlement.
    fn check_totals(&self) -> Result<(), Fault> {
        let mut totals = vec![Totals::default(); self.instruments.len()];
        for leg in self.legs.all() {
            let totals = &mut totals[leg.instrument.row()];
            totals.tally.add(leg.size, leg.cost);
            totals.owed += self.funding_owed(leg);
            totals.legs += 1;
        }
        for (instrument, totals) in self.instruments.iter().zip(totals) {
            let Totals { tally, owed, legs } = totals;
            if tally != instrument.tally {
                let detail = format!("{tally:?} against {:?}", instrument.tally);
                return Err(Law::TOTALS.broken(detail));
            }
            let listed = self.legs.members(instrument.id).iter().count();
            if i128::try_from(listed) != Ok(legs) {
                let detail = format!("{listed} of {legs} legs are listed in {:?}", instrument.id);
                return Err(Law::TOTALS.broken(detail));
            }
            let left = self.balance(Purse::of(instrument.funding)) + owed;
            if !(0..=legs + i128::from(instrument.settlements)).contains(&left.0) {
                let detail = format!("{} is left of {:?}", left.0, instrument.id);
                return Err(Law::FUNDING.broken(detail));
            }
        }
        Ok(())
    }

    /// Law 22: what is kept of the exogenous price in an instrument's own units is that price.
    fn check_reference(&self, instrument: &Instrument) -> Result<(), Fault> {
        let price = self.fundamental(instrument.fundamental).price;
        if instrument.fundamental_price == price.map(|it| instrument.price_of_fundamental(it)) {
            return Ok(());
        }
        let detail = format!("{:?} is kept of {price:?}", instrument.fundamental_price);
        Err(Law::PRICES.broken(detail))
    }

    /// Law 22: nothing trades outside the price band in force.
    #[inline]
    pub(crate) fn require_within_band(&mut self, instrument: InstrumentId, quote: Quote) {
        if !self.course.is_judged {
            return;
        }
        let Quote { price, last, .. } = quote;
        let band = self.instrument(instrument).band;
        if band.is_some_and(|(low, high)| price.min(last) < low || price.max(last) > high) {
            let detail =
                format!("{instrument:?} traded at {} to {} outside {band:?}", price.0, last.0);
            self.course.fail(Law::PRICES.broken(detail));
        }
    }

    fn check_no_liquidation_missed(&self) -> Result<(), Fault> {
        if !self.watch.moved.is_empty() || self.desk.checks != 0 {
            return Ok(());
        }
        for (purse, slot) in self.purses() {
            if !self.is_trader(purse.account) || self.is_liquidated_in(slot) {
                continue;
            }
            let called = self.margin_call(purse).is_some();
            let is_missed = |risk: &RiskReport| {
                let level = self.call_level(purse, risk);
                risk.must_close() || level.is_some_and(|level| (risk.equity < level) != called)
            };
            let risk = self.risk_in((purse, slot)).filter(|risk| risk.notional > Money::ZERO);
            if risk.as_ref().is_some_and(is_missed) {
                let detail = format!("the margin check has something to do for {purse:?}");
                return Err(Law::NONE_MISSED.broken(detail));
            }
        }
        Ok(())
    }

    /// Law 14: a forced trade never grows a leg and never turns it over.
    pub(crate) fn require_reducing(&mut self, purse: Purse, instrument: InstrumentId, size: Size) {
        if !self.course.is_judged {
            return;
        }
        if self.reducing(purse, instrument, size) != size || size.magnitude().0 > SIZE_MAX {
            let detail = format!("{size:?} of {instrument:?} for {purse:?}");
            self.course.fail(Law::REDUCING.broken(detail));
        }
    }

    /// Law 15: a trade that a trader ordered only reduces a leg of this size `before` and leaves no debt,
    /// or leaves its initial margin.
    #[inline]
    pub(crate) fn require_margin(&mut self, party: &Party, before: Size) {
        if self.course.is_judged && self.is_trader(party.purse.account) {
            self.judge_margin(party, before);
        }
    }

    fn judge_margin(&mut self, party: &Party, before: Size) {
        let Party { purse, slot, .. } = *party;
        let Some(equity) = self.equity_in(slot) else { return };
        let after = self.held_by(party);
        let reduces = after == Size::ZERO
            || after.side() == before.side() && after.magnitude() < before.magnitude();
        let needed = if reduces { Money::ZERO } else { self.initial_margin(slot, |_| true) };
        if equity < needed {
            let detail = format!("{} is left of {} in {purse:?}", equity.0, needed.0);
            self.course.fail(Law::ORDER_MARGIN.broken(detail));
        }
    }

    /// Law 16: nothing trades while trading is halted.
    #[inline]
    pub(crate) fn require_open_trading(&mut self, instrument: InstrumentId) {
        if self.course.is_judged && !self.may_trade(instrument) {
            let detail = format!("{instrument:?} traded");
            self.course.fail(Law::HALT.broken(detail));
        }
    }

    /// Law 18: a cause comes before what it led to.
    #[inline]
    pub(crate) fn require_cause(&mut self, id: FactId) {
        if self.course.is_judged && self.course.cause.is_some_and(|cause| cause >= id) {
            let detail = format!("{id:?} has the cause {:?}", self.course.cause);
            self.course.fail(Law::CAUSE.broken(detail));
        }
    }
}

/// What the legs of an instrument sum to.
#[derive(Clone, Default)]
struct Totals {
    tally: Tally,
    /// Funding that they owe.
    owed: Money,
    legs: i128,
}

/// What a law says of a purse by itself.
enum Bound {
    /// It never holds less than nothing.
    NeverOwes,
    /// It never holds more than nothing.
    OnlyOwes,
    /// Without legs it owes what is outstanding of its bankruptcy.
    OwesWhatIsOutstanding,
}

impl Bound {
    /// None for accounts that trade with everybody, or through which money passes.
    fn of(role: Role) -> Option<Self> {
        match role {
            Role::Outside
            | Role::Clearing
            | Role::Revenue
            | Role::Liquidity
            | Role::Funding
            | Role::Backstop => None,
            Role::InsuranceFund | Role::Settlement => Some(Self::NeverOwes),
            Role::Debt => Some(Self::OnlyOwes),
            Role::Trader => Some(Self::OwesWhatIsOutstanding),
        }
    }
}
