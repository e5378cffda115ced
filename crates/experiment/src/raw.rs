//! An experiment as it is written: every part a slice of its file, read further only on demand.
//!
//! What is documented here is what `delever explain` says of these words.

#![expect(clippy::struct_field_names, reason = "fields are called as in the file")]

use crate::form::{Written, written};
use ron::{Options, extensions::Extensions};

/// How RON is read, in every file.
pub(crate) fn options() -> Options {
    let extensions = Extensions::IMPLICIT_SOME
        | Extensions::UNWRAP_NEWTYPES
        | Extensions::UNWRAP_VARIANT_NEWTYPES;
    Options::default().with_default_extension(extensions)
}

written! {
    /// A file that is run: one market, its people, its shock, and the arms to compare.
    Experiment {
        /// Version of this format: 1.
        schema: "1",
        /// What the experiment is called.
        name: "\"crash\"",
        /// What it asks, for whoever reads the results.
        question: "\"Who pays?\"",
        /// Any whole number: with it all random numbers are settled. `compare` takes this one and
        /// those that follow; `run --seed` takes another.
        seed: "7",
        /// When simulated time starts, in UTC.
        start: "\"2025-10-10T20:45:00Z\"",
        /// How long a run lasts: nothing happens after it.
        horizon: "\"80min\"",
        /// What money is in, by name.
        assets: "{ \"USDC\": Asset(decimals: 6) }",
        /// Prices of the world outside, by name: each is an answer to the question `fundamental`.
        /// Nothing that happens at a venue moves them.
        fundamentals: "{ \"BTC\": ScriptedShock(…) }",
        /// Where people trade, by name.
        venues: "{ \"perp\": Venue(…) }",
        /// Who trades: a list of `Population(…)`, `Accounts(…)` and `Rest(…)`. Longs must equal
        /// shorts in every instrument; a `Rest` sees to it.
        traders: "[Population(…), Rest(…)]",
        /// What is compared, by name: each arm is what it changes of the base, and the first is what
        /// the others are compared with. `()` changes nothing.
        ///
        /// ```ron
        /// "tiered": (liquidation: Tiered(…)),                  // in every venue
        /// "bare": (insurance: None, halt: []),                 // nobody answers any more
        /// "one market": (venues: {"perp": (instruments: {"BTC": (margin: Flat(…))})}),
        /// "patient": (traders: {"longs": (behaviour: AnswersMarginCalls(…))}), // one field
        /// "other people": (traders: {"longs": Population(…)}), // the whole group, anew
        /// "deeper fall": (fundamentals: {"BTC": ScriptedShock(…)}),
        /// ```
        ///
        /// Arms share their random numbers: who is in a group and how outside prices move is the same
        /// in all of them, unless an arm changes just that. `delever check FILE` says what each arm
        /// changes; with `--resolved` it prints each as an experiment of its own.
        arms: "{ \"base\": () }",
        /// What is printed, in this order: names of metrics, without quotes. `delever explain` lists
        /// them.
        metrics: "[Shortfall]",
    } or {
        /// Answers to questions that are asked of the whole system.
        rules: "(…)",
        /// Where the arms part: up to there each is the first, fact for fact, and from there on it goes
        /// on under its own rules. `BeforeFirstLiquidation` is one event before the first liquidation
        /// of the first arm, `At("10min")` that long after the start. People and outside prices are
        /// one past: such arms patch rules alone.
        fork: "BeforeFirstLiquidation",
        /// How many accounts all populations have together, instead of what each counts: the same
        /// money in more hands, or in fewer. `--accounts` of `check`, `run` and `compare` says so
        /// without a change of the file, or says another number.
        ///
        /// Each population has its part of them, in proportion to its `count` and at least one, and
        /// each account puts in so much less: the collateral that is drawn for it, times the `count`,
        /// divided by how many there are instead, rounded down. So open interest stays what it is but
        /// for the luck of the draw, and depth, capital and funds mean what they meant. Account 17 is
        /// drawn from the same random numbers as before.
        ///
        /// Whoever is listed (`Accounts`), who takes the `Rest` and the venues' own accounts stay as
        /// they are, and are not counted. In every arm it is this number: one that counts a population
        /// otherwise changes the proportions. A leg is rounded down to lots, so the smallest hold
        /// less, and what is below one lot is not held: `check` says how many accounts hold nothing.
        /// Amounts in rules stay as they are written: `Tiered(above: "100_000 USDC", …)` finds fewer
        /// who are so large.
        accounts: "10_000_000",
        /// What each arm must lead to on the experiment's own seed, a list an arm. `delever test`
        /// runs these arms, exits with 1 when something does not hold, and shows it where it is
        /// written.
        ///
        /// ```ron
        /// expect: {
        ///     "base": [
        ///         Balance(account: "perp/longs/1", is: "0 USDC"),
        ///         Equity(account: "perp/longs/2", at: "15s", is: "112.5 USDC"),
        ///         Leg(account: "perp/longs/2", instrument: "BTC", is: "0.5"),
        ///         Fund(venue: "perp", is: "50 USDC"),
        ///         Debt(venue: "perp", is: "0 USDC"),
        ///         Halted(instrument: "perp/BTC", at: "20s"),
        ///         Trading(instrument: "perp/BTC"),
        ///         Facts(kind: "LiquidationOpened", at: "20s", count: 2),
        ///         Digest("…64 hexadecimal digits…"),
        ///     ],
        /// },
        /// ```
        expect: "{ \"base\": [Debt(venue: \"perp\", is: \"0 USDC\")] }",
    }

    /// What money is in.
    Asset {
        /// Digits after the point of its smallest unit, 0 to 18. Money is counted in whole units.
        decimals: "6",
    } or {}

    /// A place where people trade: what it lists, and its rules. Its own accounts are the insurance
    /// fund, the revenue, the debt and others of the group `house`.
    Venue {
        /// The asset that all its money is in.
        settles_in: "\"USDC\"",
        /// What whoever takes depth pays to the venue, forced or not, as a share of the notional.
        taker_fee: "\"0.05%\"",
        /// What is traded, by name.
        instruments: "{ \"BTC\": Perpetual(…) }",
        /// Answers to questions, each `question: Answer(parameters)`: `delever mechanisms` lists
        /// them. Oracle, mark price, liquidity, margin and liquidation must be answered; `None`
        /// removes an answer, and `[]` those to `halt`.
        rules: "(…)",
    } or {
        /// Path of a rule-book, relative to this file. What the venue writes itself wins, and what
        /// an instrument writes wins over its venue.
        include: "\"../venues/hyperliquid.ron\"",
    }

    /// An instrument: a contract without an end on an outside price. Each has a long and a short
    /// side; profit is the move of the price times the size, in the asset the venue settles in.
    ///
    /// # Lending
    ///
    /// Who holds a coin and has borrowed against it owns its value less the debt: equity. So a
    /// borrower is a long, and:
    ///
    /// - value of the collateral = notional of the long, size × price;
    /// - debt = notional − equity;
    /// - loan-to-value (LTV) = debt ÷ value = 1 − equity ÷ notional = 1 − 1 ÷ leverage.
    ///
    /// # Loan-to-value (LTV)
    ///
    /// Rules of a loan become margins, as shares of the notional:
    ///
    /// - a loan-to-value of at most 80 % is an `initial` margin of 20 %, 100 % − 80 %;
    /// - a liquidation threshold of 85 % is a `maintenance` margin of 15 %, 100 % − 85 %:
    ///   `margin: Flat(initial: "20%", maintenance: "15%")`;
    /// - a loan that starts at 75 % is a leverage of 1 ÷ (1 − 0.75): `leverage: Fixed("4x")` with
    ///   `entered: Within("0%")`; it is liquidated when the price has fallen by
    ///   1 − 75 % ÷ 85 % = 11.8 %;
    /// - a close factor of 50 % is `liquidation: Tiered(slice: "50%", …)`;
    /// - interest is what longs pay shorts: `funding`;
    /// - a liquidation fee is `penalty`; what liquidators earn is the discount at which `liquidity`
    ///   buys;
    /// - bad debt is what `DebtBooked` measures, once an insurance fund is empty.
    ///
    /// Initial margin is asked of orders; whoever is there when time starts is only held to the
    /// maintenance margin. The other side of the longs is a `Rest` that does nothing: it is short of
    /// the coin, not a lender, and its gains are not theirs. What lenders lose is in *borne by
    /// others*.
    Perpetual {
        /// The fundamental whose price it follows.
        index: "\"BTC\"",
        /// Step of its prices: a power of ten.
        price_unit: "\"0.01\"",
        /// Step of its sizes: a power of ten.
        lot: "\"0.001\"",
    } or {
        /// Its own answers to questions that are asked of an instrument; they win over its venue's.
        rules: "(…)",
    }

    /// A group of accounts drawn from distributions, anew for each seed and alike in every arm. They
    /// are called `venue/group/number`, from 1.
    Population {
        /// How many accounts.
        count: "1_000",
        /// The venue they trade on.
        on: "\"perp\"",
        /// `Long` or `Short`: all of them.
        side: "Long",
        /// The chance of each instrument to be held; they sum to 100%.
        holds: "{ \"BTC\": \"100%\" }",
        /// How many instruments an account holds, drawn evenly between these.
        legs: "(least: 1, most: 1)",
        /// How its legs are margined. `Cross`: one purse for all of them. `Isolated`: the collateral
        /// is divided among them, and each stands for itself.
        margin: "Cross",
        /// What an account puts in, a distribution over amounts: `Fixed`, `LogNormal` or `Pareto`.
        collateral: "Pareto(least: \"1_000 USDC\", tail: 1.2, most: \"2_000_000 USDC\")",
        /// Notional over collateral at the opening prices, a distribution: `Fixed`, `LogNormal` or
        /// `Pareto`.
        leverage: "LogNormal(median: \"6x\", spread: 0.6, most: \"20x\")",
        /// How far entry prices lie from the opening price, to either side.
        entered: "Within(\"3%\")",
        /// What they do by themselves: an answer to the question `behaviour`.
        behaviour: "Passive()",
    } or {
        /// What the group is called. An arm's group has the name that it stands under.
        name: "\"longs\"",
    }

    /// A group of accounts one by one: listed here, or in a table. They are called
    /// `venue/group/name`.
    Accounts {
        /// The venue they trade on.
        on: "\"perp\"",
        /// What they do by themselves: an answer to the question `behaviour`.
        behaviour: "Passive()",
    } or {
        /// What the group is called. An arm's group has the name that it stands under.
        name: "\"whales\"",
        /// Who they are: a list of `Account(…)`.
        accounts: "[Account(…)]",
        /// Path of a table of them, relative to this file: CSV with the columns
        /// `account,instrument,size,entry_price,collateral,margin`, a row a leg.
        file: "\"accounts.csv\"",
        /// BLAKE3 digest of the table: another one is refused. Leave it out to take any.
        digest: "\"…64 hexadecimal digits…\"",
    }

    /// One account that takes the other side of what all others on its venue leave open, at the
    /// opening prices, so that longs equal shorts. At most one a venue; it is called
    /// `venue/group/1`.
    Rest {
        /// The venue it trades on.
        on: "\"perp\"",
        /// What it puts in: enough that it never is liquidated itself.
        collateral: "\"100_000_000 USDC\"",
        /// What it does by itself: an answer to the question `behaviour`.
        behaviour: "Passive()",
    } or {
        /// What the group is called. An arm's group has the name that it stands under.
        name: "\"makers\"",
    }

    /// One account of `Accounts`.
    Account {
        /// What it is called.
        name: "\"1\"",
        /// Its cash, which stands behind its cross legs. Margin of isolated legs is not in it.
        collateral: "\"200 USDC\"",
        /// What it holds, by instrument.
        legs: "{ \"BTC\": Leg(size: \"-2.5\", entry: \"62_000\", margin: Cross) }",
    } or {}

    /// A position of an `Account` when time starts.
    Leg {
        /// Signed size: what is negative is short.
        size: "\"-2.5\"",
        /// The price it was entered at.
        entry: "\"62_000\"",
        /// What stands behind it. `Cross`: the account's collateral. `Isolated("500 USDC")`: this
        /// alone.
        margin: "Cross",
    } or {}

    /// Rules of a venue in a file of their own, which a `Venue` or another book includes. It is not
    /// run by itself.
    RuleBook {
        /// Version of this format: 1.
        schema: "1",
        /// Where the rules are from, for the reader.
        source: "\"documentation of the venue, 2025-10-01\"",
        /// Answers to questions, as in a venue.
        rules: "(…)",
        /// Answers of instruments, by name: `{"BTC": (margin: Flat(…))}`. What the venue does not
        /// list has no effect.
        instruments: "{}",
    } or {
        /// Path of another book, relative to this file; what is written here wins.
        include: "\"../venues/hyperliquid.ron\"",
    }
}

/// People who hold accounts.
pub(crate) enum Traders<'a> {
    Population(Population<'a>),
    Accounts(Accounts<'a>),
    Rest(Rest<'a>),
}

impl Traders<'_> {
    /// What they are written as.
    pub(crate) const NAMES: [&'static str; 3] =
        [Population::FORM.name, Accounts::FORM.name, Rest::FORM.name];
}
