use super::Compact;
use proptest::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

#[test]
fn a_number_at_the_border_of_a_length_is_what_postcard_would_write() {
    let borders = (0..=18).flat_map(|bytes| {
        let border = 1_u128 << (7 * bytes);
        [border - 1, border, border + 1]
    });
    for number in borders.chain([u128::from(u64::MAX), u128::MAX, u128::MAX - 1]) {
        let signed = number.cast_signed();
        let mut bytes = Vec::new();
        let low = u64::try_from(number & u128::from(u64::MAX)).expect("64 bits are left");
        let numbers = (number, signed, signed.wrapping_neg(), low, low.cast_signed());
        numbers.serialize(Compact(&mut bytes)).expect("it has a length");
        assert_eq!(bytes, postcard::to_allocvec(&numbers).expect("it is serialised"), "{number}");
    }
}

#[derive(Clone, Debug, Serialize)]
struct Unit;

#[derive(Clone, Debug, Serialize)]
struct Newtype(i128);

#[derive(Clone, Debug, Serialize)]
struct Pair(u8, Newtype);

#[derive(Clone, Debug, Serialize)]
struct Fields {
    unit: Unit,
    pair: Pair,
    list: Vec<Option<Newtype>>,
}

/// Everything that has a form of its own.
#[derive(Clone, Debug, Serialize)]
enum Value {
    Nothing,
    One(u64),
    Signed(i8, i16, i32, i64),
    Whole { small: u8, short: u16, number: u32, wide: u128, money: i128 },
    Floats(f32, f64),
    Texts(String, char, Vec<u8>, BTreeMap<u16, String>),
    Maybe(Option<bool>, Option<Box<Self>>, ()),
    Structs(Fields),
}

/// Numbers of every length.
fn number() -> impl Strategy<Value = u128> {
    (any::<u128>(), 0_u32..128).prop_map(|(number, less)| number >> less)
}

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "any part will do")]
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nothing),
        number().prop_map(|it| Value::One(it as u64)),
        number().prop_map(|it| {
            let it = it.cast_signed();
            Value::Signed(it as i8, it as i16, it as i32, it as i64)
        }),
        number().prop_map(|it| Value::One((it as u64).wrapping_neg())),
        (number(), any::<bool>()).prop_map(|(wide, sign)| {
            let money = if sign { wide.cast_signed() } else { wide.cast_signed().wrapping_neg() };
            let (small, short, number) = (wide as u8, wide as u16, wide as u32);
            Value::Whole { small, short, number, wide, money }
        }),
        (any::<u8>(), any::<i128>(), any::<Vec<Option<i64>>>()).prop_map(|(one, other, list)| {
            let list = list.into_iter().map(|it| it.map(|it| Newtype(it.into()))).collect();
            Value::Structs(Fields { unit: Unit, pair: Pair(one, Newtype(other)), list })
        }),
        any::<(f32, f64)>().prop_map(|(one, other)| Value::Floats(one, other)),
        any::<(String, char, Vec<u8>, BTreeMap<u16, String>)>()
            .prop_map(|(text, letter, bytes, map)| Value::Texts(text, letter, bytes, map)),
    ];
    leaf.prop_recursive(3, 8, 1, |inner| {
        (any::<Option<bool>>(), prop::option::of(inner))
            .prop_map(|(flag, inner)| Value::Maybe(flag, inner.map(Box::new), ()))
    })
}

proptest! {
    #[test]
    fn what_is_written_is_what_postcard_would_write(value in value()) {
        let mut bytes = vec![7];
        value.serialize(Compact(&mut bytes)).expect("it has a length");
        prop_assert_eq!(&bytes[1..], postcard::to_allocvec(&value).expect("it is serialised"));
    }
}
