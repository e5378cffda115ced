//! Orders of traders rest in a book: the best price first, at each price the oldest order.
//!
//! # Rule
//!
//! Whoever sells, by an order or by force, sells to the highest bids, and at each price to the bid that
//! has waited longest; each is filled at its own price, and pays no fee. When the bids end, nothing more
//! is filled. What is left of a limit order rests behind all others at its price, if its purse would
//! have its initial margin were it, and all that rest on its side in the instrument, filled: what they
//! would lose at the mark counts, what they would gain does not.
//!
//! When an order is met, the margin of its owner is looked at again, at the marks of that moment: as
//! much is filled as leaves the initial margin, or only reduces a position, and the rest of the order
//! is cancelled. So is an order that would trade with one of its own account, and what of a reduce-only
//! order is more than its owner holds. A liquidation cancels the orders of its purse when it opens.
//! In a halt orders stay and may be withdrawn, nothing is matched, and no order is taken in.
//!
//! The trade price is the median of the best bid, the best ask and the last price; before the first
//! trade the middle of the spread, and in a book that never held an order there is none: marks take the
//! index for it.
//!
//! # Why venues do it
//!
//! Whoever is ready to trade says so, and is paid his price; nobody but those who say so provides
//! depth. What a forced sale costs is what they left in the book.
//!
//! # Parameters
//!
//! - `tick`: distance between two prices of the book, a whole number of the instrument's price units.
//! - `orders`: most orders that rest at once, 1 to 100,000; one more is cancelled.
//!
//! # Known failure
//!
//! Nobody is here by himself: without traders who leave orders, `MarketMakers` for one, every sale is
//! refused. Orders arrive in the order in which they are sent, at once; there is no latency to race
//! with, and there are no hidden orders and no auctions.
//!
//! # Sources
//!
//! Hyperliquid documentation, "Order book", "Self-trade prevention" and "Robust price indices", read
//! November 2026; Gould et al., "Limit order books", Quantitative Finance 13 (2013).

use facts::Purse;
use market::{
    FUNDAMENTAL_DECIMALS, Fills, Here, Liquidity, LiquidityAnswer, Market, Mechanism, Plan, Quote,
};
use serde::Deserialize;
use units::{Decimal, PRICE_MAX, Price, Size};

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderBook {
    /// Distance between two prices.
    tick: Tick,
    /// Most orders that rest at once.
    orders: u32,
}

/// A distance between prices, in units of 10^−[`FUNDAMENTAL_DECIMALS`].
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Tick(i64);

impl TryFrom<String> for Tick {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let units = Decimal::parse(&text, FUNDAMENTAL_DECIMALS).map_err(|e| e.to_string())?;
        i64::try_from(units).map(Self).map_err(|_| format!("`{text}` is too large"))
    }
}

impl Mechanism for OrderBook {
    type Question = Liquidity;
    const NAME: &'static str = "OrderBook";
    const SOURCE: &'static str = include_str!("order_book.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        if !(1..=100_000).contains(&self.orders) {
            plan.refuse("`orders` must be within 1 and 100,000");
        }
        let decimals = plan.listing().price_decimals;
        let unit = 10_i64.pow(u32::from((FUNDAMENTAL_DECIMALS - decimals).unsigned_abs()));
        let Tick(tick) = self.tick;
        if tick <= 0 || tick % unit != 0 || tick / unit > PRICE_MAX {
            let unit = Decimal::new(1, decimals);
            plan.refuse(format!(
                "`tick` must be one price unit of the instrument, {unit}, or a whole number of them"
            ));
            return;
        }
        plan.keeps_book(Price(tick / unit), self.orders);
        plan.answer(plan.this());
    }
}

impl LiquidityAnswer for OrderBook {
    fn quote(&self, market: &Market<'_>, here: Here, (purse, size): (Purse, Size)) -> Quote {
        market.quote_resting(purse, here.instrument(), size)
    }

    fn fill(&self, market: &mut Market<'_>, here: Here, (purse, quote): (Purse, Quote)) -> Fills {
        market.take_resting(purse, here.instrument(), quote.size)
    }

    fn trade_price(&self, market: &Market<'_>, here: Here) -> Option<Price> {
        market.price_resting(here.instrument())
    }
}
