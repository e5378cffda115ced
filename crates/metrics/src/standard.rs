//! The standard metrics: one list of names.

use crate::{
    Better::{Lower, Neither},
    Definition,
    Unit::{Count, Money, Number, Ratio, Seconds},
    accounts_deleveraged::accounts_deleveraged,
    accounts_liquidated::accounts_liquidated,
    debt_booked::debt_booked,
    deepest_discount::deepest_discount,
    deleveraged_notional::deleveraged_notional,
    fund_paid::fund_paid,
    liquidated_notional::liquidated_notional,
    liquidations_per_publication::liquidations_per_publication,
    longest_causal_chain::longest_causal_chain,
    profit_given_up::profit_given_up,
    reproduction_ratio::reproduction_ratio,
    shortfall::shortfall,
    time_halted::time_halted,
    top_ten_share_of_deleveraging::top_ten_share_of_deleveraging,
};

/// Every metric an experiment can name, in the order of a report.
pub const STANDARD: &[Definition] = &[
    Definition {
        name: "LiquidatedNotional",
        unit: Money,
        better: Lower,
        summary: "What was sold and bought by force, at the prices it had.",
        measure: liquidated_notional,
        source: include_str!("liquidated_notional.rs"),
    },
    Definition {
        name: "AccountsLiquidated",
        unit: Count,
        better: Lower,
        summary: "Accounts that a liquidation was opened for.",
        measure: |run| Ok(accounts_liquidated(run)),
        source: include_str!("accounts_liquidated.rs"),
    },
    Definition {
        name: "Shortfall",
        unit: Money,
        better: Lower,
        summary: "What bankrupt accounts owed, whoever paid; losses that closing winners' \
                  positions kept from arising are not in it, but in ProfitGivenUp.",
        measure: shortfall,
        source: include_str!("shortfall.rs"),
    },
    Definition {
        name: "FundPaid",
        unit: Money,
        better: Lower,
        summary: "What insurance funds paid for bankrupt accounts.",
        measure: fund_paid,
        source: include_str!("fund_paid.rs"),
    },
    Definition {
        name: "DebtBooked",
        unit: Money,
        better: Lower,
        summary: "What nobody paid, and venues owe.",
        measure: debt_booked,
        source: include_str!("debt_booked.rs"),
    },
    Definition {
        name: "DeleveragedNotional",
        unit: Money,
        better: Neither,
        summary: "Winners' positions closed against bankrupt accounts, at the mark.",
        measure: deleveraged_notional,
        source: include_str!("deleveraged_notional.rs"),
    },
    Definition {
        name: "ProfitGivenUp",
        unit: Money,
        better: Lower,
        summary: "What deleveraging cost winners: profit cut, and closing at another price than \
                  the mark.",
        measure: profit_given_up,
        source: include_str!("profit_given_up.rs"),
    },
    Definition {
        name: "AccountsDeleveraged",
        unit: Count,
        better: Lower,
        summary: "Winners whose position was closed or whose profit was cut.",
        measure: |run| Ok(accounts_deleveraged(run)),
        source: include_str!("accounts_deleveraged.rs"),
    },
    Definition {
        name: "TopTenShareOfDeleveraging",
        unit: Ratio,
        better: Neither,
        summary: "Share of deleveraging that fell on the ten accounts with most of it.",
        measure: top_ten_share_of_deleveraging,
        source: include_str!("top_ten_share_of_deleveraging.rs"),
    },
    Definition {
        name: "DeepestDiscount",
        unit: Ratio,
        better: Lower,
        summary: "How far a mark price fell below its index price, at worst.",
        measure: deepest_discount,
        source: include_str!("deepest_discount.rs"),
    },
    Definition {
        name: "TimeHalted",
        unit: Seconds,
        better: Neither,
        summary: "How long trading was halted, added up over instruments.",
        measure: |run| Ok(time_halted(run)),
        source: include_str!("time_halted.rs"),
    },
    Definition {
        name: "ReproductionRatio",
        unit: Ratio,
        better: Lower,
        summary: "Share of the liquidated that sales led to by moving prices: nothing where \
                  outside prices alone did it, 50% where sales doubled them.",
        measure: reproduction_ratio,
        source: include_str!("reproduction_ratio.rs"),
    },
    Definition {
        name: "LiquidationsPerPublication",
        unit: Number,
        better: Lower,
        summary: "Liquidations between two publications of the mark, where there are any.",
        measure: liquidations_per_publication,
        source: include_str!("liquidations_per_publication.rs"),
    },
    Definition {
        name: "LongestCausalChain",
        unit: Count,
        better: Neither,
        summary: "Links of the longest chain of recorded causes.",
        measure: |run| Ok(longest_causal_chain(run)),
        source: include_str!("longest_causal_chain.rs"),
    },
];

/// The standard metric of this name.
pub fn named(name: &str) -> Option<Definition> {
    STANDARD.iter().find(|definition| definition.name == name).copied()
}
