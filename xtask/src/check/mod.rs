//! `check`: what a change must pass before it lands. CI runs exactly this.

mod boundaries;
mod files;
mod words;

use std::time::Instant;

use crate::{
    Outcome, bindings,
    setup::{self, Purpose},
    sh::{self, cargo, npm},
};

/// One check: its name, what it proves, and how. The flag says whether to repair what can be repaired.
struct Check {
    name: &'static str,
    proves: &'static str,
    run: fn(bool) -> Outcome,
}

const CHECKS: &[Check] = &[
    Check { name: "format", proves: "Rust is laid out by rustfmt", run: format },
    Check { name: "files", proves: "no file outgrows its budget", run: |_| files::fit_their_budget() },
    Check { name: "words", proves: "no path of a machine, no marker left behind", run: |_| words::are_clean() },
    Check {
        name: "boundaries",
        proves: "core, net and vault know no window; vault no network",
        run: |_| boundaries::hold(),
    },
    Check { name: "lock", proves: "tauri is new enough and no pre-release", run: |_| boundaries::tauri_is_safe() },
    Check { name: "page", proves: "the window's page type-checks and lints", run: page },
    Check { name: "clippy", proves: "no warning in the workspace", run: clippy },
    Check { name: "types", proves: "TypeScript types are what Rust says", run: types },
    Check { name: "deny", proves: "licences, sources and bans of every dependency", run: |_| deny() },
];

/// `cargo xtask check [--only NAME]… [--fix] [--list]`.
pub(crate) fn run(words: &[&str]) -> Outcome {
    let mut fix = false;
    let mut only = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match *word {
            "--fix" => fix = true,
            "--only" => only.push(*rest.next().ok_or("--only needs the name of a check")?),
            "--list" => return list(),
            other => return Err(format!("check knows --only, --fix and --list, not {other}")),
        }
    }
    if let Some(unknown) = only.iter().find(|name| CHECKS.iter().all(|check| check.name != **name)) {
        return Err(format!("no check is called {unknown}; --list names them"));
    }
    if only.is_empty() {
        setup::prepare(Purpose::Build)?;
    }
    let wanted = CHECKS.iter().filter(|check| only.is_empty() || only.contains(&check.name));
    let failed: Vec<&str> = wanted.filter(|check| !passes(check, fix)).map(|check| check.name).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("check failed: {}", failed.join(", "))) }
}

fn list() -> Outcome {
    for check in CHECKS {
        println!("{:<11} {}", check.name, check.proves);
    }
    Ok(())
}

fn passes(check: &Check, fix: bool) -> bool {
    let started = Instant::now();
    let outcome = (check.run)(fix);
    let took = started.elapsed().as_secs_f64();
    match &outcome {
        Ok(()) => println!("ok      {:<11} {took:>6.1}s", check.name),
        Err(reason) => println!("FAILED  {:<11} {took:>6.1}s\n{}\n", check.name, reason.trim_end()),
    }
    outcome.is_ok()
}

fn format(fix: bool) -> Outcome {
    let words: &[&str] = if fix { &["fmt", "--all"] } else { &["fmt", "--all", "--check"] };
    sh::quiet(&mut cargo(words)).map(drop)
}

fn clippy(fix: bool) -> Outcome {
    let mut words = vec!["clippy", "--quiet", "--workspace", "--all-targets"];
    if fix {
        words.extend(["--fix", "--allow-dirty", "--allow-staged"]);
    }
    words.extend(["--", "-D", "warnings"]);
    sh::run(&mut cargo(&words))
}

fn page(fix: bool) -> Outcome {
    if !sh::root().join("ui/package.json").exists() {
        return Ok(());
    }
    setup::page()?;
    sh::quiet(&mut npm(&["run", "check"]))?;
    let lint = if fix { "lint:fix" } else { "lint" };
    sh::quiet(&mut npm(&["run", "--if-present", lint])).map(drop)
}

fn types(fix: bool) -> Outcome {
    if fix { bindings::write() } else { bindings::are_fresh() }
}

/// Advisories need a database from the network: the hosted workflow looks at them every day.
fn deny() -> Outcome {
    // Neither its speed nor its advisory part matters here, and without them it builds in a third of the time.
    setup::cargo_tool("cargo-deny", &["--debug", "--no-default-features"])?;
    // Those of the other systems too, which no build here has asked for.
    sh::quiet(&mut cargo(&["fetch", "--locked"]))?;
    sh::quiet(&mut cargo(&[
        "deny",
        "--locked",
        "--offline",
        "--log-level",
        "error",
        "check",
        "licenses",
        "bans",
        "sources",
    ]))
    .map(drop)
}
