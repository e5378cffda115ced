//! Risk of a purse: what it is worth and what it needs.

use crate::{Leg, Market, Requirement, ladder::Slot, leg::LegRow};
use facts::{InstrumentId, LegMark, Purse};
use units::{Money, Price, Rounding, Size};

/// What a purse and its legs are worth and need, at the present marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RiskReport {
    /// The purse plus the unrealised profit of its legs, less the funding they owe.
    pub equity: Money,
    /// Sum of the legs' notionals.
    pub notional: Money,
    /// Equity needed to open the legs.
    pub initial: Money,
    /// Equity needed to keep them.
    pub maintenance: Money,
    /// Equity below which a liquidation opens and above which it may end: the maintenance margin,
    /// or what a missed margin call had asked for where that is enforced.
    pub close_out: Money,
}

impl RiskReport {
    /// Whether a liquidation opens: equity strictly below the close-out level, and something to close.
    pub fn must_close(&self) -> bool {
        self.notional > Money::ZERO && self.equity < self.close_out
    }
}

impl Market<'_> {
    /// Risk of a purse; none while a leg has no mark price yet.
    pub fn risk(&self, purse: Purse) -> Option<RiskReport> {
        self.slot(purse).map_or(Some(RiskReport::default()), |slot| self.risk_in((purse, slot)))
    }

    /// The same of a purse whose slot is at hand.
    pub(crate) fn risk_in(&self, of: (Purse, Slot)) -> Option<RiskReport> {
        self.report(of, |(_, instrument), notional| self.requirement(instrument, notional))
    }

    /// The same for the margin check, which asks what the legs need to be kept: what it takes to open
    /// them is left out where nobody calls for it.
    pub(crate) fn risk_for_check(&self, purse: Purse) -> Option<RiskReport> {
        let Some(slot) = self.slot(purse) else { return Some(RiskReport::default()) };
        self.assess((purse, slot), |_, _| ())
    }

    /// The same, with the open legs of the purse and their notionals.
    #[inline]
    pub(crate) fn look_at(
        &self,
        of: (Purse, Slot),
        found: &mut Vec<(LegRow, Money)>,
    ) -> Option<RiskReport> {
        self.assess(of, |row, notional| found.push((row, notional)))
    }

    #[inline]
    fn assess(&self, of: (Purse, Slot), mut see: impl FnMut(LegRow, Money)) -> Option<RiskReport> {
        if self.call_answer(of.0).is_some() {
            return self.report(of, |(row, instrument), notional| {
                see(row, notional);
                self.requirement(instrument, notional)
            });
        }
        self.report(of, |(row, instrument), notional| {
            see(row, notional);
            let margin = self.margins[instrument.row()].as_ref();
            let maintenance = margin.map_or(Money::ZERO, |margin| {
                margin.answer.maintenance(self, margin.here, notional)
            });
            Requirement { initial: Money::ZERO, maintenance }
        })
    }

    #[inline]
    fn report(
        &self,
        (purse, slot): (Purse, Slot),
        mut needs: impl FnMut((LegRow, InstrumentId), Money) -> Requirement,
    ) -> Option<RiskReport> {
        let (mut equity, mut notional) = (self.cash(slot), Money::ZERO);
        let (mut initial, mut maintenance) = (Money::ZERO, Money::ZERO);
        for (row, leg) in self.legs_behind(slot) {
            if let Some(margin) = self.legs.margin(leg) {
                equity += margin;
            }
            if leg.size == Size::ZERO {
                continue;
            }
            let listing = self.instrument(leg.instrument);
            let worth = listing.value(leg.size, listing.mark_price?);
            equity += worth - leg.cost - self.funding_owed(leg);
            notional += worth.magnitude();
            let needs = needs((row, leg.instrument), worth.magnitude());
            initial += needs.initial;
            maintenance += needs.maintenance;
        }
        let report = RiskReport { equity, notional, initial, maintenance, close_out: maintenance };
        if !self.desk.enforced.contains(&purse) {
            return Some(report);
        }
        let close_out = self.call_level(purse, &report).unwrap_or(maintenance);
        Some(RiskReport { close_out, ..report })
    }

    /// What a purse and its open legs are worth at the present marks, less the funding they owe; none
    /// while a leg has no mark.
    pub fn equity(&self, purse: Purse) -> Option<Money> {
        self.slot(purse).map_or(Some(Money::ZERO), |slot| self.equity_in(slot))
    }

    /// The same of the purse in a slot.
    #[inline]
    pub(crate) fn equity_in(&self, slot: Slot) -> Option<Money> {
        self.legs_behind(slot).try_fold(self.cash(slot), |equity, (_, leg)| {
            let equity = equity + self.legs.margin(leg).unwrap_or_default();
            if leg.size == Size::ZERO {
                return Some(equity);
            }
            let profit = self.profit(leg, self.instrument(leg.instrument).mark_price?);
            Some(equity + profit - self.funding_owed(leg))
        })
    }

    /// Unrealised profit of a leg at a price: negative for a loss.
    #[inline]
    pub fn profit(&self, leg: &Leg, price: Price) -> Money {
        self.instrument(leg.instrument).value(leg.size, price) - leg.cost
    }

    /// Equity needed to open those legs of the purse in a slot that have a mark and are `meant`.
    pub(crate) fn initial_margin(&self, slot: Slot, meant: impl Fn(LegRow) -> bool) -> Money {
        let legs = self.legs_behind(slot);
        let legs = legs.filter(|(row, leg)| leg.size != Size::ZERO && meant(*row));
        let notionals = legs.filter_map(|(_, leg)| {
            let listing = self.instrument(leg.instrument);
            Some((listing.id, listing.notional(leg.size, listing.mark_price?)))
        });
        notionals.map(|(instrument, notional)| self.initial_margin_of(instrument, notional)).sum()
    }

    /// Equity needed to open a leg of this notional at the mark price.
    pub(crate) fn initial_margin_of(&self, instrument: InstrumentId, notional: Money) -> Money {
        let margin = self.margins[instrument.row()].as_ref();
        margin.map_or(Money::ZERO, |margin| margin.answer.initial(self, margin.here, notional))
    }

    /// Requirement of a leg at a mark price.
    pub fn requirement_of(&self, leg: &Leg, mark: Price) -> Requirement {
        self.requirement(leg.instrument, self.instrument(leg.instrument).notional(leg.size, mark))
    }

    /// Requirement of a leg of this notional at the mark price.
    pub fn requirement(&self, instrument: InstrumentId, notional: Money) -> Requirement {
        let margin = self.margins[instrument.row()].as_ref();
        margin.map_or_else(Requirement::default, |margin| {
            margin.answer.requirement(self, margin.here, notional)
        })
    }

    /// Price at which closing a leg costs exactly its share of the purse's equity, with what the
    /// insurance fund has promised to its sales; shares are proportional to maintenance margin (to
    /// notional where nothing is required). Rounded in favour of the purse: up for a long, down for a
    /// short. May be negative or beyond the mark.
    ///
    /// Source: dYdX v4, `GetBankruptcyPriceInQuoteQuantums`.
    pub fn bankruptcy_price(&self, purse: Purse, instrument: InstrumentId) -> Option<Price> {
        let leg = self.leg(purse.account, instrument)?;
        let listing = self.instrument(instrument);
        let mark = listing.mark_price?;
        let report = self.risk_for_check(purse)?;
        let equity = report.equity + self.reserved(purse);
        let share = if report.maintenance > Money::ZERO {
            let needs = self.requirement_of(leg, mark).maintenance;
            equity.portion(needs, report.maintenance, Rounding::Down)
        } else {
            let notional = listing.notional(leg.size, mark);
            equity.portion(notional, report.notional, Rounding::Down)
        };
        let a_price_unit = listing.notional(leg.size, Price(1));
        let distance = share.0.checked_div_euclid(a_price_unit.0)?;
        let distance = Price(i64::try_from(distance).ok()?);
        Some(if leg.size.0 > 0 { mark.minus(distance) } else { mark.plus(distance) })
    }

    /// Legs of a purse with their marks, in order of instrument: what a decision is made from.
    pub(crate) fn leg_marks(&self, purse: Purse) -> Vec<LegMark> {
        let marks = self.open_legs(purse).filter_map(|leg| {
            let mark = self.instrument(leg.instrument).mark_price?;
            Some(LegMark { instrument: leg.instrument, size: leg.size, mark })
        });
        let mut marks: Vec<LegMark> = marks.collect();
        marks.sort_by_key(|leg| leg.instrument);
        marks
    }
}
