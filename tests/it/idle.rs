//! A mechanism that does not act changes nothing but the list of rules, wherever it is installed,
//! whatever it hears, remembers or draws, and whenever its clocks beat.

use crate::laws::{any_market, catalogue};
use facts::{AccountId, Fact, InstrumentId, Purse, Record, Sink};
use market::{
    End, Engine, Market, MarketPlan, Mechanism, PlacePlan, Plan, Question, Rule, RulePlan, Scope,
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
};
use serde::{Deserialize, Serialize};
use std::{fmt::Debug, marker::PhantomData};
use tests::read;
use units::{Duration, Money, Size};

macro_rules! questions {
    ($($question:ident = $name:literal of $scope:ident;)*) => {$(
        #[derive(Clone, Copy, Debug)]
        enum $question {}

        impl Question for $question {
            type Answer = ();
            const NAME: &'static str = $name;
            const MEANING: &'static str = "What does nothing do?";
            const SCOPE: Scope = Scope::$scope;
            const MANY: bool = true;
        }
    )*};
}

questions! {
    OfSystem = "idleness" of System;
    OfFundamental = "idleness of an exogenous price" of Fundamental;
    OfVenue = "idleness of a venue" of Venue;
    OfInstrument = "idleness of an instrument" of Instrument;
    OfGroup = "idleness of a group" of Group;
}

/// Hears, counts and draws, and does nothing.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "")]
struct Idle<Q> {
    hears: Vec<String>,
    early: Duration,
    late: Duration,
    #[serde(skip)]
    question: PhantomData<fn() -> Q>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Heard(u64);

market::timers! {
    /// Beats before all others.
    EarlyDue {} in Fundamental;

    /// Beats after all others.
    LateDue {} in Record;
}

impl<Q: Question<Answer = ()> + Debug> Mechanism for Idle<Q> {
    type Question = Q;
    const NAME: &'static str = "Idle";
    const SOURCE: &'static str = include_str!("idle.rs");

    fn install(&self, plan: &mut Plan<'_, Self>) {
        plan.state(Heard::default());
        for kind in &self.hears {
            hear(plan, kind);
        }
        plan.on(|idle, market, _: &EarlyDue| {
            idle.notice(market);
            market.tick(idle.early, EarlyDue {});
        });
        plan.on(|idle, market, _: &LateDue| {
            idle.notice(market);
            market.schedule(market.now() + idle.late, LateDue {});
        });
        plan.first(plan.start(), EarlyDue {});
        plan.first(plan.start() + self.late, LateDue {});
    }
}

impl<Q> Idle<Q> {
    #[expect(clippy::unused_self, reason = "a handler is a method of its mechanism")]
    fn notice(&self, market: &mut Market<'_>) {
        let here = market.here();
        let Heard(count) = market.state_mut(here);
        *count += 1;
        let decision = *count;
        // The purpose and the entity of an exogenous price's own numbers, among others.
        for purpose in ["idleness", "COIN"] {
            let _ = market.draw(purpose, 0, decision).bits();
        }
    }
}

macro_rules! kinds {
    ($($kind:ident)*) => {
        /// Every kind of fact that mechanisms hear.
        const KINDS: &[&str] = &[$(stringify!($kind)),*];

        fn hear<Q: Question<Answer = ()> + Debug>(plan: &mut Plan<'_, Idle<Q>>, kind: &str) {
            $(if kind == stringify!($kind) {
                plan.on(|idle, market, _: &facts::$kind| idle.notice(market));
            })*
        }
    };
}

kinds! {
    FundamentalPriceSet IndexPricePublished MarkPricePublished LiquidationOpened LiquidationSpared
    LiquidationEnded SaleOrdered SaleKept SaleWithdrawn FillRefused Traded FeeCharged
    PenaltyCharged BankruptcyIncurred InsurancePaid ShortfallLeft ProfitCut PositionDeleveraged
    ShortfallSettled MarginReleased DebtBooked DebtRepaid Halted Resumed OrderPlaced
    OrderCancelled CollateralAdded FundingRateSet FundingPaid MarginCalled MarginCallMet
    MarginCallMissed PositionTakenOver MarginSeized PriceBandSet RequirementChanged
    LimitOrderPlaced OrderRested OrderFilled RestingOrderCancelled
}

#[test]
fn the_idle_may_hear_everything_that_can_be_heard() {
    let heard = Fact::KINDS.iter().map(|kind| kind.name);
    let heard = heard.filter(|name| market::heard_in(name).is_some());
    assert_eq!(heard.filter(|name| !KINDS.contains(name)).collect::<Vec<_>>(), Vec::<&str>::new());
}

/// Any idle mechanism, at any place of a random market.
fn idle() -> impl Strategy<Value = RulePlan> {
    let instrument = |name: &str| PlacePlan::Instrument("perp".to_owned(), name.to_owned());
    let place = select(vec![
        PlacePlan::System,
        PlacePlan::Fundamental("COIN".to_owned()),
        PlacePlan::Fundamental("GEM".to_owned()),
        PlacePlan::Venue("perp".to_owned()),
        instrument("COIN"),
        instrument("GEM"),
        PlacePlan::Group("people".to_owned()),
        PlacePlan::Group("makers".to_owned()),
    ]);
    let hears = subsequence(KINDS, 0..=KINDS.len());
    let beat = select(vec![Duration(250_000_000), Duration::SECOND, Duration(7_000_000_001)]);
    (place, hears, beat.clone(), beat).prop_map(|(place, hears, early, late)| {
        let hears = hears.into_iter().map(str::to_owned).collect();
        let clocks = (early, late);
        let rule = match &place {
            PlacePlan::System => rule::<OfSystem>(hears, clocks),
            PlacePlan::Fundamental(_) => rule::<OfFundamental>(hears, clocks),
            PlacePlan::Venue(_) => rule::<OfVenue>(hears, clocks),
            PlacePlan::Instrument(..) => rule::<OfInstrument>(hears, clocks),
            PlacePlan::Group(_) => rule::<OfGroup>(hears, clocks),
        };
        RulePlan { parameters: format!("{rule:?}"), rule, place }
    })
}

fn rule<Q: Question<Answer = ()> + Debug>(
    hears: Vec<String>,
    (early, late): (Duration, Duration),
) -> Rule {
    Rule::new(Idle::<Q> { hears, early, late, question: PhantomData })
}

/// Everything that a run leaves.
#[derive(Debug, Default, PartialEq)]
struct Left {
    genesis: Vec<Fact>,
    records: Vec<Record>,
    balances: Vec<(Purse, Money)>,
    legs: Vec<(AccountId, InstrumentId, Size, Money)>,
}

impl Sink for Left {
    fn genesis(&mut self, fact: &Fact) {
        // The one thing that another rule adds is that it is there.
        if !matches!(fact, Fact::RuleInstalled(rule) if rule.answer == "Idle") {
            self.genesis.push(fact.clone());
        }
    }

    fn record(&mut self, record: &Record) {
        self.records.push(record.clone());
    }
}

fn left(plan: &MarketPlan) -> Left {
    let mut engine = Engine::build(plan, Left::default()).expect("nothing is refused");
    let ended = engine.run();
    assert!(!matches!(ended.end, End::Broken { .. }), "{:?}", ended.end);
    let (balances, legs) = (engine.balances(), engine.legs());
    Left { balances, legs, ..engine.into_sink() }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(512),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_idle_leave_everything_as_it_is(
        text in any_market(),
        idle in prop::collection::vec(idle(), 1..5),
    ) {
        let experiment = read("random.ron", &text, &catalogue());
        let mut plan = experiment.plan("base", experiment.seed()).expect("it has that arm");
        let without = left(&plan);
        plan.rules.extend(idle);
        prop_assert!(left(&plan) == without);
    }
}
