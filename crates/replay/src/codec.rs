//! One fact as bytes.
//!
//! A fact is its permanent tag and the postcard form of its fields. A record is the event it came
//! from (nothing where that is the event of the record before; else the time since that record,
//! and the rest of the stamp), the distance back to its cause (0 for none), and the fact. Its id
//! is its place. Written with no record before it, that is its canonical form.

use crate::compact::Compact;
use facts::{Fact, FactId, FactKind, KindTag, Record, Stamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use units::Time;

/// What is wrong with bytes that are no fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

#[derive(Serialize, Deserialize)]
struct Origin {
    event: Option<Event>,
    back: u64,
}

#[derive(Serialize, Deserialize)]
struct Event {
    elapsed: i64,
    round: u32,
    phase: u8,
    #[serde(with = "postcard::fixint::le")]
    kind: u32,
    sequence: u64,
}

/// Appends anything that serialises.
#[inline]
pub(crate) fn put(value: &impl Serialize, out: &mut Vec<u8>) {
    value.serialize(Compact(out)).expect("what is written has a length");
}

/// Takes anything that deserialises from the front.
pub(crate) fn take<T: DeserializeOwned>(bytes: &mut &[u8]) -> Result<T, Malformed> {
    let (value, rest) = postcard::take_from_bytes(bytes)
        .map_err(|_| Malformed("its content is none that was ever written"))?;
    *bytes = rest;
    Ok(value)
}

/// Appends the event that a record comes from, after one of stamp `previous`: nothing but a mark where
/// it is the same.
pub(crate) fn put_event(stamp: &Stamp, previous: Option<&Stamp>, out: &mut Vec<u8>) {
    if previous == Some(stamp) {
        return out.push(0);
    }
    let event = Event {
        elapsed: stamp.time.0.wrapping_sub(previous.map_or(0, |earlier| earlier.time.0)),
        round: stamp.round,
        phase: stamp.phase,
        kind: stamp.kind.0,
        sequence: stamp.sequence,
    };
    put(&Some(event), out);
}

/// Appends what follows the event of a record: the distance back to its cause, and its fact.
///
/// # Panics
/// When its cause is not an earlier fact.
pub(crate) fn put_rest(record: &Record, out: &mut Vec<u8>) {
    let back = record.cause.map_or(0, |cause| {
        let back = record.id.0.checked_sub(cause.0).filter(|back| *back > 0);
        back.expect("a cause is an earlier fact")
    });
    put(&(back, record.fact.tag()), out);
    put_fields(&record.fact, out);
}

/// Takes record `id` from the front, after one of stamp `previous`.
pub(crate) fn take_record(
    id: FactId,
    previous: Option<&Stamp>,
    bytes: &mut &[u8],
) -> Result<Record, Malformed> {
    let Origin { event, back } = take(bytes)?;
    let stamp = match (event, previous) {
        (Some(event), _) => Stamp {
            time: Time(previous.map_or(0, |earlier| earlier.time.0).wrapping_add(event.elapsed)),
            round: event.round,
            phase: event.phase,
            kind: KindTag(event.kind),
            sequence: event.sequence,
        },
        (None, Some(previous)) => *previous,
        (None, None) => return Err(Malformed("its first fact has no event")),
    };
    let cause = match back {
        0 => None,
        back => Some(id.0.checked_sub(back).map(FactId).ok_or(Malformed("a cause is no fact"))?),
    };
    let fact = take_fact(bytes)?;
    if fact.is_genesis() {
        return Err(Malformed("a genesis fact is among the others"));
    }
    Ok(Record { id, stamp, cause, fact })
}

/// Appends a fact.
pub(crate) fn put_fact(fact: &Fact, out: &mut Vec<u8>) {
    put(&fact.tag(), out);
    put_fields(fact, out);
}

macro_rules! by_tag {
    ($($name:ident)*) => {
        fn put_fields(fact: &Fact, out: &mut Vec<u8>) {
            match fact {
                $(Fact::$name(fact) => put(fact, out),)*
            }
        }

        /// Takes a fact from the front.
        pub(crate) fn take_fact(bytes: &mut &[u8]) -> Result<Fact, Malformed> {
            match take::<u16>(bytes)? {
                $(<facts::$name as FactKind>::TAG => take::<facts::$name>(bytes).map(Fact::from),)*
                _ => Err(Malformed("it holds a kind of fact that is not known here")),
            }
        }
    };
}

by_tag! {
    AssetListed FundamentalListed VenueListed InstrumentListed RuleInstalled GroupListed
    AccountOpened Deposited LegOpened
    RunStarted FundamentalPriceSet IndexPricePublished MarkPricePublished
    LiquidationOpened LiquidationSpared LiquidationEnded
    SaleOrdered SaleKept FillRefused Traded FeeCharged PenaltyCharged
    BankruptcyIncurred InsurancePaid ShortfallLeft ProfitCut PositionDeleveraged
    ShortfallSettled DebtBooked Halted Resumed Told MarginReleased DebtRepaid SaleWithdrawn
    OrderPlaced OrderCancelled CollateralAdded FundingRateSet FundingPaid MarginCalled MarginCallMet
    MarginCallMissed PositionTakenOver MarginSeized PriceBandSet RequirementChanged
    LimitOrderPlaced OrderRested OrderFilled RestingOrderCancelled
    RuleEnded RuleBegun CapitalAdded CapitalWithdrawn
}

#[cfg(test)]
mod tests {
    use super::{Event, Malformed, Origin, put, put_event, put_fact, put_rest, take_fact};
    use crate::sample;
    use facts::{
        AccountId, AssetId, Fact, FactId, FundamentalId, GroupId, InstrumentId, KindTag, LegMark,
        Purse, Record, Role, RunStarted, Stamp, Term, TraderId, VenueId, Word,
    };
    use proptest::prelude::*;
    use units::{Duration, Money, Price, Ratio, Side, Size, Time};

    #[test]
    fn a_tag_is_permanent() {
        for kind in Fact::KINDS {
            let fact = sample::fact_of_kind(kind.tag, &[0; 64]);
            let is_told = matches!(fact, Fact::Told(_));
            assert_eq!(fact.name(), if is_told { "" } else { kind.name });
            let mut bytes = Vec::new();
            put_fact(&fact, &mut bytes);
            assert_eq!(bytes.first().copied().map(u16::from), Some(kind.tag));
        }
    }

    #[test]
    fn an_unknown_tag_is_refused() {
        assert!(matches!(take_fact(&mut [31_u8, 0, 0, 0].as_slice()), Err(Malformed(_))));
    }

    #[test]
    fn a_term_keeps_every_word_and_has_a_permanent_place() {
        let legs = [LegMark { instrument: InstrumentId(1), size: Size(2), mark: Price(3) }];
        let words = [
            Word::Nothing,
            Word::Text("text"),
            Word::Legs(&legs),
            Word::Asset(AssetId(1)),
            Word::Fundamental(FundamentalId(1)),
            Word::Venue(VenueId(1)),
            Word::Instrument(InstrumentId(1)),
            Word::Group(GroupId(1)),
            Word::Trader(TraderId(1)),
            Word::Account(AccountId(1)),
            Word::Purse(Purse::of(AccountId(1))),
            Word::Fact(FactId(1)),
            Word::Money(Money(1)),
            Word::Price(Price(1)),
            Word::Size(Size(1)),
            Word::Side(Side::Long),
            Word::Ratio(Ratio(1)),
            Word::Rank(1),
            Word::Time(Time(1)),
            Word::Duration(Duration(1)),
            Word::Number(1),
            Word::Count(1),
            Word::Role(Role::Trader),
            Word::Flag(true),
        ];
        for (place, word) in (0_u8..).zip(words) {
            let term = Term::from(word);
            assert_eq!(Word::from(&term), word);
            let mut bytes = Vec::new();
            put(&term, &mut bytes);
            assert_eq!(bytes.first(), Some(&place), "{word:?}");
        }
    }

    proptest! {
        #[test]
        fn what_stands_before_a_fact_is_what_postcard_writes(
            times in any::<[i64; 2]>(), shifts in prop::array::uniform5(0_u32..64),
            (round, phase, kind) in any::<(u32, u8, u32)>(), numbers in any::<[u64; 2]>(),
            is_first in any::<bool>(), is_same in any::<bool>(),
        ) {
            let [time, earlier] = times.map(|time| Time(time >> shifts[0]));
            let [sequence, back] = numbers;
            let stamp = Stamp {
                time,
                round: round.checked_shr(shifts[1]).unwrap_or(0),
                phase,
                kind: KindTag(kind),
                sequence: sequence >> shifts[2],
            };
            let previous = if is_same { stamp } else { Stamp { time: earlier, ..stamp } };
            let previous = (!is_first).then_some(&previous);
            let back = back >> shifts[3];
            let id = FactId((u64::MAX >> shifts[4]).max(back));
            let cause = (back > 0).then(|| FactId(id.0 - back));
            let fact = Fact::from(RunStarted { horizon: time });
            let event = (previous != Some(&stamp)).then(|| Event {
                elapsed: time.0.wrapping_sub(previous.map_or(0, |earlier| earlier.time.0)),
                round: stamp.round,
                phase,
                kind,
                sequence: stamp.sequence,
            });
            let mut bytes = Vec::new();
            let record = Record { id, stamp, cause, fact };
            put_event(&stamp, previous, &mut bytes);
            put_rest(&record, &mut bytes);
            let Fact::RunStarted(started) = &record.fact else { unreachable!("it was made so") };
            let origin = (Origin { event, back }, record.fact.tag(), started);
            prop_assert_eq!(bytes, postcard::to_allocvec(&origin).expect("it is serialised"));
        }

        #[test]
        fn a_fact_of_any_kind_is_read_back(fact in sample::any_fact()) {
            let mut bytes = Vec::new();
            put_fact(&fact, &mut bytes);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(take_fact(&mut rest), Ok(fact));
            prop_assert!(rest.is_empty());
        }
    }
}
