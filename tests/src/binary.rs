//! The binary `delever`, as a user has it.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

/// What `delever` does with these arguments, in the folder of the workspace.
pub fn delever(arguments: &[&str]) -> Output {
    delever_with(arguments, &[])
}

/// The same with these variables in its environment, and no other that concerns colour.
pub fn delever_with(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(binary());
    command.args(arguments).current_dir(crate::root());
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command.envs(variables.iter().copied());
    command.output().expect("the binary starts")
}

/// Path of the binary, built with the profile of the tests where it is not up to date.
pub fn binary() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(build)
}

/// Asks Cargo for the binary. A test of `delever_cli` would get its path for nothing; others do
/// not, and an old binary must not be tested in place of the present one.
fn build() -> PathBuf {
    let here = env::current_exe().expect("a test knows its own path");
    // <target>/<profile>/deps/it-0123456789abcdef
    let folder = here.ancestors().nth(2).expect("tests are built into a target folder");
    let target = folder.parent().expect("a profile has its folder in the target folder");
    let profile = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let profile = if profile == "debug" { "dev" } else { profile };
    // The whole workspace, so that dependencies have the features they have for the tests.
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--workspace", "--bin", "delever", "--profile", profile])
        .arg("--target-dir")
        .arg(target)
        .current_dir(crate::root())
        .status()
        .expect("cargo starts");
    assert!(built.success(), "the binary does not build");
    folder.join(format!("delever{}", env::consts::EXE_SUFFIX))
}
