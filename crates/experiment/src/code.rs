//! Every kind of mistake an experiment can have, by name and with its explanation.

use crate::Severity;
use std::fmt;

macro_rules! codes {
    ($($(#[doc = $line:literal])* $name:ident = $text:literal;)*) => {
        /// A kind of mistake. The documentation of each is its explanation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $line])* $name,)*
        }

        impl Code {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name, as a message shows it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// What the mistake is, why it is refused, and how it is right.
            pub fn explanation(self) -> String {
                let lines: &[&str] = match self {
                    $(Self::$name => &[$($line,)*],)*
                };
                let lines: Vec<&str> = lines.iter().map(|line| line.trim_start()).collect();
                lines.join("\n")
            }
        }
    };
}

impl Code {
    /// The kind of this name; none when there is no such kind.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// How grave it is: what is only odd is a warning.
    pub fn severity(self) -> Severity {
        let odd = matches!(
            self,
            Self::NoEquity
                | Self::BelowMaintenance
                | Self::BelowCall
                | Self::BelowInitial
                | Self::BelowLot
                | Self::NotOpened
                | Self::BeyondHorizon
                | Self::NeverCalled
                | Self::AnsweredLate
                | Self::Unleveraged
                | Self::EqualArms
        );
        if odd { Severity::Warning } else { Severity::Error }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

// In the order in which a file is looked at.
codes! {
    /// The file is larger than 4 MiB. An experiment is written by a person and read by persons; this
    /// one is something else. Right: populations drawn from distributions instead of long lists.
    FileTooLarge = "file-too-large";
    /// A byte of the file is not UTF-8. Guessing an encoding would read other names on another
    /// machine. Right: save the file as UTF-8, without a mark at its beginning.
    NotUtf8 = "not-utf8";
    /// A character is invisible, or changes how its neighbours are shown: what a reader sees would
    /// not be what is run. Right: remove it; tabs, line breaks and every visible letter are fine.
    InvisibleCharacter = "invisible-character";
    /// A header such as `#![enable(implicit_some)]` switches extensions of RON on. They are fixed,
    /// so that every file reads the same way. Right: begin with `Experiment(`.
    HeaderRefused = "header-refused";
    /// A bracket is not closed before the one around it is, or before the file ends.
    /// Right: `legs: (least: 1, most: 2)`.
    UnclosedBracket = "unclosed-bracket";
    /// A text in quotes has no second quote, so the rest of the file is taken for text.
    /// Right: `name: "crash"`; a quote inside is written `\"`.
    UnclosedText = "unclosed-text";
    /// A comment that began with `/*` has no `*/`, so the rest of the file is taken for a comment.
    /// Right: `/* as on the day */`, or `// as on the day` to the end of the line.
    UnclosedComment = "unclosed-comment";
    /// Two parts follow each other without a comma. Right: `seed: 7, horizon: "1h"`.
    MissingComma = "missing-comma";
    /// A name and its value follow each other without a colon. Right: `seed: 7`.
    MissingColon = "missing-colon";
    /// A colon or a comma stands where a value should. Right: `seed: 7`.
    MissingValue = "missing-value";
    /// Something stands where nothing can: a bracket that closes nothing, a second comma, text
    /// behind the experiment. It is refused because it may be half of something that was meant.
    StrayToken = "stray-token";
    /// Brackets are nested more than 32 deep, where no part of an experiment is.
    NestedTooDeep = "nested-too-deep";
    /// A number is infinite or not a number. No quantity of a market is.
    /// Right: `spread: 0.7`.
    NotFinite = "not-finite";
    /// A backslash in a text begins nothing that is known. Right: `\"`, `\\`, `\n`, `\u{e9}`.
    InvalidEscape = "invalid-escape";
    /// A rule-book or a table cannot be read. Its path is relative to the file that names it.
    /// Right: `include: "../venues/hyperliquid.ron"`, `file: "accounts.csv"`.
    FileNotFound = "file-not-found";
    /// The path of a rule-book or a table begins at the root of a disk, so the experiment would work
    /// on one machine only. Right: `include: "../venues/hyperliquid.ron"`, relative to its file.
    AbsolutePath = "absolute-path";
    /// A rule-book includes itself, directly or through others: nothing would ever be at the bottom.
    IncludeCyclic = "include-cyclic";
    /// Rule-books include each other more than eight deep. What holds can no longer be seen.
    IncludeTooDeep = "include-too-deep";
    /// Something of another kind is expected here: a list, a map, a number, something with a name.
    /// Right: `bars: […]`, `assets: {…}`, `seed: 7`, `Venue(…)`.
    WrongType = "wrong-type";
    /// A quantity or a name stands without quotes. In quotes a quantity keeps its unit and every
    /// digit. Right: `depth: "40_000_000 USDC per 1%"`, `on: "perp"`.
    MissingQuotes = "missing-quotes";
    /// A quantity has no number, or one that is not written in plain digits.
    /// Right: `"62_350.5"`; not `"62.350,5"`, not `"6e4"`.
    NotANumber = "not-a-number";
    /// A quantity has another unit than is asked for, or none. Right: `every: "3s"`,
    /// `penalty: "0.5%"`, `collateral: "200 USDC"`, `inventory: "3x"`.
    WrongUnit = "wrong-unit";
    /// A quantity is finer than the smallest unit of what it counts. It would have to be rounded, and
    /// nothing is rounded in silence. Right: `entry: "62000.05"` for a price unit of `"0.01"`.
    TooManyDigits = "too-many-digits";
    /// A number is larger than what holds it. No market within these limits overflows.
    /// Right: `seed: 7`, at most 18446744073709551615.
    Overflow = "overflow";
    /// A quantity is outside what it may be: a negative balance, no depth at all, a share above
    /// 100%. Right: `balance: "0 USDC"`, `taker_fee: "0.045%"`.
    OutOfRange = "out-of-range";
    /// An amount is in another asset than the venue settles in; nothing here exchanges one for the
    /// other. Right: `collateral: "200 USDC"` on a venue with `settles_in: "USDC"`.
    WrongAsset = "wrong-asset";
    /// A price unit or a lot is no power of ten, so prices and sizes would not be whole numbers of
    /// it as they are written. Right: `price_unit: "0.01"`, `lot: "0.0001"`.
    NotAPowerOfTen = "not-a-power-of-ten";
    /// A lot at one price unit is worth less than the asset's smallest unit, or too many of them.
    /// Profit would have to be rounded, or could overflow. Right: `lot: "0.0001"` with
    /// `price_unit: "0.01"` in an asset with six decimals.
    LotOutOfRange = "lot-out-of-range";
    /// A name is empty, or has blanks around it or invisible characters in it.
    /// Right: `name: "leveraged longs"`.
    InvalidName = "invalid-name";
    /// Something is said twice: a field, a name in a map, a question, a group, an account. One of
    /// the two would be without effect. Right: say it once.
    DuplicateKey = "duplicate-key";
    /// A field has a name that nothing reads. It is refused because a mistyped field would
    /// otherwise be without effect. Right: `settles_in: "USDC"`.
    UnknownField = "unknown-field";
    /// Fields are missing. Nothing has a silent default: the file says all that is run.
    MissingField = "missing-field";
    /// A mechanism has no parameter of this name. Right: as listed by `delever mechanisms NAME`.
    UnknownParameter = "unknown-parameter";
    /// Parameters of a mechanism are missing. Nothing has a silent default: the file says all that
    /// is run. Right: `FullClose(penalty: "0.5%", retry: "3s")`.
    MissingParameter = "missing-parameter";
    /// One of a few words is expected, and this is another. Right: `side: Long` or `side: Short`.
    UnknownChoice = "unknown-choice";
    /// No question of market design has this name. Right: `liquidation: Tiered(…)`.
    UnknownQuestion = "unknown-question";
    /// No mechanism of this name answers the question. Right: `liquidation: Tiered(…)`, or another
    /// that `delever mechanisms` lists.
    UnknownMechanism = "unknown-mechanism";
    /// No asset of this name is defined. Right: one of the names in `assets`.
    UnknownAsset = "unknown-asset";
    /// No fundamental of this name is defined. Right: one of the names in `fundamentals`.
    UnknownFundamental = "unknown-fundamental";
    /// No venue of this name is defined. Right: one of the names in `venues`.
    UnknownVenue = "unknown-venue";
    /// The venue lists no instrument of this name. Right: one of the names in its `instruments`.
    UnknownInstrument = "unknown-instrument";
    /// No group of this name trades in the base. An arm changes groups and never adds one, so that
    /// accounts have the same numbers in every arm. Right: one of the names in `traders`.
    UnknownGroup = "unknown-group";
    /// No account has this label. Right: as logs print it, `"perp/leveraged longs/17"`; the venue's
    /// own accounts are of the group `house`.
    UnknownAccount = "unknown-account";
    /// No metric has this name. Right: `metrics: [Shortfall, DebtBooked]`.
    UnknownMetric = "unknown-metric";
    /// The experiment has no arm of this name. Right: one of the names in `arms`.
    UnknownArm = "unknown-arm";
    /// The file is written for another version of this language. Right: `schema: 1`.
    WrongSchema = "wrong-schema";
    /// A rule is written where its question is not asked: a liquidation is of a whole venue, a
    /// behaviour of a group. Right: `liquidation` in the `rules` of a venue.
    WrongScope = "wrong-scope";
    /// The question takes any number of answers, as a list. Right: `halt: [CircuitBreaker(…)]`, or
    /// `halt: []` for none.
    TakesAList = "takes-a-list";
    /// The question takes one answer. Right: `liquidation: Tiered(…)`, without brackets around it.
    TakesOneAnswer = "takes-one-answer";
    /// A venue does not answer what every venue must: oracle, mark price, liquidity, margin and
    /// liquidation. Right: an answer in its `rules`, in its rule-book, or for each instrument.
    UnansweredQuestion = "unanswered-question";
    /// A mechanism refuses its parameters; it says what they must be. Its documentation is printed
    /// by `delever mechanisms NAME`.
    RuleRefused = "rule-refused";
    /// An instrument has no price when time starts that its price unit can express.
    /// Right: a coarser or finer `price_unit`.
    OpeningPrice = "opening-price";
    /// The chances with which a population holds instruments do not sum to 100%.
    /// Right: `holds: { "BTC": "60%", "ETH": "40%" }`.
    ChancesSum = "chances-sum";
    /// Bounds are the wrong way round, or outside what is possible. Right: `legs: (least: 1, most:
    /// 2)` where two instruments are held, `Pareto(least: "1 USDC", tail: 1.2, most: "9 USDC")`.
    WrongBounds = "wrong-bounds";
    /// Accounts are neither listed nor in a table, or both; or a digest is of no table.
    /// Right: `accounts: […]`, or `file: "accounts.csv"`, which may have a `digest`.
    AccountsSource = "accounts-source";
    /// A table is not the one whose digest the experiment names: another run would be called the same.
    /// Right: the table that was meant, or its new digest, or no digest at all.
    TableChanged = "table-changed";
    /// The first line of a table names a column that is not known.
    /// Right: `account,instrument,size,entry_price,collateral,margin`, in any order.
    UnknownColumn = "unknown-column";
    /// The first line of a table does not name all columns.
    /// Right: `account,instrument,size,entry_price,collateral,margin`, in any order.
    MissingColumn = "missing-column";
    /// A line of a table has not one cell for each column. Right: `104417,BTC,1.5,61200.5,40000,cross`;
    /// numbers have no thousands separators, and no line is blank.
    WrongCells = "wrong-cells";
    /// Rows of a table contradict each other: the cash of an account is stated differently, on some
    /// of its rows, or not at all. Right: the same amount on each cross row, or on one alone.
    ContradictingRows = "contradicting-rows";
    /// Longs and shorts of an instrument are not equal. Every contract has two sides; somebody holds
    /// the other one. Right: `Rest(name: "makers", …)` among the traders, who takes what is left.
    Unbalanced = "unbalanced";
    /// The experiment asks for a number of `accounts`, and no population could have them: who is listed
    /// stays who it is. Right: a `Population` among the traders, or no such number.
    NoPopulation = "no-population";
    /// Two groups of one venue take the rest; nothing is left for the second.
    /// Right: one `Rest` for each venue.
    SecondRest = "second-rest";
    /// More of an instrument is left than one leg can hold. Right: a larger `lot`, or fewer accounts
    /// on one side.
    RestTooLarge = "rest-too-large";
    /// There is no arm to run. Right: `arms: { "base": () }`, the experiment as it is.
    NoArms = "no-arms";
    /// There are more definitions of one kind than an experiment may have.
    TooMany = "too-many";
    /// A run would need more accounts, legs, beats of clocks or memory than are allowed: it is
    /// refused before anything is allocated. Right: fewer accounts, a longer interval, a shorter
    /// horizon, as the message says.
    OverBudget = "over-budget";
    /// The arms of an experiment with a `fork` share their past up to it, so people and exogenous
    /// prices are those of the first arm; and what goes on from a checkpoint has those of the arm that
    /// was kept. Right: patch rules, or leave `fork` out and run each arm from the start.
    ForkChangesPast = "fork-changes-past";
    /// Accounts have nothing, or less, at the opening prices: they are bankrupt before anything
    /// happens. It is legal, and seldom meant. People are those that the experiment's own seed draws.
    /// Right: more collateral, or fewer or smaller legs.
    NoEquity = "no-equity";
    /// Accounts have less equity than maintenance margin at the opening prices, so they are liquidated
    /// at the first mark price, before anything happens: arms that differ later have nobody left to
    /// differ on. It is legal, and seldom meant. People are those that the experiment's own seed
    /// draws. Right: a lower `leverage`, more collateral, or a `margin` that asks for less.
    BelowMaintenance = "below-maintenance";
    /// Accounts have less equity than a margin call asks for at the opening prices, so they are called
    /// at the first mark price, before anything happens. It is legal: make sure that it is meant.
    /// Right: a lower `leverage`, more collateral, or a `margin_call` that asks for less.
    BelowCall = "below-call";
    /// Accounts have less equity than initial margin at the opening prices. It is legal, as for whoever
    /// has lost since; but the venue would let nobody open what they hold. Right: a lower `leverage`,
    /// more collateral, or a `margin` that asks for less.
    BelowInitial = "below-initial";
    /// Accounts have too little for a lot of what they were drawn to hold, so they hold nothing and
    /// nothing happens to them. It is legal: the market is smaller than it looks. People are those
    /// that the experiment's own seed draws. Right: a smaller `lot`, more collateral, or fewer
    /// `accounts`.
    BelowLot = "below-lot";
    /// There are so many accounts that nobody looked who of them starts with too little: that would
    /// take as much memory as a run. Right: look with fewer first, drawn from the same distributions.
    NotOpened = "not-opened";
    /// A wait is longer than the run, or a time lies behind its end, so nothing ever comes of it; or
    /// the run is over before something ends, as a fall that is still under way. It is legal, and an
    /// arm that differs in nothing else shows no difference. Right: `within: "3min"` where the horizon
    /// is `"5min"`, or a longer horizon.
    BeyondHorizon = "beyond-horizon";
    /// People would answer margin calls, and their venue makes none: they do nothing. It is legal, as
    /// in an arm without calls. Right: `margin_call: Deadline(…)` in the `rules` of the venue, or
    /// another `behaviour`.
    NeverCalled = "never-called";
    /// People answer a margin call when it is over, all of them or about half: whoever misses a call
    /// is liquidated or called anew, whatever they would have done. It is legal, as in an arm with a
    /// short deadline. Right: `after: Fixed("5min")` where `within` is `"20min"`.
    AnsweredLate = "answered-late";
    /// Nobody of a population that is long has a leverage above 1x: what they hold is paid for in
    /// full, so that no fall of a price liquidates anybody. It is legal, and seldom meant; most of
    /// all a loan-to-value written as a leverage. Right: `leverage: Fixed("4x")` for a loan of 75%.
    Unleveraged = "unleveraged";
    /// An arm is the same market as an earlier one, so no seed will tell them apart. It is legal: the
    /// difference is a check that shows zero. Right: remove it, or let it change something.
    EqualArms = "equal-arms";
    /// A run did not do what was expected of it. Either the expectation is wrong, or the rules do
    /// something that was not meant: `delever replay show` tells the story.
    Unmet = "unmet";
}
