//! Winners and what they give up: profit in cash, or positions.

use crate::{Law, Market, Sale, leg::LegRow, waterfall::Unfilled};
use facts::{FactId, InstrumentId, PositionDeleveraged, ProfitCut, Purse};
use kernel::APPROACHED;
use std::hint::black_box;
use units::{Money, Price, Side, Size, Time};

/// A leg in profit at the mark price, on the side opposite to the losers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Winner {
    /// The money behind the leg.
    pub purse: Purse,
    /// The instrument.
    pub instrument: InstrumentId,
    /// Signed size.
    pub size: Size,
    /// Signed entry cost, in the venue's asset like all its money.
    pub cost: Money,
    /// Since when the leg is on this side.
    pub since: Time,
    /// Unrealised profit at the mark price, positive.
    pub profit: Money,
    /// Equity of the purse.
    pub equity: Money,
    row: LegRow,
}

// A shortfall may ask tens of thousands.
const _: () = assert!(size_of::<Winner>() == 80);

impl Winner {
    /// Notional of the leg at the mark price at which its profit was found: what it cost and what it
    /// gained since, without a sign.
    pub fn notional(&self) -> Money {
        (self.cost + self.profit).magnitude()
    }
}

impl Market<'_> {
    /// Legs of traders in profit on the side opposite to `losers`, in the order in which their accounts
    /// first held the instrument; the house's own accounts and purses under liquidation are not asked.
    pub fn winners(&self, instrument: InstrumentId, losers: Side) -> Vec<Winner> {
        let Some(mark) = self.instrument(instrument).mark_price else { return Vec::new() };
        let mut members = self.legs.members(instrument).iter();
        let (mut rows, mut gains) =
            (Vec::with_capacity(APPROACHED), Vec::with_capacity(APPROACHED));
        let mut winners = Vec::new();
        // A few at a time, as the loop reads what the next events will look at.
        loop {
            rows.extend(members.by_ref().take(APPROACHED));
            if rows.is_empty() {
                return winners;
            }
            for row in &rows {
                black_box(self.legs.get(*row).size);
            }
            gains.extend(rows.drain(..).filter_map(|row| self.gain(row, losers, mark)));
            self.approach_money(&gains);
            winners.extend(gains.drain(..).filter_map(|(row, gain)| self.winner(row, gain)));
        }
    }

    /// What a trader's leg on the side opposite to `losers` gains at the mark price.
    fn gain(&self, row: LegRow, losers: Side, mark: Price) -> Option<(LegRow, Money)> {
        let leg = self.legs.get(row);
        if leg.size.side() != Some(losers.opposite()) || !self.is_trader(leg.account) {
            return None;
        }
        let profit = self.profit(leg, mark);
        (profit > Money::ZERO).then_some((row, profit))
    }

    /// Reads the money behind legs, and their neighbours where it stands behind several.
    fn approach_money(&self, gains: &[(LegRow, Money)]) {
        let first = |&(row, _): &(LegRow, Money)| {
            let leg = self.legs.get(row);
            if black_box(self.legs.margin(leg)).is_some() {
                return None;
            }
            self.account(leg.account).first_leg
        };
        let mut firsts = [None; APPROACHED];
        for (row, gain) in firsts.iter_mut().zip(gains) {
            *row = first(gain);
        }
        self.legs.approach(&firsts);
    }

    fn winner(&self, row: LegRow, profit: Money) -> Option<Winner> {
        let (leg, slot) = (self.legs.get(row), self.slot_behind(row));
        if self.is_liquidated_in(slot) {
            return None;
        }
        let equity = match self.legs.margin(leg) {
            Some(margin) => margin + profit - self.funding_owed(leg),
            None => self.equity_in(slot)?,
        };
        Some(Winner {
            purse: leg.purse(),
            instrument: leg.instrument,
            size: leg.size,
            cost: leg.cost,
            since: self.legs.since(leg),
            profit,
            equity,
            row,
        })
    }

    /// Money of an instrument's venue in billionths of its asset, rounded down: a rank that is money.
    pub fn billionths(&self, instrument: InstrumentId, money: Money) -> i128 {
        let decimals = self.venue(self.instrument(instrument).venue).asset_decimals;
        let scale = |places: i8| 10_i128.pow(u32::from(places.unsigned_abs()));
        match 9 - decimals {
            places @ 0.. => money.0.saturating_mul(scale(places)),
            places => money.0.div_euclid(scale(places)),
        }
    }

    /// Cuts winners' profits, in this order, none by more than the profit it has now: its entry cost
    /// rises, and the money waits to cover the shortfalls of this instant.
    #[expect(single_use_lifetimes, reason = "nameless ones are unstable in `impl Trait`")]
    pub fn cut_profits<'a>(&mut self, cuts: impl IntoIterator<Item = Cut<'a>>) {
        let mut cuts = cuts.into_iter().filter(|cut| cut.amount > Money::ZERO);
        let mut few = Vec::with_capacity(APPROACHED);
        loop {
            few.extend(cuts.by_ref().take(APPROACHED));
            if few.is_empty() {
                return;
            }
            for cut in &few {
                black_box(self.legs.get(cut.winner.row).size);
            }
            for cut in &few {
                black_box(self.business(self.slot_behind(cut.winner.row)));
            }
            for cut in few.drain(..) {
                self.cut_profit(cut);
            }
        }
    }

    fn cut_profit(&mut self, cut: Cut<'_>) {
        let Cut { winner, amount, rank } = cut;
        let Winner { purse, instrument, row, .. } = *winner;
        let listing = self.instrument(instrument);
        let leg = self.legs.get(row);
        let profit = listing.mark_price.map_or(Money::ZERO, |mark| self.profit(leg, mark));
        if amount > profit {
            self.break_law_ten(winner, format!("{} is cut from {}", amount.0, profit.0));
            return;
        }
        let (clearing, to) = (listing.clearing, self.venue(listing.venue).settlement);
        self.raise_cost(row, amount);
        self.record(ProfitCut { purse, instrument, amount, profit, rank, clearing, to });
        if let Some(side) = winner.size.side() {
            *self.desk.cuts.entry((instrument, side.opposite())).or_default() += amount;
        }
        self.touch_in(purse, self.slot_behind(row));
    }

    /// Closes `lots` (positive) of a bankrupt position against a winner at `price`. The winner must
    /// hold as much, and be in profit at that price; as much must be left of the sale that was
    /// refused. `rank` is what decided.
    pub fn close_against(&mut self, close: Close<'_>) {
        let Close { winner, unfilled, lots, price, rank } = close;
        let (instrument, bankrupt) = (winner.instrument, unfilled.sale.purse);
        let leg = self.legs.get(winner.row);
        let Some(mark) = self.instrument(instrument).mark_price else {
            return self.break_law_ten(winner, "it has no mark price".to_owned());
        };
        let (profit, profitable) = (self.profit(leg, mark), self.profit(leg, price) > Money::ZERO);
        let size = lots.on(unfilled.sale.size.side().map_or(Side::Long, Side::opposite));
        let closes = self.reducing(winner.purse, instrument, size) == size
            && self.reducing(bankrupt, instrument, -size) == -size;
        if lots == Size::ZERO {
            return;
        }
        if !profitable || !closes || !self.take_from(unfilled, lots) {
            self.break_law_ten(winner, format!("{} lots are closed at {}", size.0, price.0));
            return;
        }
        let clearing = self.instrument(instrument).clearing;
        let gained = self.trade_leg(&mut self.party(winner.purse, instrument), (size, price));
        let lost = self.trade_leg(&mut self.party(bankrupt, instrument), (-size, price));
        self.note_loss(bankrupt, instrument, -size, lost);
        let before = self.course.cause;
        self.because(unfilled.refused);
        let fact = self.record(PositionDeleveraged {
            winner: winner.purse,
            bankrupt,
            instrument,
            size,
            price,
            mark,
            profit,
            rank,
            winner_realised: gained,
            bankrupt_realised: lost,
            clearing,
        });
        self.because(fact);
        self.touch(winner.purse);
        let losers = unfilled.sale.size.side().map_or(Side::Long, Side::opposite);
        self.settle_if_flat(bankrupt, (instrument, losers));
        self.settle_if_flat(winner.purse, (instrument, losers.opposite()));
        self.because(before.unwrap_or(FactId(0)));
    }

    /// Takes `lots` from what is left of a refused sale; false where there are fewer.
    fn take_from(&mut self, unfilled: &Unfilled, lots: Size) -> bool {
        let Sale { instrument, size, .. } = unfilled.sale;
        let Some(sold) = size.side() else { return false };
        let Some(shortfall) = self.desk.shortfalls.get_mut(&(instrument, sold.opposite())) else {
            return false;
        };
        let refused = shortfall.unfilled.iter_mut().find(|one| one.refused == unfilled.refused);
        match refused.map(|one| &mut one.sale.size) {
            Some(left) if left.magnitude() >= lots => {
                *left += lots.on(sold.opposite());
                true
            },
            _ => false,
        }
    }

    fn break_law_ten(&mut self, winner: &Winner, what: String) {
        let detail = format!("{:?} in {:?}: {what}", winner.purse, winner.instrument);
        self.course.fail(Law::DELEVERAGING.broken(detail));
    }
}

/// A cut of a winner's profit.
#[derive(Clone, Copy, Debug)]
pub struct Cut<'a> {
    /// The winner.
    pub winner: &'a Winner,
    /// What is taken of its unrealised profit, in the venue's asset: at most all of it, or law 10 is
    /// broken; nothing where it is not above zero.
    pub amount: Money,
    /// Place in the ranking, or weight in the sharing, that decided.
    pub rank: i128,
}

/// A close of a bankrupt position against a winner.
#[derive(Clone, Copy, Debug)]
pub struct Close<'a> {
    /// The winner.
    pub winner: &'a Winner,
    /// The bankrupt position.
    pub unfilled: &'a Unfilled,
    /// How much, positive.
    pub lots: Size,
    /// Price of both.
    pub price: Price,
    /// Place in the ranking, or weight in the sharing, that decided.
    pub rank: i128,
}
