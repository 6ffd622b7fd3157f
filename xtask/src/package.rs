//! `package`: a .deb and an .rpm with the window, the `credenza` command, its man page and its completions.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder};

use crate::{
    Outcome,
    setup::{self, Purpose},
    sh,
};

/// The completions of the command, as the packages name them.
const COMPLETIONS: [(&str, &str); 3] = [("bash", "credenza.bash"), ("zsh", "_credenza"), ("fish", "credenza.fish")];

/// Builds and prints what came out, with sizes.
pub(crate) fn run() -> Outcome {
    setup::prepare(Purpose::Build)?;
    // Window and command in one go, so that what they share is compiled once.
    tauri(&["build", "--ci", "--no-bundle", "--", "--package", "credenza-desktop", "--package", "credenza-cli"])?;
    command_extras()?;
    tauri(if cfg!(target_os = "linux") { &["bundle", "--ci", "--bundles", "deb,rpm"] } else { &["bundle", "--ci"] })?;
    if cfg!(target_os = "linux") && sh::has("dpkg-deb") {
        repack()?;
    }
    report()
}

/// The Tauri command line is a development dependency of the page; it finds the configuration from the top.
fn tauri(words: &[&str]) -> Outcome {
    let script = sh::root().join("ui/node_modules/@tauri-apps/cli/tauri.js");
    let mut command = sh::program("node", &[&script.to_string_lossy()]);
    sh::run(command.args(words).env("RUSTFLAGS", sh::release_flags()))
}

/// The Tauri command line packs a .deb with gzip; xz makes it a quarter smaller.
fn repack() -> Outcome {
    let mut packages = Vec::new();
    collect(&sh::target().join("release/bundle/deb"), &mut packages);
    for package in packages.iter().filter(|path| path.extension().is_some_and(|kind| kind == "deb")) {
        let (package, folder) = (package.to_string_lossy(), sh::target().join("package/deb"));
        // What an earlier run unpacked must not be packed again.
        let _ = fs::remove_dir_all(&folder);
        let folder = folder.to_string_lossy();
        sh::quiet(&mut sh::program("dpkg-deb", &["--raw-extract", &package, &folder]))?;
        sh::quiet(&mut sh::program("dpkg-deb", &["--root-owner-group", "-Zxz", "-z9", "--build", &folder, &package]))?;
    }
    Ok(())
}

fn command_extras() -> Outcome {
    let folder = sh::target().join("package");
    let credenza = sh::built("release", "credenza");
    let completions = |what: &str| sh::quiet(&mut sh::program(&credenza.to_string_lossy(), &["completions", what]));
    for (shell, name) in COMPLETIONS {
        sh::write(&folder.join(name), completions(shell)?.as_bytes())?;
    }
    let page = completions("man")?;
    // No time and no name in the header: the same source gives the same bytes.
    let mut packed = GzBuilder::new().write(Vec::new(), Compression::best());
    let bytes = packed.write_all(page.as_bytes()).and_then(|()| packed.finish());
    sh::write(&folder.join("credenza.1.gz"), &bytes.map_err(|error| error.to_string())?)
}

fn report() -> Outcome {
    let bundle = sh::target().join("release/bundle");
    let mut found = Vec::new();
    collect(&bundle, &mut found);
    found.extend([sh::built("release", "credenza-desktop"), sh::built("release", "credenza")]);
    for path in found {
        let length = fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?.len();
        println!("package: {:>6.2} MB  {}", megabytes(length), path.display());
    }
    Ok(())
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let wanted = ["deb", "rpm", "msi", "exe", "dmg"];
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() && !path.ends_with("appimage") {
            collect(&path, found);
        } else if path.extension().is_some_and(|kind| wanted.iter().any(|name| kind == *name)) {
            found.push(path);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "two decimals of a megabyte are shown")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
