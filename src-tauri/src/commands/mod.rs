//! What the page may ask for, one file per noun. A command takes the state, makes one call of the core and converts the error.

use std::sync::Arc;

use credenza_core::{Problem, Workspace};
use tauri::State;

use crate::state::Shell;

pub(crate) mod alerts;
pub(crate) mod app;
pub(crate) mod autostart;
pub(crate) mod certificate;
pub(crate) mod check;
pub(crate) mod credential;
pub(crate) mod event;
pub(crate) mod facts;
pub(crate) mod horizon;
pub(crate) mod inventory;
pub(crate) mod many;
pub(crate) mod practice;
pub(crate) mod readiness;
pub(crate) mod reveal;
pub(crate) mod rotation;
pub(crate) mod settings;
pub(crate) mod slot;
pub(crate) mod vault;
pub(crate) mod webhook;

/// What every command gets.
pub(crate) type Desk<'a> = State<'a, Arc<Shell>>;
/// What every command gives.
pub(crate) type Reply<T> = Result<T, Problem>;

/// Asks the unlocked vault, away from the threads that serve the windows.
async fn ask<T: Send + 'static>(desk: &Shell, work: impl FnOnce(&Workspace) -> Reply<T> + Send + 'static) -> Reply<T> {
    let workspace = desk.workspace()?;
    blocking(move || work(&workspace)).await
}

/// Does work that takes a while away from the threads that serve the windows.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Reply<T> + Send + 'static) -> Reply<T> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(Problem::internal("A command ended before it was done.")))
}
