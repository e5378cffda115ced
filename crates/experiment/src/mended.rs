//! Quantities that are nearly right, as they would be.

use crate::{
    belongs::OF_A_LOAN,
    quantity::is_one,
    tokens::{is_text, tokens},
};
use units::{Decimal, Leverage, Ratio};

/// Signs that look like a minus and are none.
const DASHES: [char; 6] = ['\u{2212}', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}'];

/// What is wrong with a number that has commas in it, or signs and digits of other alphabets, and how it
/// is right; `message` quotes the number first, out of what is `written`.
pub(crate) fn number(message: &str, written: &str) -> Option<(String, String)> {
    let number = message.strip_prefix('`')?.split('`').next()?;
    if let Some(strange) = number.chars().find(|letter| !letter.is_ascii())
        && !number.contains(char::is_alphabetic)
    {
        let mended = number.replace(DASHES, "-");
        let help = if is_number(&mended) {
            format!("write `{}`: a minus is `-`", written.replace(DASHES, "-"))
        } else {
            "a number has the digits 0 to 9, and `-` for a minus".to_owned()
        };
        let code = u32::from(strange);
        return Some((format!("`{number}` is no number: it has `{strange}` (U+{code:04X})"), help));
    }
    if !number.contains(',') {
        return None;
    }
    let mended: Vec<String> = readings(number).into_iter().filter(|it| is_number(it)).collect();
    let quoted = |mended: &String| match written.replacen(number, mended, 1) {
        whole if is_text(&whole) => format!("`{whole}`"),
        whole => format!("`\"{whole}\"`"),
    };
    let quoted: Vec<String> = mended.iter().map(quoted).collect();
    let write = (!quoted.is_empty()).then(|| format!("write {}: ", quoted.join(", or ")));
    let help = format!(
        "{}decimals stand behind a point, and thousands may be parted by `_`",
        write.unwrap_or_default()
    );
    Some((format!("`{number}` is no number: it has a comma"), help))
}

/// What commas may stand for: blanks between thousands, or the point.
fn readings(number: &str) -> Vec<String> {
    let (whole, part) = match number.split_once('.') {
        Some((whole, part)) if !part.contains(',') => (whole, Some(part)),
        _ => (number, None),
    };
    let mut groups = whole.split(',').skip(1);
    let are_thousands = groups.all(|group| group.len() == 3);
    let thousands =
        part.map_or(whole.replace(',', "_"), |part| format!("{}.{part}", whole.replace(',', "_")));
    let decimal = number.replace('.', "_").replacen(',', ".", 1);
    let is_one_comma = number.matches(',').count() == 1 && part.is_none();
    match (are_thousands, is_one_comma) {
        (true, true) => vec![thousands, decimal],
        (true, false) => vec![thousands],
        (false, _) => vec![decimal],
    }
}

fn is_number(text: &str) -> bool {
    Decimal::parse(text, 18).is_ok()
}

/// How a quantity is right whose unit is another one, or not there; `message` says what it is not.
/// What names no asset is in `of_venue`.
pub(crate) fn unit(message: &str, written: &str, of_venue: &str) -> Option<String> {
    let (_, expected) = message.rsplit_once(" is not ")?;
    let plain = written.trim_matches('"');
    let write = |text: String| format!("write `\"{text}\"`");
    if expected == "a leverage" {
        let loan = plain.parse().ok().and_then(leverage_of)?;
        return Some(format!(
            "{} for a loan-to-value of {plain}; {OF_A_LOAN}",
            write(loan.to_string())
        ));
    }
    let (amount, per) = plain.split_once(" per ").unwrap_or((plain, ""));
    let parted: Vec<&str> = amount.split(' ').collect();
    let is_digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let digits = parted.iter().take_while(|part| is_digits(part)).count();
    let (number, asset) = (parted[..digits.max(1)].join("_"), parted[digits.max(1)..].join(" "));
    let number = readings(&number).into_iter().find(|it| is_number(it)).unwrap_or(number);
    let has_asset = !asset.is_empty();
    let asset = if has_asset { asset.as_str() } else { of_venue };
    let per = if per.is_empty() { String::new() } else { format!(" per {per}") };
    let mended = Some(format!("{number} {asset}{per}")).filter(|it| is_one(expected, it))?;
    let why = if has_asset { "" } else { ", in the asset that the venue settles in" };
    Some(write(mended) + why)
}

/// A value in which shares that are loan-to-values are the leverages that they amount to; none where
/// it has none.
pub(crate) fn leverages(value: &str) -> Option<String> {
    let owed = |token: &&str| token.trim_matches('"').parse().ok().and_then(leverage_of);
    let shares = tokens(value).filter(|token| is_text(token));
    let found: Vec<(&str, Leverage)> =
        shares.filter_map(|token| Some((token, owed(&token)?))).collect();
    let put = |value: String, (share, leverage): &(&str, Leverage)| {
        value.replace(share, &format!("\"{leverage}\""))
    };
    (!found.is_empty()).then(|| found.iter().fold(value.to_owned(), put))
}

/// The leverage of who borrowed this share of the value.
pub(crate) fn leverage_of(loan_to_value: Ratio) -> Option<Leverage> {
    let own = Ratio::ONE.0.checked_sub(loan_to_value.0).filter(|own| *own > 0)?;
    let is_loan = loan_to_value > Ratio::ZERO;
    let thousandths = (1_000 * Ratio::ONE.0 + own / 2).checked_div(own)?;
    is_loan.then_some(Leverage(thousandths))
}

#[cfg(test)]
mod tests {
    use super::{leverages, number, unit};

    #[test]
    fn a_comma_is_a_point_or_parts_thousands() {
        let mended = |written: &str, number_in_it: &str| {
            let (_, help) = number(&format!("`{number_in_it}` is …"), written).expect("a comma");
            help.split(": decimals").next().unwrap_or_default().to_owned()
        };
        for (written, number_in_it, expected) in [
            ("\"17,5%\"", "17,5", "write `\"17.5%\"`"),
            ("\"100,000,000 USDC\"", "100,000,000", "write `\"100_000_000 USDC\"`"),
            ("\"1,000.25 USDC\"", "1,000.25", "write `\"1_000.25 USDC\"`"),
            ("\"62.350,5\"", "62.350,5", "write `\"62_350.5\"`"),
            ("\"1,000\"", "1,000", "write `\"1_000\"`, or `\"1.000\"`"),
            ("100,5", "100,5", "write `\"100.5\"`"),
        ] {
            assert_eq!(mended(written, number_in_it), expected);
        }
        assert_eq!(number("`five` is …", "five"), None);
        let (_, help) = number("`a,b` is …", "a,b").expect("a comma");
        assert!(help.starts_with("decimals"), "{help}");
    }

    #[test]
    fn a_unit_that_is_missing_is_added() {
        let venue = ", in the asset that the venue settles in";
        for (expected, written, help) in [
            ("a depth", "5_000 per 1%", format!("write `\"5_000 USDC per 1%\"`{venue}")),
            ("a depth", "5,000 per 1%", format!("write `\"5_000 USDC per 1%\"`{venue}")),
            ("an amount of an asset", "200", format!("write `\"200 USDC\"`{venue}")),
            ("an amount of an asset", "1 000 EUR", "write `\"1_000 EUR\"`".to_owned()),
        ] {
            let message = format!("`{written}` is not {expected}");
            assert_eq!(unit(&message, written, "USDC"), Some(help));
        }
        let none = unit("`200` is not an amount of an asset", "200", "");
        assert_eq!(none, None, "there is no asset to name");
        let lending = "write `\"4x\"` for a loan-to-value of 75%; ";
        let loan = unit("`75%` is not a leverage", "\"75%\"", "USDC").expect("it is a loan");
        assert!(loan.starts_with(lending), "{loan}");
        for written in ["5", "100%", "-5%", "five"] {
            assert_eq!(unit(&format!("`{written}` is not a leverage"), written, "USDC"), None);
        }
        assert_eq!(unit("`five` is not a depth", "five", "USDC"), None);
        assert_eq!(leverages("Fixed(\"80%\")").as_deref(), Some("Fixed(\"5x\")"));
        assert_eq!(leverages("Fixed(\"5x\")"), None);
    }
}
