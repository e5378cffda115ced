//! What the named parts of a value are, and how they are written.

use crate::{
    Code,
    diagnostic::Mistake,
    example,
    form::forms,
    parts::{Part, brackets},
    tokens::is_text,
};

/// What the named parts of a value are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    /// Of what an experiment itself defines.
    Field,
    /// Of a mechanism, as its fixture shows it if there is one.
    Parameter { shown: Option<&'static str> },
}

/// What is known of a value that cannot be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub(crate) noun: Noun,
    /// What an amount is in that names no asset: one of the experiment's; empty where it has none.
    pub(crate) asset: &'a str,
}

impl Noun {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Parameter { .. } => "parameter",
        }
    }

    pub(crate) fn unknown(self) -> Code {
        match self {
            Self::Field => Code::UnknownField,
            Self::Parameter { .. } => Code::UnknownParameter,
        }
    }

    /// The mistake of leaving out `missing`, at the beginning of `whole`, which has `all`.
    pub(crate) fn missing(self, whole: &str, missing: &[&str], all: &[&str]) -> Mistake {
        let word = self.word();
        let of = if whole.is_empty() { String::new() } else { format!(" of `{whole}`") };
        let message = match missing {
            [one] => format!("the {word} `{one}`{of} is missing"),
            [many @ .., last] => {
                format!("the {word}s `{}` and `{last}`{of} are missing", many.join("`, `"))
            },
            [] => format!("a {word}{of} is missing"),
        };
        let code = match self {
            Self::Field => Code::MissingField,
            Self::Parameter { .. } => Code::MissingParameter,
        };
        let mut help = Vec::new();
        let proposals: Vec<String> =
            missing.iter().filter_map(|name| self.proposal(whole, name)).collect();
        if !proposals.is_empty() {
            help.push(format!("add {}", proposals.join(", ")));
        }
        if !all.is_empty() {
            help.push(format!("{word}s: {}", all.join(", ")));
        }
        if code == Code::MissingParameter && !all.is_empty() && !whole.is_empty() {
            help.push(format!("`delever mechanisms {whole}` explains them"));
        }
        let help = (!help.is_empty()).then(|| help.join("; "));
        Mistake { code, offset: 0, message, help }
    }

    /// How a part of this name is written, in a `whole` of that name if it has one. What is drawn
    /// from a distribution may have any unit.
    pub(crate) fn proposal(self, whole: &str, name: &str) -> Option<String> {
        self.value(whole, name).map(|value| example::proposal(name, value))
    }

    /// `name(field: …)` with these fields, each with the value it is shown with if there is one.
    pub(crate) fn written(self, name: &str, fields: &[&str]) -> String {
        let field = |field: &&str| {
            let shown = self.value("", field).map(example::sketch);
            format!("{field}: {}", shown.as_deref().unwrap_or("…"))
        };
        format!("{name}({})", fields.iter().map(field).collect::<Vec<_>>().join(", "))
    }

    fn value(self, whole: &str, name: &str) -> Option<&'static str> {
        match self {
            Self::Field => {
                let mut examples = forms().flat_map(|form| form.fields).map(|field| field.example);
                let value = examples.find_map(|example| example::value(example, whole, name));
                value.filter(|value| !is_text(value))
            },
            Self::Parameter { shown } => example::value(shown?, "", name),
        }
    }

    /// Where in an answer a parameter of this name stands, when it is not here.
    pub(crate) fn elsewhere(self, name: &str) -> Option<String> {
        let Self::Parameter { shown: Some(shown) } = self else { return None };
        let whole = brackets(shown)?;
        let key_of = |part: &Part<'_>| part.key.unwrap_or_default().to_owned();
        if whole.parts.iter().any(|part| part.key == Some(name)) {
            return Some(format!("`{name}` is a parameter of `{}` itself", whole.name));
        }
        let around =
            whole.parts.iter().find(|part| example::value(part.value, "", name).is_some())?;
        let proposal = example::proposal(&key_of(around), around.value);
        Some(format!("`{name}` stands inside of `{}`: {proposal}", key_of(around)))
    }
}
