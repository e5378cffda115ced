//! Expectations are checked when they are read, as far as names and units go.

use crate::trial::{RIGHT, load_text, said};

/// The right experiment with expectations.
fn expecting(expect: &str) -> String {
    RIGHT.replace("    metrics:", &format!("    expect: {expect},\n    metrics:"))
}

#[test]
fn everything_can_be_expected_that_has_a_name() {
    let text = expecting(
        r#"{"apart": [
            Balance(account: "perp/longs/300", is: "0 USDC"),
            Balance(account: "perp/whales/1", at: "80min", is: "20_000_000 USDC"),
            Equity(account: "perp/makers/1", at: "0s", is: "-0.000001 USDC"),
            Leg(account: "perp/hedgers/100", instrument: "BTC", is: "-0.5"),
            Balance(account: "perp/house/insurance fund", is: "1 USDC"),
            Balance(account: "perp/house/ETH clearing", is: "1 USDC"),
            Leg(account: "perp/house/BTC liquidity", instrument: "ETH", is: "0"),
            Fund(venue: "perp", is: "0 USDC"), Debt(venue: "perp", is: "0 USDC"),
            Halted(instrument: "perp/BTC", at: "15s"), Trading(instrument: "perp/ETH"),
            Facts(kind: "Traded", count: 1_000), Facts(kind: "MarginCalled", at: "1min", count: 0),
            Digest("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
        ], "base": []}"#,
    );
    assert_eq!(said(&text), "");
    let loaded = load_text(&text).expect("it is right");
    assert_eq!(loaded.experiment.expectations().collect::<Vec<_>>(), [("apart", 14)]);
}

#[test]
fn expectations_are_no_part_of_the_canonical_text() {
    let normalised =
        |text: &str| load_text(text).expect("it is right").experiment.normalised().to_owned();
    let text = expecting("{\"base\": [Fund(venue: \"perp\", is: \"0 USDC\")]}");
    assert_eq!(normalised(&text), normalised(RIGHT));
}

#[test]
fn what_cannot_be_expected_is_told() {
    insta::assert_snapshot!(said(&expecting(
        r#"{
        "bas": [],
        "tiered": [
            Balence(account: "perp/longs/1", is: "0 USDC"),
            Balance(acount: "perp/longs/1", is: "0 USDC"),
            Balance(account: "perp/longs/1"),
            Balance(account: "perq/longs/1", is: "0 USDC"),
            Balance(account: "perp/long/1", is: "0 USDC"),
            Balance(account: "perp/longs/301", is: "0 USDC"),
            Balance(account: "perp/longs/01", is: "0 USDC"),
            Balance(account: "perp/whales/2", is: "0 USDC"),
            Balance(account: "perp/makers/0", is: "0 USDC"),
            Balance(account: "perp/house/insurance", is: "0 USDC"),
            Equity(account: "perp/longs/1", is: "0 BTC"),
            Equity(account: "perp/longs/1", is: "0.0000001 USDC"),
            Equity(account: "perp/longs/1", is: "0"),
            Leg(account: "perp/longs/1", instrument: "BTX", is: "1"),
            Leg(account: "perp/longs/1", instrument: "BTC", is: "0.00001"),
            Fund(venue: "prep", is: "0 USDC"),
            Debt(venue: "perp", is: "0 USDC", at: "81min"),
            Debt(venue: "perp", is: "0 USDC", at: "2025-10-10T20:45:00Z"),
            Halted(instrument: "BTC"),
            Trading(instrument: "perp/ETH", at: 5),
            Facts(kind: "Traed", count: 1),
            Facts(kind: "Traded", count: -1),
            Facts(kind: "Traded", count: "1"),
            Facts(kind: "Traded"),
            Digest("00"),
            Digest("00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff"),
        ],
    }"#
    )));
}
