//! Accounts only hold; their owners decide.

use crate::{desk::Business, leg::LegRow};
use bevy_ecs::component::Component;
use facts::{AccountId, GroupId, Role, TraderId, VenueId};
use serde::{Deserialize, Serialize};
use units::Money;

/// What a trader, or the house, holds at one venue. Its row in the world is its id, and fills a line of
/// cache.
#[derive(Clone, Copy, Debug, Component, Serialize, Deserialize)]
#[repr(align(64))]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Who decides over it.
    pub trader: TraderId,
    /// The venue it is held at; none for the outside world.
    pub venue: Option<VenueId>,
    /// What it is for.
    pub role: Role,
    /// Cash; the margin of isolated legs is with the legs.
    pub collateral: Money,
    /// What was put in before time started, margin of isolated legs included.
    pub deposited: Money,
    pub(crate) first_leg: Option<LegRow>,
    /// What is under way for its collateral and the legs that it stands behind.
    pub(crate) business: Business,
}

const _: () = assert!(size_of::<Account>() == 64);

/// Who decides.
#[derive(Clone, Copy, Debug, Component)]
pub struct Trader {
    /// Its id.
    pub id: TraderId,
    /// The group it belongs to.
    pub group: GroupId,
    /// Its place in the group: with the group's name, the address of its random numbers.
    pub ordinal: u64,
}
