//! `delever new`: an experiment to begin with.

use crate::{
    args,
    failure::Failure,
    files,
    terminal::{called, quoted, say},
};
use std::path::Path;

/// A commented experiment that runs as it is; its name is still to be filled in.
const TEMPLATE: &str = include_str!("new.ron");

/// What may be done with it.
const NEXT: &str = "\
Try next:
  delever check FILE
  delever compare FILE
  delever run FILE --arm \"pro rata\"
  delever test FILE
  delever mechanisms
  delever explain Population
  delever explain Shortfall";

/// Longest name, in characters.
const LENGTH_MAX: usize = 64;

pub(crate) fn new(arguments: &args::New) -> Result<(), Failure> {
    let name = arguments.name.as_str();
    if !is_plain(name) {
        let bare = name.strip_suffix(".ron").filter(|bare| is_plain(bare));
        let help = match bare {
            Some(bare) => format!("leave the ending out: `delever new {bare}`"),
            None => format!(
                "take letters, digits, `-` and `_`, the first a letter or a digit, at most \
                 {LENGTH_MAX}; the folder goes into `--dir`"
            ),
        };
        let message = format!("error: `{name}` is no name for an experiment\n  = help: {help}");
        return Err(Failure::usage(message));
    }
    let text = called(TEMPLATE).replace("\"NAME\"", &format!("\"{name}\""));
    let folder = arguments.dir.as_deref().unwrap_or_else(|| Path::new(""));
    let path = files::write_new(folder, &format!("{name}.ron"), text.as_bytes())?;
    let next = called(NEXT).replace("FILE", &quoted(&path));
    say(&format!("wrote {path}: two perpetuals, a crash, three designs\n\n{next}"));
    Ok(())
}

/// Whether a name is the same in every shell and on every disk.
fn is_plain(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    name.starts_with(char::is_alphanumeric)
        && name.chars().all(is_plain)
        && name.chars().count() <= LENGTH_MAX
}
