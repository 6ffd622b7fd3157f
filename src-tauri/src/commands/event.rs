//! The audit log.

use credenza_core::{
    vault::{EventCategory, EventFilter, EventVerification},
    view::{EventRow, Overview},
};

use super::{Desk, Reply, ask};

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn event_list(desk: Desk<'_>, category: Option<EventCategory>, limit: u32) -> Reply<Vec<EventRow>> {
    let filter = EventFilter { category, limit: Some(limit), ..EventFilter::default() };
    ask(&desk, move |workspace| workspace.events(&filter)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn event_verify(desk: Desk<'_>) -> Reply<EventVerification> {
    ask(&desk, |workspace| Ok(workspace.vault().verify_events()?)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn overview(desk: Desk<'_>) -> Reply<Overview> {
    ask(&desk, credenza_core::Workspace::overview).await
}
