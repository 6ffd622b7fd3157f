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
    let window = ["--features", "tauri/custom-protocol", "-p", "credenza-desktop"];
    let released = [&["build", "--release", "-p", "credenza-cli"][..], &window[..]].concat();
    sh::run(cargo(&released).env("RUSTFLAGS", sh::release_flags()))?;
    // The release build of the window does not let itself be driven: what is measured is as optimised, and can be.
    sh::run(&mut cargo(&[&["build", "--profile", "driven"][..], &window[..]].concat()))?;
    sh::run(&mut cargo(&["build", "--workspace", "--bins"]))?;
    let measuring = sh::built("debug", "bench");
    let mut command = sh::program(&measuring.to_string_lossy(), words);
    command.env("CREDENZA_PROGRAM", sh::built("release", "credenza"));
    command.env("CREDENZA_WINDOW", sh::built("driven", "credenza-desktop"));
    for variable in sh::TRUST_VARIABLES {
        command.env_remove(variable);
    }
    sh::run(&mut command)
}
