//! The registry's `Run` key of this user on Windows, a launch agent of this user on macOS.

use std::path::Path;

use auto_launch::{AutoLaunch, Result};

use super::HIDDEN;

const NAME: &str = "Credenza";

pub(super) fn has_us() -> Result<bool> {
    launch("").is_enabled()
}

pub(super) fn add(program: &Path) -> std::io::Result<()> {
    // The launch agent is XML, and the library puts the path into it as it is.
    if program.to_string_lossy().contains(['&', '<', '"']) {
        let words = "the program lies in a folder whose name has one of the signs & < \"";
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, words));
    }
    launch(&program.to_string_lossy()).enable().map_err(std::io::Error::other)
}

pub(super) fn remove() -> std::io::Result<()> {
    launch("").disable().map_err(std::io::Error::other)
}

/// Without quotes Windows would try every part of a path with blanks as a program.
#[cfg(windows)]
fn launch(program: &str) -> AutoLaunch {
    AutoLaunch::new(NAME, &format!("\"{program}\""), auto_launch::WindowsEnableMode::CurrentUser, &[HIDDEN])
}

#[cfg(target_os = "macos")]
fn launch(program: &str) -> AutoLaunch {
    let mode = auto_launch::MacOSLaunchMode::LaunchAgent;
    AutoLaunch::new(NAME, program, mode, &[HIDDEN], &["app.credenza.desktop"], "")
}
