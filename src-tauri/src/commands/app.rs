//! The program itself.

use std::sync::Arc;

use credenza_core::{
    alerts::CouldNotLook,
    vault::{Role, SlotInfo},
    view::Theme,
};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use super::{Desk, Reply, blocking};
use crate::{
    links,
    state::{self, Shell},
};

/// Whether there is a vault, and whether it is open.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub(crate) enum VaultState {
    /// There is no vault yet.
    Absent,
    /// It is locked.
    Locked,
    /// It is open.
    Unlocked,
}

/// Everything the window must know before it can show anything.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub(crate) struct AppState {
    state: VaultState,
    vault_name: Option<String>,
    vault_path: String,
    vault_id: Option<Uuid>,
    operator: Option<String>,
    role: Option<Role>,
    slots: Vec<SlotInfo>,
    practice: bool,
    version: String,
    theme: Theme,
    /// While the vault is locked: that its dates could not be looked at.
    could_not_look: Option<CouldNotLook>,
}

/// What the page *About* shows.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub(crate) struct About {
    version: String,
    /// Number of the vault format this program writes.
    format: u32,
    data_folder: String,
    log_folder: String,
    licence: String,
}

impl AppState {
    /// The state as it is now.
    pub(crate) fn now(desk: &Shell) -> Reply<AppState> {
        let status = desk.status()?;
        let open = desk.workspace().ok();
        let vault = open.as_ref().map(|workspace| workspace.vault());
        let state = match (&vault, status.exists) {
            (Some(_), _) => VaultState::Unlocked,
            (None, true) => VaultState::Locked,
            (None, false) => VaultState::Absent,
        };
        Ok(AppState {
            state,
            vault_name: vault.map(|vault| vault.name()).or(status.name),
            vault_path: status.path.display().to_string(),
            vault_id: status.vault_id,
            operator: vault.map(|vault| vault.operator().name),
            role: vault.map(|vault| vault.operator().role),
            slots: status.slots,
            practice: desk.practice.try_lock().map_or(true, |practice| practice.is_some()),
            version: env!("CARGO_PKG_VERSION").into(),
            theme: desk.theme(),
            could_not_look: open.is_none().then(|| CouldNotLook::of(&desk.file())).flatten(),
        })
    }
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn app_state(desk: Desk<'_>) -> Reply<AppState> {
    let desk = Arc::clone(&desk);
    blocking(move || AppState::now(&desk)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn activity(desk: Desk<'_>) -> Reply<()> {
    desk.idle.touch(state::now());
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn about(desk: Desk<'_>) -> Reply<About> {
    let data = desk.places.vault.parent().map_or_else(String::new, |folder| folder.display().to_string());
    Ok(About {
        version: env!("CARGO_PKG_VERSION").into(),
        format: credenza_core::vault::FORMAT,
        data_folder: data,
        log_folder: desk.places.logs.display().to_string(),
        licence: "MIT OR Apache-2.0".into(),
    })
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn open_link(url: String) -> Reply<()> {
    links::open(&url)
}
