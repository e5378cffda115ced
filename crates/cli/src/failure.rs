//! How the process ends, and why a command could not do what it was asked to.

/// A code that the process can end with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exit {
    pub(crate) code: u8,
    /// What it says, in a few words.
    pub(crate) name: &'static str,
    /// When it is used, and what to do then.
    pub(crate) meaning: &'static str,
}

/// Code of a command that did what it was asked to.
pub(crate) const DONE: u8 = 0;
/// Code of a comparison that found a difference, and of a test whose expectations are not all met.
pub(crate) const DIFFERENT: u8 = 1;

/// Every code, in order.
pub(crate) const EXITS: [Exit; 7] = [
    Exit { code: DONE, name: "done", meaning: "The command did what it was asked to." },
    Exit {
        code: DIFFERENT,
        name: "different",
        meaning: "The command did what it was asked to, and the answer is no: two logs do not tell \
                  the same story, or a run is not as its experiment expects. What differs is said.",
    },
    Exit {
        code: Failure::USAGE,
        name: "usage",
        meaning: "The command asks for what there is not: an unknown verb or option, an arm, a \
                  kind, a fact, a word, or a file that would be overwritten. The message names what \
                  there is, and `--help` on any command shows examples.",
    },
    Exit {
        code: Failure::DATA,
        name: "bad data",
        meaning: "A file was read and is wrong: an experiment with mistakes, which are shown where \
                  they stand, or a log that is damaged, incomplete or none at all.",
    },
    Exit {
        code: Failure::NO_INPUT,
        name: "no input",
        meaning: "A file that was named is not there: check the path.",
    },
    Exit {
        code: Failure::BUG,
        name: "a bug or a broken law",
        meaning: "A run broke a law, or the program failed: whatever was printed is no result. \
                  With mechanisms of your own, look first at what the message names: the line of a \
                  failure is one of yours, or the law was broken by what they did; `delever explain \
                  law NUMBER` says what was checked. Otherwise it is a bug in delever: please report \
                  the command and the file.",
    },
    Exit {
        code: Failure::IO,
        name: "input or output failed",
        meaning: "A file could not be read or written for another reason than that it is not \
                  there: a full disk, a folder in its place, no permission. Nothing half-written is \
                  left.",
    },
];

/// A message for the person, and the code the process ends with.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) const USAGE: u8 = 64;
    pub(crate) const DATA: u8 = 65;
    pub(crate) const NO_INPUT: u8 = 66;
    pub(crate) const BUG: u8 = 70;
    pub(crate) const IO: u8 = 74;

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: Self::USAGE, message: message.into() }
    }

    pub(crate) fn data(message: impl Into<String>) -> Self {
        Self { code: Self::DATA, message: message.into() }
    }

    pub(crate) fn bug(message: impl Into<String>) -> Self {
        Self { code: Self::BUG, message: message.into() }
    }

    pub(crate) fn input(path: &str, error: &std::io::Error) -> Self {
        let missing = error.kind() == std::io::ErrorKind::NotFound;
        let code = if missing { Self::NO_INPUT } else { Self::IO };
        Self { code, message: format!("error: cannot read {path}: {error}") }
    }

    pub(crate) fn output(path: &str, error: &std::io::Error) -> Self {
        Self { code: Self::IO, message: format!("error: cannot write {path}: {error}") }
    }
}
