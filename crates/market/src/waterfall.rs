//! The waterfall of a loss beyond a purse: insurance, winners, debt — each used only when the one
//! before is exhausted, all within the instant.

use crate::{
    Event, Insurance, Law, Market, Phase, Place,
    bankruptcies::Bankruptcy,
    desk::Losses,
    sale::{Keeper, Limit, Sale},
};
use facts::{
    BankruptcyIncurred, DebtBooked, DebtRepaid, FactId, InstrumentId, InsurancePaid,
    LiquidationEnded, MarginReleased, Purse, ShortfallLeft, ShortfallSettled, VenueId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use units::{Money, Price, Side, Size};

/// A forced sale that the market and the fund did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfilled {
    /// What is left of it: less whatever is closed against winners.
    pub sale: Sale,
    /// Price at which closing it leaves the purse with exactly no equity.
    pub bankruptcy_price: Price,
    /// The fact that says so.
    pub refused: FactId,
}

/// Losses of one side of an instrument that winners are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Shortfall {
    /// Money owed by purses without legs.
    pub deficit: Money,
    /// Positions that nobody took, in the order in which they were refused.
    pub unfilled: Vec<Unfilled>,
    purses: u64,
    cause: FactId,
}

/// What insurance left of this round's losses is put before the winners.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ShortfallTallyDue;

impl Event for ShortfallTallyDue {
    // After `BankruptcyIncurred` in the order of names: insurance answers first.
    const NAME: &'static str = "ShortfallTallyDue";
    const PHASE: Phase = Phase::Insure;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::System
    }
}

/// What winners left of this round's losses is booked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DebtDue;

impl Event for DebtDue {
    const NAME: &'static str = "DebtDue";
    const PHASE: Phase = Phase::Record;

    fn place(&self, _: &Market<'_>) -> Place {
        Place::System
    }
}

impl Market<'_> {
    /// Losses of one side of an instrument that winners are asked for in this round.
    pub fn shortfall(&self, instrument: InstrumentId, losers: Side) -> Option<&Shortfall> {
        self.desk.shortfalls.get(&(instrument, losers))
    }

    /// What the venue's fund holds and has not promised to a sale.
    pub fn unreserved_fund(&self, venue: VenueId) -> Money {
        self.balance(Purse::of(self.venue(venue).fund)) - self.desk.promises.sum(venue)
    }

    /// What the fund promised to the sales of a purse.
    pub fn reserved(&self, purse: Purse) -> Money {
        let venue = self.account(purse.account).venue;
        venue.map_or(Money::ZERO, |venue| self.desk.promises.to(venue, purse))
    }

    /// What a bankrupt purse still owes: nothing when it is not bankrupt.
    #[inline]
    pub fn outstanding(&self, purse: Purse) -> Money {
        self.desk.bankruptcies.owed_by(purse)
    }

    /// Pays into a bankrupt purse from its venue's fund: at most what it owes and the fund holds.
    pub fn pay_insurance(&mut self, purse: Purse, amount: Money) {
        let Place::Venue(venue) = self.venue_of_purse(purse) else { return };
        let fund = self.venue(venue).fund;
        let (shortfall, balance) = (self.outstanding(purse), self.balance(Purse::of(fund)));
        let amount = amount.min(shortfall).min(balance);
        if amount > Money::ZERO {
            self.record(InsurancePaid { purse, fund, amount, shortfall, balance });
            self.relieve(purse, amount);
        }
        self.release_promise(purse);
    }

    /// Notes what a forced trade of a purse gained, so that its shortfall finds the right winners.
    pub(crate) fn note_loss(
        &mut self,
        purse: Purse,
        instrument: InstrumentId,
        size: Size,
        gained: Money,
    ) {
        let closed = size.side().map(Side::opposite);
        if let (Some(liquidation), Some(side)) = (self.desk.liquidations.get_mut(&purse), closed) {
            *liquidation.losses.entry((instrument, side)).or_default() += (-gained).or_zero();
        }
    }

    pub(crate) fn leave_to_winners(&mut self, unfilled: Unfilled) {
        let Sale { instrument, size, .. } = unfilled.sale;
        let Some(losers) = size.side().map(Side::opposite) else { return };
        self.desk.unfilled.entry((instrument, losers)).or_default().push(unfilled);
        self.because(unfilled.refused);
        self.tally_later();
    }

    /// Settles a purse whose last leg is closed: ends its liquidation, opens a bankruptcy when it
    /// owes, releases what is left of an isolated margin.
    pub(crate) fn settle_if_flat(&mut self, purse: Purse, closed: (InstrumentId, Side)) {
        if !self.is_flat(purse) {
            return;
        }
        let equity = self.balance(purse);
        let liquidation = self.take_liquidation(purse);
        self.desk.enforced.remove(&purse);
        if liquidation.is_some() {
            self.record(LiquidationEnded { purse, equity, needed: Money::ZERO });
            self.withdraw_kept(purse);
        }
        if equity < Money::ZERO {
            let mut losses = liquidation.unwrap_or_default().losses;
            if losses.values().all(|&loss| loss == Money::ZERO) {
                losses.insert(closed, -equity);
            }
            self.incur(purse, -equity, losses);
            return;
        }
        self.release_promise(purse);
        if purse.isolated.is_some() && equity > Money::ZERO {
            let fact = self.record(MarginReleased { purse, amount: equity });
            let owner = Purse::of(purse.account);
            self.relieve(owner, equity.min(self.outstanding(owner)));
            self.touch_because(owner, fact);
        }
    }

    fn incur(&mut self, purse: Purse, shortfall: Money, losses: Losses) {
        let fact = self.record(BankruptcyIncurred { purse, shortfall });
        self.desk.calls.remove(&purse);
        self.desk.bankruptcies.insert(purse, Bankruptcy::new(shortfall, losses, fact));
        self.desk.waterfall.incurred += shortfall;
        self.because(fact);
        self.tally_later();
    }

    /// What the fund had promised to the sales of a purse and did not need is free again.
    pub(crate) fn release_promise(&mut self, purse: Purse) {
        if let Place::Venue(venue) = self.venue_of_purse(purse)
            && self.desk.promises.release(venue, purse)
        {
            self.repay_debt(venue);
        }
    }

    /// Sums what insurance left per instrument and side, and puts it before the winners.
    pub(crate) fn on_tally(&mut self, _: &ShortfallTallyDue) {
        self.desk.tally_due = false;
        self.insure_again();
        let mut shortfalls: BTreeMap<(InstrumentId, Side), Shortfall> = BTreeMap::new();
        for bankruptcy in self.desk.bankruptcies.ask() {
            for (key, part) in bankruptcy.attributed() {
                let shortfall = shortfalls.entry(key).or_default();
                shortfall.deficit += part;
                shortfall.purses += 1;
                shortfall.cause = bankruptcy.fact;
            }
        }
        for (key, unfilled) in std::mem::take(&mut self.desk.unfilled) {
            let shortfall = shortfalls.entry(key).or_default();
            shortfall.purses += u64::try_from(unfilled.len()).unwrap_or(u64::MAX);
            let refused = unfilled.iter().map(|unfilled| unfilled.refused).max();
            shortfall.cause = shortfall.cause.max(refused.unwrap_or_default());
            shortfall.unfilled = unfilled;
        }
        for (&(instrument, losers), shortfall) in &shortfalls {
            self.require_exhausted_fund(instrument, shortfall.deficit);
            self.because(shortfall.cause);
            let lots = shortfall.unfilled.iter().map(|unfilled| unfilled.sale.size.magnitude());
            self.record(ShortfallLeft {
                instrument,
                losers,
                deficit: shortfall.deficit,
                unfilled: lots.fold(Size::ZERO, |sum, size| sum + size),
                purses: shortfall.purses,
            });
        }
        if !shortfalls.is_empty() || !self.desk.bankruptcies.is_empty() {
            self.schedule_because(self.now(), DebtDue, self.cause());
        }
        self.desk.shortfalls = shortfalls;
    }

    /// What the fund had promised to one sale and did not need may cover what others still owe.
    fn insure_again(&mut self) {
        let purses: Vec<Purse> = self.desk.bankruptcies.purses().collect();
        for purse in purses {
            let Some(insurance) = self.ask::<Insurance>(self.venue_of_purse(purse)) else {
                continue;
            };
            self.because_bankrupt(purse);
            let owed = self.outstanding(purse);
            let offered = insurance.answer.quote(self, insurance.here, purse, owed);
            if offered > Money::ZERO {
                self.pay_insurance(purse, offered);
            }
        }
    }

    /// Pays cut profits out, books what nobody paid, and sells at any price what nobody took.
    pub(crate) fn on_debt(&mut self, _: &DebtDue) {
        let shortfalls = std::mem::take(&mut self.desk.shortfalls);
        let purses: Vec<Purse> = self.desk.bankruptcies.asked().collect();
        for purse in purses {
            self.because_bankrupt(purse);
            self.settle(purse);
            self.book(purse);
        }
        for unfilled in shortfalls.into_values().flat_map(|shortfall| shortfall.unfilled) {
            let sale = unfilled.sale;
            let size = self.reducing(sale.purse, sale.instrument, sale.size);
            self.because(unfilled.refused);
            if size == Size::ZERO {
                continue;
            }
            if self.may_trade(sale.instrument) {
                self.fill(Sale { size, ..sale }, Limit::None, None);
            } else {
                self.keep(Sale { size, ..sale }, Keeper::Halt);
            }
        }
    }

    fn because_bankrupt(&mut self, purse: Purse) {
        if let Some(bankruptcy) = self.desk.bankruptcies.get(purse) {
            self.because(bankruptcy.fact);
        }
    }

    /// Covers a bankrupt purse from the profits cut for the losses that it made.
    fn settle(&mut self, purse: Purse) {
        let Place::Venue(venue) = self.venue_of_purse(purse) else { return };
        let from = self.venue(venue).settlement;
        let mut amount = Money::ZERO;
        let bankruptcy = self.desk.bankruptcies.get(purse);
        for (key, part) in bankruptcy.map(Bankruptcy::attributed).unwrap_or_default() {
            let cut = self.desk.cuts.entry(key).or_default();
            let paid = part.min(*cut);
            *cut -= paid;
            amount += paid;
        }
        if amount > Money::ZERO {
            self.record(ShortfallSettled { purse, from, amount });
            self.relieve(purse, amount);
        }
    }

    /// Books what a bankrupt purse still owes as the venue's debt.
    fn book(&mut self, purse: Purse) {
        let Place::Venue(venue) = self.venue_of_purse(purse) else { return };
        let amount = self.outstanding(purse);
        if amount > Money::ZERO {
            let debt = self.venue(venue).debt;
            self.record(DebtBooked { purse, debt, amount });
            self.relieve(purse, amount);
        }
        self.release_promise(purse);
    }

    /// A fund that holds money pays booked debt back first.
    pub(crate) fn repay_debt(&mut self, venue: VenueId) {
        let (fund, debt) = (self.venue(venue).fund, self.venue(venue).debt);
        let owed = -self.balance(Purse::of(debt));
        if owed > Money::ZERO {
            let amount = owed.min(self.unreserved_fund(venue));
            if amount > Money::ZERO {
                self.record(DebtRepaid { fund, debt, amount });
            }
        }
    }

    pub(crate) fn relieve(&mut self, purse: Purse, amount: Money) {
        self.desk.waterfall.covered += amount;
        self.desk.bankruptcies.relieve(purse, amount);
    }

    fn tally_later(&mut self) {
        if !self.desk.tally_due {
            self.desk.tally_due = true;
            self.schedule_because(self.now(), ShortfallTallyDue, self.cause());
        }
    }

    /// Law 8: winners are asked for money only when insurance pays no more.
    fn require_exhausted_fund(&mut self, instrument: InstrumentId, deficit: Money) {
        let venue = Place::Venue(self.instrument(instrument).venue);
        let Some(insurance) = self.ask::<Insurance>(venue) else { return };
        let left = insurance.answer.left(self, insurance.here);
        if deficit > Money::ZERO && left > Money::ZERO {
            let detail =
                format!("winners are asked for {} while insurance has {}", deficit.0, left.0);
            self.course.fail(Law::WATERFALL.broken(detail));
        }
    }
}
