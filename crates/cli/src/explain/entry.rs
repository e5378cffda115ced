//! Something that can be explained.

/// A word with its page.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Heading of the list it is in.
    pub(crate) list: &'static str,
    /// What it is called: first as it is listed.
    pub(crate) names: Vec<String>,
    /// What it is, in a line.
    pub(crate) summary: String,
    /// All about it, as documentation is written.
    pub(crate) page: String,
}

impl Entry {
    /// What it is called in its list.
    pub(crate) fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }
}

/// Entries of this name: as it is written, or else whatever its capitals, blanks and dashes.
pub(crate) fn named<'a>(entries: &'a [Entry], word: &str) -> Vec<&'a Entry> {
    let matching = |is_same: &dyn Fn(&str) -> bool| -> Vec<&'a Entry> {
        entries.iter().filter(|entry| entry.names.iter().any(|name| is_same(name))).collect()
    };
    let exact = matching(&|name| name == word);
    if exact.is_empty() { matching(&|name| plain(name) == plain(word)) } else { exact }
}

/// Entries on whose pages a word stands, the titles of sources left out.
pub(crate) fn speaking_of<'a>(entries: &'a [Entry], word: &str) -> Vec<&'a Entry> {
    let is_between = |letter: char| !letter.is_alphanumeric() && letter != '_';
    let word = plain(word);
    let text = |entry: &'a Entry| entry.page.split("\n# Sources").next().unwrap_or_default();
    let speaks = |entry: &&'a Entry| text(entry).split(is_between).any(|it| plain(it) == word);
    entries.iter().filter(|entry| !word.is_empty() && speaks(entry)).collect()
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric() || *letter == '/');
    letters.flat_map(char::to_lowercase).collect()
}

/// Documentation of one paragraph on one line.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first sentence of a documentation, without its full stop.
pub(crate) fn first_sentence(text: &str) -> String {
    let line = one_line(text.split("\n\n").next().unwrap_or_default());
    let end = line.find(". ").unwrap_or(line.len());
    line[..end].trim_end_matches('.').to_owned()
}
