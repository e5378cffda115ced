//! Who paid: the table sums to zero, and agrees with balances and legs kept the long way.

use super::{
    deleveraging::{closing, cut},
    measured,
    scene::{
        BACKSTOP, BTC, CLEARING, DEBT, FUND, FUNDING, LIQUIDITY, OUTSIDE, REVENUE, SETTLEMENT,
        Scene, trade, trader,
    },
};
use crate::{Payer, who_paid};
use facts::{
    AccountId, CollateralAdded, DebtBooked, DebtRepaid, Fact, FeeCharged, FundingPaid,
    FundingRateSet, InsurancePaid, MarginReleased, MarginSeized, PenaltyCharged, PositionTakenOver,
    Purse, ShortfallSettled,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use units::{Money, Price, Ratio, Rounding, Size};

const START: i64 = 100;
const END: i64 = 60;

/// Balance, size and entry cost of every account, kept as a ledger keeps them: a leg that shrinks
/// realises its part of the cost, rounded.
#[derive(Default)]
struct Books {
    balances: BTreeMap<AccountId, i128>,
    legs: BTreeMap<AccountId, (i64, i128)>,
}

impl Books {
    /// Trades a signed size and says what it realised.
    fn trade(&mut self, purse: Purse, size: i64, price: i64) -> Money {
        let (held, cost) = self.legs.entry(purse.account).or_default();
        let value = |size: i64| i128::from(size * price) * 100;
        let closed = if (*held < 0) == (size < 0) { 0 } else { size.abs().min(held.abs()) };
        let closed = closed * held.signum();
        let whole = Money(i128::from(*held));
        let released = Money(*cost).portion(Money(i128::from(closed)), whole, Rounding::Up).0;
        *cost += value(size + closed) - released;
        *held += size;
        Money(value(closed) - released)
    }

    /// Books every posting of a log.
    fn post(&mut self, scene: &Scene) {
        for posting in scene.facts().flat_map(Fact::postings).flatten() {
            *self.balances.entry(posting.from.account).or_default() -= posting.amount.0;
            *self.balances.entry(posting.to.account).or_default() += posting.amount.0;
        }
    }

    fn equity(&self, account: AccountId, mark: i64) -> i128 {
        let (size, cost) = self.legs.get(&account).copied().unwrap_or_default();
        let balance = self.balances.get(&account).copied().unwrap_or_default();
        balance + i128::from(size * mark) * 100 - cost
    }
}

/// One thing that may happen.
#[derive(Clone, Debug)]
enum Act {
    Trade { seller: usize, size: i64, price: i64 },
    Deleverage { winner: usize, size: i64, price: i64, mark: i64 },
    Cut { winner: usize, amount: i128 },
    Pay { kind: usize, payer: usize, amount: i128 },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..6_usize, 1..50_i64, 40..160_i64).prop_map(|(seller, size, price)| Act::Trade {
            seller,
            size,
            price
        }),
        (1..6_usize, -50..50_i64, 40..160_i64, 40..160_i64)
            .prop_map(|(winner, size, price, mark)| Act::Deleverage { winner, size, price, mark }),
        (1..6_usize, 0..5_000_i128).prop_map(|(winner, amount)| Act::Cut { winner, amount }),
        (0..8_usize, 0..6_usize, 0..5_000_i128).prop_map(|(kind, payer, amount)| Act::Pay {
            kind,
            payer,
            amount
        }),
    ]
}

/// Money paid by, or into, the purse of a trader.
fn payment(kind: usize, purse: Purse, amount: i128) -> Fact {
    let amount = Money(amount);
    let (notional, rate) = (Money::ZERO, Ratio::PERCENT);
    let (shortfall, balance) = (amount, amount);
    match kind {
        0 => FeeCharged { purse, to: REVENUE, amount, notional, rate }.into(),
        1 => PenaltyCharged { purse, to: FUND, amount, notional, rate }.into(),
        2 => InsurancePaid { purse, fund: FUND, amount, shortfall, balance }.into(),
        3 => DebtBooked { purse, debt: DEBT, amount }.into(),
        4 => MarginReleased { purse, amount }.into(),
        5 => DebtRepaid { fund: FUND, debt: DEBT, amount }.into(),
        6 => CollateralAdded { from: OUTSIDE, purse, amount }.into(),
        _ => ShortfallSettled { purse, from: SETTLEMENT, amount }.into(),
    }
}

/// Plays acts into a log and into books.
fn play(acts: &[Act]) -> (Scene, Books, Books) {
    let (mut scene, mut before, mut books) = (Scene::new(), Books::default(), Books::default());
    for (n, size) in [(0, 400), (1, -300), (2, -100)] {
        scene.holds(trader(n), size, 90);
        before.trade(trader(n), size, 90);
        books.trade(trader(n), size, 90);
    }
    before.post(&scene);
    scene.mark(1, START, START);
    scene.liquidations(1, 1);
    for act in acts {
        match *act {
            Act::Trade { seller, size, price } => {
                let (seller, buyer) = (trader(seller), Purse::of(LIQUIDITY));
                let mut fact = trade(seller, buyer, size, price);
                fact.buyer_realised = books.trade(buyer, size, price);
                fact.seller_realised = books.trade(seller, -size, price);
                scene.at(2, fact);
            },
            Act::Deleverage { winner, size, price, mark } => {
                let mut fact = closing(trader(winner), size, price, mark);
                fact.winner_realised = books.trade(fact.winner, size, price);
                fact.bankrupt_realised = books.trade(fact.bankrupt, -size, price);
                scene.at(2, fact);
            },
            Act::Cut { winner, amount } => {
                books.legs.entry(trader(winner).account).or_default().1 += amount;
                scene.at(2, cut(trader(winner), amount));
            },
            Act::Pay { kind, payer, amount } => {
                scene.at(2, payment(kind, trader(payer), amount));
            },
        }
    }
    scene.mark(3, END, END);
    books.post(&scene);
    (scene, before, books)
}

proptest! {
    #[test]
    fn every_row_is_a_change_of_equity_and_all_sum_to_zero(
        acts in prop::collection::vec(act(), 0..40),
    ) {
        let (scene, before, after) = play(&acts);
        let tables = who_paid(&scene.run()).expect("longs are shorts");
        let rows: BTreeMap<Payer, Money> = tables[0].rows.iter().copied().collect();
        let change = |account| after.equity(account, END) - before.equity(account, START);
        let row = |payer: Payer| rows[&payer].0;
        prop_assert_eq!(rows.values().copied().sum::<Money>(), Money::ZERO);
        prop_assert_eq!(row(Payer::InsuranceFund), change(FUND));
        prop_assert_eq!(row(Payer::LiquidityAccounts), change(LIQUIDITY));
        prop_assert_eq!(row(Payer::Venue), change(REVENUE) + change(DEBT) + change(SETTLEMENT));
        let brought = -change(OUTSIDE);
        let traders = (0..6).map(|n| change(trader(n).account)).sum::<i128>() - brought;
        let rest = [
            Payer::LiquidatedTraders,
            Payer::PenaltiesAndFees,
            Payer::ShortfallsCovered,
            Payer::DeleveragedWinners,
            Payer::OtherTraders,
        ];
        prop_assert_eq!(rest.into_iter().map(row).sum::<i128>(), traders);
        let all: i128 = after.balances.values().sum();
        prop_assert_eq!(all, 0, "outside and clearing are the other side");
    }
}

#[test]
fn what_a_bankrupt_trader_could_not_pay_is_in_the_rows_of_those_who_did() {
    let mut scene = Scene::new();
    scene.holds(trader(0), 10, 100);
    scene.holds(trader(1), -10, 100);
    scene.mark(1, 100, 100);
    scene.mark(2, 80, 80);
    scene.liquidations(2, 1);
    scene.at(2, trade(trader(0), Purse::of(LIQUIDITY), 10, 70));
    scene.at(2, payment(2, trader(0), 6_000));
    scene.at(2, cut(trader(1), 4_000));
    scene.at(2, payment(7, trader(0), 4_000));
    let tables = who_paid(&scene.run()).expect("longs are shorts");
    let dollars: Vec<i128> = tables[0].rows.iter().map(|&(_, amount)| amount.0 / 100).collect();
    // Bought at 100, sold at 70; 60 from the fund and 40 from the winner were missing.
    let expected = [-300, 0, 100, -40, 200, 100, -60, 0];
    assert_eq!(dollars, expected, "in the order of Payer::ALL");
}

#[test]
fn what_a_trader_brought_is_no_gain_and_losing_it_is_a_loss() {
    let mut scene = Scene::new();
    scene.holds(trader(0), 10, 100);
    scene.holds(trader(1), -10, 100);
    scene.mark(1, 100, 100);
    scene.at(2, payment(6, trader(0), 10_000));
    scene.at(2, payment(6, trader(1), 500));
    scene.mark(3, 90, 90);
    scene.liquidations(3, 1);
    let run = scene.run();
    let tables = who_paid(&run).expect("longs are shorts");
    let dollars: Vec<i128> = tables[0].rows.iter().map(|&(_, amount)| amount.0 / 100).collect();
    assert_eq!(dollars, [-100, 0, 0, 0, 100, 0, 0, 0], "in the order of Payer::ALL");
    assert_eq!(measured(&run, "CollateralBrought"), Ok(105.0));
}

/// Funding of one lot since time started, in billionths of a cent.
fn charged(cumulative: i128) -> FundingRateSet {
    FundingRateSet {
        instrument: BTC,
        rate: Ratio(125_000),
        premium: Ratio::ZERO,
        index_price: Price(100),
        cumulative,
    }
}

#[test]
fn funding_a_take_over_and_a_top_up_leave_nothing_over() {
    let (long, instrument, size) = (trader(0), BTC, Size(10));
    let mut scene = Scene::new();
    scene.holds(long, 10, 100);
    scene.holds(trader(1), -10, 100);
    scene.mark(1, 100, 100);
    scene.at(2, charged(1_250_000_000));
    scene.at(2, CollateralAdded { from: OUTSIDE, purse: long, amount: Money(500) });
    scene.mark(3, 95, 95);
    scene.liquidations(3, 1);
    // 12.5 cents are due, and 13 are paid.
    scene.at(3, FundingPaid { purse: long, instrument, size, amount: Money(13), to: FUNDING });
    scene.at(
        3,
        PositionTakenOver {
            purse: long,
            by: Purse::of(BACKSTOP),
            instrument,
            size,
            price: Price(95),
            purse_realised: Money(-5_000),
            by_realised: Money::ZERO,
            clearing: CLEARING,
        },
    );
    scene.at(3, MarginSeized { purse: long, to: BACKSTOP, amount: Money(2_000) });
    scene.at(4, charged(3_750_000_000));
    scene.mark(5, 97, 97);
    let tables = who_paid(&scene.run()).expect("longs are shorts");
    let cents: Vec<(Payer, i128)> =
        tables[0].rows.iter().map(|&(payer, amount)| (payer, amount.0)).collect();
    let expected = [
        // 5 on each of ten, funding, and what was left; not what was put in.
        (Payer::LiquidatedTraders, -5_000 - 13 - 2_000),
        (Payer::PenaltiesAndFees, 0),
        (Payer::ShortfallsCovered, 0),
        (Payer::DeleveragedWinners, 0),
        // 37.5 cents are not settled, and 37 will be received.
        (Payer::OtherTraders, 3_000 + 37),
        (Payer::LiquidityAccounts, 0),
        // It owes funding from when it took over.
        (Payer::Backstops, 2_000 + 2_000 - 25),
        (Payer::InsuranceFund, 0),
        (Payer::Venue, 13 + 25 - 37),
    ];
    assert_eq!(cents, expected);
    assert_eq!(expected.iter().map(|&(_, amount)| amount).sum::<i128>(), 0);
}

#[test]
fn longs_without_shorts_are_an_error_and_not_a_table() {
    let mut scene = Scene::new();
    scene.holds(trader(0), 10, 100);
    scene.mark(1, 100, 100);
    assert!(who_paid(&scene.run()).is_ok(), "nothing rose");
    scene.mark(2, 101, 101);
    let error = who_paid(&scene.run()).expect_err("a profit without a loss");
    assert!(error.to_string().starts_with("10 USDC came from nowhere"), "{error}");
}
