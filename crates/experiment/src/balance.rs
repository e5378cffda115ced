//! Longs equal shorts: what is left, and who takes it.

use crate::population::Opening;
use market::{AccountPlan, LegPlan};
use std::collections::BTreeMap;
use units::{Money, SIZE_MAX, Size};

/// Lots by which longs exceed shorts, of each instrument where they are not equal.
pub(crate) fn net<'a>(legs: impl IntoIterator<Item = (&'a str, Size)>) -> BTreeMap<&'a str, i128> {
    let mut net = BTreeMap::new();
    for (instrument, size) in legs {
        *net.entry(instrument).or_insert(0) += i128::from(size.0);
    }
    net.retain(|_, lots| *lots != 0);
    net
}

/// The account that takes the other side of what is left, at the opening price; or the instrument
/// of which more is left than one leg can hold.
pub(crate) fn rest(
    collateral: Money,
    left: &BTreeMap<&str, i128>,
    openings: &BTreeMap<&str, Opening>,
) -> Result<AccountPlan, String> {
    let leg = |(&instrument, &lots): (&&str, &i128)| {
        let fits = i64::try_from(-lots).ok().filter(|lots| lots.abs() <= SIZE_MAX);
        let size = Size(fits.ok_or_else(|| instrument.to_owned())?);
        let entry = openings[instrument].price;
        Ok(LegPlan { instrument: instrument.to_owned(), size, entry, isolated: None })
    };
    let legs = left.iter().map(leg).collect::<Result<Vec<_>, String>>()?;
    Ok(AccountPlan { name: String::new(), collateral, legs })
}
