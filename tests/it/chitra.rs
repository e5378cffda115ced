//! Chitra, "Autodeleveraging: Impossibilities and Optimization", arXiv 2512.01112v3 (16 February
//! 2026): the example of five accounts and the gap of a survivor, to the unit, from the log.

use facts::{Fact, Role};
use tests::{Books, load, run};
use units::Money;

const QUEUE: &str = "fixtures/deleveraging/chitra_queue.ron";
const PRO_RATA: &str = "fixtures/deleveraging/chitra_pro_rata.ron";
const GAP: &str = "fixtures/deleveraging/chitra_gap.ron";

/// What each of the three winners gave, in millionths.
fn seized(books: &Books) -> [i128; 3] {
    ["account/1", "account/2", "account/3"].map(|label| {
        let winner = books.names.account(label);
        let cuts = books.log().records.iter().filter_map(|record| {
            if let Fact::ProfitCut(cut) = &record.fact
                && Some(cut.purse.account) == winner
            {
                Some(cut.amount)
            } else {
                None
            }
        });
        cuts.sum::<Money>().0
    })
}

/// What the log says that winners were asked for: the deficit.
fn deficits(books: &Books) -> Vec<i128> {
    let left = books.log().records.iter().filter_map(|record| {
        if let Fact::ShortfallLeft(left) = &record.fact { Some(left.deficit.0) } else { None }
    });
    left.collect()
}

fn equities(books: &Books) -> [String; 5] {
    ["account/1", "account/2", "account/3", "account/4", "account/5"]
        .map(|label| books.equity(label))
}

#[test]
fn the_queue_takes_three_and_a_half_four_and_nothing() {
    let books = Books::of_file(QUEUE);
    assert_eq!(deficits(&books), [15_000_000]);
    assert_eq!(seized(&books), [3_500_000, 4_000_000, 0]);
    assert_eq!(equities(&books), ["6.5 USDC", "1 USDC", "1 USDC", "0 USDC", "0 USDC"]);
    assert_eq!(books.house(Role::Debt), "-7.5 USDC");
    assert_eq!(books.equity("account/flat"), "2.5 USDC");
}

#[test]
fn pro_rata_takes_six_tenths_of_every_profit() {
    let books = Books::of_file(PRO_RATA);
    assert_eq!(deficits(&books), [15_000_000]);
    assert_eq!(seized(&books), [4_800_000, 2_400_000, 300_000]);
    assert_eq!(equities(&books), ["5.2 USDC", "2.6 USDC", "0.7 USDC", "0 USDC", "0 USDC"]);
    assert_eq!(books.house(Role::Debt), "-7.5 USDC");
    assert_eq!(books.equity("account/flat"), "2.5 USDC");
}

#[test]
fn the_queue_begins_with_the_second_account() {
    let cuts = Books::of_file(QUEUE).told("ProfitCut");
    assert!(cuts[0].contains("account/2") && cuts[1].contains("account/1"), "{cuts:?}");
}

#[test]
fn the_first_of_a_queue_loses_what_others_do_not_share() {
    let experiment = load(GAP);
    let [queue, pro_rata] =
        ["queue", "pro rata"].map(|arm| seized(&Books::of(run(&experiment, arm))));
    assert_eq!(queue, [3_000_000, 0, 0]);
    assert_eq!(pro_rata, [1_920_000, 960_000, 120_000]);
    // B(1 − w₁/U) with B = 3, w₁ = 8 and U = 12.5; divided by the deficit of 15, 0.072.
    assert_eq!(queue[0] - pro_rata[0], 1_080_000);
}
