//! *Test all* and *Test selected*.

use credenza_core::{ManyOptions, ManyResult};
use serde::Deserialize;
use tauri::AppHandle;
use ts_rs::TS;
use uuid::Uuid;

use super::{Desk, Reply};
use crate::events;

/// Which credentials are to be tested in one go.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub(crate) struct ManyRequest {
    /// Chosen by the window; progress and cancel name it.
    run_id: String,
    /// The credentials; all of them when left out.
    ids: Option<Vec<Uuid>>,
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_many(app: AppHandle, desk: Desk<'_>, request: ManyRequest) -> Reply<ManyResult> {
    let workspace = desk.workspace()?;
    let cancel = desk.runs.begin(&request.run_id)?;
    let progress = Some(events::many_progress(&app, &request.run_id));
    let options = ManyOptions { progress, cancel, ..ManyOptions::default() };
    let ended = workspace.check_many(request.ids.as_deref(), options).await;
    desk.runs.finish(&request.run_id, None, None);
    ended
}
