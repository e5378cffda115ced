//! Laws of as many accounts as asked for.

use crate::{
    Diagnostic, Loaded, load_scaled,
    trial::{METRICS, RIGHT, catalogue, files, load_text, right, said, shown, with},
};
use market::{AccountPlan, MarketPlan};
use proptest::prelude::*;
use std::collections::BTreeMap;

const SEED: u64 = 5;

/// What each population of the right experiment counts.
const WRITTEN: [(&str, u32); 2] = [("hedgers", 100), ("longs", 300)];

fn scaled(text: &str, accounts: u32) -> Result<Loaded, Vec<Diagnostic>> {
    let place = ("episodes/trial.ron", text.as_bytes());
    load_scaled(place, Some(accounts), &files(), &catalogue(), &METRICS)
}

fn plan(text: &str, accounts: Option<u32>, arm: &str) -> MarketPlan {
    let loaded = accounts.map_or_else(|| load_text(text), |accounts| scaled(text, accounts));
    let loaded = loaded.unwrap_or_else(|remarks| panic!("{}", shown(&remarks)));
    loaded.experiment.plan(arm, SEED).expect("it can be planned")
}

fn people<'a>(plan: &'a MarketPlan, name: &str) -> &'a [AccountPlan] {
    &plan.groups.iter().find(|group| group.name == name).expect("there is such a group").accounts
}

/// All that an account puts in.
fn collateral(account: &AccountPlan) -> i128 {
    account.collateral.0
        + account.legs.iter().filter_map(|leg| leg.isolated).map(|it| it.0).sum::<i128>()
}

fn counts(plan: &MarketPlan) -> [usize; 2] {
    WRITTEN.map(|(name, _)| people(plan, name).len())
}

#[test]
fn as_many_as_there_are_change_nothing_but_what_is_said() {
    let same = scaled(RIGHT, 400).expect("it is right").experiment;
    for arm in ["base", "tiered", "apart"] {
        let plans = [None, Some(400)].map(|accounts| format!("{:?}", plan(RIGHT, accounts, arm)));
        assert_eq!(plans[0], plans[1]);
    }
    let without: Vec<&str> =
        same.normalised().lines().filter(|line| *line != "    accounts: 400,").collect();
    assert_eq!(without, right().experiment.normalised().lines().collect::<Vec<_>>());
}

#[test]
fn the_file_and_whoever_runs_it_say_it_alike_and_the_latter_wins() {
    let written = with("seed: 7,", "seed: 7, accounts: 7_000,");
    let asked = scaled(RIGHT, 7_000).expect("it is right").experiment;
    let read = load_text(&written).expect("it is right").experiment;
    assert_eq!(read.normalised(), asked.normalised());
    let other = scaled(&with("seed: 7,", "seed: 7, accounts: 20,"), 7_000).expect("it is right");
    assert_eq!(other.experiment.normalised(), asked.normalised());
    let again = load_text(asked.normalised()).expect("it can be read").experiment;
    assert_eq!(again.normalised(), asked.normalised());
    for arm in ["base", "apart"] {
        let plans = [
            plan(RIGHT, Some(7_000), arm),
            plan(&written, None, arm),
            plan(asked.normalised(), None, arm),
            plan(&asked.resolved(arm).expect("there is such an arm"), None, arm),
        ];
        let [one, others @ ..] = plans.map(|plan| format!("{plan:?}"));
        assert!(others.iter().all(|other| *other == one), "{arm}");
    }
}

#[test]
fn every_arm_has_as_many_in_its_own_proportions() {
    let text =
        with("\"tiered\": (", "\"more\": (traders: {\"longs\": (count: 900)}), \"tiered\": (");
    assert_eq!(counts(&plan(&text, Some(1_000), "base")), [250, 750]);
    assert_eq!(counts(&plan(&text, Some(1_000), "more")), [100, 900]);
    assert_eq!(counts(&plan(&text, Some(1_000), "tiered")), [250, 750]);
}

#[test]
fn who_is_listed_and_who_takes_the_rest_stay_who_they_are() {
    let [few, many] = [None, Some(4_000)].map(|accounts| plan(RIGHT, accounts, "base"));
    assert_eq!(format!("{:?}", people(&few, "whales")), format!("{:?}", people(&many, "whales")));
    let makers = [&few, &many].map(|plan| people(plan, "makers"));
    assert_eq!(makers.map(|it| (it.len(), it[0].collateral)), [(1, makers[0][0].collateral); 2]);
}

#[test]
fn a_label_that_is_expected_is_one_of_the_file_as_written() {
    let expect = |number: u32| {
        let expect = format!(
            "expect: {{\"base\": [Balance(account: \"perp/longs/{number}\", is: \"0 USDC\")]}}, metrics:"
        );
        with("metrics:", &expect)
    };
    assert!(scaled(&expect(300), 10).is_ok());
    assert!(said(&expect(301)).contains("its accounts are 1 to 300"));
    let fewer = expect(300).replace("seed: 7,", "seed: 7, accounts: 10,");
    assert!(said(&fewer).contains("unknown account `300` of `longs`"), "{}", said(&fewer));
}

/// A market without chance: everybody has the same.
fn even(price: &str) -> String {
    with(
        "Pareto(least: \"200 USDC\", tail: 1.15, most: \"60_000_000 USDC\")",
        "Fixed(\"9_000 USDC\")",
    )
    .replace("LogNormal(median: \"6x\", spread: 0.7, most: \"40x\")", "Fixed(\"7x\")")
    .replace(
        "LogNormal(median: \"2_000 USDC\", spread: 1.5, most: \"9_000_000 USDC\")",
        "Fixed(\"2_000 USDC\")",
    )
    .replace(
        "{\"BTC\": \"60%\", \"ETH\": \"40%\"}, legs: (least: 1, most: 2)",
        "{\"BTC\": \"100%\"}, legs: (least: 1, most: 1)",
    )
    .replace("62350.5", price)
}

fn lots(accounts: &[AccountPlan]) -> i128 {
    accounts.iter().flat_map(|it| &it.legs).map(|leg| i128::from(leg.size.0).abs()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn populations_have_exactly_as_many_accounts_together(accounts in 2_u32..9_000) {
        for arm in ["base", "apart"] {
            let counts = counts(&plan(RIGHT, Some(accounts), arm));
            prop_assert_eq!(counts.iter().sum::<usize>(), usize::try_from(accounts).expect("few"));
            prop_assert!(counts.iter().all(|&count| count >= 1));
        }
    }

    #[test]
    fn an_account_keeps_its_numbers_and_has_its_part(accounts in 2_u32..9_000) {
        let [few, many] = [None, Some(accounts)].map(|accounts| plan(RIGHT, accounts, "base"));
        for (name, written) in WRITTEN {
            let (drawn, parts) = (people(&few, name), people(&many, name));
            let count = i128::try_from(parts.len()).expect("few");
            for (whole, part) in drawn.iter().zip(parts) {
                prop_assert_eq!(collateral(part), collateral(whole) * i128::from(written) / count);
                let wholes: BTreeMap<&str, i128> = whole.legs.iter()
                    .map(|leg| (leg.instrument.as_str(), leg.size.0.into())).collect();
                for leg in &part.legs {
                    // In as many parts it is what it was, but for what is rounded: lots of the
                    // whole, which are multiplied, and those of the part.
                    let Some(&lots) = wholes.get(leg.instrument.as_str()) else { continue };
                    let (whole, part) = (lots.abs() * i128::from(written), i128::from(leg.size.0).abs() * count);
                    let slack = i128::from(written) + count + count * part / whole.max(1);
                    prop_assert!((whole - part).abs() <= slack, "{whole} {part} {slack}");
                    prop_assert_eq!(lots.signum(), i128::from(leg.size.0).signum());
                }
            }
        }
    }

    #[test]
    fn the_same_money_holds_the_same_but_for_what_is_below_a_lot(
        accounts in 2_u32..40_000,
        price in prop::sample::select(vec!["62350.5", "100", "9999.99"]),
    ) {
        let text = even(price);
        let [few, many] = [None, Some(accounts)].map(|accounts| plan(&text, accounts, "base"));
        for (name, written) in WRITTEN {
            let (drawn, parts) = (people(&few, name), people(&many, name));
            let count = i128::try_from(parts.len()).expect("few");
            let money = [drawn, parts].map(|people| people.iter().map(collateral).sum::<i128>());
            prop_assert!((0..count).contains(&(money[0] - money[1])), "a unit an account is rounded off");
            // What is rounded off is under a lot an account, and of its collateral a unit at seven
            // times leverage.
            prop_assert!(lots(parts) - lots(drawn) <= i128::from(written), "{name}");
            prop_assert!(lots(drawn) - lots(parts) <= count + count, "{name}");
        }
    }
}

#[test]
fn what_cannot_be_is_refused_with_what_can() {
    let refused = |text: &str, accounts| shown(&scaled(text, accounts).expect_err("it is refused"));
    assert!(refused(RIGHT, 1).contains("1 accounts are too few for 2 populations"));
    assert!(refused(RIGHT, 1).contains("= help: ask for 2 to 19_999_99"));
    assert!(refused(RIGHT, 0).contains("no accounts at all are no population"));
    assert!(refused(RIGHT, 20_000_001).contains("20_000_001 accounts are too many for a run"));
    let other = with(
        "\"tiered\": (",
        "\"nobody\": (traders: {\"longs\": (count: 0), \"hedgers\": (count: 0)}), \"tiered\": (",
    );
    let said = refused(&other, 10);
    assert!(
        said.contains("no population that could have so many accounts (arm `nobody`)"),
        "{said}"
    );
    let unread = with("side: Long", "side: Lon").replace("side: Short", "side: Shor");
    assert!(
        !refused(&unread, 10).contains("no-population"),
        "they are there, and could not be read"
    );
}
