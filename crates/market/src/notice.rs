//! What a mechanism says of its times, so that a cost is known and an author is told of what is odd.

use crate::{Mechanism, Plan, Wait, plan::Called};
use units::Duration;

impl<M: Mechanism> Plan<'_, M> {
    /// Says that it has a clock that beats every `every`, first at the start: what a run costs is
    /// estimated from it, and an author is told of a clock that no run is long enough for. To be said
    /// wherever [`crate::Market::tick`] is called; it changes no run.
    pub fn beats(&mut self, every: Duration) {
        self.draft.clocks.extend(self.draft.installing.map(|rule| (rule, every)));
        self.wait(None, None, every);
    }

    /// Says that the parameter of this name is a wait, or a time since the start, after which
    /// something happens: an author is told of one that no run is long enough for. It changes no run.
    pub fn waits(&mut self, parameter: &'static str, lasts: Duration) {
        self.wait(Some(parameter), None, lasts);
    }

    /// Says that the parameter of this name is how long something lasts that begins so long after the
    /// start: an author is told of what the run is over in the middle of. It changes no run.
    pub fn lasts(&mut self, parameter: &'static str, from: Duration, lasts: Duration) {
        self.wait(Some(parameter), Some(from), lasts);
    }

    fn wait(&mut self, parameter: Option<&'static str>, from: Option<Duration>, lasts: Duration) {
        let wait = |rule| Wait { rule, parameter, from, lasts };
        self.draft.waits.extend(self.draft.installing.map(wait));
    }

    /// Says that it answers margin calls, by the parameter of this name `least` after one or later, and
    /// half of them `median` after one or later: an author is told of a venue that makes none, and of
    /// one whose calls are over by then. It changes no run.
    pub fn answers_calls(&mut self, parameter: &'static str, least: Duration, median: Duration) {
        let place = self.here.place;
        let called = |rule| Called { rule, place, parameter, least, median };
        self.draft.called.extend(self.draft.installing.map(called));
    }
}
