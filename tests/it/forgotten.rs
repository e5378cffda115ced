//! What a mechanism's author forgets: each is told when the rule is installed, or at the author's line.

use facts::{Fact, Record, Sink};
use market::{
    AssetPlan, Deleveraging, Engine, MarketPlan, Mechanism, PlacePlan, Plan, Rule, RulePlan,
    VenuePlan,
};
use serde::Deserialize;
use units::{Duration, Ratio, Time};

#[derive(Debug)]
struct Nowhere;

impl Sink for Nowhere {
    fn genesis(&mut self, _: &Fact) {}

    fn record(&mut self, _: &Record) {}
}

/// A market of one venue with one rule, and what its rule is refused for.
fn built(rule: Rule, place: PlacePlan) -> Result<Engine<Nowhere>, Vec<String>> {
    let plan = MarketPlan {
        start: Time::default(),
        horizon: Time::default() + Duration::SECOND,
        seed: 1,
        assets: vec![AssetPlan { name: "USDC".to_owned(), decimals: 6 }],
        fundamentals: Vec::new(),
        venues: vec![VenuePlan {
            name: "perp".to_owned(),
            asset: "USDC".to_owned(),
            taker_fee: Ratio::ZERO,
            instruments: Vec::new(),
        }],
        groups: Vec::new(),
        rules: vec![RulePlan { rule, place, parameters: String::new() }],
    };
    Engine::build(&plan, Nowhere).map_err(|refusals| {
        let said = refusals.into_iter().map(|refusal| {
            assert_eq!(refusal.rule, Some(0), "{refusal:?}");
            refusal.message
        });
        said.collect()
    })
}

fn refused(rule: Rule, place: PlacePlan) -> Vec<String> {
    built(rule, place).err().unwrap_or_default()
}

fn perp() -> PlacePlan {
    PlacePlan::Venue("perp".to_owned())
}

/// Answers for others, and says so to nobody.
#[derive(Debug, Deserialize)]
struct Mute {}

impl Mechanism for Mute {
    type Question = Deleveraging;
    const NAME: &'static str = "Mute";
    const SOURCE: &'static str = include_str!("forgotten.rs");

    fn install(&self, _: &mut Plan<'_, Self>) {}
}

#[test]
fn an_answer_that_was_never_handed_over_is_refused() {
    let message = "`Mute` answers *deleveraging* for others and was never handed over: call \
                   `plan.answer(plan.this())` in `install`";
    assert_eq!(refused(Rule::new(Mute {}), perp()), [message]);
}
