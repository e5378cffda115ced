//! Quantities of a market with their unit in the type, and the arithmetic that exists in finance.
//!
//! | type | counts | sign |
//! |---|---|---|
//! | [`Money`] | smallest units of an asset | positive is owned |
//! | [`Price`] | price units of an instrument | a market's price is positive |
//! | [`Size`] | lots of an instrument | positive is long, negative is short |
//! | [`Ratio`] | parts per billion | either |
//! | [`Leverage`] | thousandths | positive |
//! | [`Time`], [`Duration`] | nanoseconds | either |
//! | [`Volatility`] | squared returns a year, of which old ones are forgotten | not negative |
//! | [`Amount`] | 10⁻¹⁸ of a named asset, as a person wrote it | not negative |
//!
//! A price times a size is money only through an instrument (`market::Instrument::value`), which
//! knows what one lot at one price unit is worth. Every division names its [`Rounding`].
//!
//! **Invariant:** no floating point outside [`math`] and the estimate of [`Volatility`], and no
//! platform mathematics anywhere.
//! **Invariant:** nothing here knows a market.

#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic)]

mod time;
mod money;
mod price;
mod ratio;
mod rounding;
mod decimal;
mod quantity;
mod limits;
mod volatility;
pub mod math;

pub use decimal::{Decimal, ParseDecimalError};
pub use limits::{MONEY_MAX, PRICE_MAX, SIZE_MAX, UNIT_VALUE_MAX};
pub use money::Money;
pub use price::{Price, Side, Size};
pub use quantity::{Amount, Depth, Leverage, ParseQuantityError};
pub use ratio::Ratio;
pub use rounding::{Overflow, Rounding, mul_div};
pub use time::{Duration, Time};
pub use volatility::Volatility;
