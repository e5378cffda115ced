//! What is wrong with a quantity, by what its reader said of it: RON hands on words only.

use crate::{Code, form::Form, mended};
use units::{
    Amount, Decimal, Depth, Duration, Leverage, ParseDecimalError, ParseQuantityError, Ratio, Time,
};

/// Quantities, as they are written.
pub(crate) const FORMS: &[Form] = &[
    quantity(
        "amount",
        "A quantity: so much of an asset, not negative: `\"200 USDC\"`. As in every quantity, `_` may \
         stand between digits: `\"40_000_000 USDC\"`.",
    ),
    quantity("percentage", "A quantity: a share or a rate, `\"0.5%\"`."),
    quantity(
        "duration",
        "A quantity: how long, in ns, us, ms, s, min, h, day, week, month or year, at most ten years: \
         `\"250ms\"`, `\"3s\"`, `\"5min\"`, `\"8h\"`, `\"1day 12h\"`.",
    ),
    quantity("instant", "A quantity: when, in UTC, `\"2025-10-10T20:45:00Z\"`."),
    quantity("leverage", "A quantity: how many times the equity, `\"6x\"`."),
    quantity(
        "depth",
        "A quantity: the notional that moves a price by so much, `\"40_000_000 USDC per 1%\"`.",
    ),
    quantity(
        "price",
        "A quantity: what one of an instrument costs, in the asset its venue settles in, without the \
         name of it: `\"62_350.5\"`.",
    ),
    quantity("size", "A quantity: how much of an instrument, short where negative: `\"-2.5\"`."),
];

const fn quantity(name: &'static str, doc: &'static str) -> Form {
    Form { name, doc, fields: &[] }
}

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

/// Whether a mistake is in a quantity.
pub(crate) fn is_its(code: Code) -> bool {
    matches!(
        code,
        Code::NotANumber
            | Code::WrongUnit
            | Code::TooManyDigits
            | Code::Overflow
            | Code::OutOfRange
    )
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

/// What such a message says is wrong of what is `written`, and what it says to do instead; what names
/// no asset is in this one.
pub(crate) fn told(
    code: Code,
    message: &str,
    written: &str,
    asset: &str,
) -> (String, Option<String>) {
    if code == Code::WrongUnit {
        let (what, help) = with_example(message);
        return (what.to_owned(), mended::unit(what, written, asset).or(help));
    }
    if let Some((message, help)) = mended::number(message, written) {
        return (message, Some(help));
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

/// Whether a text is what an expectation calls `what`.
pub(crate) fn is_one(what: &str, text: &str) -> bool {
    match what {
        "a percentage" => text.parse::<Ratio>().is_ok(),
        "a duration" => text.parse::<Duration>().is_ok(),
        "a leverage" => text.parse::<Leverage>().is_ok(),
        "an amount of an asset" => text.parse::<Amount>().is_ok(),
        "a depth" => text.parse::<Depth>().is_ok(),
        _ => false,
    }
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
