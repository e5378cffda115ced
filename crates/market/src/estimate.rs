//! What a run costs and how long it is, known before anything of it is allocated.

use crate::{
    Account, AccountPlan, LegPlan, MarginCall, MarketPlan, Place, Refusal,
    build::Blueprint,
    ladder::Generation,
    leg::Leg,
    plan::{Called, Draft},
};
use facts::{Fact, Record};
use units::{Duration, Money, Time};

/// What a bevy world adds to an entity: where it is, its name in two lists, when it changed.
const ENTITY_BYTES: usize = 24 + 16 + 8 + 8;

/// What an allocator adds to a list or a name.
const OVERHEAD: usize = 96;

/// What an account takes: as planned, as an entity, as what was put into it, as a generation of the
/// margin index, and as the facts that open it and pay into it.
const ACCOUNT_BYTES: usize = size_of::<AccountPlan>()
    + size_of::<Account>()
    + size_of::<Money>()
    + ENTITY_BYTES
    + size_of::<Generation>()
    + 2 * size_of::<Fact>()
    + 2 * OVERHEAD;

/// What the thresholds of a leg take at most, where up to one in nine no longer hold: a price of twelve
/// bytes and a funding index of 24, each on both sides where margin is called.
const RUNG_BYTES: usize = 2 * (12 + 24) * 9 / 8;

/// What a leg takes: as planned, in the slab and the list of its instrument, with margin of its own, as
/// a rung of a ladder, and as the facts that open it and pay its margin.
const LEG_BYTES: usize = size_of::<LegPlan>()
    + size_of::<Leg>()
    + size_of::<Money>()
    + size_of::<u32>()
    + RUNG_BYTES
    + 2 * size_of::<Fact>()
    + OVERHEAD;

/// What a beat of a clock takes: the fact it leaves in the log.
const BEAT_BYTES: usize = size_of::<Record>();

/// What a run of a market costs at most, as far as its plan says. Sums past the largest number
/// stay there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Accounts, those of the house included.
    pub accounts: u64,
    /// Accounts of the house.
    pub house: u64,
    /// Legs held at the start.
    pub legs: u64,
    /// Beats of each rule that has a clock.
    pub clocks: Vec<Clock>,
    /// Waits of rules that are longer than the run, and what lasts beyond its end.
    pub idle: Vec<Wait>,
    /// Rules that answer margin calls, where none is made or none stands any more.
    pub uncalled: Vec<Uncalled>,
}

/// How often a rule's clock beats until the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Index of the rule in [`MarketPlan::rules`].
    pub rule: usize,
    /// Its beats.
    pub beats: u64,
}

/// A wait of a rule, or a time since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Index of the rule in [`MarketPlan::rules`].
    pub rule: usize,
    /// The parameter that says it; none for the interval of a clock.
    pub parameter: Option<&'static str>,
    /// How long after the start something begins that lasts so long; none for a wait.
    pub from: Option<Duration>,
    /// How long it is.
    pub lasts: Duration,
}

/// A rule that answers margin calls in vain, all of them or half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uncalled {
    /// Index of the rule in [`MarketPlan::rules`].
    pub rule: usize,
    /// The parameter that says when it answers.
    pub parameter: &'static str,
    /// How long after a call, at least.
    pub least: Duration,
    /// How long after a call, in the median.
    pub median: Duration,
    /// How long a call stands; none where nobody makes one.
    pub within: Option<Duration>,
}

impl Wait {
    /// Whether a run that is so long ends before it does.
    fn outlasts(&self, run: Duration) -> bool {
        let from = self.from.unwrap_or_default();
        from <= run && from.0.saturating_add(self.lasts.0) > run.0
    }
}

impl Clock {
    /// A clock that beats at `start` and every `every` after it; one of no interval never beats.
    pub(crate) fn new(rule: usize, every: Duration, (start, horizon): (Time, Time)) -> Self {
        let lasts = i128::from(horizon.0) - i128::from(start.0);
        let beats = lasts.checked_div(i128::from(every.0)).map_or(0, |beats| beats + 1);
        Self { rule, beats: u64::try_from(beats).unwrap_or_default() }
    }
}

impl Estimate {
    /// Beats of all clocks.
    pub fn beats(&self) -> u64 {
        self.clocks.iter().fold(0, |sum, clock| sum.saturating_add(clock.beats))
    }

    /// Memory of the run and of its log when it is read, in bytes; within a factor of two.
    pub fn bytes(&self) -> u64 {
        let parts =
            [(self.accounts, ACCOUNT_BYTES), (self.legs, LEG_BYTES), (self.beats(), BEAT_BYTES)];
        parts.into_iter().fold(0, |sum, (number, bytes)| {
            let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
            sum.saturating_add(number.saturating_mul(bytes))
        })
    }
}

/// What a run of the plan costs.
///
/// # Errors
/// Everything that a market would refuse of its names and rules; its people are only counted.
pub fn estimate(plan: &MarketPlan) -> Result<Estimate, Vec<Refusal>> {
    let blueprint = Blueprint::draw(plan)?;
    let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
    let accounts = plan.groups.iter().flat_map(|group| &group.accounts);
    let course = (plan.start, plan.horizon);
    let clocks = blueprint.draft.clocks.iter();
    let run = Duration(plan.horizon.0 - plan.start.0);
    let idle = blueprint.draft.waits.iter().filter(|wait| wait.outlasts(run)).copied();
    let called = blueprint.draft.called.iter();
    let people = &blueprint.draft.people;
    Ok(Estimate {
        accounts: u64::from(people.accounts()),
        house: u64::from(people.first_trader.0),
        legs: accounts.map(|account| count(account.legs.len())).sum(),
        clocks: clocks.map(|&(rule, every)| Clock::new(rule, every, course)).collect(),
        idle: idle.collect(),
        uncalled: called.filter_map(|called| in_vain(&blueprint.draft, *called)).collect(),
    })
}

/// A rule that answers margin calls, where no call stands when it does, or only when less than half of
/// the answers come.
fn in_vain(draft: &Draft, called: Called) -> Option<Uncalled> {
    let Called { rule, place, parameter, least, median } = called;
    let calling = draft.answers.one::<MarginCall>(Place::Venue(draft.venue_of(place)?));
    let within = calling.map(|asked| asked.answer.within());
    let is_late = within.is_none_or(|within| least.max(median) > within);
    is_late.then_some(Uncalled { rule, parameter, least, median, within })
}
