//! The `credenza` command: arguments in, one call into the core, text or JSON out.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods))]

mod args;
mod args_alerts;
mod args_checks;
mod args_facts;
mod args_horizon;
mod args_rotate;
mod certificate;
mod commands;
mod fields;
mod input;
mod output;
mod schedule;
mod unlock;

use std::process::ExitCode;

use clap::Parser;

use args::Cli;
use credenza_core::{Code, Problem};
use output::Output;

/// Everything that is freed is wiped: a secret leaves no copy behind in the heap.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    forget_trust_variables();
    #[cfg(unix)]
    no_core_dump();
    quiet_panics();
    let asked_for_json = std::env::args_os().any(|argument| argument == "--json");
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error, asked_for_json),
    };
    start_log();
    // `add TYPE NAME` takes everything after it as fields; a --json there is still the one of the command.
    let output = Output { json: cli.global.json || asked_for_json, quiet: cli.global.quiet };
    match commands::run(cli, &output) {
        Ok(code) => ExitCode::from(code),
        Err(problem) => output.problem(&problem),
    }
}

/// What is trusted comes from the system and the record, never from the environment of whoever starts the program.
#[allow(unsafe_code)]
fn forget_trust_variables() {
    for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"] {
        // SAFETY: the first thing `main` does; no other thread exists that could read the environment.
        unsafe { std::env::remove_var(variable) };
    }
}

/// A core file would hold whatever was being worked on.
#[cfg(unix)]
fn no_core_dump() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // A refusal means that the system is stricter than we ask.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

fn usage(error: &clap::Error, json: bool) -> ExitCode {
    // Help and version are answers, not errors.
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if json {
        let text = error.to_string();
        // Up to the empty line before the usage: what is wrong, and with which argument.
        let words: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        let message = words.join(" ").trim_start_matches("error: ").to_owned();
        return Output { json: true, quiet: false }.problem(&Problem::new(
            Code::Usage,
            message,
            "See credenza --help.",
        ));
    }
    let _ = error.print();
    ExitCode::from(Code::Usage.exit())
}

/// A panic names the place in the code and nothing that was being worked on.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        let problem = Problem::internal(format!("credenza stopped at {place}"));
        let _ = Output { json: false, quiet: false }.problem(&problem);
        std::process::exit(i32::from(Code::Internal.exit()));
    }));
}

/// Logging is off unless `CREDENZA_LOG` asks for it; it goes to standard error.
fn start_log() {
    if let Ok(filter) = std::env::var("CREDENZA_LOG") {
        let filter = tracing_subscriber::EnvFilter::new(filter);
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    }
}
