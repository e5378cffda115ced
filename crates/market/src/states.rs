//! What mechanisms remember: one state an instance, whatever its type.

use crate::{Here, State, checkpoint};
use bevy_ecs::resource::Resource;
use std::{any::Any, fmt};

trait AnyState: Any + fmt::Debug + Send + Sync {
    fn save(&self) -> Vec<u8>;
    /// Becomes what the bytes say; false where they are not of such a state.
    fn load(&mut self, bytes: &[u8]) -> bool;
}

impl<S: State> AnyState for S {
    fn save(&self) -> Vec<u8> {
        checkpoint::bytes_of(self)
    }

    fn load(&mut self, bytes: &[u8]) -> bool {
        checkpoint::value_of(bytes).map(|state| *self = state).is_some()
    }
}

/// What mechanisms remember: one state an instance.
#[derive(Debug, Default, Resource)]
pub(crate) struct States {
    /// By number of the instance.
    states: Vec<Option<Box<dyn AnyState>>>,
}

impl States {
    /// Lets an instance remember this from now on; false where it remembered something already.
    pub(crate) fn put(&mut self, here: Here, state: impl State) -> bool {
        let at = Self::row(here);
        if at >= self.states.len() {
            self.states.resize_with(at + 1, || None);
        }
        self.states[at].replace(Box::new(state)).is_none()
    }

    #[inline]
    fn row(here: Here) -> usize {
        usize::try_from(here.state).expect("an instance's number fits the address space")
    }

    /// What an instance remembers, as bytes; none where it remembers nothing.
    pub(crate) fn save(&self, state: u32) -> Option<Vec<u8>> {
        let row = usize::try_from(state).ok()?;
        self.states.get(row)?.as_ref().map(|state| state.save())
    }

    /// Lets an instance remember what the bytes say; false where they are not of its state.
    pub(crate) fn load(&mut self, state: u32, bytes: Option<&[u8]>) -> bool {
        let row = usize::try_from(state).ok();
        let state = row.and_then(|row| self.states.get_mut(row)).and_then(Option::as_mut);
        match (state, bytes) {
            (Some(state), Some(bytes)) => state.load(bytes),
            (state, bytes) => state.is_none() && bytes.is_none(),
        }
    }

    pub(crate) fn get<S: State>(&self, here: Here) -> Option<&S> {
        let state: &dyn Any = self.states.get(Self::row(here))?.as_deref()?;
        state.downcast_ref()
    }

    pub(crate) fn get_mut<S: State>(&mut self, here: Here) -> Option<&mut S> {
        let state: &mut dyn Any = self.states.get_mut(Self::row(here))?.as_deref_mut()?;
        state.downcast_mut()
    }
}
