//! `cargo xtask …`: one door for everything that is done with a checkout.
// A tool for the terminal speaks on the terminal.
#![allow(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod bench;
mod bindings;
mod check;
mod display;
mod icons;
mod package;
mod packages;
mod run;
mod setup;
mod sh;
mod test;

use std::process::ExitCode;

/// A failed step, in words for the terminal.
pub(crate) type Outcome<T = ()> = Result<T, String>;

const USAGE: &str = "cargo xtask <task>

  setup [--build-only]        install what this machine lacks, build the window's page; quick when nothing is missing
  run                         set up, build, open the window (without a display: demo)
  demo                        the first-run tour in a window nobody sees; pictures in target/demo/
  test [--fast] [--e2e]       every test; --fast: no window, no third-party servers; --e2e: only those
  check [--only NAME]… [--fix]  what the change must pass before it lands; --list names the checks
  bench                       figures and ratios, release build
  package                     .deb and .rpm of the release build
  bindings                    write the TypeScript types that are generated from Rust
  icons                       render the icon set from its drawings
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["setup", rest @ ..] => setup::run(rest),
        ["run"] => run::window(),
        ["demo"] => run::demo(),
        ["test", rest @ ..] => test::run(rest),
        ["check", rest @ ..] => check::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        ["package"] => package::run(),
        ["bindings"] => bindings::write(),
        ["icons"] => icons::render(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
