//! What winners give: profit in cash, or positions; how much of what is asked, and of what they have.

use facts::ShortfallLeft;
use market::{Close, Market, Unfilled, Winner};
use serde::Deserialize;
use units::{Money, Price, Ratio, Rounding, Size};

/// What a winner does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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
    /// The mark price before the present one.
    PreviousMark,
}

/// How much winners give, whoever they are.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// What they do.
    pub act: Act,
    /// Share of the deficit, or of the unfilled positions, that is asked of them, in [0, 1].
    pub severity: Ratio,
    /// Most of a winner's profit, or of its position, that one call may take, in (0, 1].
    pub cap: Ratio,
}

impl Terms {
    /// What is wrong with them, if anything.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let sound = self.severity.is_share() && self.cap.is_share() && self.cap > Ratio::ZERO;
        (!sound).then_some("`severity` is within 0% and 100%, `cap` above 0% and at most 100%")
    }

    /// Asks `winners`, in the order given, for what a shortfall left. `allocate` says who gives how
    /// much of a total, given what each can give; `rank` is the figure that decided, for the log.
    pub(crate) fn call(
        &self,
        market: &mut Market<'_>,
        left: &ShortfallLeft,
        winners: &[(i128, Winner)],
        allocate: impl Fn(&[i128], i128) -> Vec<i128>,
    ) {
        match self.act {
            Act::CutProfit => {
                let budget = left.deficit.share(self.severity, Rounding::Down);
                let most = |winner: &Winner| winner.profit.share(self.cap, Rounding::Down).0;
                let capacities: Vec<i128> =
                    winners.iter().map(|(_, winner)| most(winner)).collect();
                let shares = allocate(&capacities, budget.0);
                for ((rank, winner), share) in winners.iter().zip(shares) {
                    market.cut_profit(winner, Money(share), *rank);
                }
            },
            Act::ClosePosition { at } => {
                let lots = |size: Size, part| {
                    Money(i128::from(size.magnitude().0)).share(part, Rounding::Down).0
                };
                let most = |winner: &Winner| lots(winner.size, self.cap);
                let capacities: Vec<i128> =
                    winners.iter().map(|(_, winner)| most(winner)).collect();
                let shares = allocate(&capacities, lots(left.unfilled, self.severity));
                close(market, left, at, (winners, &shares));
            },
        }
    }
}

/// Closes each winner's share against the bankrupt positions, both in order. A winner without
/// profit at a position's price is passed over for that position.
fn close(
    market: &mut Market<'_>,
    left: &ShortfallLeft,
    at: ClosePrice,
    (winners, shares): (&[(i128, Winner)], &[i128]),
) {
    let Some(shortfall) = market.shortfall(left.instrument, left.losers) else { return };
    let mut positions: Vec<(Unfilled, i64)> = shortfall
        .unfilled
        .iter()
        .map(|unfilled| (*unfilled, unfilled.sale.size.magnitude().0))
        .collect();
    for ((rank, winner), &share) in winners.iter().zip(shares) {
        let mut offered = i64::try_from(share).unwrap_or(i64::MAX);
        for (unfilled, open) in &mut positions {
            let price = price_of(market, at, winner, unfilled);
            let lots = offered.min(*open);
            if lots == 0 || !profits_at(market, winner, price) {
                continue;
            }
            let lots_closed = Size(lots);
            market.close_against(Close { winner, unfilled, lots: lots_closed, price, rank: *rank });
            *open -= lots;
            offered -= lots;
        }
        positions.retain(|&(_, open)| open > 0);
    }
}

fn price_of(market: &Market<'_>, at: ClosePrice, winner: &Winner, unfilled: &Unfilled) -> Price {
    match at {
        ClosePrice::BankruptcyPrice => unfilled.ruin,
        ClosePrice::MarkPrice => winner.mark,
        ClosePrice::PreviousMark => {
            market.instrument(winner.instrument).previous_mark_price.unwrap_or(winner.mark)
        },
    }
}

fn profits_at(market: &Market<'_>, winner: &Winner, price: Price) -> bool {
    let leg = market.leg(winner.purse.account, winner.instrument);
    price > Price(0)
        && leg.is_some_and(|leg| {
            leg.size.side() == winner.size.side() && market.profit(leg, price) > Money::ZERO
        })
}
