//! The ledger: money moves from one purse to another, and only as a fact says.

use crate::{Fault, Law, Market, leg::LegRow, trade::Party};
use facts::{AccountId, FactKind, InstrumentId, Posting, Purse};
use units::{Money, Overflow, Price, Size};

impl Market<'_> {
    /// What a purse holds.
    #[inline]
    pub fn balance(&self, purse: Purse) -> Money {
        match purse.isolated {
            None => self.account(purse.account).collateral,
            Some(_) => self.slot(purse).map_or(Money::ZERO, |slot| self.balance_in(slot)),
        }
    }

    pub(crate) fn post<F: FactKind>(&mut self, fact: &F) {
        fact.each_posting(|posting| self.transfer(posting));
    }

    /// The only way a balance changes: what leaves one purse arrives in another. A posting of
    /// nothing is not booked.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a posting is booked where it is made")]
    fn transfer(&mut self, posting: Posting) {
        let Posting { from, to, amount, .. } = posting;
        if from == to || amount == Money::ZERO {
            return;
        }
        let has_left = self.change_balance(from, amount, Money::checked_sub);
        if has_left && !self.change_balance(to, amount, Money::checked_add) {
            self.change_balance(from, amount, Money::checked_add);
        }
    }

    /// Whether it could be changed.
    #[inline]
    fn change_balance(
        &mut self,
        purse: Purse,
        amount: Money,
        by: impl Fn(Money, Money) -> Result<Money, Overflow>,
    ) -> bool {
        let Some(balance) = self.balance_mut(purse) else {
            let detail = format!("{purse:?} has no isolated leg");
            self.course.fail(Law::DOUBLE_ENTRY.broken(detail));
            return false;
        };
        let Ok(changed) = by(*balance, amount) else {
            self.course.fail(Fault::Overflow { purse, amount });
            return false;
        };
        *balance = changed;
        self.judge_later(purse);
        true
    }

    #[inline]
    fn balance_mut(&mut self, purse: Purse) -> Option<&mut Money> {
        match purse.isolated {
            None => Some(&mut self.accounts[purse.account.row()].collateral),
            Some(instrument) => {
                let row = self.leg_row(purse.account, instrument)?;
                self.legs.margin_mut(row)
            },
        }
    }

    /// Trades a size at a price into a leg, opening it when there is none, and returns the profit
    /// that this realised: the change of the leg's cost less what the trade cost. The profit is
    /// to be posted from the instrument's clearing account by the fact that tells the trade.
    ///
    /// The cost of what stays is the old cost in proportion, rounded down.
    pub(crate) fn trade_leg(&mut self, party: &mut Party, (size, price): (Size, Price)) -> Money {
        let Party { purse, instrument, .. } = *party;
        let open = || self.open_leg(purse.account, instrument);
        let row = *party.leg.get_or_insert_with(open);
        self.settle_funding(purse, row);
        if self.legs.get(row).size == Size::ZERO {
            self.legs.reopen(row);
        }
        let (leg, listing) = (self.legs.get_mut(row), &mut self.instruments[instrument.row()]);
        let bought = listing.value(size, price);
        let before = (leg.size, leg.cost);
        let after = (before.0 + size, cost_after(before, size, bought));
        (leg.size, leg.cost) = after;
        listing.tally.change(before, after);
        if after.0.side() != before.0.side() {
            self.legs.turn(row, self.course.agenda.now());
        }
        self.judge_later(purse);
        self.touched(instrument);
        after.1 - before.1 - bought
    }

    fn open_leg(&mut self, account: AccountId, instrument: InstrumentId) -> LegRow {
        let next = self.account(account).first_leg;
        let row = self.legs.open(account, instrument, next);
        self.accounts[account.row()].first_leg = Some(row);
        row
    }

    /// Raises the entry cost of a leg by a profit that was cut. No law of a purse by itself is about cost.
    pub(crate) fn raise_cost(&mut self, row: LegRow, by: Money) {
        let leg = self.legs.get_mut(row);
        let instrument = leg.instrument;
        let listing = &mut self.instruments[instrument.row()];
        leg.cost = by + leg.cost;
        listing.tally.cost += by;
        self.touched(instrument);
    }

    /// What laws say of an instrument is checked when the present event is over.
    #[inline]
    fn touched(&mut self, instrument: InstrumentId) {
        if self.course.is_judged && self.course.touched_instruments.last() != Some(&instrument) {
            self.course.touched_instruments.push(instrument);
        }
    }
}

/// Cost of a leg of size and cost `before` after trading `size` worth `bought`.
fn cost_after(before: (Size, Money), size: Size, bought: Money) -> Money {
    let (held, cost) = before;
    let after = held + size;
    let grows = held == Size::ZERO || held.side() == size.side();
    if grows {
        return cost + bought;
    }
    let lots = |size: Size| Money(i128::from(size.0));
    if after.side() == held.side() || after == Size::ZERO {
        return cost.portion(lots(after), lots(held), units::Rounding::Down);
    }
    // The leg turned over: what is now held was all bought at this trade's price.
    bought.portion(lots(after), lots(size), units::Rounding::Down)
}

#[cfg(test)]
mod tests {
    use super::cost_after;
    use units::{Money, Size};

    #[test]
    fn a_partial_close_keeps_cost_in_proportion() {
        assert_eq!(cost_after((Size(10), Money(100)), Size(-4), Money(-48)), Money(60));
        assert_eq!(cost_after((Size(-10), Money(-100)), Size(4), Money(48)), Money(-60));
        assert_eq!(cost_after((Size(10), Money(100)), Size(-10), Money(-120)), Money(0));
    }

    #[test]
    fn a_leg_that_turns_over_is_entered_at_the_trade() {
        assert_eq!(cost_after((Size(10), Money(100)), Size(-15), Money(-180)), Money(-60));
        assert_eq!(cost_after((Size(0), Money(0)), Size(3), Money(36)), Money(36));
    }
}
