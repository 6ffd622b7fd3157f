//! Settings > *Alerts*: who is told of an end, and whether somebody looks.

use credenza_core::{
    DueOptions, Workspace,
    alerts::{AlertSettings, SampleReport, Watch},
};
use serde_json::Value;
use tauri::AppHandle;

use super::{Desk, Reply, ask};
use crate::checker;

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn alerts_show(desk: Desk<'_>) -> Reply<AlertSettings> {
    ask(&desk, Workspace::alert_settings).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn alerts_save(desk: Desk<'_>, changes: Value) -> Reply<AlertSettings> {
    ask(&desk, move |workspace| workspace.patch_alert_settings(&changes)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn alerts_sample(app: AppHandle, desk: Desk<'_>) -> Reply<SampleReport> {
    let workspace = desk.workspace()?;
    let options = DueOptions { desktop: Some(checker::desktop(&app)), ..DueOptions::default() };
    workspace.send_sample_alert(&options).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn alerts_watch(desk: Desk<'_>) -> Reply<Watch> {
    ask(&desk, Workspace::watch).await
}
