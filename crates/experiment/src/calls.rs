//! Who answers margin calls where none is made, or when none stands any more.

use crate::{
    Code, Diagnostic, example,
    normal::Node,
    parts::values,
    source::{File, remark, spot, text_from},
    world::World,
};
use market::{MarginCall, PlacePlan, Question, Uncalled};

/// Warns of what people of a world would do about margin calls, and never can.
pub(crate) fn check(files: &[File], world: &World, uncalled: &[Uncalled]) -> Vec<Diagnostic> {
    let rules = world.placed_rules();
    let warning = |it: &Uncalled| {
        let (place, answer) = rules.get(it.rule)?;
        let PlacePlan::Group(name) = place else { return None };
        let venue = &world.groups.get(name)?.venue;
        let said = match it.within {
            None => remark(files, answer.spot, Code::NeverCalled)
                .says(format!("`{name}` answers margin calls, and `{venue}` makes none"))
                .helps(format!("{}, or let `{name}` do something else", added(venue))),
            Some(within) => {
                let written = values(text_from(files, answer.spot), it.parameter);
                let place = written.first().map_or(answer.spot, |written| spot(files, written));
                let Uncalled { parameter, least, median, .. } = *it;
                let (when, answers, come) = if least > within {
                    (format!("{least} at least"), "every answer", "comes")
                } else {
                    (format!("{median} in the median"), "about half of the answers or more", "come")
                };
                let message = format!(
                    "`{parameter}` is {when}: a margin call of `{venue}` is over after {within}"
                );
                let help = format!(
                    "{answers} of `{name}` {come} too late: shorten it, or lengthen `within` of `{}`",
                    MarginCall::NAME
                );
                remark(files, place, Code::AnsweredLate).says(message).helps(help)
            },
        };
        Some(said)
    };
    uncalled.iter().filter_map(warning).collect()
}

/// How a venue comes to make margin calls.
fn added(venue: &str) -> String {
    let question = MarginCall::NAME;
    let shown = example::shown(question, "Deadline").map(|shown| Node::parse(shown).inline());
    let rule = shown.unwrap_or_else(|| "Deadline(…)".to_owned());
    format!("add `{question}: {rule}` to the rules of `{venue}`")
}
