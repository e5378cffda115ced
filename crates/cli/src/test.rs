//! `delever test`.

use crate::{
    args,
    failure::{DIFFERENT, Failure},
    load, run,
    terminal::{Terminal, program, quoted, say},
};
use experiment::{Catalogue, Diagnostic, Experiment};
use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
use report::counted;

/// An arm: how much is expected of it, and what it did not do.
struct Arm {
    name: String,
    expected: usize,
    unmet: Vec<Diagnostic>,
}

/// What was found out about all files.
#[derive(Default)]
struct Tally {
    expected: usize,
    unmet: usize,
    /// Files that could not be tested, and the highest code that one of them would exit with.
    untested: usize,
    code: u8,
    /// Commands that test again what failed.
    again: Vec<String>,
}

pub(crate) fn test(
    arguments: &args::Test,
    catalogue: &Catalogue,
    terminal: Terminal,
) -> Result<(), Failure> {
    let mut tally = Tally::default();
    for path in &arguments.files {
        let file = path.display().to_string();
        // What is expected says how arms open, where that matters.
        let arms = load::read(path, None, catalogue)
            .and_then(|loaded| load::warned(loaded, terminal))
            .and_then(|experiment| judge(&experiment, arguments.arm.as_deref()));
        match arms {
            Ok(arms) => tally.take(&file, &arms),
            Err(failure) => {
                terminal.complain(&failure.message);
                tally.untested += 1;
                tally.code = tally.code.max(failure.code);
                tally.again.push(again(&file, None));
            },
        }
    }
    tally.end()
}

/// Runs the arms of which something is expected, or the one that is asked for.
fn judge(experiment: &Experiment, asked: Option<&str>) -> Result<Vec<Arm>, Failure> {
    let asked = asked.map(|arm| run::arm(experiment, Some(arm))).transpose()?;
    let expected: Vec<(&str, usize)> = experiment
        .expectations()
        .filter(|(arm, _)| asked.as_ref().is_none_or(|asked| asked == arm))
        .collect();
    let judged = |&(arm, expected): &(&str, usize)| {
        let log = run::read(&run::simulate(experiment, (arm, experiment.seed()), None)?)?;
        run::unbroken(&log)?;
        Ok(Arm { name: arm.to_owned(), expected, unmet: experiment.unmet(arm, &log) })
    };
    expected.par_iter().map(judged).collect()
}

impl Tally {
    /// Prints what was found out about a file.
    fn take(&mut self, file: &str, arms: &[Arm]) {
        let expected: usize = arms.iter().map(|arm| arm.expected).sum();
        let unmet: usize = arms.iter().map(|arm| arm.unmet.len()).sum();
        (self.expected, self.unmet) = (self.expected + expected, self.unmet + unmet);
        match (expected, unmet) {
            (0, _) => say(&format!("{file}: nothing is expected")),
            (_, 0) => say(&format!("{file}: ok, {expected} met")),
            _ => say(&format!("{file}: {unmet} of {expected} not met")),
        }
        for remark in arms.iter().flat_map(|arm| &arm.unmet) {
            say(&remark.to_string());
        }
        let failed: Vec<&Arm> = arms.iter().filter(|arm| !arm.unmet.is_empty()).collect();
        if failed.len() == arms.len() && unmet > 0 {
            self.again.push(again(file, None));
        } else {
            self.again.extend(failed.iter().map(|arm| again(file, Some(&arm.name))));
        }
    }

    fn end(self) -> Result<(), Failure> {
        let Self { expected, unmet, untested, code, again } = self;
        if again.is_empty() {
            say(&match expected {
                0 => "nothing is expected".to_owned(),
                1 => "the one expectation is met".to_owned(),
                _ => format!("all {} are met", counted(expected, "expectation")),
            });
            return Ok(());
        }
        let mut what = Vec::new();
        if unmet > 0 {
            let are = if unmet == 1 { "is" } else { "are" };
            what.push(format!("{unmet} of {} {are} not met", counted(expected, "expectation")));
        }
        if untested > 0 {
            what.push(format!("{} could not be tested", counted(untested, "file")));
        }
        let (what, again) = (what.join(", "), again.join("\n          "));
        let code = code.max(if unmet > 0 { DIFFERENT } else { 0 });
        Err(Failure { code, message: format!("error: {what}\n  = again: {again}") })
    }
}

/// The command that tests a file again, or one arm of it.
fn again(file: &str, arm: Option<&str>) -> String {
    let (program, file) = (program(), quoted(file));
    match arm {
        Some(arm) => format!("{program} test {file} --arm {arm:?}"),
        None => format!("{program} test {file}"),
    }
}
