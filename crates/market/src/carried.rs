//! Events on the agenda, and what they carry.

use crate::{Here, ladder::Slot, leg::Nth, orders::OrderDue, watch::PurseCheckDue};
use facts::{AccountId, FactId};
use std::any::Any;

/// An event on the agenda.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) cause: FactId,
    to: Option<Nth>,
    account: Option<Nth>,
    pub(crate) event: Carried,
}

// Ten thousand may wait for one instant.
const _: () = assert!(size_of::<Pending>() == 40);

impl Pending {
    /// An event and its cause, the account whose row is read ahead for it, and the instance whose timer
    /// it is.
    #[inline]
    pub(crate) fn new(
        event: Carried,
        account: Option<AccountId>,
        (cause, to): (FactId, Option<Here>),
    ) -> Self {
        let account = account.and_then(|account| Nth::of(account.0));
        Self { cause, to: to.and_then(|here| Nth::of(here.state)), account, event }
    }

    /// Number of the instance whose timer it is; none for what is heard by all whom its place concerns.
    #[inline]
    pub(crate) fn instance(&self) -> Option<u32> {
        self.to.map(Nth::number)
    }

    /// What it will look at first, if that is known: the loop has memory bring that of several events
    /// at once.
    #[inline]
    pub(crate) fn slot(&self) -> Option<Slot> {
        match &self.event {
            Carried::Check(check) => check.slot(),
            Carried::Order(order) => Some(order.account.0),
            Carried::Other(_) => self.account.map(Nth::number),
        }
    }
}

/// The value of an event of any kind. The two kinds that most events are of lie in the agenda itself,
/// where all others are behind a box.
#[derive(Debug)]
pub(crate) enum Carried {
    Check(PurseCheckDue),
    Order(OrderDue),
    Other(Box<dyn Any + Send + Sync>),
}

impl Carried {
    #[inline]
    pub(crate) fn of<E: Any + Send + Sync>(event: E) -> Self {
        let mut event = Some(event);
        let any: &mut dyn Any = &mut event;
        if let Some(check) = any.downcast_mut().and_then(Option::take) {
            return Self::Check(check);
        }
        if let Some(order) = any.downcast_mut().and_then(Option::take) {
            return Self::Order(order);
        }
        Self::Other(Box::new(event.expect("it was neither of both")))
    }

    /// The event, of the one type that its kind carries.
    #[inline]
    pub(crate) fn get<E: Any>(&self) -> &E {
        let event = match self {
            Self::Check(check) => downcast(check),
            Self::Order(order) => downcast(order),
            Self::Other(other) => downcast(other.as_ref()),
        };
        event.expect("a kind carries one type of event")
    }

    #[inline]
    pub(crate) fn any(&self) -> &dyn Any {
        match self {
            Self::Check(check) => check,
            Self::Order(order) => order,
            Self::Other(other) => other.as_ref(),
        }
    }
}

#[inline]
fn downcast<E: Any>(event: &dyn Any) -> Option<&E> {
    event.downcast_ref()
}
