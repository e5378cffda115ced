//! What a run looks like.

use crate::{RunPage, Style, Title, WIDTH};
use metrics::{Payer, PriceLine, STANDARD, Undefined, Value, WhoPaid};
use units::{Duration, Money, Price, Time};

fn title() -> Title {
    Title {
        experiment: "10 October 2025".to_owned(),
        arm: "tiered, queue".to_owned(),
        seed: 20_251_010,
        accounts: None,
        span: Duration(4_800 * Duration::SECOND.0),
        facts: 412_408,
        digest: "4b07c2e99f3c77d14b07c2e99f3c77d1".to_owned(),
        broken: None,
    }
}

/// A fall, a bounce, a slow recovery.
fn line() -> PriceLine {
    let level = |place: i64| match place {
        0..25 => 11_703_461 - place * 1_000,
        25..33 => 11_678_461 - (place - 24) * 150_000,
        33..40 => 10_500_000 + (place - 32) * 60_000,
        _ => 10_920_000 + (place - 39) * 12_345,
    };
    let points: Vec<Price> = (0..60).map(level).map(Price).collect();
    let low_at: Time = "2025-10-10T21:20:03.127Z".parse().expect("it is valid");
    let (first, last, low) = (points[0], points[59], Price(10_452_017));
    PriceLine { label: "perp/BTC".to_owned(), points, first, last, low, low_at, decimals: 2 }
}

fn values() -> Vec<Value> {
    let nobody = Undefined("nobody was deleveraged");
    vec![
        Ok(41_231_004.52),
        Ok(3_118.0),
        Ok(1_421_338.07),
        Ok(999_960.0),
        Ok(0.0),
        Ok(0.0),
        Ok(-12.5),
        Ok(0.0),
        Err(nobody),
        Ok(0.049_31),
        Ok(120.0),
        Ok(0.912),
        Ok(48.33),
        Ok(12_408.0),
        Ok(312.0),
        Ok(188.0),
        Ok(97.0),
        Ok(0.031_1),
        Ok(2_104_000.25),
    ]
}

fn paid() -> WhoPaid {
    let amounts = [
        -38_412_903_127_004,
        -206_155_020_000,
        1_421_338_070_001,
        -421_378_070_001,
        36_102_444_000_000,
        2_310_459_127_004,
        0,
        -893_882_489_000,
        100_077_509_000,
    ];
    let rows = Payer::ALL.iter().copied().zip(amounts.map(Money)).collect();
    WhoPaid { asset: "USDC".to_owned(), decimals: 6, rows }
}

fn page() -> RunPage {
    RunPage {
        title: title(),
        asset: "USDC".to_owned(),
        lines: vec![line()],
        values: STANDARD.iter().copied().zip(values()).collect(),
        who_paid: Ok(vec![paid()]),
    }
}

#[test]
fn a_run_tells_what_happened_and_who_paid() {
    let text = page().text(Style::default());
    assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
    insta::assert_snapshot!(text);
}

#[test]
fn a_broken_run_says_first_that_it_is_no_result() {
    let mut page = page();
    page.title.broken = Some("longs are not shorts in perp/BTC".to_owned());
    page.lines.clear();
    page.values.truncate(1);
    page.who_paid = Ok(Vec::new());
    insta::assert_snapshot!(page.text(Style::default()));
}

#[test]
fn a_name_cannot_command_the_terminal() {
    let mut page = page();
    page.title.arm = "queue\u{1b}[2J".to_owned();
    page.lines[0].label = "perp\u{7}/BTC".to_owned();
    assert!(!page.text(Style::default()).contains(['\u{1b}', '\u{7}']));
}
