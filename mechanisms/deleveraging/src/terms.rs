//! What winners give: profit in cash, or positions; how much of what is asked, and of what they have.

use facts::ShortfallLeft;
use market::{Close, Cut, Market, Unfilled, Winner};
use serde::Deserialize;
use units::{Money, Price, Ratio, Rounding, Size};

/// What a winner does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Act {
    /// Takes over as much of the bankrupt positions by closing its own against them.
    ClosePosition {
        /// The price of both.
        at: ClosePrice,
    },
    /// Pays out of its unrealised profit and keeps its position.
    CutProfit,
}

/// Price at which a winner's position is closed against a bankrupt one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum ClosePrice {
    /// Where the bankrupt purse has exactly nothing left: the loss goes to the winner.
    BankruptcyPrice,
    /// The mark price: what the purse owes beyond it is still to be paid.
    MarkPrice,
    /// The mark price before the present one. Where that is beyond bankruptcy the winner pays more
    /// than the bankrupt purse owes, and leaves it something; where it is short of it, a debt.
    PreviousMark,
}

/// A winner who is asked.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Who.
    pub winner: &'a Winner,
    /// What decides its share, where shares are proportional to something; not negative.
    pub weight: i128,
    /// The figure that decided, for the log: in billionths, of the asset where it is money.
    pub rank: i128,
}

/// How much winners give, whoever they are.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// What they do.
    pub act: Act,
    /// Share of the deficit, or of the unfilled positions, that is asked of them, in [0, 1]; rounded
    /// down to whole units of money or whole lots.
    pub severity: Ratio,
    /// Most of a winner's profit, or of its position, that one call may take, in (0, 1]; rounded
    /// down to whole units of money or whole lots.
    pub cap: Ratio,
}

/// Says who gives how much of a total: for each claim, given the most that each can give.
pub type Allocate = fn(&[Claim<'_>], &[i128], i128) -> Vec<i128>;

impl Terms {
    /// What is wrong with them, if anything.
    pub fn fault(&self) -> Option<&'static str> {
        if !self.severity.is_share() {
            return Some("`severity` must be within 0% and 100%");
        }
        let sound = self.cap.is_share() && self.cap > Ratio::ZERO;
        (!sound).then_some("`cap` must be above 0% and at most 100%")
    }

    /// Asks the claimed winners, in the order given, for what a shortfall left.
    pub fn call(
        &self,
        market: &mut Market<'_>,
        left: &ShortfallLeft,
        claims: &[Claim<'_>],
        allocate: Allocate,
    ) {
        match self.act {
            Act::CutProfit => self.cut(market, left, claims, allocate),
            Act::ClosePosition { at } => self.close(market, left, at, (claims, allocate)),
        }
    }

    /// Cuts profits. Nobody gives more than the equity it has: a cut never bankrupts.
    fn cut(
        &self,
        market: &mut Market<'_>,
        left: &ShortfallLeft,
        claims: &[Claim<'_>],
        allocate: Allocate,
    ) {
        let budget = left.deficit.share(self.severity, Rounding::Down);
        let most = |Claim { winner, .. }: &Claim<'_>| {
            let profit = winner.profit.share(self.cap, Rounding::Down);
            profit.min(winner.equity.or_zero()).0
        };
        let capacities: Vec<i128> = claims.iter().map(most).collect();
        let shares = allocate(claims, &capacities, budget.0);
        market.cut_profits(claims.iter().zip(shares).map(|(claim, share)| {
            let Claim { winner, rank, .. } = *claim;
            Cut { winner, amount: Money(share), rank }
        }));
    }

    /// Closes positions. The total is allocated first, and each winner's share closed against the
    /// bankrupt positions in order; a winner without profit at a position's price is passed over.
    /// What is then still open of the total is allocated position by position to whoever profits.
    fn close(
        &self,
        market: &mut Market<'_>,
        left: &ShortfallLeft,
        at: ClosePrice,
        (claims, allocate): (&[Claim<'_>], Allocate),
    ) {
        let Some(shortfall) = market.shortfall(left.instrument, left.losers) else { return };
        let mut open: Vec<(Unfilled, i128)> = shortfall
            .unfilled
            .iter()
            .map(|unfilled| (*unfilled, lots(unfilled.sale.size)))
            .collect();
        let mut total = share_of(lots(left.unfilled), self.severity);
        let most = |claim: &Claim<'_>| share_of(lots(claim.winner.size), self.cap);
        let mut capacities: Vec<i128> = claims.iter().map(most).collect();
        let shares = allocate(claims, &capacities, total);
        for ((claim, capacity), share) in claims.iter().zip(&mut capacities).zip(shares) {
            let mut offered = share;
            for (unfilled, rest) in &mut open {
                let closed = close_one(market, at, (claim, unfilled), offered.min(*rest));
                *rest -= closed;
                offered -= closed;
                *capacity -= closed;
                total -= closed;
            }
            open.retain(|&(_, rest)| rest > 0);
        }
        for (unfilled, rest) in open {
            let able = |(claim, &capacity): (&Claim<'_>, &i128)| {
                let price = price_of(market, at, &unfilled);
                let is_able = price.is_some_and(|price| profits_at(market, claim.winner, price));
                if is_able { capacity } else { 0 }
            };
            let able: Vec<i128> = claims.iter().zip(&capacities).map(able).collect();
            let shares = allocate(claims, &able, rest.min(total));
            for ((claim, capacity), share) in claims.iter().zip(&mut capacities).zip(shares) {
                let closed = close_one(market, at, (claim, &unfilled), share);
                *capacity -= closed;
                total -= closed;
            }
        }
    }
}

/// Closes `lots` of a winner against a bankrupt position, when it profits at the price; returns how
/// many were closed.
fn close_one(
    market: &mut Market<'_>,
    at: ClosePrice,
    (claim, unfilled): (&Claim<'_>, &Unfilled),
    lots: i128,
) -> i128 {
    let Claim { winner, rank, .. } = *claim;
    let Some(price) = price_of(market, at, unfilled) else { return 0 };
    let size = Size(i64::try_from(lots).unwrap_or(i64::MAX));
    if lots <= 0 || !profits_at(market, winner, price) {
        return 0;
    }
    market.close_against(Close { winner, unfilled, lots: size, price, rank });
    lots
}

fn lots(size: Size) -> i128 {
    i128::from(size.magnitude().0)
}

fn share_of(lots: i128, part: Ratio) -> i128 {
    Money(lots).share(part, Rounding::Down).0
}

/// The price of a close; none before the first mark.
fn price_of(market: &Market<'_>, at: ClosePrice, unfilled: &Unfilled) -> Option<Price> {
    let listing = market.instrument(unfilled.sale.instrument);
    match at {
        ClosePrice::BankruptcyPrice => Some(unfilled.bankruptcy_price),
        ClosePrice::MarkPrice => listing.mark_price,
        ClosePrice::PreviousMark => listing.previous_mark_price.or(listing.mark_price),
    }
}

fn profits_at(market: &Market<'_>, winner: &Winner, price: Price) -> bool {
    let leg = market.leg(winner.purse.account, winner.instrument);
    price > Price(0)
        && leg.is_some_and(|leg| {
            leg.size.side() == winner.size.side() && market.profit(leg, price) > Money::ZERO
        })
}
