//! The waterfall of a loss beyond a purse: insurance, winners, debt — each used only when the one
//! before is exhausted, all within the instant.

use crate::{
    Event, Fault, Insurance, Market, Phase, Place,
    desk::Losses,
    sale::{Limit, Sale},
};
use facts::{
    BankruptcyIncurred, DebtBooked, DebtRepaid, FactId, InstrumentId, InsurancePaid,
    LiquidationEnded, MarginReleased, Purse, ShortfallLeft, ShortfallSettled, VenueId,
};
use std::collections::BTreeMap;
use units::{Money, Price, Rounding, Side, Size};

/// What a purse without legs owes.
#[derive(Clone, Debug)]
pub(crate) struct Bankruptcy {
    /// What is still owed, positive.
    pub(crate) outstanding: Money,
    /// Where it came from.
    pub(crate) losses: Losses,
    /// Whether insurance and winners have been asked: before that nothing is booked.
    asked: bool,
    fact: FactId,
}

/// A forced sale that the market and the fund did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfilled {
    /// What is left of it.
    pub sale: Sale,
    /// Price at which closing it leaves the purse with exactly no equity.
    pub ruin: Price,
    /// The fact that says so.
    pub refused: FactId,
}

/// Losses of one side of an instrument that winners are asked for.
#[derive(Clone, Debug, Default)]
pub struct Shortfall {
    /// Money owed by purses without legs.
    pub deficit: Money,
    /// Positions that nobody took, in the order in which they were refused.
    pub unfilled: Vec<Unfilled>,
    purses: u64,
    cause: FactId,
}

/// What insurance left of this round's losses is put before the winners.
#[derive(Debug)]
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
#[derive(Debug)]
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
        let promised = self
            .desk
            .reserved
            .iter()
            .filter(|(purse, _)| self.account(purse.account).venue == Some(venue));
        let promised: Money = promised.map(|(_, &amount)| amount).sum();
        self.balance(Purse::of(self.venue(venue).fund)) - promised
    }

    /// What the fund promised to the sales of a purse.
    pub fn reserved(&self, purse: Purse) -> Money {
        self.desk.reserved.get(&purse).copied().unwrap_or_default()
    }

    /// What a bankrupt purse still owes: nothing when it is not bankrupt.
    pub fn outstanding(&self, purse: Purse) -> Money {
        self.desk.bankruptcies.get(&purse).map_or(Money::ZERO, |ruin| ruin.outstanding)
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
        self.desk.reserved.remove(&purse);
        self.repay_debt(venue);
    }

    /// Notes what a forced trade of a purse lost, so that its shortfall finds the right winners.
    pub(crate) fn note_loss(
        &mut self,
        purse: Purse,
        instrument: InstrumentId,
        size: Size,
        realised: Money,
    ) {
        let closed = size.side().map(Side::opposite);
        if let (Some(liquidation), Some(side)) = (self.desk.liquidations.get_mut(&purse), closed) {
            *liquidation.losses.entry((instrument, side)).or_default() += (-realised).or_zero();
        }
    }

    pub(crate) fn leave_to_winners(&mut self, unfilled: Unfilled) {
        let Sale { instrument, size, .. } = unfilled.sale;
        let Some(losers) = size.side().map(Side::opposite) else { return };
        self.desk.unfilled.entry((instrument, losers)).or_default().push(unfilled);
        self.because(unfilled.refused);
        self.tally_later();
    }

    /// Ends the liquidation of a purse without legs, and opens a bankruptcy when it owes.
    pub(crate) fn settle_if_flat(&mut self, purse: Purse) {
        if self.open_legs(purse).next().is_some() {
            return;
        }
        let Some(liquidation) = self.desk.liquidations.remove(&purse) else { return };
        let equity = self.balance(purse);
        self.record(LiquidationEnded { purse, equity, needed: Money::ZERO });
        if equity < Money::ZERO {
            let fact = self.record(BankruptcyIncurred { purse, shortfall: -equity });
            let losses = liquidation.losses;
            let ruin = Bankruptcy { outstanding: -equity, losses, asked: false, fact };
            self.desk.bankruptcies.insert(purse, ruin);
            self.desk.waterfall.incurred += -equity;
            self.because(fact);
            self.tally_later();
            return;
        }
        if self.desk.reserved.remove(&purse).is_some()
            && let Place::Venue(venue) = self.venue_of_purse(purse)
        {
            self.repay_debt(venue);
        }
        if purse.isolated.is_some() && equity > Money::ZERO {
            self.record(MarginReleased { purse, amount: equity });
            let owner = Purse::of(purse.account);
            self.relieve(owner, equity.min(self.outstanding(owner)));
        }
    }

    /// Sums what insurance left per instrument and side, and puts it before the winners.
    pub(crate) fn on_tally(&mut self, _: &ShortfallTallyDue) {
        self.desk.tally_due = false;
        self.insure_again();
        let mut shortfalls: BTreeMap<(InstrumentId, Side), Shortfall> = BTreeMap::new();
        for ruin in self.desk.bankruptcies.values_mut() {
            ruin.asked = true;
            for (key, part) in attribute(ruin) {
                let shortfall = shortfalls.entry(key).or_default();
                shortfall.deficit += part;
                shortfall.purses += 1;
                shortfall.cause = ruin.fact;
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
        if !shortfalls.is_empty() {
            self.schedule(self.now(), DebtDue);
        }
        self.desk.shortfalls = shortfalls;
    }

    /// What the fund had promised to one sale and did not need may cover what others still owe.
    fn insure_again(&mut self) {
        let purses: Vec<Purse> = self.desk.bankruptcies.keys().copied().collect();
        for purse in purses {
            let Some(insurance) = self.ask::<Insurance>(self.venue_of_purse(purse)) else {
                continue;
            };
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
        let asked = self.desk.bankruptcies.iter().filter(|(_, ruin)| ruin.asked);
        let purses: Vec<Purse> = asked.map(|(&purse, _)| purse).collect();
        for purse in purses {
            self.settle(purse);
            self.book(purse);
        }
        for unfilled in shortfalls.into_values().flat_map(|shortfall| shortfall.unfilled) {
            let sale = unfilled.sale;
            let size = self.reducing(sale.purse, sale.instrument, sale.size);
            if size != Size::ZERO && self.may_trade(sale.instrument) {
                self.fill(Sale { size, ..sale }, Limit::None);
            }
        }
    }

    /// Covers a bankrupt purse from the profits cut at its venue.
    fn settle(&mut self, purse: Purse) {
        let Place::Venue(venue) = self.venue_of_purse(purse) else { return };
        let from = self.venue(venue).settlement;
        let amount = self.outstanding(purse).min(self.balance(Purse::of(from)));
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
        self.desk.reserved.remove(&purse);
        self.repay_debt(venue);
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

    fn relieve(&mut self, purse: Purse, amount: Money) {
        self.desk.waterfall.covered += amount;
        if let Some(ruin) = self.desk.bankruptcies.get_mut(&purse) {
            ruin.outstanding -= amount;
            if ruin.outstanding == Money::ZERO {
                self.desk.bankruptcies.remove(&purse);
            }
        }
    }

    fn tally_later(&mut self) {
        if !self.desk.tally_due {
            self.desk.tally_due = true;
            self.schedule(self.now(), ShortfallTallyDue);
        }
    }

    /// Law 8: winners are asked for money only when insurance pays no more.
    fn require_exhausted_fund(&mut self, instrument: InstrumentId, deficit: Money) {
        let venue = Place::Venue(self.instrument(instrument).venue);
        let Some(insurance) = self.ask::<Insurance>(venue) else { return };
        let left = insurance.answer.left(self, insurance.here);
        if deficit > Money::ZERO && left > Money::ZERO {
            self.course.fail(Fault::Law {
                number: 8,
                law: "a later layer of the waterfall is used only when the earlier is exhausted",
                detail: format!(
                    "winners are asked for {} while insurance has {}",
                    deficit.0, left.0
                ),
            });
        }
    }
}

/// Splits what a purse owes over where it was lost, in proportion; cumulative rounding, so that the
/// parts sum to the whole.
fn attribute(ruin: &Bankruptcy) -> Vec<((InstrumentId, Side), Money)> {
    let total: Money = ruin.losses.values().copied().sum();
    let (mut lost, mut given) = (Money::ZERO, Money::ZERO);
    let parts = ruin.losses.iter().map(|(&key, &loss)| {
        lost += loss;
        let until = ruin.outstanding.portion(lost, total, Rounding::Down);
        let part = until - given;
        given = until;
        (key, part)
    });
    parts.filter(|&(_, part)| part > Money::ZERO).collect()
}
