//! Winners, funds, debts.

use super::{
    measured,
    scene::{BTC, CLEARING, DEBT, FUND, SETTLEMENT, Scene, trader},
};
use facts::{BankruptcyIncurred, DebtBooked, InsurancePaid, PositionDeleveraged, ProfitCut, Purse};
use units::{Money, Price, Size};

/// A closing of a winner's position against the first trader.
pub(super) fn closing(winner: Purse, size: i64, price: i64, mark: i64) -> PositionDeleveraged {
    PositionDeleveraged {
        winner,
        bankrupt: trader(0),
        instrument: BTC,
        size: Size(size),
        price: Price(price),
        mark: Price(mark),
        profit: Money(1_000),
        rank: 0,
        winner_realised: Money::ZERO,
        bankrupt_realised: Money::ZERO,
        clearing: CLEARING,
    }
}

/// A cut of a winner's profit.
pub(super) fn cut(purse: Purse, amount: i128) -> ProfitCut {
    ProfitCut {
        purse,
        instrument: BTC,
        amount: Money(amount),
        profit: Money(amount),
        rank: 0,
        clearing: CLEARING,
        to: SETTLEMENT,
    }
}

#[test]
fn a_winner_closed_worse_than_the_mark_gives_up_profit_on_either_side() {
    for (size, price, given_up) in [(3, 105, 15.0), (-3, 95, 15.0), (3, 95, -15.0)] {
        let mut scene = Scene::new();
        scene.at(1, closing(trader(1), size, price, 100));
        let run = scene.run();
        assert_eq!(measured(&run, "ProfitGivenUp"), Ok(given_up));
        assert_eq!(measured(&run, "DeleveragedNotional"), Ok(300.0));
    }
}

#[test]
fn a_cut_is_given_up_whole_and_closes_nothing() {
    let mut scene = Scene::new();
    scene.at(1, cut(trader(1), 1_250));
    scene.at(2, cut(trader(1), 50));
    let run = scene.run();
    assert_eq!(measured(&run, "ProfitGivenUp"), Ok(13.0));
    assert_eq!(measured(&run, "DeleveragedNotional"), Ok(0.0));
    assert_eq!(measured(&run, "AccountsDeleveraged"), Ok(1.0));
}

#[test]
fn the_top_ten_of_ten_carry_all_and_of_twelve_equals_ten_twelfths() {
    let mut scene = Scene::new();
    assert!(measured(&scene.run(), "TopTenShareOfDeleveraging").is_err());
    for n in 0..12 {
        if n == 10 {
            assert_eq!(measured(&scene.run(), "TopTenShareOfDeleveraging"), Ok(1.0));
        }
        scene.at(1, cut(trader(n), 700));
    }
    assert_eq!(measured(&scene.run(), "TopTenShareOfDeleveraging"), Ok(10.0 / 12.0));
}

#[test]
fn a_shortfall_is_what_fund_and_debt_pay_when_winners_pay_nothing() {
    let mut scene = Scene::new();
    let (purse, amount) = (trader(0), Money(300));
    scene.at(1, BankruptcyIncurred { purse, shortfall: Money(1_000) });
    let (shortfall, balance) = (Money(1_000), amount);
    scene.at(1, InsurancePaid { purse, fund: FUND, amount, shortfall, balance });
    scene.at(1, DebtBooked { purse, debt: DEBT, amount: Money(700) });
    let run = scene.run();
    assert_eq!(measured(&run, "Shortfall"), Ok(10.0));
    assert_eq!(measured(&run, "FundPaid"), Ok(3.0));
    assert_eq!(measured(&run, "DebtBooked"), Ok(7.0));
}
