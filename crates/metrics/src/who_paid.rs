//! Where the money went: a table whose rows sum to exactly zero.

use crate::{Run, funding, profit_given_up::given_up};
use facts::{AccountId, AssetId, Fact, InstrumentId, LegOpened, Purpose, Role};
use std::collections::BTreeMap;
use units::{Decimal, Money, Price};

macro_rules! payers {
    ($($(#[doc = $doc:literal])* $name:ident = $label:literal;)*) => {
        /// Who gained or lost, and by what.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Payer {
            $($(#[doc = $doc])* $name,)*
        }

        impl Payer {
            /// All of them, in the order of a table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in a table.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)*
                }
            }

            /// What its amount is, as its doc comment says: a line a line.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc, "\n"),*),)*
                }
            }
        }
    };
}

payers! {
    /// Traders that a liquidation was opened for: what prices and forced sales cost them, valued
    /// as if nobody had charged, cut or helped them. It can exceed what they owned.
    LiquidatedTraders = "liquidated traders";
    /// Fees and penalties that traders paid. Negative; the receivers' rows have the other side.
    PenaltiesAndFees = "penalties and fees";
    /// What others paid of the liquidated traders' losses: insurance, cut profits, booked debt,
    /// and what closing against winners at another price than the mark saved bankrupt purses.
    ShortfallsCovered = "borne by others";
    /// What winners gave up to deleveraging. Negative.
    DeleveragedWinners = "deleveraged winners";
    /// Traders that were never liquidated: what prices brought them, before fees and before what
    /// they gave up to deleveraging.
    OtherTraders = "other traders";
    /// Accounts that forced sales trade against: they buy below the mark and carry the price after.
    LiquidityAccounts = "liquidity accounts";
    /// Backstops: what they took over with its margin, at the last mark.
    Backstops = "backstop";
    /// Insurance funds: penalties received, less insurance paid and debt paid back.
    InsuranceFund = "insurance fund";
    /// Venues: fees and penalties received, less debt booked and not paid back; with cut profits
    /// not yet paid out and what rounding left of funding.
    Venue = "venue";
}

impl Payer {
    /// What its amount is, in a few words.
    pub fn summary(self) -> &'static str {
        match self {
            Self::LiquidatedTraders => "what prices and forced sales cost them",
            Self::PenaltiesAndFees => "what traders paid",
            Self::ShortfallsCovered => "what others paid or gave up for the liquidated",
            Self::DeleveragedWinners => "profit given up",
            Self::OtherTraders => "what prices brought them",
            Self::LiquidityAccounts => "what they took over, at the last mark",
            Self::Backstops => "positions and margin they took over",
            Self::InsuranceFund => "penalties received, less shortfalls paid",
            Self::Venue => "fees received, less debt booked",
        }
    }
}

/// Who paid, in one asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhoPaid {
    /// Name of the asset.
    pub asset: String,
    /// Digits after the point of its smallest unit.
    pub decimals: i8,
    /// Every payer in the order of [`Payer::ALL`], backstops only where one acted; a gain is positive,
    /// a loss negative; the sum is exactly zero.
    pub rows: Vec<(Payer, Money)>,
}

/// What one side lost is not what another gained: some instrument's longs are not its shorts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sum} {asset} came from nowhere: an instrument's longs are not its shorts")]
pub struct Unbalanced {
    /// Name of the asset.
    pub asset: String,
    /// What was made, in whole units; negative where it was lost.
    pub sum: Decimal,
}

/// Change of equity from genesis to the end, by who gained or lost: one table for each asset that
/// venues settle in.
///
/// Equity is balance plus unrealised profit, at the first published mark of each instrument to
/// begin with and at the last one to end with. Its change is summed fact by fact: a leg held at
/// the start gains from first mark to last, a trade moves `size × (last mark − price)` from seller
/// to buyer, and a transfer moves its amount. Realising a profit changes no equity. Nor is
/// collateral that a holder brings from outside a gain: it was the holder's before. Whoever brought
/// 100 and ends with what there was before has lost 100.
///
/// # Errors
/// When the rows do not sum to zero: in a log that breaks a law, and in no other.
pub fn who_paid(run: &Run<'_>) -> Result<Vec<WhoPaid>, Unbalanced> {
    let mut changes = Changes { run, sums: BTreeMap::new() };
    for fact in run.genesis() {
        if let Fact::LegOpened(leg) = fact {
            changes.hold(leg);
        }
    }
    for record in run.records() {
        changes.exchange(&record.fact);
        changes.transfer(&record.fact);
    }
    for (account, venue, owed) in funding::unsettled(run) {
        changes.move_equity(account, changes.side(account), venue, owed);
    }
    changes.tables()
}

/// One side of a change of equity; none where it is nobody's: outside, or clearing.
type Side = Option<Payer>;

/// `row` where the side is a trader's, the side itself where it is not.
fn of_trader(side: Side, row: Payer) -> Side {
    let trader = matches!(side, Some(Payer::LiquidatedTraders | Payer::OtherTraders));
    if trader { Some(row) } else { side }
}

struct Changes<'a, 'r> {
    run: &'r Run<'a>,
    sums: BTreeMap<(AssetId, Payer), Money>,
}

impl Changes<'_, '_> {
    /// A leg from the start: whoever is on its other side has a leg of the opposite size.
    fn hold(&mut self, leg: &LegOpened) {
        if let Some((first, last)) = self.run.marks(leg.instrument) {
            let gain = self.run.value(leg.instrument, leg.size, last.minus(first));
            self.move_equity(leg.purse.account, None, self.side(leg.purse.account), gain);
        }
    }

    /// A trade: the buyer gains what the price rose since, and the seller loses it.
    fn exchange(&mut self, fact: &Fact) {
        if let Fact::Traded(f) = fact {
            let gain = self.run.value(f.instrument, f.size, self.rise(f.instrument, f.price));
            let (buyer, seller) = (f.buyer.account, f.seller.account);
            self.move_equity(buyer, self.side(seller), self.side(buyer), gain);
        } else if let Fact::PositionDeleveraged(f) = fact {
            let gain = self.run.value(f.instrument, f.size, self.rise(f.instrument, f.mark));
            let (winner, bankrupt) = (f.winner.account, f.bankrupt.account);
            self.move_equity(winner, self.side(bankrupt), self.side(winner), gain);
            let (loser, saved) = (Payer::DeleveragedWinners, Payer::ShortfallsCovered);
            self.move_equity(winner, Some(loser), Some(saved), given_up(self.run, f));
        } else if let Fact::PositionTakenOver(f) = fact {
            let gain = self.run.value(f.instrument, f.size, self.rise(f.instrument, f.price));
            let (purse, by) = (f.purse.account, f.by.account);
            self.move_equity(by, self.side(purse), self.side(by), gain);
        }
    }

    /// Money that changed hands for good.
    fn transfer(&mut self, fact: &Fact) {
        for posting in fact.postings().into_iter().flatten() {
            let account = posting.to.account;
            let (from, to) = (self.side(posting.from.account), self.side(account));
            let (from, to) = match posting.purpose {
                Purpose::Deposit
                | Purpose::Opening
                | Purpose::Realised
                | Purpose::Release
                | Purpose::TopUp => continue, // nobody has more or less for it
                Purpose::Funding | Purpose::Seizure => (from, to),
                Purpose::Fee | Purpose::Penalty => (of_trader(from, Payer::PenaltiesAndFees), to),
                Purpose::Insurance | Purpose::Settlement | Purpose::Debt => {
                    (from, of_trader(to, Payer::ShortfallsCovered))
                },
                Purpose::Cut => (Some(Payer::DeleveragedWinners), to),
            };
            self.move_equity(account, from, to, posting.amount);
        }
    }

    /// Moves equity in the asset of `account`.
    fn move_equity(&mut self, account: AccountId, from: Side, to: Side, amount: Money) {
        let asset = self.run.asset_of(account).expect("only accounts of a venue change equity");
        if let Some(from) = from {
            *self.sums.entry((asset, from)).or_default() -= amount;
        }
        if let Some(to) = to {
            *self.sums.entry((asset, to)).or_default() += amount;
        }
    }

    /// From `price` to the last mark. Without any mark nothing is known to have risen.
    fn rise(&self, instrument: InstrumentId, price: Price) -> Price {
        let last = self.run.marks(instrument).map_or(price, |(_, last)| last);
        last.minus(price)
    }

    fn side(&self, account: AccountId) -> Side {
        match self.run.role(account) {
            Role::Outside | Role::Clearing => None,
            Role::Revenue | Role::Debt | Role::Settlement | Role::Funding => Some(Payer::Venue),
            Role::Backstop => Some(Payer::Backstops),
            Role::InsuranceFund => Some(Payer::InsuranceFund),
            Role::Liquidity => Some(Payer::LiquidityAccounts),
            Role::Trader if self.run.liquidated().contains(&account) => {
                Some(Payer::LiquidatedTraders)
            },
            Role::Trader => Some(Payer::OtherTraders),
        }
    }

    fn tables(self) -> Result<Vec<WhoPaid>, Unbalanced> {
        let sum = |asset, payer| self.sums.get(&(asset, payer)).copied().unwrap_or_default();
        let tables = self.run.settlement_assets().into_iter().map(|asset| {
            let is_there = |payer: &Payer| {
                *payer != Payer::Backstops || self.sums.contains_key(&(asset.asset, *payer))
            };
            let payers = Payer::ALL.iter().copied().filter(is_there);
            let rows: Vec<_> = payers.map(|payer| (payer, sum(asset.asset, payer))).collect();
            let sum = rows.iter().map(|&(_, amount)| amount).sum();
            let (name, decimals) = (asset.name.clone(), asset.decimals);
            match sum {
                Money::ZERO => Ok(WhoPaid { asset: name, decimals, rows }),
                sum => Err(Unbalanced { asset: name, sum: Decimal::new(sum.0, decimals) }),
            }
        });
        tables.collect()
    }
}
