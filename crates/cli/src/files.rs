//! Reading and writing files.

use crate::failure::Failure;
use experiment::{Includes, TABLE_BYTES_MAX};
use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
};

/// Longest experiment that is read at all; the loader's own limit is smaller and says so.
const LARGEST_EXPERIMENT: usize = 16 << 20;

/// Most of a table that is read: one byte more than the loader takes, which then says so.
const LARGEST_TABLE: usize = TABLE_BYTES_MAX + 1;

/// Rule-books and tables next to an experiment.
#[derive(Debug)]
pub(crate) struct Disk;

impl Includes for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        let bytes =
            limited(Path::new(path), LARGEST_EXPERIMENT).map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
    }

    fn table(&self, path: &str) -> Result<Vec<u8>, String> {
        limited(Path::new(path), LARGEST_TABLE).map_err(|error| error.to_string())
    }
}

pub(crate) fn experiment(path: &Path) -> Result<Vec<u8>, Failure> {
    limited(path, LARGEST_EXPERIMENT)
        .map_err(|error| Failure::input(&path.display().to_string(), &error))
}

pub(crate) fn log(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::input(&path.display().to_string(), &error))
}

/// Writes a file whole or not at all: under another name first, then renamed.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<String, Failure> {
    let path = folder.join(name);
    let shown = path.display().to_string();
    let unfinished = folder.join(format!(".{name}.unfinished"));
    let written = fs::create_dir_all(folder)
        .and_then(|()| {
            let mut file = fs::File::create(&unfinished)?;
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&unfinished, &path));
    match written {
        Ok(()) => Ok(shown),
        Err(error) => {
            // What is left of a failed write is of no use; failing to remove it changes nothing.
            drop(fs::remove_file(&unfinished));
            Err(Failure::output(&shown, &error))
        },
    }
}

/// Writes a file where there is none yet, whole or not at all.
pub(crate) fn write_new(folder: &Path, name: &str, bytes: &[u8]) -> Result<String, Failure> {
    let path = folder.join(name);
    let shown = path.display().to_string();
    // An empty file keeps the name until the whole one takes its place.
    let kept = fs::create_dir_all(folder).and_then(|()| fs::File::create_new(&path));
    match kept {
        Ok(_) => {},
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_file() => {
            return Err(Failure::usage(format!(
                "error: {shown} is there already, and is left as it is\n  = help: take another name"
            )));
        },
        Err(error) => return Err(Failure::output(&shown, &error)),
    }
    let written = write(folder, name, bytes);
    if written.is_err() {
        // As above: what is kept of a failed write is of no use.
        drop(fs::remove_file(&path));
    }
    written
}

/// Name of a log: the arm's letters and digits, and the seed.
pub(crate) fn log_name(arm: &str, seed: u64) -> String {
    let dashed: String = arm.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let words: Vec<&str> = dashed.split_whitespace().collect();
    format!("{}-{seed}.dlv", words.join("-"))
}

/// Name of a checkpoint of the run of this log.
pub(crate) fn checkpoint_name(arm: &str, seed: u64) -> String {
    log_name(arm, seed).replace(".dlv", ".checkpoint.dlv")
}

fn limited(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let file = fs::File::open(path)?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
