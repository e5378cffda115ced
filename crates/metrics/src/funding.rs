//! What legs owe in funding when a run ends.

use crate::{Run, who_paid::Payer};
use facts::AccountId;
use replay::{Funding, State};
use units::{Money, Size};

/// Account, who holds what it will pay, and how much it owes for each leg that is not settled:
/// negative where it will receive. Rounded up, as a settlement would be.
pub(crate) fn unsettled(run: &Run<'_>) -> Vec<(AccountId, Option<Payer>, Money)> {
    let mut funding = Funding::default();
    for record in run.records() {
        funding.apply(record);
    }
    if !funding.is_charged() {
        return Vec::new();
    }
    let state = State::of(run.genesis(), run.records()).unwrap_or_default();
    let owed = state.legs().filter(|(.., leg)| leg.size != Size::ZERO).map(|(account, of, leg)| {
        (account, Some(Payer::Venue), funding.owed(account, of, leg.size))
    });
    owed.collect()
}
