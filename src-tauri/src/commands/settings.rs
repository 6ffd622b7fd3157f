//! Settings, kept in the vault.

use std::sync::Arc;

use credenza_core::{Workspace, view::Settings};

use super::{Desk, Reply, ask};

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn settings_show(desk: Desk<'_>) -> Reply<Settings> {
    ask(&desk, Workspace::settings).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn settings_save(desk: Desk<'_>, settings: Settings) -> Reply<Settings> {
    let shell = Arc::clone(&desk);
    ask(&desk, move |workspace| workspace.save_settings(settings).inspect(|saved| shell.remember_theme(saved))).await
}
