//! What an event on the agenda carries.

use crate::{ladder::Slot, orders::OrderDue, watch::PurseCheckDue};
use facts::AccountId;
use std::any::Any;

/// The value of an event of any kind. The two kinds that most events are of lie in the agenda itself,
/// where all others are behind a box.
#[derive(Debug)]
pub(crate) enum Carried {
    Check(PurseCheckDue),
    Order(OrderDue),
    /// With the account that it will look at first.
    Other(Box<dyn Any + Send + Sync>, Option<AccountId>),
}

impl Carried {
    #[inline]
    pub(crate) fn of<E: Any + Send + Sync>(event: E, account: Option<AccountId>) -> Self {
        let mut event = Some(event);
        let any: &mut dyn Any = &mut event;
        if let Some(check) = any.downcast_mut().and_then(Option::take) {
            return Self::Check(check);
        }
        if let Some(order) = any.downcast_mut().and_then(Option::take) {
            return Self::Order(order);
        }
        Self::Other(Box::new(event.expect("it was neither of both")), account)
    }

    #[inline]
    pub(crate) fn any(&self) -> &dyn Any {
        match self {
            Self::Check(check) => check,
            Self::Order(order) => order,
            Self::Other(other, _) => other.as_ref(),
        }
    }

    /// What it will look at first.
    #[inline]
    pub(crate) fn slot(&self) -> Option<Slot> {
        match self {
            Self::Check(check) => check.slot(),
            Self::Order(order) => Some(order.whose().0),
            Self::Other(_, account) => account.map(|account| account.0),
        }
    }
}
