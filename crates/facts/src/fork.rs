//! Facts of a run that goes on under other rules than those it began with.

use crate::{InstrumentId, Purse, VenueId, kind::facts};
use units::Money;

facts! {
    /// A rule holds no longer: from here on the run goes on under others.
    90 RuleEnded {
        /// The question.
        question: String,
        /// The answer that held.
        answer: String,
        /// The venue it held for; none for the whole system.
        venue: Option<VenueId>,
        /// The instrument it held for; none for all of the venue.
        instrument: Option<InstrumentId>,
    }

    /// A rule holds from here on, in the market as it is, and remembers nothing of what was before.
    91 RuleBegun {
        /// The question.
        question: String,
        /// The answer.
        answer: String,
        /// The venue it holds for; none for the whole system.
        venue: Option<VenueId>,
        /// The instrument it holds for; none for all of the venue.
        instrument: Option<InstrumentId>,
        /// Its parameters as the experiment wrote them.
        parameters: String,
    }

    /// The rules that hold from here on put more capital into an account of the house than those
    /// before had: the difference comes from outside.
    92 CapitalAdded {
        /// The outside world.
        from: Purse,
        /// The account.
        purse: Purse,
        /// The difference, positive.
        amount: Money,
    }

    /// No rule stands behind an insurance fund from here on: what it held goes outside.
    93 CapitalWithdrawn {
        /// The fund.
        purse: Purse,
        /// The outside world.
        to: Purse,
        /// All that it held.
        amount: Money,
    }
}
