//! gnome-keyring as the Secret Service.

use std::path::Path;
use std::process::Command;

use crate::{Answer, clean, finish};

/// Runs a shell script inside a session bus of its own with an unlocked gnome-keyring, and gives its end.
///
/// # Panics
/// When dbus-run-session is missing.
pub fn under_keyring(folder: &Path, script: &str) -> Answer {
    let mut command = Command::new("dbus-run-session");
    clean(&mut command, folder);
    let whole =
        format!("set -e\nprintf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n{script}");
    command.args(["--", "sh", "-c", &whole]);
    finish(command, b"")
}
