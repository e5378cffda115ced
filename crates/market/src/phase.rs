//! The phases of a round.

/// What happens in a round, in this order. Every kind of event belongs to one phase.
///
/// Traders decide before engines act; fills come before the shortfalls they leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Exogenous prices move.
    Fundamental,
    /// Oracles observe and publish index prices.
    Oracle,
    /// Venues publish mark prices.
    Mark,
    /// Funding is paid.
    Funding,
    /// Purses whose risk changed are checked.
    Margin,
    /// Traders decide.
    Decide,
    /// Engines begin and continue liquidations.
    Liquidate,
    /// Orders and forced sales are filled.
    Trade,
    /// Insurance pays for bankrupt purses.
    Insure,
    /// Winners pay for what is left.
    Deleverage,
    /// Trading is halted and resumed.
    Halt,
    /// What nobody paid is booked; the instant is recorded.
    Record,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 12] = [
        Self::Fundamental,
        Self::Oracle,
        Self::Mark,
        Self::Funding,
        Self::Margin,
        Self::Decide,
        Self::Liquidate,
        Self::Trade,
        Self::Insure,
        Self::Deleverage,
        Self::Halt,
        Self::Record,
    ];

    /// Its place in a round, from zero.
    pub fn place(self) -> u8 {
        let place = Self::ALL.iter().position(|&phase| phase == self);
        place.and_then(|place| u8::try_from(place).ok()).expect("every phase is listed")
    }
}
