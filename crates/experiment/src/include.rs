//! Files that files include.

use crate::{
    Code, Diagnostic,
    parts::{brackets, values},
    raw::options,
    source::{File, remark, spot},
};

/// What to do about a path that leads nowhere.
pub(crate) const RELATIVE: &str = "a path is relative to the file that it is written in";

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
        let included = |written: &str| {
            let to: String = options().from_str(written).ok()?;
            Some((spot(&self.files, written), to))
        };
        let written = if file == 0 { of_experiment(text) } else { values(text, "include") };
        let included: Vec<_> = written.into_iter().filter_map(included).collect();
        for (spot, to) in included {
            match self.fetch(file, &to, chain) {
                Ok(Some(next)) => self.follow(next, chain),
                Ok(None) => {},
                Err(Refused::Where(code, message, help)) => {
                    let remark = remark(&self.files, spot, code);
                    self.remarks.push(remark.says(message).helps(help));
                },
                Err(Refused::Inside(inner)) => self.remarks.push(*inner),
            }
        }
        chain.pop();
    }

    /// The included file, when its own includes were not followed yet.
    fn fetch(&mut self, from: usize, to: &str, chain: &[usize]) -> Result<Option<usize>, Refused> {
        if is_absolute(to) {
            let message = format!("`{to}` is the path of one machine");
            return Err(Refused::Where(Code::AbsolutePath, message, Some(RELATIVE.to_owned())));
        }
        let path = resolve(&self.files[from].path, to);
        if let Some(known) = self.files.iter().position(|file| file.path == path) {
            let message = || format!("`{path}` includes itself");
            let cycle = chain.contains(&known);
            let refused = || Refused::Where(Code::IncludeCyclic, message(), self.way(chain, known));
            return if cycle { Err(refused()) } else { Ok(None) };
        }
        if chain.len() > DEPTH_MAX {
            let message = format!("files include each other more than {DEPTH_MAX} deep");
            return Err(Refused::Where(Code::IncludeTooDeep, message, None));
        }
        let text = self.includes.read(&path).map_err(|why| {
            let message = format!("`{path}` cannot be included: {why}");
            Refused::Where(Code::FileNotFound, message, Some(RELATIVE.to_owned()))
        })?;
        let file = File::checked(&path, text.as_bytes()).map_err(Refused::Inside)?;
        self.files.push(file);
        Ok(Some(self.files.len() - 1))
    }

    /// The way from a file of `chain` to the last, when there is more than one.
    fn way(&self, chain: &[usize], from: usize) -> Option<String> {
        let way = chain.iter().skip_while(|&&file| file != from);
        let way: Vec<&str> = way.map(|&file| self.files[file].path.as_str()).collect();
        (way.len() > 1).then(|| format!("the way round: {}", way.join(" → ")))
    }
}

enum Refused {
    /// Told where the include is written.
    Where(Code, String, Option<String>),
    /// Told in the included file.
    Inside(Box<Diagnostic>),
}

/// Whether a path begins at the root of a disk, here or on another system.
pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.get(1..2) == Some(":")
}

/// The includes that an experiment writes, one for each venue. What is wrong with the rest is told
/// when it is read for its meaning.
fn of_experiment(text: &str) -> Vec<&str> {
    let venues = values(text, "venues").into_iter().filter_map(brackets);
    let venues = venues.flat_map(|venues| venues.parts);
    venues.flat_map(|venue| values(venue.value, "include")).collect()
}
