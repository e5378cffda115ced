//! What puts a winner first in a queue.

use market::{Market, Winner};
use serde::Deserialize;
use std::cmp::Reverse;
use units::{Money, Rounding, Side, mul_div};

/// What puts a winner first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum Rank {
    /// Price over entry (entry over price for a short) times leverage.
    LeveragedReturn,
    /// Profit over entry cost times leverage.
    LeveragedProfit,
    /// Unrealised profit of the purse over its balance, times maintenance margin over equity.
    ReturnTimesMarginRatio,
    /// Unrealised profit.
    Profit,
    /// Notional.
    Size,
    /// The lowest weighted sum of places in other rankings (Borda 1784).
    Combined(Vec<Part>),
}

/// A ranking within a combination.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The ranking; no combination.
    by: Rank,
    /// How often its places count, above zero.
    weight: u32,
}

const BILLION: i128 = 1_000_000_000;

impl Rank {
    /// What is wrong with it, if anything.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let Self::Combined(parts) = self else { return None };
        if parts.is_empty() {
            return Some("`Combined` is of at least one ranking, e.g. (by: Size, weight: 1)");
        }
        if parts.iter().any(|part| part.weight == 0) {
            return Some("the weight of a ranking is a whole number above zero");
        }
        let nested = parts.iter().any(|part| matches!(part.by, Self::Combined(_)));
        nested.then_some("a combination is of single rankings: give each its weight in one list")
    }

    /// Every winner's rank in billionths, the highest first in the queue: what is compared (of the
    /// asset where it is money), rounded down, the highest there is where equity is used up; of a
    /// combination the weighted sum of places, below zero.
    pub(crate) fn of(&self, market: &Market<'_>, winners: &[Winner]) -> Vec<i128> {
        let figures = |figure: fn(&Market<'_>, &Winner) -> i128| {
            winners.iter().map(|winner| figure(market, winner)).collect()
        };
        match self {
            Self::LeveragedReturn => figures(leveraged_return),
            Self::LeveragedProfit => figures(leveraged_profit),
            Self::ReturnTimesMarginRatio => figures(return_times_margin_ratio),
            Self::Profit => {
                figures(|market, winner| market.billionths(winner.instrument, winner.profit))
            },
            Self::Size => {
                figures(|market, winner| market.billionths(winner.instrument, winner.notional()))
            },
            Self::Combined(parts) => {
                let mut sums = vec![0; winners.len()];
                for Part { by, weight } in parts {
                    let places = places(&by.of(market, winners));
                    for (sum, place) in sums.iter_mut().zip(places) {
                        *sum -= i128::from(*weight) * place * BILLION;
                    }
                }
                sums
            },
        }
    }
}

/// The place of each: one more than how many rank higher, so that equals share a place.
fn places(ranks: &[i128]) -> Vec<i128> {
    let mut sorted = ranks.to_vec();
    sorted.sort_by_key(|&rank| Reverse(rank));
    let place = |&rank: &i128| sorted.partition_point(|&other| other > rank) + 1;
    ranks.iter().map(place).map(|place| i128::try_from(place).unwrap_or(i128::MAX)).collect()
}

fn leveraged_return(_: &Market<'_>, winner: &Winner) -> i128 {
    let (notional, cost) = (winner.notional(), winner.cost.magnitude());
    let gain = match winner.size.side() {
        Some(Side::Short) => (cost, notional),
        Some(Side::Long) | None => (notional, cost),
    };
    product(gain, (notional, winner.equity))
}

fn leveraged_profit(_: &Market<'_>, winner: &Winner) -> i128 {
    product((winner.profit, winner.cost.magnitude()), (winner.notional(), winner.equity))
}

/// A balance below one of the asset counts as one.
fn return_times_margin_ratio(market: &Market<'_>, winner: &Winner) -> i128 {
    let venue = market.venue(market.instrument(winner.instrument).venue);
    let one = Money(10_i128.pow(u32::from(venue.asset_decimals.unsigned_abs())));
    let balance = market.balance(winner.purse);
    let profit = (winner.equity - balance).or_zero();
    let needed = market.risk(winner.purse).unwrap_or_default().maintenance;
    product((profit, balance.max(one)), (needed, winner.equity))
}

/// The product of two ratios in billionths, rounded down; the highest there is where the second is
/// of nothing.
fn product(one: (Money, Money), other: (Money, Money)) -> i128 {
    if other.1 <= Money::ZERO {
        return i128::MAX;
    }
    // Up and then down: the first rounding is far below the last digit of the second.
    let first = mul_div(one.0.0, BILLION * BILLION, one.1.0, Rounding::Up);
    let product =
        first.and_then(|first| mul_div(first, other.0.0, other.1.0 * BILLION, Rounding::Down));
    product.unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn a_place_is_one_more_than_how_many_rank_higher() {
        assert_eq!(places(&[]), Vec::<i128>::new());
        assert_eq!(places(&[5, 9, 9, i128::MAX, -1]), [4, 2, 2, 1, 5]);
    }
}
