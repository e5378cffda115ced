//! What is wrong with a quantity, by what its reader said of it: RON hands on words only.

use crate::Code;
use units::{
    Amount, Decimal, Depth, Duration, Leverage, ParseDecimalError, ParseQuantityError, Ratio, Time,
};

/// Widest decimals that a number is read with, to either side of the point.
const DECIMALS: i8 = 18;

/// The kind of mistake that a message of `units` tells of; none when it is of something else.
///
/// Such a message begins with the text in question. The reader that says the same of that text again
/// is the one that said it.
pub(crate) fn code_of(message: &str) -> Option<Code> {
    let (text, _) = message.strip_prefix('`')?.split_once('`')?;
    let quantities = [
        text.parse::<Amount>().err(),
        text.parse::<Depth>().err(),
        text.parse::<Leverage>().err(),
        text.parse::<Ratio>().err(),
        text.parse::<Duration>().err(),
        text.parse::<Time>().err(),
    ];
    let mut quantities = quantities.into_iter().flatten();
    if let Some(error) = quantities.find(|error| error.to_string() == message) {
        return Some(of_quantity(&error));
    }
    let mut decimals = (-DECIMALS..=DECIMALS).filter_map(|it| Decimal::parse(text, it).err());
    decimals.find(|error| error.to_string() == message).map(|error| of_decimal(&error))
}

/// The kind of mistake in a quantity.
#[expect(clippy::wildcard_enum_match_arm, reason = "units may add errors")]
pub(crate) fn of_quantity(error: &ParseQuantityError) -> Code {
    match error {
        ParseQuantityError::Number(error) => of_decimal(error),
        ParseQuantityError::Unit { .. } => Code::WrongUnit,
        ParseQuantityError::TooLarge(_) => Code::Overflow,
        _ => Code::OutOfRange,
    }
}

/// What such a message says is wrong, and what it says to do instead.
pub(crate) fn told(code: Code, message: &str) -> (String, Option<String>) {
    if code == Code::WrongUnit {
        let (what, help) = with_example(message);
        return (what.to_owned(), help);
    }
    match message.split_once(": ").filter(|_| code == Code::OutOfRange) {
        Some((what, help)) => (what.to_owned(), Some(help.to_owned())),
        None => (message.to_owned(), None),
    }
}

/// Takes an example out of what it is of: `a duration such as "3s"`.
pub(crate) fn with_example(text: &str) -> (&str, Option<String>) {
    let Some((what, example)) = text.split_once(" such as ") else { return (text, None) };
    let noun = what.rsplit_once(" is not ").map_or(what, |(_, noun)| noun);
    (what, Some(format!("{noun} is written like {example}")))
}

/// Whether a message that quotes `word` speaks of what is written as `text`.
pub(crate) fn is_quoted(text: &str, word: &str) -> bool {
    let amount =
        || text.parse::<Amount>().ok().or_else(|| Some(text.parse::<Depth>().ok()?.notional));
    text == word || amount().is_some_and(|amount| amount.to_string() == word)
}

/// The kind of mistake in a number.
#[expect(clippy::wildcard_enum_match_arm, reason = "units may add errors")]
pub(crate) fn of_decimal(error: &ParseDecimalError) -> Code {
    match error {
        ParseDecimalError::TooFine { .. } | ParseDecimalError::NotWhole { .. } => {
            Code::TooManyDigits
        },
        ParseDecimalError::TooLarge(_) => Code::Overflow,
        _ => Code::NotANumber,
    }
}
