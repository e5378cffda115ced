//! Why a command could not do what it was asked to.

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
