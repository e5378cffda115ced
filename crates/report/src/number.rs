//! Numbers as people read them.

use metrics::{Definition, Unit, Value};
use std::fmt;
use units::Time;

/// What is printed where there is no value.
pub(crate) const UNDEFINED: &str = "—";

/// From 999.5 k on it is a million, so that nothing prints as 1000 k.
const MONEY: [(f64, f64, &str); 3] =
    [(9.995e8, 1e9, " bn"), (9.995e5, 1e6, " M"), (9.995e2, 1e3, " k")];

const SECONDS: [(f64, f64, &str); 3] =
    [(7_200.0, 3_600.0, " h"), (120.0, 60.0, " min"), (0.0, 1.0, " s")];

const BYTES: [(f64, f64, &str); 4] =
    [(9.995e8, 1e9, " GB"), (9.995e5, 1e6, " MB"), (9.995e2, 1e3, " kB"), (0.0, 1.0, " B")];

/// A size in memory.
pub(crate) fn bytes(number: u64) -> String {
    scaled(units::math::float(i128::from(number)), &BYTES)
}

/// A value in its unit, or `—`.
pub(crate) fn value(unit: Unit, value: Value) -> String {
    value.map_or_else(|_| UNDEFINED.to_owned(), |value| number(unit, value))
}

/// A number in its unit, in about three digits; the asset of money is in the label.
pub(crate) fn number(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Money => scaled(value, &MONEY),
        Unit::Seconds => scaled(value, &SECONDS),
        Unit::Ratio => format!("{}%", digits(value * 100.0)),
        Unit::Count if value.fract().abs() < f64::EPSILON => fixed(value, 0),
        Unit::Count | Unit::Number => digits(value),
    }
}

/// A number with its sign, be it positive.
pub(crate) fn signed(unit: Unit, value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", number(unit, value))
}

/// A difference of two numbers; of two percentages it is in percentage points.
pub(crate) fn difference(unit: Unit, value: f64) -> String {
    let text = signed(unit, value);
    text.strip_suffix('%').map(|points| format!("{points} pp")).unwrap_or(text)
}

/// A printed number and its unit, which begins with a space; no unit where it has none.
pub(crate) fn split(text: &str) -> (&str, &str) {
    let unit = text.rfind(' ').filter(|place| text[*place..].ends_with(char::is_alphabetic));
    text.split_at(unit.unwrap_or(text.len()))
}

/// Name of a metric, with the asset where it is money.
pub(crate) fn label(metric: &Definition, asset: &str) -> String {
    match metric.unit {
        Unit::Money if !asset.is_empty() => format!("{}, {asset}", metric.name),
        Unit::Money | Unit::Count | Unit::Number | Unit::Ratio | Unit::Seconds => {
            metric.name.to_owned()
        },
    }
}

/// A moment, without a part of a second where there is none.
pub fn moment(time: Time) -> String {
    time.to_string().replace(".000000000", "")
}

/// So many of a thing: `1 fact`, `12 000 facts`.
pub fn counted(count: impl fmt::Display, thing: &str) -> String {
    let count = count.to_string();
    let s = if count == "1" { "" } else { "s" };
    format!("{} {thing}{s}", grouped(&count))
}

/// Groups the digits before the point by three: `-12 408.5`.
pub(crate) fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let whole = rest.find('.').unwrap_or(rest.len());
    let mut text = sign.to_owned();
    for (place, digit) in rest.char_indices() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// In the first scale that it is large enough for: (least value, value of one, its name).
fn scaled(value: f64, scales: &[(f64, f64, &str)]) -> String {
    let fits = scales.iter().find(|&&(least, ..)| value.abs() >= least);
    let &(_, one, name) = fits.unwrap_or(&(0.0, 1.0, ""));
    format!("{}{name}", digits(value / one))
}

/// About three digits; none after the point from a hundred on.
fn digits(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude < 0.999_5 {
        fixed(value, 3)
    } else if magnitude < 9.995 {
        fixed(value, 2)
    } else if magnitude < 99.95 {
        fixed(value, 1)
    } else {
        fixed(value, 0)
    }
}

fn fixed(value: f64, places: usize) -> String {
    let text = grouped(&format!("{value:.places$}"));
    let nothing = text.chars().all(|letter| matches!(letter, '-' | '0' | '.'));
    if nothing { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{counted, difference, grouped, number, signed, split};
    use metrics::Unit;

    #[test]
    fn money_has_three_digits_and_the_scale_that_fits() {
        for (value, text) in [
            (0.0, "0"),
            (-0.000_1, "0"),
            (7.25, "7.25"),
            (999.4, "999"),
            (999_960.0, "1.00 M"),
            (-41_231_004.5, "-41.2 M"),
            (2.1e9, "2.10 bn"),
        ] {
            assert_eq!(number(Unit::Money, value), text);
        }
    }

    #[test]
    fn each_unit_is_read_as_people_read_it() {
        assert_eq!(number(Unit::Count, 3_118.0), "3 118");
        assert_eq!(number(Unit::Count, 18.25), "18.2");
        assert_eq!(number(Unit::Ratio, 0.0493), "4.93%");
        assert_eq!(number(Unit::Seconds, 90.0), "90.0 s");
        assert_eq!(number(Unit::Seconds, 300.0), "5.00 min");
        assert_eq!(number(Unit::Seconds, 9_000.0), "2.50 h");
        assert_eq!(signed(Unit::Ratio, 0.25), "+25.0%");
        assert_eq!(difference(Unit::Ratio, -0.25), "-25.0 pp");
        assert_eq!(difference(Unit::Number, 0.25), "+0.250");
    }

    #[test]
    fn one_thing_is_no_things() {
        let facts = [0, 1, 2, 3_118].map(|count| counted(count, "fact"));
        assert_eq!(facts, ["0 facts", "1 fact", "2 facts", "3 118 facts"]);
    }

    #[test]
    fn a_unit_is_what_follows_the_last_digit() {
        for (text, parts) in
            [("-1 905", ("-1 905", "")), ("+1.52 k", ("+1.52", " k")), ("0", ("0", ""))]
        {
            assert_eq!(split(text), parts);
        }
    }

    #[test]
    fn digits_are_grouped_before_the_point_only() {
        assert_eq!(grouped("-1234567.1234567"), "-1 234 567.1234567");
        assert_eq!(grouped("123"), "123");
    }
}
