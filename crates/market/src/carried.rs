//! What an event on the agenda carries.

use crate::{Here, Place, ladder::Slot, leg::Nth, orders::OrderDue, watch::PurseCheckDue};
use facts::FactId;
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
    /// An event that concerns a place, with its cause: the timer of an instance, or else heard by all
    /// whom the place concerns.
    #[inline]
    pub(crate) fn new(event: Carried, place: Place, (cause, to): (FactId, Option<Here>)) -> Self {
        let account = if let Place::Account(account) = place { Some(account.row()) } else { None };
        let to = to.and_then(|here| usize::try_from(here.state).ok());
        Self { cause, to: to.map(Nth::at), account: account.map(Nth::at), event }
    }

    /// Number of the instance whose timer it is.
    #[inline]
    pub(crate) fn instance(&self) -> Option<u32> {
        self.to.map(number)
    }

    /// What it will look at first, if that is known: the loop has memory bring that of several events
    /// at once.
    #[inline]
    pub(crate) fn slot(&self) -> Option<Slot> {
        match &self.event {
            Carried::Check(check) => check.slot(),
            Carried::Order(order) => Some(order.whose().0),
            Carried::Other(_) => self.account.map(number),
        }
    }
}

#[inline]
fn number(nth: Nth) -> u32 {
    u32::try_from(nth.index()).expect("it was made of one")
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
