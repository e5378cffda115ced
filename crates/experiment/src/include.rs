//! Files that files include.

use crate::{
    Diagnostic, Severity,
    raw::{self, Entries, Raw, options},
    source::{File, remark, spot},
};

/// Deepest chain of rule-books that include each other.
const DEPTH_MAX: usize = 8;

/// Where included files come from.
pub trait Includes {
    /// The text of the file at `path`.
    ///
    /// # Errors
    /// Says why there is none.
    fn read(&self, path: &str) -> Result<String, String>;

    /// The bytes of the table at `path`; more than [`TABLE_BYTES_MAX`](crate::TABLE_BYTES_MAX) of
    /// them are refused, so no more than one beyond need be read.
    ///
    /// # Errors
    /// Says why there is none.
    fn table(&self, path: &str) -> Result<Vec<u8>, String>;
}

/// A file and all that it includes, itself first, each once; with what could not be included.
pub(crate) fn gather(main: File, includes: &dyn Includes) -> (Vec<File>, Vec<Diagnostic>) {
    let mut gathering = Gathering { files: vec![main], remarks: Vec::new(), includes };
    gathering.follow(0, &mut Vec::new());
    (gathering.files, gathering.remarks)
}

/// The path of an included file, relative to the one that includes it.
pub(crate) fn resolve(from: &str, to: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            "." | "" => {},
            ".." if parts.last().is_some_and(|&last| last != ".." && !last.is_empty()) => {
                parts.pop();
            },
            part => parts.push(part),
        }
    }
    parts.join("/")
}

struct Gathering<'a> {
    files: Vec<File>,
    remarks: Vec<Diagnostic>,
    includes: &'a dyn Includes,
}

impl Gathering<'_> {
    /// Follows the includes of a file that was reached through the files of `chain`.
    fn follow(&mut self, file: usize, chain: &mut Vec<usize>) {
        chain.push(file);
        let text = self.files[file].text.as_str();
        let written = if file == 0 { of_experiment(text) } else { of_book(text) };
        let included = |it: Raw<'_>| {
            let to: String = options().from_str(it.text()).ok()?;
            Some((remark(&self.files, spot(&self.files, it.text()), Severity::Error), to))
        };
        let included: Vec<_> = written.into_iter().flatten().filter_map(included).collect();
        for (remark, to) in included {
            match self.fetch(file, &to, chain) {
                Ok(Some(next)) => self.follow(next, chain),
                Ok(None) => {},
                Err(Refused::Where(message)) => self.remarks.push(remark.says(message)),
                Err(Refused::Inside(inner)) => self.remarks.push(*inner),
            }
        }
        chain.pop();
    }

    /// The included file, when its own includes were not followed yet.
    fn fetch(&mut self, from: usize, to: &str, chain: &[usize]) -> Result<Option<usize>, Refused> {
        if to.starts_with('/') {
            let message = format!("`{to}` is absolute: an include is relative to its file");
            return Err(Refused::Where(message));
        }
        let path = resolve(&self.files[from].path, to);
        if let Some(known) = self.files.iter().position(|file| file.path == path) {
            let cycle = chain.contains(&known);
            let refused = || Refused::Where(format!("`{path}` includes itself"));
            return if cycle { Err(refused()) } else { Ok(None) };
        }
        if chain.len() > DEPTH_MAX {
            let message = format!("files include each other more than {DEPTH_MAX} deep");
            return Err(Refused::Where(message));
        }
        let text = self
            .includes
            .read(&path)
            .map_err(|why| Refused::Where(format!("`{path}` cannot be included: {why}")))?;
        let file = File::checked(&path, text.as_bytes()).map_err(Refused::Inside)?;
        self.files.push(file);
        Ok(Some(self.files.len() - 1))
    }
}

enum Refused {
    /// Told where the include is written.
    Where(String),
    /// Told in the included file.
    Inside(Box<Diagnostic>),
}

/// The includes that an experiment writes. What cannot be read here is refused when it is read for
/// its meaning.
fn of_experiment<'a>(text: &'a str) -> Option<Vec<Raw<'a>>> {
    let options = options();
    let experiment = options.from_str::<raw::Experiment<'_>>(text).ok()?;
    let Entries(venues) = options.from_str(experiment.venues.text()).ok()?;
    let read = |(_, venue): (_, Raw<'a>)| options.from_str::<raw::Venue<'a>>(venue.text()).ok();
    Some(venues.into_iter().filter_map(read).filter_map(|venue| venue.include).collect())
}

/// The include that a rule-book writes.
fn of_book(text: &str) -> Option<Vec<Raw<'_>>> {
    let book = options().from_str::<raw::RuleBook<'_>>(text).ok()?;
    Some(book.include.into_iter().collect())
}
