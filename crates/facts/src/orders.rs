//! Facts of orders that have a limit, and of those that rest in a book.

use crate::{AccountId, FactId, InstrumentId, Obstacle, Purse, kind::facts};
use serde::{Deserialize, Serialize};
use units::{Price, Size};

/// What becomes of a limit order, or of what is left of it, that does not trade at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeInForce {
    /// It rests until it is filled or cancelled.
    Rests,
    /// It is cancelled.
    ImmediateOrCancel,
    /// Unless all of it trades at once, nothing does.
    FillOrKill,
    /// It only rests: when it would trade at once, it is cancelled.
    PostOnly,
}

impl TimeInForce {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Rests => "rests",
            Self::ImmediateOrCancel => "immediate or cancel",
            Self::FillOrKill => "fill or kill",
            Self::PostOnly => "post only",
        }
    }
}

facts! {
    /// A trader sent an order that trades at no price worse than its limit. Which of the account's purses
    /// stands behind it is found when it trades or rests.
    80 LimitOrderPlaced {
        /// Whose.
        account: AccountId,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size: negative sells.
        size: Size,
        /// The worst price it trades at.
        limit: Price,
        /// What becomes of what does not trade at once.
        time_in_force: TimeInForce,
        /// Whether it may only reduce what is held.
        reduce_only: bool,
    }

    /// A limit order, or what was left of it, was put behind all others at its price.
    81 OrderRested {
        /// The fact that placed it: its name from now on.
        order: FactId,
        /// Whose.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size that rests: negative sells.
        size: Size,
        /// The price it rests at: its limit, rounded away from the market to a whole tick.
        price: Price,
    }

    /// A resting order traded at its price, all of it or in part.
    82 OrderFilled {
        /// The fact that placed it.
        order: FactId,
        /// Whose.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size that traded: negative sold.
        size: Size,
        /// The price it rested at.
        price: Price,
        /// Signed size that goes on resting.
        left: Size,
    }

    /// A resting order, or what was left of it, was cancelled.
    83 RestingOrderCancelled {
        /// The fact that placed it.
        order: FactId,
        /// Whose.
        purse: Purse,
        /// The instrument.
        instrument: InstrumentId,
        /// Signed size that rested no longer.
        size: Size,
        /// The price it rested at.
        price: Price,
        /// Why.
        obstacle: Obstacle,
    }
}
