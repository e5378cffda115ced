//! The laws by number: what each says, for whoever breaks one and whoever asks.

use crate::Fault;

/// What holds in every run, whatever the mechanisms do. Its number is permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    /// Its number.
    pub number: u8,
    /// What it says, as a clause.
    pub name: &'static str,
    /// What is compared, when, and what follows from it: a line a line.
    pub meaning: &'static str,
}

impl Law {
    /// The law of this number.
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.iter().find(|law| law.number == number).copied()
    }

    /// What is said when it does not hold, and what was found instead.
    pub(crate) fn broken(self, detail: String) -> Fault {
        Fault::Law { law: self, detail }
    }
}

macro_rules! laws {
    ($($(#[doc = $meaning:literal])* $law:ident = $number:literal $name:literal;)*) => {
        impl Law {
            $($(#[doc = $meaning])* pub(crate) const $law: Self = Self {
                number: $number,
                name: $name,
                meaning: concat!($($meaning, "\n"),*),
            };)*

            /// Every law that the engine checks, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$law),*];
        }
    };
}

laws! {
    /// All balances and all margin of isolated legs, those of the outside world and of the venues'
    /// own accounts among them, sum to exactly zero. Added up from scratch at checkpoints and at
    /// the end.
    CONSERVATION = 1 "money is neither made nor lost";

    /// A balance changes by the postings of a recorded fact and by nothing else, and both purses of
    /// a posting that moves money exist. Checked as each posting is booked.
    DOUBLE_ENTRY = 2 "no balance changes without a posting to a purse that exists";

    /// The entry costs of an instrument's legs and the balance of its clearing account sum to
    /// exactly zero: at any mark, what longs gained shorts lost. Checked after every event that
    /// touched the instrument.
    ZERO_SUM = 3 "unrealised profits and losses cancel";

    /// The sizes of an instrument's long legs and of its short legs are the same: the open interest.
    /// Checked after every event that touched the instrument.
    OPEN_INTEREST = 4 "longs equal shorts";

    /// A trader's purse without legs holds no less than nothing, or there is an open bankruptcy
    /// record of exactly what is missing; an insurance fund is never below zero, a debt account
    /// never above. When an instant is over no record is open any more, and no cut profit waits to
    /// be paid out: insurance, winners or the venue's debt have taken it.
    NOTHING_OWED = 6 "nothing is owed without an open record of exactly that amount";

    /// While a venue has booked debt its insurance fund holds nothing that it has not promised:
    /// whatever comes in pays the debt back. Checked after every event. The fund promises only to
    /// purses whose liquidation is open, and its promises are what they sum to; looked at when an
    /// instant is over.
    FUND_OR_DEBT = 7 "a venue never has both a fund and booked debt, nor a promise to nobody";

    /// Margin pays first, then insurance, then winners, then the venue's debt: winners are asked
    /// for money only when insurance has nothing left to pay.
    WATERFALL = 8 "a later layer of the waterfall is used only when the earlier is exhausted";

    /// What bankrupt purses owed equals what insurance paid, winners gave up and venues booked,
    /// plus what is still outstanding within the instant. Checked after every event; that what is
    /// outstanding is the sum of what each purse owes, when an instant is over, at checkpoints and at
    /// the end.
    BAD_DEBT = 9 "every shortfall is paid by somebody or booked";

    /// A cut takes no more than the winner's unrealised profit at the mark. A close leaves the
    /// winner a profit at its price, and closes no more than the leg of either side, nor than is left
    /// of the sale that was refused. Checked as each winner is asked.
    DELEVERAGING = 10
        "deleveraging takes no more than a winner's profit and closes no more than it has";

    /// A trader's purse with less equity than it needs to keep its legs has an open liquidation, once
    /// all purses that prices moved have been checked. What it needs is its maintenance margin, or
    /// what a margin call that it missed had asked for. One with less than it would be called for is
    /// called, and no call stands that is met. Looked for from scratch at checkpoints and at the end.
    NONE_MISSED = 13 "no liquidation and no margin call is missed";

    /// A forced trade never grows the leg of the purse it is for, and never turns it over. Checked
    /// as each is filled.
    REDUCING = 14 "a liquidation reduces risk";

    /// A trade that a trader ordered leaves the purse behind it its initial margin at the marks, or
    /// only reduces a leg and leaves no less than nothing. Checked as each is filled.
    ORDER_MARGIN = 15 "an order leaves the margin that it needs";

    /// While trading in an instrument is halted nothing trades in it; forced sales are kept, and
    /// filled or withdrawn when it resumes. Checked as each is filled.
    HALT = 16 "nothing trades during a halt";

    /// Events come in the order of time, round, phase, kind and number, and no two have the same
    /// key: there is one order in which things happen, on every machine.
    ORDER = 17 "the order of events strictly increases";

    /// The cause of a fact is an earlier fact, so that every chain of causes ends at the start of
    /// the run.
    CAUSE = 18 "a cause precedes what it led to";

    /// The best bid of a book is below its best ask. A price at which orders rest holds as many lots as
    /// they have left, and at least one order; and each of them is of its side and price. Checked after
    /// every event for the prices that it touched, for whole books at checkpoints and at the end.
    BOOK = 19 "a book is not crossed, and a level holds what its orders hold";

    /// Resting orders are filled and passed over in the order of their price, and of the time at which
    /// they were placed at the same price; when a trade is made none rests that should have been
    /// before those it was made with. Checked as each order meets the book.
    PRIORITY = 20 "no order is filled while a better or an older one waits";

    /// What a quote comes to is what is traded of it, each part at a price no better than the quote's
    /// first and no worse than its last. A resting order is filled at its price, for no more than is
    /// left of it, and what was filled, what is left and what was cancelled is what had rested; one
    /// that takes is filled within its limit, for no more than it asks for. Checked as each is filled.
    FILLS = 21 "an order is filled within its limit and its size";

    /// Fundamental, index and mark prices are above zero, and small enough that no value of a
    /// position leaves the range of the ledger; checked as each is set. Nothing trades outside the
    /// price band in force, on average or with its last lot, nor in a book between two ticks; checked as
    /// each trade is filled.
    PRICES = 22 "a price is positive and within its limits";

    /// Long and short open interest and entry cost, which are kept up to date trade by trade, equal
    /// what the legs add up to. Added up from scratch at checkpoints and at the end.
    TOTALS = 23 "running totals equal the sum of the legs";

    /// What longs and shorts of an instrument have paid in funding and still owe cancels, up to the
    /// unit that each settlement is rounded up by, which the instrument's funding account keeps.
    /// Added up from scratch at checkpoints and at the end. An interval charges at most the whole
    /// notional; checked as each is charged.
    FUNDING = 24 "funding moves money between legs and nowhere else";
}

#[cfg(test)]
mod tests {
    use super::Law;

    #[test]
    fn laws_are_in_order_and_say_what_they_mean() {
        for pair in Law::ALL.windows(2) {
            assert!(pair[0].number < pair[1].number, "{} before {}", pair[0].name, pair[1].name);
        }
        for law in Law::ALL {
            assert!(!law.meaning.trim().is_empty(), "law {}", law.number);
            assert_eq!(Law::numbered(law.number), Some(*law));
        }
    }
}
