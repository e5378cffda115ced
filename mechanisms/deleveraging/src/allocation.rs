//! Who gives how much, in whole units: pure functions that every answer may use.

/// Gives `total` to the first, then the second, …, each up to its capacity.
pub fn in_order(capacities: &[i128], total: i128) -> Vec<i128> {
    let mut left = total;
    let share = |&capacity: &i128| {
        let given = capacity.min(left).max(0);
        left -= given;
        given
    };
    capacities.iter().map(share).collect()
}

/// Gives `total` in proportion to weights, none above its capacity: share = min(capacity, τ·weight)
/// with the τ at which the shares sum to the total (to all capacities when these are less).
///
/// Exact: shares sum to the total to the last unit; no share is further than one unit from its
/// proportion.
pub fn in_proportion(weights: &[i128], capacities: &[i128], total: i128) -> Vec<i128> {
    let mut shares = vec![0; weights.len()];
    let mut open: Vec<usize> = (0..weights.len()).filter(|&at| weights[at] > 0).collect();
    let mut left = total;
    // Whoever is full at the present τ stays full at a higher one.
    loop {
        let weight: i128 = open.iter().map(|&at| weights[at]).sum();
        let is_full = |at: usize| exceeds(left, weights[at], capacities[at], weight);
        let (full, rest): (Vec<usize>, Vec<usize>) = open.iter().partition(|&&at| is_full(at));
        for &at in &full {
            shares[at] = capacities[at];
            left -= capacities[at];
        }
        open = rest;
        if full.is_empty() {
            break;
        }
    }
    spread(&mut shares, &open, weights, left);
    shares
}

/// Whether `total × weight ÷ weights` is at least `capacity`.
fn exceeds(total: i128, weight: i128, capacity: i128, weights: i128) -> bool {
    let share = units::mul_div(total, weight, weights, units::Rounding::Down);
    share.is_ok_and(|share| share >= capacity)
}

/// Spreads `total` over `open` in proportion, by cumulative rounding.
fn spread(shares: &mut [i128], open: &[usize], weights: &[i128], total: i128) {
    let weight: i128 = open.iter().map(|&at| weights[at]).sum();
    let (mut passed, mut given) = (0, 0);
    for &at in open {
        passed += weights[at];
        let until = units::mul_div(total, passed, weight, units::Rounding::Down);
        let until = until.expect("a share of a total fits where the total does");
        shares[at] = until - given;
        given = until;
    }
}

#[cfg(test)]
mod tests {
    use super::{in_order, in_proportion};
    use proptest::prelude::*;

    #[test]
    fn the_queue_fills_the_first_before_the_second() {
        assert_eq!(in_order(&[4, 8, 1], 7), [4, 3, 0]);
    }

    #[test]
    fn proportion_without_caps_is_a_common_factor() {
        assert_eq!(in_proportion(&[80, 40, 5], &[80, 40, 5], 75), [48, 24, 3]);
    }

    fn people() -> impl Strategy<Value = Vec<(i128, i128)>> {
        prop::collection::vec((0_i128..1_000_000, 0_i128..1_000_000), 0..40)
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_total_or_to_all_capacity(people in people(), total in 0_i128..20_000_000) {
            let (weights, capacities): (Vec<_>, Vec<_>) = people.into_iter().unzip();
            let shares = in_proportion(&weights, &capacities, total);
            let reachable = weights.iter().zip(&capacities).filter(|(weight, _)| **weight > 0);
            let most: i128 = reachable.map(|(_, capacity)| capacity).sum();
            prop_assert_eq!(shares.iter().sum::<i128>(), total.min(most));
            for (share, capacity) in shares.iter().zip(&capacities) {
                prop_assert!((0..=*capacity).contains(share));
            }
        }

        #[test]
        fn whoever_is_not_full_gives_in_proportion(people in people(), total in 0_i128..20_000_000) {
            let (weights, capacities): (Vec<_>, Vec<_>) = people.into_iter().unzip();
            let shares = in_proportion(&weights, &capacities, total);
            let open: Vec<usize> =
                (0..shares.len()).filter(|&at| weights[at] > 0 && shares[at] < capacities[at]).collect();
            for &one in &open {
                for &other in &open {
                    let gap = shares[one] * weights[other] - shares[other] * weights[one];
                    prop_assert!(gap.abs() <= weights[one] + weights[other]);
                }
            }
        }

        #[test]
        fn nobody_gives_less_when_more_is_asked(people in people(), total in 0_i128..10_000_000) {
            let (weights, capacities): (Vec<_>, Vec<_>) = people.into_iter().unzip();
            let less = in_proportion(&weights, &capacities, total);
            let more = in_proportion(&weights, &capacities, total * 2);
            for (less, more) in less.iter().zip(&more) {
                prop_assert!(*less <= *more + 1);
            }
        }
    }
}
