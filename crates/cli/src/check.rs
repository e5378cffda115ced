//! `delever check`.

use crate::{
    args,
    failure::Failure,
    load,
    terminal::{Terminal, say},
};
use experiment::{Catalogue, Experiment, Loaded};
use report::{CheckPage, CheckedArm, counted};
use std::path::Path;

pub(crate) fn check(
    arguments: &args::Check,
    catalogue: &Catalogue,
    terminal: Terminal,
) -> Result<(), Failure> {
    let (mut wrong, mut mistakes) = (0_usize, 0_usize);
    let mut unread = None;
    for path in &arguments.files {
        match load::read(path, arguments.accounts, catalogue)
            .map(|loaded| loaded.and_then(Loaded::opened))
        {
            Ok(Ok(loaded)) => {
                for warning in &loaded.warnings {
                    terminal.complain(&format!("{warning}\n"));
                }
                say(&page(path, &loaded.experiment, arguments, terminal));
            },
            Ok(Err(remarks)) => {
                for remark in &remarks {
                    terminal.complain(&format!("{remark}\n"));
                }
                wrong += 1;
                mistakes += remarks.len();
            },
            Err(failure) => {
                terminal.complain(&failure.message);
                unread = Some(failure.code);
            },
        }
    }
    let files = arguments.files.len();
    match unread {
        Some(code) => Err(Failure { code, message: "not all files could be read".to_owned() }),
        None if wrong == 0 => Ok(()),
        None => {
            let remarks = counted(mistakes, "remark");
            let refused = match (wrong, files) {
                (_, 1) => "the file is refused".to_owned(),
                (1, _) => format!("1 of {files} files is refused"),
                _ => format!("{wrong} of {files} files are refused"),
            };
            Err(Failure::data(format!("{remarks}: {refused}")))
        },
    }
}

fn page(
    path: &Path,
    experiment: &Experiment,
    arguments: &args::Check,
    terminal: Terminal,
) -> String {
    if arguments.resolved {
        return resolved(experiment);
    }
    let facts = format!(
        "{}: seed {}, {} from {}",
        path.display(),
        experiment.seed(),
        experiment.horizon(),
        report::moment(experiment.start())
    );
    let arms = experiment.arms().filter_map(|name| {
        let cost = experiment.estimate(name)?;
        Some(CheckedArm {
            name,
            changes: experiment.changes(name),
            traders: cost.accounts - cost.house,
            house: cost.house,
            legs: cost.legs,
            beats: cost.beats(),
            bytes: cost.bytes(),
        })
    });
    let (name, question) = (experiment.name(), experiment.question());
    let alone = experiment.alone();
    let page = CheckPage { name, question, facts, arms: arms.collect(), alone };
    report::check(&page, terminal.style())
}

/// Each arm as an experiment of its own.
fn resolved(experiment: &Experiment) -> String {
    let arms = experiment.arms().filter_map(|arm| experiment.resolved(arm));
    arms.map(|text| text.trim_end().to_owned()).collect::<Vec<_>>().join("\n\n")
}
