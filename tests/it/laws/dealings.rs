//! What venues of random markets ask and pay between liquidations, and when they stop trading.

use proptest::{prelude::*, sample::select};

/// Breakers, bands, both or neither.
pub(super) fn halt() -> impl Strategy<Value = Option<String>> {
    let breaker = select(vec![
        None,
        Some(
            "CircuitBreaker(levels: [(fall: \"5%\", within: \"20s\", pause: \"6s\")], scope: Venue)",
        ),
        Some(
            "CircuitBreaker(levels: [(fall: \"3%\", within: \"5s\", pause: \"2s\"), \
             (fall: \"15%\", within: \"1min\", pause: \"25s\")], scope: Instrument)",
        ),
    ]);
    (breaker, band()).prop_map(|(breaker, band)| {
        let rules: Vec<String> = breaker.map(str::to_owned).into_iter().chain(band).collect();
        (!rules.is_empty()).then(|| format!("halt: [{}]", rules.join(", ")))
    })
}

fn band() -> impl Strategy<Value = Option<String>> {
    let within = select(vec!["0.1%", "3%", "20%", "99%"]);
    let averaged_over = select(vec!["1s", "4s", "1min"]);
    let every = select(vec!["1s", "5s"]);
    let answer = (within, averaged_over, every).prop_map(|(within, averaged_over, every)| {
        format!(
            "PriceBand(within: \"{within}\", averaged_over: \"{averaged_over}\", every: \"{every}\")"
        )
    });
    prop::option::of(answer)
}

pub(super) fn funding() -> impl Strategy<Value = Option<String>> {
    let times = select(vec![("1s", "1s"), ("6s", "2s"), ("6s", "6s")]);
    let per = select(vec!["1s", "8h"]);
    let interest = select(vec!["0.01%", "-3%"]);
    let clamp = select(vec!["0%", "0.05%", "100%"]);
    let cap = select(vec!["0.0000001%", "0.4%", "100%"]);
    let answer = (times, per, interest, clamp, cap).prop_map(
        |((every, sampled_every), per, interest, clamp, cap)| {
            format!(
                "funding: ClampedPremium(every: \"{every}\", sampled_every: \"{sampled_every}\", \
                 per: \"{per}\", interest: \"{interest}\", clamp: \"{clamp}\", cap: \"{cap}\")"
            )
        },
    );
    prop::option::of(answer)
}

pub(super) fn backstop() -> impl Strategy<Value = Option<String>> {
    let capital = select(vec!["0", "300.000001", "20_000", "100_000_000"]);
    let below = select(vec!["20%", "66.6666667%", "100%"]);
    let inventory = select(vec!["0.5x", "5x", "1000x"]);
    let slice = select(vec!["0.1%", "30%", "100%"]);
    let every = select(vec!["1s", "4s"]);
    let answer = (capital, below, inventory, slice, every).prop_map(
        |(capital, below, inventory, slice, every)| {
            format!(
                "backstop: Vault(capital: \"{capital} USDC\", below: \"{below}\", \
                 inventory: \"{inventory}\", slice: \"{slice}\", every: \"{every}\")"
            )
        },
    );
    prop::option::of(answer)
}

pub(super) fn margin() -> impl Strategy<Value = String> {
    let rates = select(vec![
        [
            "floor: \"4%\", weight: \"0.2%\", cap: \"100%\"",
            "floor: \"2%\", weight: \"0.1%\", cap: \"60%\"",
        ],
        [
            "floor: \"10%\", weight: \"3%\", cap: \"25%\"",
            "floor: \"1%\", weight: \"3%\", cap: \"25%\"",
        ],
        [
            "floor: \"5%\", weight: \"0%\", cap: \"5%\"",
            "floor: \"5%\", weight: \"0%\", cap: \"5%\"",
        ],
    ]);
    let half_life = select(vec!["1s", "20s", "1h"]);
    let every = select(vec!["1s", "7s"]);
    let step = select(vec!["0%", "1.5%"]);
    (rates, half_life, every, step).prop_map(|([initial, maintenance], half_life, every, step)| {
        format!(
            "margin: FollowsVolatility(initial: ({initial}), maintenance: ({maintenance}), \
             half_life: \"{half_life}\", every: \"{every}\", step: \"{step}\")"
        )
    })
}
