//! What is read is what is written, and nothing of how it is written.

use crate::{
    Catalogue, load,
    trial::{Constant, METRICS, Passive, RIGHT, catalogue, files, load_text, right, with},
};
use market::{PlacePlan, Refusal};
use proptest::prelude::*;

/// Everything an experiment plans, as text.
fn plans(text: &str) -> String {
    let experiment = load_text(text).expect("it is right").experiment;
    let plans = experiment.arms().map(|arm| format!("{:?}", experiment.plan(arm, 11)));
    plans.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_canonical_text_is_an_experiment_that_means_the_same() {
    let experiment = right().experiment;
    let again = load_text(experiment.normalised()).expect("it can be read").experiment;
    assert_eq!(again.normalised(), experiment.normalised());
    assert_eq!(plans(experiment.normalised()), plans(RIGHT));
    insta::assert_snapshot!(experiment.normalised());
}

#[test]
fn order_comments_and_spacing_change_nothing() {
    let first = "\"BTC\": Constant(price: \"62350.5\"),";
    let second = "\"ETH\": Constant(price: \"3012.25\"),";
    let rest = RIGHT.find("        Rest(").expect("there is a rest");
    let makers = &RIGHT[rest..RIGHT[rest..].find('\n').expect("lines end") + rest];
    let other = RIGHT
        .replace(first, "/* first */")
        .replace(second, &format!("{second} // then\n{first}"))
        .replace(makers, "")
        .replace("    traders: [", &format!("    traders: [ {makers}"))
        .replace("penalty: \"0.5%\", every: \"1s\"", "every : \"1s\",penalty: \"0.5%\",")
        .replace(
            "Breaker(fall: \"7%\", pause: \"2min\"), Breaker(fall: \"20%\", pause: \"1h\")",
            "Breaker(fall: \"20%\", pause: \"1h\"), Breaker(fall: \"7%\", pause: \"2min\")",
        )
        .replace("{\"BTC\": \"60%\", \"ETH\": \"40%\"}", "{\"ETH\": \"40%\", \"BTC\": \"60%\"}");
    assert_ne!(other, RIGHT);
    let other = load_text(&other).expect("it is right").experiment;
    assert_eq!(other.normalised(), right().experiment.normalised());
    assert_eq!(plans(other.normalised()), plans(RIGHT));
}

#[test]
fn arms_keep_the_order_of_the_file() {
    let experiment = right().experiment;
    assert_eq!(experiment.arms().collect::<Vec<_>>(), ["base", "tiered", "apart"]);
    assert_eq!(experiment.metrics(), METRICS);
}

#[test]
fn the_order_of_registration_has_no_effect() {
    let backwards = Catalogue::default().with::<Passive>().with::<Constant>();
    let forwards = Catalogue::default().with::<Constant>().with::<Passive>();
    let said = |catalogue: &Catalogue| {
        let read = load("a.ron", RIGHT.as_bytes(), &files(), catalogue, &METRICS);
        read.expect_err("most mechanisms are unknown")
    };
    assert_eq!(said(&backwards), said(&forwards));
    assert!(backwards.questions().eq(forwards.questions()));
}

#[test]
fn two_mechanisms_of_one_name_are_refused() {
    let clash = std::panic::catch_unwind(|| catalogue().with::<Passive>());
    assert!(clash.is_err());
}

/// Answers to a question in an arm, by place.
fn answers(text: &str, arm: &str, question: &str) -> Vec<(PlacePlan, String)> {
    let experiment = load_text(text).expect("it is right").experiment;
    let plan = experiment.plan(arm, 1).expect("it can be planned");
    let rules = plan.rules.into_iter().filter(|rule| rule.rule.question() == question);
    rules.map(|rule| (rule.place, format!("{}{}", rule.rule.answer(), rule.parameters))).collect()
}

fn of(instrument: &str) -> PlacePlan {
    PlacePlan::Instrument("perp".to_owned(), instrument.to_owned())
}

#[test]
fn a_rule_of_a_venue_holds_for_each_instrument_that_does_not_answer_itself() {
    let found = answers(RIGHT, "base", "liquidity");
    let expected = [
        (of("BTC"), "Deep(depth: \"40_000_000 USDC\")".to_owned()),
        (of("ETH"), "Deep(depth: \"5_000 USDC\")".to_owned()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_a_venue_writes_overrides_its_book_question_by_question() {
    let venue = PlacePlan::Venue("perp".to_owned());
    let close = "FullClose(every: \"1s\", penalty: \"0.5%\")".to_owned();
    assert_eq!(answers(RIGHT, "base", "liquidation"), [(venue, close)]);
    let text = with(
        "oracle: Direct",
        "margin: Flat(initial: \"9%\", maintenance: \"8%\"), oracle: Direct",
    );
    let own = "Flat(initial: \"9%\", maintenance: \"8%\")".to_owned();
    assert_eq!(answers(&text, "base", "margin"), [(of("BTC"), own.clone()), (of("ETH"), own)]);
}

#[test]
fn an_arm_answers_for_everything_it_covers() {
    let text = with("\"tiered\": (", "\"tiered\": (liquidity: Deep(depth: \"1 USDC\"), ");
    let deep = "Deep(depth: \"1 USDC\")".to_owned();
    assert_eq!(
        answers(&text, "tiered", "liquidity"),
        [(of("BTC"), deep.clone()), (of("ETH"), deep)]
    );
    assert_eq!(answers(&text, "apart", "halt"), []);
    let margins: Vec<_> = answers(RIGHT, "apart", "margin").into_iter().map(|(_, it)| it).collect();
    let expected = [
        "Flat(initial: \"5%\", maintenance: \"3%\")",
        "Flat(initial: \"10%\", maintenance: \"5%\")",
    ];
    assert_eq!(margins, expected);
}

#[test]
fn none_removes_a_rule() {
    let text = with("\"tiered\": (", "\"tiered\": (halt: None, ");
    assert_eq!(answers(&text, "base", "halt").len(), 2);
    assert_eq!(answers(&text, "tiered", "halt"), []);
}

#[test]
fn a_refusal_is_shown_where_the_rule_is_written() {
    let experiment = right().experiment;
    let plan = experiment.plan("apart", 1).expect("it can be planned");
    let rule = plan.rules.iter().position(|rule| rule.rule.answer() == "ProRata");
    let refusal = Refusal { rule, message: "the cap is too high".to_owned() };
    insta::assert_snapshot!(experiment.refused("apart", &refusal));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_never_panics(at in 0..RIGHT.len(), length in 0_usize..40, put in "[(){}\\[\\],:\"a1/*. -]{0,4}") {
        if RIGHT.is_char_boundary(at) {
            let end = (at + length).min(RIGHT.len());
            let _ = load_text(&format!("{}{put}{}", &RIGHT[..at], &RIGHT[end..])).map(|loaded| {
                let arms: Vec<_> = loaded.experiment.arms().map(str::to_owned).collect();
                arms.into_iter().map(|arm| loaded.experiment.plan(&arm, 1).is_ok()).collect::<Vec<_>>()
            });
        }
    }
}
