//! Accounts only hold; their owners decide.

use crate::{desk::Business, leg::LegRow};
use bevy_ecs::{component::Component, resource::Resource};
use facts::{Role, VenueId};
use units::Money;

/// What a trader, or the house, holds at one venue: the trader's entity. Its row in the world is its
/// id; who decides over it is [`crate::Market::membership`].
#[derive(Clone, Copy, Debug, Component)]
#[repr(align(32))]
pub struct Account {
    /// The venue it is held at; none for the outside world.
    pub venue: Option<VenueId>,
    /// What it is for.
    pub role: Role,
    /// What is under way for its collateral and the legs that it stands behind.
    pub(crate) business: Business,
    pub(crate) first_leg: Option<LegRow>,
    /// Cash; the margin of isolated legs is with the legs.
    pub collateral: Money,
}

// There may be millions, looked at in no order: one read brings all of a row.
const _: () = assert!(size_of::<Account>() == 32);

/// What was put into each account before time started, margin of isolated legs included, and by the
/// rules of a fork since. Few ask for it, so that it lies apart from the accounts.
#[derive(Debug, Default, Resource)]
pub(crate) struct Deposits(pub(crate) Vec<Money>);

/// An account in a checkpoint: its venue and role, open business, collateral, deposits.
pub(crate) type AccountRow = (Option<VenueId>, Role, Business, Money, Money);

impl Account {
    pub(crate) fn new(venue: Option<VenueId>, role: Role) -> Self {
        Self {
            venue,
            role,
            business: Business::default(),
            first_leg: None,
            collateral: Money::ZERO,
        }
    }

    /// What a checkpoint keeps of it: which leg is its first follows from the legs.
    pub(crate) fn row(self, deposited: Money) -> AccountRow {
        (self.venue, self.role, self.business, self.collateral, deposited)
    }

    pub(crate) fn of(row: AccountRow, first_leg: Option<LegRow>) -> (Self, Money) {
        let (venue, role, business, collateral, deposited) = row;
        (Self { venue, role, business, first_leg, collateral }, deposited)
    }
}
