//! Simulated time.

use crate::quantity::{ParseQuantityError, from_text};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
};

/// Nanoseconds since 1 January 1970, UTC. A person writes `"2025-10-10T20:45:00Z"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// Nanoseconds between two times. A person writes `"250ms"` or `"5min"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// One second.
    pub const SECOND: Self = Self(1_000_000_000);
    /// The longest that can be asked for: ten years.
    pub const LONGEST: Self = Self(315_576_000 * Self::SECOND.0);

    /// In seconds, as a float for decays and rates.
    #[inline]
    pub fn as_seconds(self) -> f64 {
        crate::math::to_float(i128::from(self.0), 9)
    }
}

impl Time {
    /// From `earlier` to here.
    #[inline]
    pub fn since(self, earlier: Self) -> Duration {
        Duration(self.0.checked_sub(earlier.0).expect("times are within three centuries of 1970"))
    }

    /// Hours, minutes, seconds and milliseconds of the day.
    pub fn time_of_day(self) -> String {
        self.to_string().get(11..23).unwrap_or_default().to_owned()
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    #[inline]
    fn add(self, later: Duration) -> Self {
        Self(self.0.checked_add(later.0).expect("times are within three centuries of 1970"))
    }
}

impl Sub<Duration> for Time {
    type Output = Self;

    #[inline]
    fn sub(self, earlier: Duration) -> Self {
        Self(self.0.checked_sub(earlier.0).expect("times are within three centuries of 1970"))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = std::time::Duration::from_nanos(u64::try_from(self.0).unwrap_or(0));
        let instant = std::time::UNIX_EPOCH.checked_add(nanos).ok_or(fmt::Error)?;
        write!(f, "{}", humantime::format_rfc3339_nanos(instant))
    }
}

impl FromStr for Time {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let unit = || ParseQuantityError::Unit {
            found: text.to_owned(),
            expected: "an instant in UTC such as \"2025-10-10T20:45:00Z\"",
        };
        let instant = humantime::parse_rfc3339(text).map_err(|_| unit())?;
        let nanos = instant.duration_since(std::time::UNIX_EPOCH).map_err(|_| unit())?.as_nanos();
        i64::try_from(nanos).map(Self).map_err(|_| unit())
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = std::time::Duration::from_nanos(self.0.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", humantime::format_duration(nanos))
    }
}

/// What a duration looks like.
const A_DURATION: &str = "a duration such as \"250ms\", \"3s\", \"5min\", \"8h\" or \"1day 12h\", in \
                          ns, us, ms, s, min, h, day, week, month or year";

impl FromStr for Duration {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let unit = || ParseQuantityError::Unit { found: text.to_owned(), expected: A_DURATION };
        let nanos = humantime::parse_duration(text).map_err(|_| unit())?.as_nanos();
        match i64::try_from(nanos) {
            Ok(nanos) if nanos <= Self::LONGEST.0 => Ok(Self(nanos)),
            Ok(_) | Err(_) => Err(ParseQuantityError::Range {
                found: text.to_owned(),
                expected: "at most ten years",
            }),
        }
    }
}

macro_rules! text_for_people_nanoseconds_for_logs {
    ($($type:ty, $expected:expr;)*) => {$(
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_i64(self.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    from_text(deserializer, $expected)
                } else {
                    i64::deserialize(deserializer).map(Self)
                }
            }
        }
    )*};
}

text_for_people_nanoseconds_for_logs! {
    Time, "an instant in UTC such as \"2025-10-10T20:45:00Z\"";
    Duration, A_DURATION;
}

#[cfg(test)]
mod tests {
    use super::{Duration, Time};

    #[test]
    fn an_instant_reads_and_prints_the_same() {
        let time: Time = "2025-10-10T20:45:00Z".parse().expect("it is valid");
        assert_eq!(time.to_string(), "2025-10-10T20:45:00.000000000Z");
        assert_eq!(time.time_of_day(), "20:45:00.000");
        assert_eq!((time + Duration::SECOND).since(time), Duration::SECOND);
    }

    #[test]
    fn a_duration_needs_its_unit() {
        assert_eq!("250ms".parse(), Ok(Duration(250_000_000)));
        assert_eq!("80min".parse(), Ok(Duration(4_800 * Duration::SECOND.0)));
        for unit in ["ns", "us", "ms", "s", "min", "h", "day", "week", "month", "year"] {
            assert!(super::A_DURATION.contains(unit));
            assert!(format!("2{unit}").parse::<Duration>().is_ok_and(|two| two > Duration(1)));
        }
        assert_eq!("1day 12h".parse(), Ok(Duration(129_600 * Duration::SECOND.0)));
        assert!("80".parse::<Duration>().is_err());
        assert!("-3s".parse::<Duration>().is_err());
    }
}
