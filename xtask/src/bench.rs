//! `bench`: figures and ratios of one run, with the release build.

use crate::{
    Outcome,
    setup::{self, Purpose},
    sh::{self, cargo},
};

/// Builds what is measured and starts the measuring program of `tests/`, which takes the rest of the words.
pub(crate) fn run(words: &[&str]) -> Outcome {
    setup::prepare(Purpose::Bench)?;
    // As `package` builds it, so that neither undoes the other's work.
    let measured =
        ["build", "--release", "--features", "tauri/custom-protocol", "-p", "credenza-cli", "-p", "credenza-desktop"];
    sh::run(cargo(&measured).env("RUSTFLAGS", sh::release_flags()))?;
    // The window is that of the debug build: the release build does not let itself be driven.
    sh::run(&mut cargo(&["build", "--workspace", "--bins"]))?;
    let measuring = sh::built("debug", "bench");
    let mut command = sh::program(&measuring.to_string_lossy(), words);
    command.env("CREDENZA_PROGRAM", sh::built("release", "credenza"));
    for variable in sh::TRUST_VARIABLES {
        command.env_remove(variable);
    }
    sh::run(&mut command)
}
