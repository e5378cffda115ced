//! Puts the fixtures into the library: they show how each answer is written.

#![expect(clippy::disallowed_methods, reason = "a build reads the workspace")]

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let fixtures = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../fixtures");
    println!("cargo::rerun-if-changed={}", fixtures.display());
    let mut table = String::from("/// Fixtures by path from the workspace.\n");
    table.push_str("const FIXTURES: &[(&str, &str)] = &[\n");
    // Those in `bad` are wrong, some of them no text at all: nobody begins with one of them.
    for folder in entries(&fixtures)?.into_iter().filter(|folder| last(folder) != "bad") {
        for path in entries(&folder)? {
            let name = format!("fixtures/{}/{}", last(&folder), last(&path));
            let path = path.canonicalize()?.display().to_string();
            writeln!(table, "    ({name:?}, include_str!({path:?})),")?;
        }
    }
    table.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("fixtures.rs"), table)?;
    Ok(())
}

/// What lies in a folder, in order; nothing where there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

fn last(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
