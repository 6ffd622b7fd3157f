//! Credentials, masked.

use credenza_core::{
    SaveRequest, Workspace,
    credential::Finding,
    vault::HistoryEntry,
    view::{CredentialDetail, CredentialRow, Preset, presets},
};
use serde_json::Value;
use uuid::Uuid;

use super::{Desk, Reply, ask};

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn credential_list(desk: Desk<'_>) -> Reply<Vec<CredentialRow>> {
    ask(&desk, Workspace::rows).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn credential_show(desk: Desk<'_>, id: Uuid) -> Reply<CredentialDetail> {
    ask(&desk, move |workspace| workspace.show(&id.to_string())).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn credential_save(
    desk: Desk<'_>,
    id: Option<Uuid>,
    revision: Option<u64>,
    mut draft: Value,
    confirm_rebind: bool,
    form: Option<String>,
) -> Reply<CredentialDetail> {
    desk.imports.fill(&mut draft);
    let request = SaveRequest { id, revision, draft, confirm_rebind, form };
    ask(&desk, move |workspace| workspace.save(request)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn credential_remove(desk: Desk<'_>, id: Uuid) -> Reply<()> {
    ask(&desk, move |workspace| workspace.remove(&id.to_string())).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn credential_history(desk: Desk<'_>, id: Uuid) -> Reply<Vec<HistoryEntry>> {
    ask(&desk, move |workspace| workspace.history(&id.to_string())).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn credential_lint(desk: Desk<'_>, id: Option<Uuid>, mut draft: Value) -> Reply<Vec<Finding>> {
    desk.imports.fill(&mut draft);
    ask(&desk, move |workspace| Ok(workspace.lint(id, draft))).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn preset_list() -> Reply<Vec<Preset>> {
    Ok(presets())
}
