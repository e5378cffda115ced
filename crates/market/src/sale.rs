//! Forced sales: from the order of a liquidation to the fill and what it costs.

use crate::{Deleveraging, Event, Insurance, Market, Phase, Place, Quote, waterfall::Unfilled};
use facts::{
    FactId, FillRefused, InstrumentId, PenaltyCharged, Purse, SaleKept, SaleOrdered, SaleWithdrawn,
};
use serde::{Deserialize, Serialize};
use units::{Money, Price, Ratio, Rounding, Size};

/// A forced sale (of a long) or purchase (of a short).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Whose leg is closed.
    pub purse: Purse,
    /// Which.
    pub instrument: InstrumentId,
    /// Signed size to trade: negative sells.
    pub size: Size,
    /// Penalty on the notional filled, as far as equity is left: to the insurance fund, or to the
    /// venue where nothing is insured.
    pub penalty: Ratio,
}

/// A forced sale meets the market.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct SaleDue {
    pub(crate) sale: Sale,
    /// The fact that says that a price band keeps all of it.
    told: Option<FactId>,
}

impl Event for SaleDue {
    const NAME: &'static str = "SaleDue";
    const PHASE: Phase = Phase::Trade;

    fn place(&self, _: &Market<'_>) -> Place {
        // Only the market hears it: an account is read ahead.
        Place::Account(self.sale.purse.account)
    }
}

impl Market<'_> {
    /// Orders a forced sale, to be filled in the trade phase. It never grows or turns a leg: what
    /// is more than the leg holds by then is dropped.
    pub fn order_sale(&mut self, sale: Sale) {
        let Sale { purse, instrument, size, .. } = sale;
        let (Some(risk), Some(mark)) =
            (self.risk_for_check(purse), self.instrument(instrument).mark_price)
        else {
            return;
        };
        let (equity, maintenance) = (risk.equity, risk.maintenance);
        let fact = self.record(SaleOrdered { purse, instrument, size, equity, maintenance, mark });
        if let Some(liquidation) = self.desk.liquidations.get_mut(&purse) {
            liquidation.sales += 1;
        }
        self.schedule_because(self.now(), SaleDue { sale, told: None }, fact);
    }

    /// Whether sales of a purse are ordered and neither filled nor refused: they may be waiting
    /// for a halt to end.
    pub fn has_open_sales(&self, purse: Purse) -> bool {
        self.desk.liquidations.get(&purse).is_some_and(|liquidation| liquidation.sales > 0)
    }

    /// Fills a sale, or keeps it while trading is halted.
    pub(crate) fn on_sale(&mut self, due: &SaleDue) {
        let SaleDue { sale, told } = *due;
        let Sale { purse, instrument, size, .. } = sale;
        let Some(liquidation) = self.desk.liquidations.get_mut(&purse) else {
            self.record(SaleWithdrawn { purse, instrument, size });
            return;
        };
        liquidation.sales = liquidation.sales.saturating_sub(1);
        if !self.may_trade(instrument) {
            self.keep(sale, Keeper::Halt);
            return;
        }
        let size = self.reducing(purse, instrument, size);
        let told = told.filter(|_| size == sale.size);
        if size != Size::ZERO {
            self.fill(Sale { size, ..sale }, Limit::Bankruptcy, told);
        }
    }

    /// Keeps a sale until trading resumes or the band moves, and says so where it is news.
    pub(crate) fn keep(&mut self, sale: Sale, by: Keeper) {
        let Sale { purse, instrument, size, .. } = sale;
        let fact = match by {
            Keeper::Band { told: Some(fact) } => fact,
            Keeper::Band { told: None } | Keeper::Halt => {
                self.record(SaleKept { purse, instrument, size })
            },
        };
        let told = matches!(by, Keeper::Band { .. }).then_some(fact);
        self.desk.kept.entry(instrument).or_default().push((fact, SaleDue { sale, told }));
        if let Some(liquidation) = self.desk.liquidations.get_mut(&purse) {
            liquidation.sales += 1;
        }
    }

    /// Sales that were kept go on, in the order in which they were to be filled.
    pub(crate) fn release_kept(&mut self, instrument: InstrumentId) {
        let kept = self.desk.kept.remove(&instrument).unwrap_or_default();
        for (fact, due) in kept {
            self.schedule_because(self.now(), due, fact);
        }
    }

    /// Fills as much of a sale as depth, price band and, up to `limit`, the insurance fund allow. What
    /// is outside the band is kept until it moves; `told` is the fact that says so of all of it.
    pub(crate) fn fill(&mut self, sale: Sale, limit: Limit, told: Option<FactId>) {
        let Some(liquidity) = self.liquidity(sale.instrument) else { return };
        let of = (sale.purse, sale.instrument);
        let whole = liquidity.answer.quote(self, liquidity.here, (sale.purse, sale.size));
        let mut offer = whole;
        self.keep_within_band(of, &mut offer);
        let outside = whole.size - offer.size;
        let ordered = sale;
        let sale = Sale { size: sale.size - outside, ..sale };
        let price = self.bankruptcy_price(sale.purse, sale.instrument);
        let Some(bankruptcy_price) = price else { return };
        let (quote, backing) = match limit {
            Limit::Bankruptcy => self.backed(&sale, offer, bankruptcy_price),
            Limit::None => (offer, Money::ZERO),
        };
        if quote.size != Size::ZERO {
            self.trade_forced(&sale, quote);
        }
        if outside != Size::ZERO {
            let told = told.filter(|_| outside == ordered.size);
            self.keep(Sale { size: outside, ..ordered }, Keeper::Band { told });
        }
        let left = sale.size - quote.size;
        if let Some(side) =
            sale.size.side().filter(|_| quote.size == whole.size && left != Size::ZERO)
        {
            self.clear_way(sale.purse.account, sale.instrument, (side, None));
        }
        if left != Size::ZERO && limit == Limit::Bankruptcy {
            // What was filled well leaves more for the rest.
            let bankruptcy_price =
                self.bankruptcy_price(sale.purse, sale.instrument).unwrap_or(bankruptcy_price);
            let offered = (offer.size == sale.size).then_some(offer.price);
            let Sale { purse, instrument, .. } = sale;
            let refused = self.record(FillRefused {
                purse,
                instrument,
                size: left,
                offered,
                bankruptcy_price,
                backing,
            });
            if self.winners_take_over(purse) {
                let sale = Sale { size: left, ..sale };
                self.leave_to_winners(Unfilled { sale, bankruptcy_price, refused });
            }
        }
        if let Some(side) = sale.size.side() {
            self.settle_if_flat(sale.purse, (sale.instrument, side.opposite()));
        }
    }

    /// The part of a quote that the purse can bear or the fund stands behind, and what the fund
    /// would pay; where winners do not take over positions, all of it.
    fn backed(&mut self, sale: &Sale, offer: Quote, bankruptcy_price: Price) -> (Quote, Money) {
        let loss = self.loss_beyond(sale, &offer, bankruptcy_price);
        if loss <= Money::ZERO {
            return (offer, Money::ZERO);
        }
        let backing = self.backing(sale.purse, loss);
        let mut quote = offer;
        if backing < loss && self.winners_take_over(sale.purse) {
            let fits = |quote: &Quote| self.loss_beyond(sale, quote, bankruptcy_price) <= backing;
            self.cut_back((sale.purse, sale.instrument), &mut quote, fits);
        }
        let promised = self.loss_beyond(sale, &quote, bankruptcy_price).or_zero().min(backing);
        if promised > Money::ZERO {
            let venue = self.instrument(sale.instrument).venue;
            self.desk.promises.add(venue, sale.purse, promised);
        }
        (quote, backing)
    }

    /// What a fill with its fee loses beyond the share of equity that the bankruptcy price leaves
    /// to it; negative where something is left.
    fn loss_beyond(&self, sale: &Sale, quote: &Quote, bankruptcy_price: Price) -> Money {
        let listing = self.instrument(sale.instrument);
        let loss = quote.worth - listing.value(quote.size, bankruptcy_price);
        loss + quote.worth.magnitude().share(self.venue(listing.venue).taker_fee, Rounding::Up)
    }

    fn backing(&self, purse: Purse, loss: Money) -> Money {
        let insurance = self.ask::<Insurance>(self.venue_of_purse(purse));
        insurance.map_or(Money::ZERO, |insurance| {
            insurance.answer.quote(self, insurance.here, purse, loss).min(loss).or_zero()
        })
    }

    pub(crate) fn winners_take_over(&self, purse: Purse) -> bool {
        let deleveraging = self.ask::<Deleveraging>(self.venue_of_purse(purse));
        deleveraging.is_some_and(|deleveraging| deleveraging.answer.takes_over_positions())
    }

    fn trade_forced(&mut self, sale: &Sale, quote: Quote) {
        let Sale { purse, instrument, .. } = *sale;
        self.require_reducing(purse, instrument, quote.size);
        let (fact, own) = self.trade(&mut self.party(purse, instrument), quote, Some(purse));
        self.note_loss(purse, instrument, quote.size, own);
        self.because(fact);
        self.charge(sale, quote.worth.magnitude());
        self.touch(purse);
    }

    /// Charges the fee in full, and the penalty as far as equity is left.
    fn charge(&mut self, sale: &Sale, notional: Money) {
        let purse = sale.purse;
        let fee = self.charge_fee(purse, sale.instrument, notional);
        self.note_loss(purse, sale.instrument, sale.size, -fee);
        let venue = *self.venue(self.instrument(sale.instrument).venue);
        let rate = sale.penalty;
        let equity = self.equity(purse).unwrap_or_default().or_zero();
        let amount = notional.share(rate, Rounding::Up).min(equity);
        if amount > Money::ZERO {
            let is_insured = self.ask::<Insurance>(Place::Venue(venue.id)).is_some();
            let to = if is_insured { venue.fund } else { venue.revenue };
            self.record(PenaltyCharged { purse, to, amount, notional, rate });
            self.repay_debt(venue.id);
        }
    }
}

/// How far a sale may be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// To where the purse's equity and the fund end.
    Bankruptcy,
    /// At any price.
    None,
}

/// What a sale waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// The end of a halt.
    Halt,
    /// A band that its price is outside of; `told` is the fact that says so already.
    Band { told: Option<FactId> },
}

/// The fact that a sale is kept, and the sale.
pub(crate) type Kept = (FactId, SaleDue);
