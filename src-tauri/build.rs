//! Gives every command of the shell its own permission and reads the capability file of each window.

use std::{fs, path::Path};

#[path = "src/command_names.rs"]
mod command_names;

fn main() {
    println!("cargo:rerun-if-changed=ui/dist");
    println!("cargo:rerun-if-changed=capabilities");
    println!("cargo:rerun-if-changed=src-tauri/src/command_names.rs");
    provide_page();
    let commands: Vec<&'static str> = command_names::MAIN.iter().chain(command_names::REVEAL).copied().collect();
    let manifest = tauri_build::AppManifest::new().commands(Vec::leak(commands));
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect("tauri.conf.json, icons and capabilities must fit together");
}

/// A build without the window's page (fresh checkout, no Node.js) still compiles: the page says what to run.
fn provide_page() {
    let folder = Path::new("ui/dist");
    if folder.join("index.html").exists() {
        return;
    }
    let page = "<!doctype html><meta charset=\"utf-8\"><title>Credenza</title><body><h1>Credenza</h1>\
                <p>The page of this window was not built. Run <code>cargo xtask setup</code>, then build again.</p>";
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(folder.join("index.html"), page));
    written.expect("ui/dist must be writable for the placeholder page");
}
