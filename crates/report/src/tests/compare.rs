//! What a comparison looks like.

use crate::{Style, WIDTH, compare};
use comparison::{Comparison, Sample};
use metrics::{Definition, Undefined, Value, named};

fn metrics() -> Vec<Definition> {
    let names = [
        "LiquidatedNotional",
        "AccountsLiquidated",
        "Shortfall",
        "ProfitGivenUp",
        "TopTenShareOfDeleveraging",
        "DeepestDiscount",
        "TimeHalted",
        "ReproductionRatio",
    ];
    names.iter().filter_map(|name| named(name)).collect()
}

/// Noise that all arms share, in [−1, 1).
fn noise(seed: u64) -> f64 {
    f64::from(u16::try_from(seed * 37 % 64).unwrap_or_default()) / 32.0 - 1.0
}

fn values(arm: usize, seed: u64) -> Vec<Value> {
    let noise = noise(seed);
    let own = noise * [0.0, 0.11, -0.09, 0.14][arm];
    let better = [1.0, 0.73, 0.74, 0.41][arm] + 0.2 * own;
    let few = Undefined("nobody was deleveraged");
    let share = if seed.is_multiple_of(4) { Err(few) } else { Ok(0.458 + own / 4.0) };
    let accounts = f64::from(u32::try_from(3_118 + seed * 7).unwrap_or_default());
    vec![
        Ok(better * 41.2e6 * (1.0 + noise / 4.0)),
        Ok((accounts * better).round()),
        Ok(1.42e6 * (1.0 + noise / 3.0) * [1.0, 0.99, 1.0, 0.41][arm] + 2e4 * own),
        Ok([6.1e3, 7.9e3, 812.0, -40.2][arm] * (1.0 + noise / 2.0)),
        if arm == 3 { Err(few) } else { share },
        Ok(0.049 * better + 0.004 * noise),
        Ok([0.0, 0.0, 0.0, 318.0][arm] * (1.0 + own)),
        Ok([0.91, 0.64, 0.63, 0.22][arm] + noise / 20.0 + 0.2 * own),
    ]
}

fn compared(seeds: u64) -> Comparison {
    let arms = [
        "full close, queue",
        "tiered, queue",
        "tiered, pro rata",
        "tiered, pro rata, breaker that waits for two minutes",
    ]
    .map(str::to_owned);
    let samples: Vec<Sample> = (0..seeds)
        .flat_map(|seed| {
            let arms = arms.iter().enumerate();
            arms.map(move |(place, arm)| (place, arm.clone(), seed))
        })
        .map(|(place, arm, seed)| Sample { arm, seed, values: values(place, seed) })
        .collect();
    comparison::compare(&arms, &metrics(), &samples)
}

fn page(seeds: u64, style: Style) -> String {
    compare(("10 October 2025", None), &compared(seeds), "USDC", style)
}

#[test]
fn four_arms_on_twenty_seeds() {
    insta::assert_snapshot!(page(20, Style::default()));
}

#[test]
fn one_seed_has_no_intervals() {
    insta::assert_snapshot!(page(1, Style::default()));
}

#[test]
fn no_line_is_wider_than_a_page() {
    for line in page(200, Style::default()).lines() {
        assert!(line.chars().count() <= WIDTH, "{line}");
    }
}

#[test]
fn colour_changes_no_word() {
    let mut plain = page(20, Style { colour: true });
    for code in ["1", "2", "31", "32", "0"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, page(20, Style::default()));
}
