//! *Read from Entra*: when the secrets and certificates of a tenant's app registrations end.

use credenza_core::{
    InventoryOptions,
    inventory::{InventoryChoice, InventoryReport, InventoryView},
};
use serde::Deserialize;
use tauri::AppHandle;
use ts_rs::TS;
use uuid::Uuid;

use super::{Desk, Reply, ask};
use crate::events;

/// Which app registration reads, and how far ahead is looked.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub(crate) struct InventoryRequest {
    /// Chosen by the window; progress and cancel name it.
    run_id: String,
    /// The app registration.
    id: Uuid,
    /// Days before an end from which on it matters.
    within_days: u16,
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn inventory_read(
    app: AppHandle,
    desk: Desk<'_>,
    request: InventoryRequest,
) -> Reply<InventoryReport> {
    let workspace = desk.workspace()?;
    let cancel = desk.runs.begin(&request.run_id)?;
    let progress = Some(events::progress(&app, &request.run_id));
    let within_days = Some(request.within_days);
    let options = InventoryOptions { within_days, progress, cancel, timeout: None };
    let ended = workspace.read_inventory(&request.id.to_string(), options).await;
    desk.runs.finish(&request.run_id, Some(request.id), ended.as_ref().ok().map(|report| &report.check));
    ended
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn inventory_show(desk: Desk<'_>, id: Uuid, within_days: u16) -> Reply<Option<InventoryView>> {
    ask(&desk, move |workspace| workspace.inventory(&id.to_string(), Some(within_days))).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn inventory_import(desk: Desk<'_>, id: Uuid, choice: InventoryChoice) -> Reply<Vec<Uuid>> {
    ask(&desk, move |workspace| workspace.import_inventory(&id.to_string(), &choice)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn inventory_mute(desk: Desk<'_>, id: Uuid, app_id: String, muted: bool) -> Reply<()> {
    ask(&desk, move |workspace| workspace.mute_inventory(&id.to_string(), &app_id, muted)).await
}
