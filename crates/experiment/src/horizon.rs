//! Waits and times that no run is long enough for, and what it is over in the middle of.

use crate::{
    Code, Diagnostic,
    parts::brackets,
    source::{File, remark, spot, text_from},
    tokens::tokens,
    world::World,
};
use market::{MarginCall, Question, Wait};
use units::Duration;

/// Warns of what of a world is longer than the run.
pub(crate) fn check(
    files: &[File],
    world: &World,
    horizon: Duration,
    idle: &[Wait],
) -> Vec<Diagnostic> {
    let rules = world.placed_rules();
    let warning = |wait: &Wait| {
        let (_, answer) = rules.get(wait.rule)?;
        let mut found = Vec::new();
        find(text_from(files, answer.spot), wait, &mut found);
        let is_known = wait.parameter.is_some() || found.len() == 1;
        let found = found.first().filter(|_| is_known);
        let what = match found {
            Some((parameter, written)) => format!("`{parameter}` is {written}"),
            None => format!("`{}` waits for {}", answer.rule.answer(), wait.lasts),
        };
        let begins = wait.from.map(|from| format!(" from {from} on")).unwrap_or_default();
        let comes = match wait {
            Wait { from: Some(_), .. } => "what is left of it then never happens",
            Wait { parameter: Some(_), .. } if answer.rule.question() == MarginCall::NAME => {
                "no deadline passes within the run"
            },
            Wait { parameter: Some(_), .. } => "nothing comes of it",
            Wait { .. } => "it beats once at most",
        };
        let place = found.map_or(answer.spot, |(_, written)| spot(files, written));
        let message = format!("{what}{begins}: the run is over after {horizon}");
        let help = format!("{comes}: shorten it, or lengthen `horizon`");
        Some(remark(files, place, Code::BeyondHorizon).says(message).helps(help))
    };
    idle.iter().filter_map(warning).collect()
}

/// Finds parameters in `text` that may say a wait, each with what is written: those of its name,
/// or of any name where it has none; beside them stands when it begins, where it says that, too.
fn find<'a>(text: &'a str, wait: &Wait, found: &mut Vec<(&'a str, &'a str)>) {
    let is = |token: &str, time: Duration| token.trim_matches('"').parse() == Ok(time);
    let says = |token: &&str| is(token, wait.lasts);
    let parts = brackets(text).map(|brackets| brackets.parts).unwrap_or_default();
    let begins = |from: Duration| parts.iter().any(|part| is(part.value, from));
    let is_here = wait.from.is_none_or(begins);
    for part in parts {
        let is_named = is_here && wait.parameter.is_none_or(|name| part.key == Some(name));
        let is_alone = tokens(part.value).nth(1).is_none();
        let written = tokens(part.value).find(says);
        match part.key.zip(written) {
            Some(parameter) if is_named && (is_alone || wait.parameter.is_some()) => {
                found.push(parameter);
            },
            _ => find(part.value, wait, found),
        }
    }
}
