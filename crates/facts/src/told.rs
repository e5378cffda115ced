//! The one kind of fact whose fields are not known here.

use crate::{Fact, FactKind, Field, Term, Word};
use serde::{Deserialize, Serialize};

macro_rules! doc {
    () => {
        "A fact of a mechanism outside the standard set. It is called, shown and found by the name \
         that its mechanism gave it, its fields are those that its mechanism gave it, and other \
         mechanisms hear it as the type that was told."
    };
}

#[doc = doc!()]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Its mechanism's name for it.
    pub name: String,
    /// Its fields in order, each with its name.
    pub terms: Vec<(String, Term)>,
}

impl Told {
    /// A fact of this name that says these words.
    pub fn new(name: &str, words: Vec<(&str, Word<'_>)>) -> Self {
        let terms = words.into_iter().map(|(field, word)| (field.to_owned(), word.into()));
        Self { name: name.to_owned(), terms: terms.collect() }
    }
}

impl FactKind for Told {
    const TAG: u16 = 54;
    const NAME: &'static str = "Told";
    const DOC: &'static str = doc!();
    const FIELDS: &'static [Field] = &[];

    fn name(&self) -> &str {
        &self.name
    }

    fn words(&self) -> Vec<(&str, Word<'_>)> {
        self.terms.iter().map(|(field, term)| (field.as_str(), term.into())).collect()
    }
}

impl From<Told> for Fact {
    fn from(fact: Told) -> Self {
        Self::Told(fact)
    }
}

#[cfg(test)]
mod tests {
    use super::Told;
    use crate::{AccountId, Fact, Word};
    use units::Ratio;

    #[test]
    fn what_was_told_is_called_and_says_what_its_mechanism_said() {
        let words = vec![
            ("account", Word::Account(AccountId(7))),
            ("share", Word::Ratio(Ratio::PERCENT)),
            ("why", Word::Text("too much")),
            ("mark", Word::Nothing),
        ];
        let fact = Fact::from(Told::new("Reported", words.clone()));
        assert_eq!((fact.name(), fact.words()), ("Reported", words));
    }
}
