//! The readiness check, and the list of what is announced to end.

use std::sync::Arc;

use credenza_core::{Problem, Workspace, readiness::Readiness, sunset::Sunset};
use serde_json::Value;
use uuid::Uuid;

use super::{Desk, Reply, ask};

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn readiness_show(desk: Desk<'_>, id: Uuid) -> Reply<Readiness> {
    ask(&desk, move |workspace| workspace.readiness(&id.to_string())).await
}

/// Copies the script, or one of the checklist's values; the page names which, it never brings a text.
#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn readiness_copy(desk: Desk<'_>, id: Uuid, part: String) -> Reply<()> {
    let shell = Arc::clone(&desk);
    ask(&desk, move |workspace| {
        let readiness = workspace.readiness(&id.to_string())?;
        let text = readiness.part(&part).ok_or_else(|| Problem::not_found(format_args!("part {part} to copy")))?;
        shell.clipboard.copy(text)
    })
    .await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn sunset_list(desk: Desk<'_>) -> Reply<Vec<Sunset>> {
    ask(&desk, Workspace::sunset).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn sunset_draft(desk: Desk<'_>, id: Uuid) -> Reply<Value> {
    ask(&desk, move |workspace| workspace.oauth_draft(&id.to_string())).await
}
