//! `setup`: makes a machine able to build, run and test the checkout. Says nothing and takes no time when it already is.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    Outcome, packages,
    sh::{self, cargo, has, npm, program},
};

/// What the machine is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building and opening the window.
    Build,
    /// The tests too.
    Tests,
    /// The figures too.
    Bench,
}

/// `cargo xtask setup [--build-only]`.
pub(crate) fn run(words: &[&str]) -> Outcome {
    match words {
        [] => prepare(Purpose::Tests),
        ["--build-only"] => prepare(Purpose::Build),
        other => Err(format!("setup knows --build-only, not {}", other.join(" "))),
    }
}

/// System packages, cargo's own tools and the window's page.
pub(crate) fn prepare(purpose: Purpose) -> Outcome {
    system_packages(purpose)?;
    if purpose != Purpose::Build {
        nextest()?;
    }
    page()
}

/// The test runner. It only starts programs: built without optimisation and without its own updates it is there in a
/// third of the time.
pub(crate) fn nextest() -> Outcome {
    cargo_tool("cargo-nextest", &["--debug", "--no-default-features", "--features", "default-no-update"])
}

/// Builds `ui/dist` when a file of the page is newer than it.
pub(crate) fn page() -> Outcome {
    let ui = sh::root().join("ui");
    if !ui.join("package.json").exists() {
        println!("setup: ui/ has no page yet; the window opens with a placeholder");
        return Ok(());
    }
    node_modules(&ui)?;
    let dist = ui.join("dist/index.html");
    let sources = ["src", "index.html", "package-lock.json", "vite.config.ts", "public"];
    if newest(&dist) < sources.iter().map(|name| newest(&ui.join(name))).max().flatten() || is_placeholder(&dist) {
        sh::run(&mut npm(&["run", "build"]))?;
    }
    Ok(())
}

/// `cargo install` of a tool that is not on the PATH.
pub(crate) fn cargo_tool(name: &str, options: &[&str]) -> Outcome {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    if has(name) || home.is_some_and(|home| home.join("bin").join(file).exists()) {
        return Ok(());
    }
    println!("setup: building {name}");
    sh::run(cargo(&["install", "--locked", name]).args(options).env_remove("CARGO_TARGET_DIR"))
}

fn node_modules(ui: &Path) -> Outcome {
    let npm_name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if !has("npm") && !cfg!(windows) {
        return Err(format!("{npm_name} is missing: install Node.js 20 or newer from https://nodejs.org"));
    }
    let installed = newest(&ui.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= newest(&ui.join("package-lock.json")) {
        return Ok(());
    }
    // W26: exactly what the lock file says, and no script of a dependency.
    sh::run(&mut npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    let stamp = ui.join("node_modules/.package-lock.json");
    let text = fs::read(&stamp).map_err(|error| format!("{}: {error}", stamp.display()))?;
    sh::write(&stamp, &text)
}

fn system_packages(purpose: Purpose) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let mut wanted = packages::BUILD.to_vec();
    if purpose != Purpose::Build {
        wanted.extend(packages::TESTS);
    }
    if purpose == Purpose::Bench {
        wanted.extend(packages::BENCH);
    }
    if !has("apt-get") || !has("dpkg-query") {
        return without_apt();
    }
    let missing: Vec<&str> = wanted.into_iter().filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("setup: installing {}", missing.join(" "));
    install(&missing)
}

fn is_installed(package: &str) -> bool {
    let asked = sh::quiet(&mut program("dpkg-query", &["-W", "-f=${db:Status-Status}", package]));
    asked.is_ok_and(|status| status == "installed")
}

/// Mail, web and proxy servers come with a service that would start at once; the tests start their own on loopback,
/// so a policy forbids it for the time of the installation.
fn install(missing: &[&str]) -> Outcome {
    let script = r#"
set -eu
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get install -y -q --no-install-recommends "$@" || { apt-get update -q; apt-get install -y -q --no-install-recommends "$@"; }
if command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then
  for unit in exim4 nginx tinyproxy; do systemctl disable --now "$unit" >/dev/null 2>&1 || true; done
fi
"#;
    let shell = ["sh", "-c", script, "setup"];
    let mut command = if is_root() {
        program(shell[0], &shell[1..])
    } else if has("sudo") {
        program("sudo", &shell)
    } else {
        return Err(format!("as root, install: {}", missing.join(" ")));
    };
    sh::run(command.args(missing))
}

fn is_root() -> bool {
    sh::quiet(&mut program("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}

fn without_apt() -> Outcome {
    let found = sh::quiet(&mut program("pkg-config", &["--exists", "webkit2gtk-4.1"])).is_ok();
    if found {
        return Ok(());
    }
    Err(format!("webkit2gtk-4.1 is missing and this system has no apt; install\n{}", packages::ELSEWHERE))
}

fn is_placeholder(page: &Path) -> bool {
    fs::read_to_string(page).is_ok_and(|text| text.contains("The page of this window was not built"))
}

/// The time of the newest file at or below a path; nothing for a path that is not there.
fn newest(path: &Path) -> Option<SystemTime> {
    let kind = fs::metadata(path).ok()?;
    if !kind.is_dir() {
        return kind.modified().ok();
    }
    let inside = fs::read_dir(path).ok()?;
    inside.flatten().filter_map(|entry| newest(&entry.path())).max()
}
