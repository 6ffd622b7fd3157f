//! Who may know whom, read from cargo's own answer.

use crate::{
    Outcome,
    sh::{self, cargo},
};

/// A crate and what must not be anywhere below it.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("credenza-vault", &["tauri", "wry", "reqwest", "hyper", "rustls", "lettre", "credenza-net", "credenza-core"]),
    ("credenza-net", &["tauri", "wry", "rusqlite", "credenza-vault", "credenza-core"]),
    ("credenza-core", &["tauri", "wry", "clap", "credenza-sandbox"]),
    ("credenza-cli", &["tauri", "wry"]),
];

/// The oldest tauri that keeps foreign pages away from a program's own commands (CVE-2026-42184).
const TAURI: (u64, u64, u64) = (2, 11, 1);

/// Dependencies point one way: shells → core → vault, net.
pub(crate) fn hold() -> Outcome {
    let mut broken = Vec::new();
    for (package, forbidden) in FORBIDDEN {
        let tree = sh::quiet(&mut cargo(&[
            "tree",
            "--package",
            package,
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--target",
            "all",
        ]))?;
        let below: Vec<&str> = tree.lines().skip(1).filter_map(|line| line.split(' ').next()).collect();
        let found = forbidden.iter().filter(|name| below.contains(name));
        broken.extend(
            found.map(|name| format!("{package} must not depend on {name} (cargo tree -p {package} -i {name})")),
        );
    }
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n")) }
}

/// W1: the lock file holds no tauri below the bound and no pre-release of it or its plugins.
pub(crate) fn tauri_is_safe() -> Outcome {
    let lock = sh::read("Cargo.lock")?;
    let packages = packages(&lock);
    let tauri = packages.iter().find(|(name, _)| *name == "tauri").ok_or("Cargo.lock has no tauri")?;
    let oldest = format!("{}.{}.{}", TAURI.0, TAURI.1, TAURI.2);
    if version(tauri.1).is_none_or(|found| found < TAURI) {
        return Err(format!("tauri {} is older than {oldest}", tauri.1));
    }
    let early: Vec<String> = packages
        .iter()
        .filter(|(name, version)| name.starts_with("tauri") && version.contains('-'))
        .map(|(name, version)| format!("{name} {version} is a pre-release"))
        .collect();
    if early.is_empty() { Ok(()) } else { Err(early.join("\n")) }
}

/// Name and version of each package of a lock file.
fn packages(lock: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut name = "";
    for line in lock.lines() {
        if let Some(rest) = line.strip_prefix("name = ") {
            name = rest.trim_matches('"');
        } else if let Some(rest) = line.strip_prefix("version = ") {
            found.push((name, rest.trim_matches('"')));
        }
    }
    found
}

fn version(text: &str) -> Option<(u64, u64, u64)> {
    let mut parts = text.split(['.', '-', '+']).map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_not_by_text() {
        assert!(version("2.9.9") < version("2.11.1"), "9 is less than 11");
        assert!(version("2.12.5") > Some(TAURI));
        assert_eq!(version("nonsense"), None);
    }

    #[test]
    fn packages_of_a_lock_file_are_read_in_order() {
        let lock = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n[[package]]\nname = \"b\"\nversion = \"2.0.0-alpha.1\"\n";
        assert_eq!(packages(lock)[1..], [("a", "1.0.0"), ("b", "2.0.0-alpha.1")]);
    }
}
