//! Whether the program starts, hidden, when its user signs in. The system's own list is the truth: no setting remembers it.

use std::path::PathBuf;

use credenza_core::{Code, Problem};
use serde::Serialize;
use tauri::AppHandle;
use ts_rs::TS;

use crate::tray;

/// The one argument that the program takes: open no window.
pub(crate) const HIDDEN: &str = "--hidden";

/// How it stands with starting at sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub(crate) struct Autostart {
    /// The program starts when its user signs in.
    pub(crate) on: bool,
    /// The notification area shows its icon; else it starts minimised.
    pub(crate) tray: bool,
}

impl Autostart {
    /// As the system has it now.
    ///
    /// # Errors
    /// `io` when the system's list cannot be read.
    pub(crate) fn now(app: &AppHandle) -> Result<Autostart, Problem> {
        Ok(Autostart { on: list::has_us().map_err(refused)?, tray: tray::is_shown(app) })
    }

    /// Puts the program on the list, or takes it off.
    ///
    /// # Errors
    /// `io` when the system's list cannot be written.
    pub(crate) fn set(app: &AppHandle, on: bool) -> Result<Autostart, Problem> {
        let changed = if on { program().and_then(|program| list::add(&program)) } else { list::remove() };
        changed.map_err(refused)?;
        Autostart::now(app)
    }
}

fn refused(error: impl std::fmt::Display) -> Problem {
    let message = format!("What starts when you sign in cannot be read or changed: {error}.");
    Problem::new(Code::Io, message, "Look into your system's settings for programs that start at sign-in.")
}

/// This program's file. An AppImage runs from a folder that is gone when it ends; its own file is in the environment.
fn program() -> std::io::Result<PathBuf> {
    let image = std::env::var_os("APPIMAGE").map(PathBuf::from).filter(|file| file.is_absolute() && file.is_file());
    image.map_or_else(std::env::current_exe, Ok)
}

#[cfg(target_os = "linux")]
#[path = "autostart/xdg.rs"]
mod list;

#[cfg(any(windows, target_os = "macos"))]
#[path = "autostart/other.rs"]
mod list;
