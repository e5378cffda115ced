//! Moments as a person writes them.

use crate::failure::Failure;
use experiment::{Fork, Stop};
use units::{Duration, Time};

/// A whole instant, or a time of the day on which the run started.
pub(crate) fn time(text: &str, start: Time) -> Result<Time, Failure> {
    let day: String = start.to_string().chars().take(10).collect();
    let seconds = if text.matches(':').count() == 1 { ":00" } else { "" };
    let candidates = [text.to_owned(), format!("{day}T{text}{seconds}Z")];
    candidates.iter().find_map(|candidate| candidate.parse().ok()).ok_or_else(|| {
        Failure::usage(format!(
            "error: `{text}` is no time\n  = help: write 21:15, 21:15:03.5 or \
             {day}T21:15:03Z"
        ))
    })
}

/// Where a run is to be kept.
pub(crate) fn stop(text: &str, start: Time) -> Result<Stop, Failure> {
    if text == "first-liquidation" {
        return Ok(Stop::Fork(Fork::BeforeFirstLiquidation));
    }
    if let Some(events) = text.strip_prefix("event:") {
        return events.parse().map(Stop::Events).map_err(|_| {
            Failure::usage(format!(
                "error: `{events}` is no number of events\n  = help: write event:12345"
            ))
        });
    }
    let after = match text.parse::<Duration>() {
        Ok(after) => after,
        Err(_) => time(text, start).map_err(|_| no_moment(text, start))?.since(start),
    };
    if after < Duration::ZERO {
        Err(no_moment(text, start))
    } else {
        Ok(Stop::Fork(Fork::At(after)))
    }
}

fn no_moment(text: &str, start: Time) -> Failure {
    Failure::usage(format!(
        "error: `{text}` is no moment of a run that starts at {start}\n  = help: write 21:15:03, 90s, \
         event:12345 or first-liquidation"
    ))
}

/// A moment in words.
pub(crate) fn shown(stop: Stop) -> String {
    match stop {
        Stop::Fork(Fork::BeforeFirstLiquidation) => "its first liquidation".to_owned(),
        Stop::Fork(fork) => fork.to_string(),
        Stop::Events(events) => format!("event {events}"),
    }
}
