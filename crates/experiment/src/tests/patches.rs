//! What an arm writes of a group is laid onto the base; the rest stays.

use crate::trial::{RIGHT, load_text, said, with};

/// The right experiment with another arm.
fn arm(name: &str, traders: &str) -> String {
    let arm = format!("\"base\": (), \"{name}\": (traders: {{{traders}}})");
    with("\"base\": ()", &arm)
}

/// A group of the right experiment as it is written, from its kind to its last bracket.
fn written(kind: &str) -> &'static str {
    let start = RIGHT.find(&format!("        {kind}(")).expect("there is such a group") + 8;
    let end = RIGHT[start..].find(",\n        ),").map(|end| end + ",\n        )".len());
    &RIGHT[start..start + end.expect("it ends")]
}

/// What an arm of a text plans.
fn plan(text: &str, arm: &str) -> String {
    let experiment = load_text(text).expect("it is right").experiment;
    format!("{:?}", experiment.plan(arm, 11))
}

#[test]
fn a_patch_is_the_whole_group_with_other_fields() {
    let whole = written("Population").replace("median: \"6x\"", "median: \"3x\"");
    let whole = arm("other", &format!("\"longs\": {whole}"));
    let leverage = "leverage: LogNormal(median: \"3x\", spread: 0.7, most: \"40x\")";
    let patch = arm("other", &format!("\"longs\": ({leverage})"));
    assert_eq!(plan(&patch, "other"), plan(&whole, "other"));
    assert_ne!(plan(&patch, "other"), plan(&patch, "base"));
    let resolved = |text: &str| load_text(text).expect("it is right").experiment.resolved("other");
    assert_eq!(resolved(&patch), resolved(&whole));
}

#[test]
fn every_kind_of_group_is_patched() {
    let patches = "\"longs\": (count: 7), \"whales\": (accounts: []), \
                   \"makers\": (collateral: \"5 USDC\"), \"hedgers\": ()";
    let text = arm("other", patches);
    assert_eq!(said(&text), "");
    let experiment = load_text(&text).expect("it is right").experiment;
    let changes = experiment.changes("other");
    assert_eq!(changes, ["longs count: 7", "makers collateral: \"5 USDC\"", "whales accounts: []"]);
    let plan = experiment.plan("other", 1).expect("it can be planned");
    let sizes: Vec<_> =
        plan.groups.iter().map(|it| (it.name.as_str(), it.accounts.len())).collect();
    assert_eq!(sizes, [("hedgers", 100), ("longs", 7), ("makers", 1), ("whales", 0)]);
}

#[test]
fn a_patch_that_changes_nothing_is_an_arm_that_changes_nothing() {
    let same = arm("same", "\"longs\": (count: 300), \"whales\": (behaviour: Passive())");
    assert!(said(&same).starts_with("warning[equal-arms]: the arm `same`"), "{}", said(&same));
}

#[test]
fn the_canonical_text_of_a_patch_means_the_same() {
    let text = arm("other", "\"longs\": (entered: Within(\"1%\"), count: 7)");
    let once = load_text(&text).expect("it is right").experiment;
    let twice = load_text(once.normalised()).expect("it can be read").experiment;
    assert!(once.normalised().contains("\"longs\": (count: 7, entered: Within(\"1%\"))"));
    assert_eq!(twice.normalised(), once.normalised());
    assert_eq!(plan(once.normalised(), "other"), plan(&text, "other"));
}

#[test]
fn what_a_patch_makes_wrong_in_the_base_names_the_arm() {
    let text = arm("one", "\"longs\": (holds: {\"BTC\": \"100%\"})");
    let said = said(&text);
    assert!(
        said.contains("this group holds one instrument, so it has one leg (arm `one`)"),
        "{said}"
    );
    assert_eq!(said.matches("error[").count(), 1, "{said}");
}
