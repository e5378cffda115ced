//! Trades: with whom, at what price, and what they leave behind.

use crate::{Fill, Fills, Instrument, Leg, Market, Quote, ladder::Slot, leg::LegRow};
use facts::{AccountId, FactId, FeeCharged, InstrumentId, Purse, Traded};
use std::cell::Cell;
use units::{Money, Price, Rounding, SIZE_MAX, Side, Size};

/// Who trades in an instrument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Party {
    /// The money that it trades with.
    pub(crate) purse: Purse,
    /// Where that is found; the account where a purse was never there, which breaks law 2 as soon as
    /// anything is paid.
    pub(crate) slot: Slot,
    pub(crate) instrument: InstrumentId,
    /// The leg of its account there, once it was opened: a flat one may have another purse behind it.
    pub(crate) leg: Option<LegRow>,
}

/// A party before it trades.
#[derive(Debug)]
pub(crate) struct Standing<'a> {
    pub(crate) party: Party,
    pub(crate) held: Size,
    pub(crate) equity: Money,
    /// Initial margin of its other legs, once somebody asked for it.
    others: Cell<Option<Money>>,
    pub(crate) mark: Price,
    pub(crate) listing: &'a Instrument,
}

impl Standing<'_> {
    /// Whether trading `size` only reduces what is held.
    pub(crate) fn reduces(&self, size: Size) -> bool {
        reducing(self.held, size) == size
    }
}

impl Market<'_> {
    /// A purse that trades in an instrument.
    #[inline]
    pub(crate) fn party(&self, purse: Purse, instrument: InstrumentId) -> Party {
        let leg = self.leg_row(purse.account, instrument);
        let slot = self.slot(purse).unwrap_or(purse.account.0);
        Party { purse, slot, instrument, leg }
    }

    /// An account that orders in an instrument, with the money behind its leg, or behind the one it would
    /// open: the account's collateral, unless the margin of a closed leg still owes.
    #[inline]
    pub(crate) fn party_of(&self, account: AccountId, instrument: InstrumentId) -> Party {
        let leg = self.leg_row(account, instrument);
        let is_behind = |&row: &LegRow| {
            let leg = self.legs.get(row);
            leg.size != Size::ZERO || self.outstanding(leg.purse()) > Money::ZERO
        };
        match leg.filter(is_behind) {
            Some(row) => {
                let (purse, slot) = (self.legs.get(row).purse(), self.slot_behind(row));
                Party { purse, slot, instrument, leg }
            },
            None => Party { purse: Purse::of(account), slot: account.0, instrument, leg },
        }
    }

    /// Signed size that a party holds.
    #[inline]
    pub(crate) fn held_by(&self, party: &Party) -> Size {
        party.leg.map_or(Size::ZERO, |row| self.legs.get(row).size)
    }

    /// Trades a quote of a party with whoever the answer to *liquidity* names; returns the last fact,
    /// and what the purse realised.
    pub(crate) fn trade(
        &mut self,
        party: &mut Party,
        quote: Quote,
        forced: Option<Purse>,
    ) -> (FactId, Money) {
        let Party { purse, instrument, .. } = *party;
        self.require_open_trading(instrument);
        self.require_within_band(instrument, quote);
        let fills = match self.liquidity(instrument) {
            Some(liquidity) => liquidity.answer.fill(self, liquidity.here, (purse, quote)),
            None => Fills::default(),
        };
        self.require_whole(instrument, quote, &fills);
        let (mut last, mut realised) = (self.cause(), Money::ZERO);
        let mut with: Vec<(Purse, Side)> = Vec::new();
        for fill in &fills {
            let (fact, gained, closed) = self.trade_fill(party, fill, forced);
            (last, realised) = (fact, realised + gained);
            with.extend(closed.map(|side| (fill.with, side)));
        }
        self.note_trade(instrument, last, quote.worth.magnitude());
        for (maker, side) in with {
            self.settle_if_flat(maker, (instrument, side));
        }
        (last, realised)
    }

    /// One fill: the fact, what the purse realised, and the side of the leg that the other one held
    /// before, unless that is the instrument's own account.
    #[inline]
    fn trade_fill(
        &mut self,
        party: &mut Party,
        fill: &Fill,
        forced: Option<Purse>,
    ) -> (FactId, Money, Option<Side>) {
        let Party { purse, instrument, .. } = *party;
        let Fill { with, size, price, .. } = *fill;
        let listing = self.instrument(instrument);
        let (clearing, is_depth) = (listing.clearing, with.account == listing.liquidity);
        let held = if is_depth { Size::ZERO } else { self.held(with, instrument) };
        let own = self.trade_leg(party, (size, price));
        // Only now: the leg that was just opened may be of the same account.
        let mut maker = self.party(with, instrument);
        let other = self.trade_leg(&mut maker, (-size, price));
        let sells = size.0 < 0;
        let (buyer, seller) = if sells { (with, purse) } else { (purse, with) };
        let (buyer_realised, seller_realised) = if sells { (other, own) } else { (own, other) };
        let fact = self.record(Traded {
            instrument,
            buyer,
            seller,
            size: size.magnitude(),
            price,
            buyer_realised,
            seller_realised,
            clearing,
            forced,
        });
        if is_depth {
            return (fact, own, None);
        }
        let order = self.course.cause.replace(fact);
        self.tell_filled(instrument, fill);
        self.require_margin(&maker, held);
        self.touch(with);
        self.course.cause = order;
        (fact, own, held.side())
    }

    /// Charges the venue's fee on a notional traded; returns it.
    #[inline]
    pub(crate) fn charge_fee(
        &mut self,
        purse: Purse,
        instrument: InstrumentId,
        notional: Money,
    ) -> Money {
        let venue = self.venue(self.instrument(instrument).venue);
        let (rate, to) = (venue.taker_fee, venue.revenue);
        let fee = notional.share(rate, Rounding::Up);
        if fee > Money::ZERO {
            self.record(FeeCharged { purse, to, amount: fee, notional, rate });
        }
        fee
    }

    /// Cuts an offer to a purse back to its largest part that `fits`; what fits less than all fits more
    /// than the rest.
    #[inline]
    pub(crate) fn cut_back(
        &self,
        of: (Purse, InstrumentId),
        offer: &mut Quote,
        fits: impl Fn(&Quote) -> bool,
    ) {
        if !fits(offer) {
            *offer = self.largest(of, offer, fits);
        }
    }

    fn largest(
        &self,
        (purse, instrument): (Purse, InstrumentId),
        offer: &Quote,
        fits: impl Fn(&Quote) -> bool,
    ) -> Quote {
        let asked = offer.size.side().zip(self.liquidity(instrument));
        let Some((side, liquidity)) = asked else { return *offer };
        let quote = |lots| {
            let size = Size(lots).on(side);
            liquidity.answer.quote(self, liquidity.here, (purse, size))
        };
        let lots = most(offer.size.magnitude().0 - 1, |lots| fits(&quote(lots)));
        if lots == 0 { Quote { size: Size::ZERO, ..*offer } } else { quote(lots) }
    }

    /// Signed size that a purse's account holds in an instrument.
    pub(crate) fn held(&self, purse: Purse, instrument: InstrumentId) -> Size {
        self.leg(purse.account, instrument).map_or(Size::ZERO, |leg: &Leg| leg.size)
    }

    /// As much of `size` as reduces the leg it is for.
    pub(crate) fn reducing(&self, purse: Purse, instrument: InstrumentId, size: Size) -> Size {
        reducing(self.held(purse, instrument), size)
    }

    /// Where a party stands before it trades; none while a leg has no mark price.
    #[inline]
    pub(crate) fn standing(&self, party: Party) -> Option<Standing<'_>> {
        let listing = self.instrument(party.instrument);
        let (equity, mark) = (self.equity_in(party.slot)?, listing.mark_price?);
        let (held, others) = (self.held_by(&party), Cell::new(None));
        Some(Standing { party, held, equity, others, mark, listing })
    }

    /// Whether trading `size` for `worth`, with a fee, leaves a purse its initial margin, or, where it
    /// only reduces a leg, not less than nothing.
    ///
    /// Source: Paradex (equity at least the initial requirement to add); Lighter, whose accounts
    /// below it may only reduce.
    pub(crate) fn affords(
        &self,
        standing: &Standing<'_>,
        (size, worth): (Size, Money),
        fee: Money,
    ) -> bool {
        let Standing { party, held, equity, mark, listing, .. } = standing;
        let equity = *equity - (worth - listing.value(size, *mark)) - fee;
        if standing.reduces(size) {
            // A backstop that is under water must still get rid of what it holds.
            return equity >= Money::ZERO || !self.is_trader(party.purse.account);
        }
        let after = *held + size;
        if after.magnitude().0 > SIZE_MAX {
            return false;
        }
        let of_others = || self.initial_margin(party.slot, |row| Some(row) != party.leg);
        let others = standing.others.get().unwrap_or_else(of_others);
        standing.others.set(Some(others));
        equity >= others + self.initial_margin_of(listing.id, listing.notional(after, *mark))
    }
}

/// As much of `size` as reduces what is held.
#[inline]
pub(crate) fn reducing(held: Size, size: Size) -> Size {
    match (held.side(), size.side()) {
        (Some(open), Some(traded)) if open != traded => {
            Size(size.magnitude().0.min(held.magnitude().0)).on(traded)
        },
        _ => Size::ZERO,
    }
}

/// The most of so many lots that fit, found by halving.
pub(crate) fn most(lots: i64, fits: impl Fn(i64) -> bool) -> i64 {
    let (mut fit, mut too_large) = (0, lots + 1);
    while too_large - fit > 1 {
        let middle = fit + (too_large - fit) / 2;
        if fits(middle) {
            fit = middle;
        } else {
            too_large = middle;
        }
    }
    fit
}
