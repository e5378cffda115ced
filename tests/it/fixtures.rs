//! Every fixture has its story. A comment at its head says what must happen; what can be counted of
//! that is asserted here, the rest is in the snapshot for a reader to judge.

mod fundamental;
mod oracle;
mod mark_price;
mod liquidity;
mod margin;
mod margin_call;
mod deleveraging;
mod funding;
mod backstop;
mod halt;
mod behaviour;

use facts::Role;
use replay::Log;
use tests::{Books, load, prices, root, run, story, text};

#[test]
fn every_fixture_tells_its_story() {
    insta::glob!(
        "../../fixtures",
        "{accounts,backstop,behaviour,deleveraging,fork,fundamental,funding,halt,insurance,liquidation,liquidity,margin,margin_call,mark_price,oracle}/*.ron",
        |path| {
            let path = path.strip_prefix(root()).unwrap_or(path);
            let path = path.to_string_lossy().replace('\\', "/");
            insta::assert_snapshot!("story", told(&path));
        }
    );
}

/// The comment, and what happened in every arm; prices where the fixture is about them.
fn told(path: &str) -> String {
    let source = text(path);
    let comment: Vec<&str> = source.lines().take_while(|line| line.starts_with("//")).collect();
    assert!(!comment.is_empty(), "{path} begins with a comment that says what must happen");
    let mut told = comment.join("\n") + "\n";
    let experiment = load(path);
    let is_about_prices = ["fundamental", "oracle", "mark_price", "liquidity"]
        .iter()
        .any(|question| path.contains(&format!("/{question}/")));
    for arm in experiment.arms() {
        let log = run(&experiment, arm);
        told.extend(["\nArm: ", arm, "\n", &story(&log)]);
        if is_about_prices {
            told.extend(["\nPrices\n", &prices(&log)]);
        }
    }
    told
}

/// The first arm of a fixture.
fn books(name: &str) -> Books {
    Books::of_file(&format!("fixtures/{name}.ron"))
}

#[test]
fn a_full_close_sells_all_and_stops_when_the_rest_has_its_margin() {
    let books = books("liquidation/full_close");
    assert_eq!(books.equity("longs/cross"), "82.63 USDC");
    assert_eq!(books.size("longs/cross", "COIN"), "5");
    assert_eq!(books.size("longs/cross", "GEM"), "0");
    assert_eq!(books.house(Role::Revenue), "0.67 USDC");
    assert_eq!(books.house(Role::InsuranceFund), "6.7 USDC");
}

#[test]
fn tiers_close_two_slices_and_stop_at_the_exit() {
    let books = books("liquidation/tiered");
    assert_eq!(books.size("traders/large", "COIN"), "64");
    assert_eq!(books.equity("traders/large"), "883.08 USDC");
    assert_eq!(books.balance("traders/small"), "67.65 USDC");
    assert_eq!(books.house(Role::InsuranceFund), "19.27 USDC");
}

#[test]
fn the_fund_pays_until_it_is_empty_and_repays_debt_before_it_fills() {
    let books = books("insurance/pooled_fund");
    let paid = books.told("InsurancePaid");
    assert_eq!(paid.len(), 2);
    assert!(paid.iter().all(|paid| paid.contains("amount: \"50 USDC\"")), "{paid:?}");
    assert_eq!(books.house(Role::Debt), "0 USDC");
    assert_eq!(books.house(Role::InsuranceFund), "9 USDC");
    assert_eq!(books.balance("traders/third"), "36 USDC");
}

#[test]
fn sales_that_a_halt_kept_are_filled_in_their_order_when_it_ends() {
    let books = books("halt/circuit_breaker");
    assert_eq!(books.balance("traders/first"), "70 USDC");
    assert_eq!(books.balance("traders/second"), "30 USDC");
    assert_eq!(books.told("Halted").len(), 2);
    assert_eq!(books.told("SaleKept").len(), 3);
    let traded = books.told("Traded");
    assert!(traded[0].contains("traders/first") && traded[1].contains("traders/second"));
    assert_eq!(
        books.size("traders/holder", "COIN"),
        "5",
        "a halt that does not end keeps the last sale"
    );
}

#[test]
fn a_sale_is_dropped_with_the_liquidation_that_ordered_it() {
    let books = books("halt/recovered_in_a_halt");
    assert_eq!(books.told("Resumed").len(), 2);
    let traded = books.told("Traded");
    assert_eq!(traded.len(), 1, "{traded:?}");
    assert!(traded[0].contains("price: \"93\""), "{traded:?}");
    assert_eq!(books.balance("traders/long"), "80 USDC");
}

#[test]
fn what_is_left_of_a_margin_pays_what_its_owner_owes() {
    let books = books("liquidation/released_margin");
    assert_eq!(books.balance("traders/owner"), "50 USDC");
    assert_eq!(books.house(Role::Debt), "0 USDC");
}

#[test]
fn accounts_of_a_venue_keep_their_ids() {
    let books = books("accounts/snapshot");
    let opened = books.told("LiquidationOpened");
    assert_eq!(opened.len(), 7);
    assert!(opened[3].contains("perp/book/40238890\""), "{}", opened[3]);
    assert_eq!(books.balance("book/40238890-1"), "1210 USDC");
    assert_eq!(books.size("makers/1", "SOL"), "-1179.9");
    assert_eq!(books.house(Role::InsuranceFund), "560 USDC");
    assert_eq!(books.house(Role::Debt), "0 USDC");
}

#[test]
fn the_fund_pays_what_it_stood_behind_when_winners_close_the_rest() {
    let books = books("insurance/promise_and_queue");
    assert_eq!(books.told("DebtBooked"), Vec::<String>::new());
    assert_eq!(books.told("InsurancePaid").len(), 1);
    assert_eq!(books.house(Role::InsuranceFund), "0 USDC");
    assert_eq!(books.balance("traders/bankrupt"), "0 USDC");
}

/// The value of a standard metric.
fn measured(log: &Log, name: &str) -> metrics::Value {
    let metric = metrics::named(name).expect("it is a standard metric");
    (metric.measure)(&metrics::Run::of(log))
}

/// What is said when one rule of a fixture is written differently.
fn refused_with(name: &str, rule: &str, instead: &str) -> String {
    let text = text(&format!("fixtures/{name}.ron"));
    assert!(text.contains(rule), "{name} says {rule}");
    tests::refused(&text.replace(rule, instead))
}
