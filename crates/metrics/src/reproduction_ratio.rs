//! Whether a cascade grows or dies out.

use crate::{Run, Undefined, Value, generations::generations};

/// Liquidations that each liquidation led to by the next publication of the mark.
///
/// A forced sale moves the trade price at once, but reaches other accounts only through the next
/// published mark. So what is opened between publications k and k + 1 is one generation of a
/// branching process, nₖ its size, and
///
/// ```text
/// R = Σ nₖ₊₁ ÷ Σ nₖ    over all k with nₖ > 0 that have a successor
/// ```
///
/// Below one a cascade dies out by itself; at or above one it runs until it meets what stops it.
/// Recorded causes could not tell: a liquidation after two sales has two parents and one cause.
/// A shock that goes on after the first generation adds liquidations that no earlier one led to:
/// they count as offspring, so R is then too high, equally in all arms.
///
/// Source: Harris 1948, maximum likelihood estimate of the mean of a Galton–Watson process.
pub(crate) fn reproduction_ratio(run: &Run<'_>) -> Value {
    let generations = generations(run);
    let lines = generations.windows(2).filter_map(|pair| match *pair {
        [parents, children] if parents > 0 => Some((parents, children)),
        _ => None,
    });
    let (parents, children) = lines.fold((0, 0), |sum, line| (sum.0 + line.0, sum.1 + line.1));
    if generations.iter().all(|&opened| opened == 0) {
        Err(Undefined("nothing was liquidated"))
    } else if parents == 0 {
        Err(Undefined("nothing was liquidated before the last publication of a mark"))
    } else {
        Ok(f64::from(children) / f64::from(parents))
    }
}
