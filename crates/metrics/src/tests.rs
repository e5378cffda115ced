//! The laws that metrics follow.

mod scene;
mod cascade;
mod deleveraging;
mod prices;
mod zero_sum;

use crate::{Run, Undefined, Value, named};

/// The value of a standard metric.
fn measured(run: &Run<'_>, name: &str) -> Value {
    let definition = named(name).expect("it is a standard metric");
    (definition.measure)(run)
}

#[test]
fn names_are_unique_and_summaries_are_sentences() {
    for (place, definition) in crate::STANDARD.iter().enumerate() {
        let same = crate::STANDARD.iter().position(|other| other.name == definition.name);
        assert_eq!(same, Some(place), "{}", definition.name);
        assert!(definition.summary.ends_with('.'), "{}", definition.name);
        assert!(definition.method().ends_with('.'), "{}", definition.name);
    }
    assert!(named("ReproductionRate").is_none());
}

#[test]
fn a_run_without_events_has_values_or_reasons_and_no_nan() {
    let scene = scene::Scene::new();
    let run = scene.run();
    for definition in crate::STANDARD {
        match (definition.measure)(&run) {
            Ok(value) => assert!(value.abs() < f64::EPSILON, "{}", definition.name),
            Err(Undefined(reason)) => assert!(!reason.is_empty(), "{}", definition.name),
        }
    }
}

#[test]
fn amounts_in_different_assets_have_no_sum() {
    let mut scene = scene::Scene::new();
    scene.second_venue();
    let run = scene.run();
    assert!(measured(&run, "Shortfall").is_err());
    assert!(measured(&run, "AccountsLiquidated").is_ok());
    assert_eq!(crate::who_paid(&run).map(|tables| tables.len()), Ok(2), "one table for each asset");
}
