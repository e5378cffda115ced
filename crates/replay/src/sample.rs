//! Small worlds and random facts for tests.

use crate::{Header, SealReason, Sealed, State, Writer, codec};
use facts::{
    AccountId, AccountOpened, AssetId, AssetListed, Deposited, Fact, FactId, FundamentalId,
    FundamentalListed, GroupId, GroupListed, InstrumentId, InstrumentListed, KindTag, LegMark,
    LegOpened, LiquidationOpened, MarkPricePublished, Purse, Record, Role, Sink, Stamp, Told,
    Traded, TraderId, VenueId, VenueListed, Word,
};
use proptest::{collection::vec, prelude::*};
use units::{Money, Price, Size, Time};

/// A header of the present format.
pub(crate) fn header() -> Header {
    Header {
        schema: Header::SCHEMA,
        engine: "delever 0.1.0".into(),
        experiment: "sample".into(),
        source: "(schema: 1)".into(),
        arm: "base".into(),
        seed: 7,
    }
}

/// Two venues that list `BTC`; `perp/longs/1` is long and `perp/house/liquidity` is short.
pub(crate) fn world() -> Vec<Fact> {
    let mut world = vec![
        Fact::from(AssetListed { asset: AssetId(0), name: "USDC".into(), decimals: 6 }),
        FundamentalListed {
            fundamental: FundamentalId(0),
            name: "bitcoin".into(),
            price_decimals: 2,
        }
        .into(),
        GroupListed { group: GroupId(0), name: "house".into() }.into(),
        GroupListed { group: GroupId(1), name: "longs".into() }.into(),
    ];
    world.extend(["perp", "spot"].into_iter().zip(0..).map(|(name, venue)| {
        VenueListed { venue: VenueId(venue), name: name.into(), asset: AssetId(0) }.into()
    }));
    world.push(account(0, None, "outside"));
    world.push(account(1, Some(VenueId(0)), "clearing"));
    world.push(account(2, Some(VenueId(0)), "liquidity"));
    world.push(account(3, Some(VenueId(0)), ""));
    world.push(account(4, Some(VenueId(0)), ""));
    world.push(account(5, Some(VenueId(1)), ""));
    world.push(instrument(0, 1));
    world.push(instrument(1, 0));
    world.extend([(2, 900), (3, 100)].map(|(account, amount)| {
        let (from, purse) = (AccountId(0), Purse::of(AccountId(account)));
        Deposited { from, purse, amount: Money(amount) }.into()
    }));
    world.push(leg(3, 5));
    world.push(leg(2, -5));
    world
}

fn account(id: u32, venue: Option<VenueId>, name: &str) -> Fact {
    Fact::from(AccountOpened {
        account: AccountId(id),
        trader: TraderId(0),
        venue,
        role: Role::Trader,
        group: GroupId(u16::from(name.is_empty())),
        ordinal: u64::from(id).saturating_sub(3),
        name: name.into(),
    })
}

fn instrument(id: u16, price_decimals: i8) -> Fact {
    Fact::from(InstrumentListed {
        instrument: InstrumentId(id),
        venue: VenueId(id),
        name: "BTC".into(),
        fundamental: FundamentalId(0),
        price_decimals,
        lot_decimals: 3,
        unit_value: 100,
        clearing: AccountId(1),
        liquidity: AccountId(2),
        funding: AccountId(2),
    })
}

fn leg(account: u32, lots: i64) -> Fact {
    Fact::from(LegOpened {
        purse: Purse::of(AccountId(account)),
        instrument: InstrumentId(0),
        size: Size(lots),
        entry: Price(40),
        cost: Money(i128::from(lots) * 40 * 100),
        clearing: AccountId(1),
        outside: AccountId(0),
    })
}

/// A mark price.
pub(crate) fn mark(instrument: u16, price: i64) -> Fact {
    let (instrument, price) = (InstrumentId(instrument), Price(price));
    MarkPricePublished { instrument, price, index: price, last: price, basis: None }.into()
}

/// A sale by `perp/longs/1` to the liquidity account.
pub(crate) fn sale(lots: i64, price: i64, realised: i64) -> Fact {
    Fact::from(Traded {
        instrument: InstrumentId(0),
        buyer: Purse::of(AccountId(2)),
        seller: Purse::of(AccountId(3)),
        size: Size(lots),
        price: Price(price),
        buyer_realised: Money(i128::from(-realised)),
        seller_realised: Money(i128::from(realised)),
        clearing: AccountId(1),
        forced: Some(Purse::of(AccountId(3))),
    })
}

/// Facts one second and one event apart, each caused by the one before.
pub(crate) fn story(facts: &[Fact]) -> Vec<Record> {
    let record = |(id, fact): (u64, &Fact)| Record {
        id: FactId(id),
        stamp: Stamp {
            time: Time(i64::try_from(id + 1).expect("it is short") * 1_000_000_000),
            round: 0,
            phase: 2,
            kind: KindTag::of("sample"),
            sequence: id,
        },
        cause: id.checked_sub(1).map(FactId),
        fact: fact.clone(),
    };
    (0..).zip(facts).map(record).collect()
}

/// A finished log.
pub(crate) fn log(genesis: &[Fact], records: &[Record]) -> Sealed {
    log_with(crate::frame::FACTS_MAX, genesis, records)
}

/// A finished log with frames of at most `facts_max` facts.
pub(crate) fn log_with(facts_max: u32, genesis: &[Fact], records: &[Record]) -> Sealed {
    let mut writer = Writer::with_frames_of(facts_max, &header());
    tell(&mut writer, genesis, records);
    let state = State::of(genesis, records).expect("a sample stays small");
    writer.seal(SealReason::Quiet, 0, state.digest())
}

/// Leaves facts in a sink.
pub(crate) fn tell(sink: &mut impl Sink, genesis: &[Fact], records: &[Record]) {
    for fact in genesis {
        sink.genesis(fact);
    }
    for record in records {
        sink.record(record);
    }
}

/// A fact of the kind with this tag, made of these bytes.
pub(crate) fn fact_of_kind(tag: u16, content: &[u8]) -> Fact {
    let mut bytes = Vec::new();
    codec::put(&tag, &mut bytes);
    bytes.extend(content);
    codec::take_fact(&mut bytes.as_slice()).expect("zeros and ones are a fact of every kind")
}

/// A fact of any kind; some with numbers and texts of any size.
pub(crate) fn any_fact() -> impl Strategy<Value = Fact> {
    let kinds = Fact::KINDS.iter().map(|kind| kind.tag).collect::<Vec<_>>();
    let small = (proptest::sample::select(kinds), vec(0_u8..2, 64))
        .prop_map(|(tag, content)| fact_of_kind(tag, &content));
    let told = (".*", ".*", ".*", any::<i64>()).prop_map(|(name, field, text, number)| {
        let words = vec![(field.as_str(), Word::Text(&text)), ("number", Word::Number(number))];
        Told::new(&name, words).into()
    });
    let opened = (any::<(u32, i128, i128)>(), vec(any::<(u16, i64, i64)>(), 0..5)).prop_map(
        |((account, equity, maintenance), legs)| {
            let mark = |(instrument, size, mark)| LegMark {
                instrument: InstrumentId(instrument),
                size: Size(size),
                mark: Price(mark),
            };
            Fact::from(LiquidationOpened {
                purse: Purse::of(AccountId(account)),
                equity: Money(equity),
                needed: Money(maintenance),
                legs: legs.into_iter().map(mark).collect(),
            })
        },
    );
    let limit = 1_i64 << 40;
    let sold = (-limit..limit, -limit..limit, any::<i64>().prop_map(|realised| realised >> 1))
        .prop_map(|(lots, price, realised)| sale(lots, price, realised));
    prop_oneof![4 => small, 1 => told, 1 => opened, 2 => sold]
}

/// Records of any facts, stamps and causes.
pub(crate) fn any_records() -> impl Strategy<Value = Vec<Record>> {
    let fact = any_fact().prop_filter("after genesis", |fact| !fact.is_genesis());
    vec((fact, any::<(bool, i64, u32, u8, u32, u64)>(), any::<u64>()), 0..40).prop_map(|drawn| {
        let mut records: Vec<Record> = Vec::new();
        for (id, (fact, (same, time, round, phase, kind, sequence), back)) in (0_u64..).zip(drawn) {
            let new = Stamp { time: Time(time), round, phase, kind: KindTag(kind), sequence };
            let last = records.last().map(|record| record.stamp);
            let stamp = last.filter(|_| same).unwrap_or(new);
            let cause = id.checked_sub(back % (id + 1)).filter(|cause| *cause < id).map(FactId);
            records.push(Record { id: FactId(id), stamp, cause, fact });
        }
        records
    })
}
