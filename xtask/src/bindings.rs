//! TypeScript types generated from Rust: `ui/src/backend/bindings/`.
//!
//! Every type that crosses to the window carries `#[ts(export)]`, which makes a test that writes it; these tests run
//! here into a fresh folder, which is then compared or copied.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Outcome,
    sh::{self, cargo},
};

/// Writes the types into the page's sources.
pub(crate) fn write() -> Outcome {
    let fresh = generate()?;
    let folder = place();
    for stale in read(&folder).into_keys().filter(|name| !fresh.contains_key(name)) {
        fs::remove_file(folder.join(&stale)).map_err(|error| format!("{}: {error}", stale.display()))?;
    }
    for (name, text) in &fresh {
        sh::write(&folder.join(name), text.as_bytes())?;
    }
    println!("bindings: {} files", fresh.len());
    Ok(())
}

/// Fails when the types in the repository are not what the Rust code says.
pub(crate) fn are_fresh() -> Outcome {
    let (fresh, kept) = (generate()?, read(&place()));
    let names = fresh.keys().chain(kept.keys()).filter(|name| fresh.get(*name) != kept.get(*name));
    let mut stale: Vec<String> = names.map(|name| name.display().to_string()).collect();
    stale.sort();
    stale.dedup();
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!("stale: {}\nrun `cargo xtask bindings` and commit ui/src/backend/bindings", stale.join(", ")))
}

fn place() -> PathBuf {
    sh::root().join("ui/src/backend/bindings")
}

/// Runs the tests that write, in one process per package: two that write one file would race.
fn generate() -> Outcome<BTreeMap<PathBuf, String>> {
    let folder = sh::target().join("bindings-fresh");
    // A type that no longer exists must not survive in here.
    let _ = fs::remove_dir_all(&folder);
    // The whole workspace, so that nothing is compiled again with other features than `test` uses.
    let mut command = cargo(&["test", "--quiet", "--workspace", "--lib", "export_bindings"]);
    sh::quiet(command.env("TS_RS_EXPORT_DIR", &folder))?;
    let fresh = read(&folder);
    if fresh.is_empty() { Err("no type was exported".into()) } else { Ok(fresh) }
}

/// The TypeScript files at and below a folder, by their path in it.
fn read(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for path in fs::read_dir(&next).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "ts") {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_path_buf();
                found.insert(name, fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    found
}
