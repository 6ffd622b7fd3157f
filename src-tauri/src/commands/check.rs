//! The four buttons, and what is done with a result.

use std::sync::Arc;

use credenza_core::{
    CheckRequest, Problem,
    check::{CheckResult, Extent},
};
use serde::Deserialize;
use tauri::AppHandle;
use ts_rs::TS;
use uuid::Uuid;

use super::{Desk, Reply, blocking, vault::SavedFile};
use crate::{dialogs, events, links, state::Shell};

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_run(app: AppHandle, desk: Desk<'_>, mut request: CheckRequest) -> Reply<CheckResult> {
    let workspace = desk.workspace_for(request.draft.as_mut())?;
    let (run_id, record) = (request.run_id.clone(), request.id);
    let cancel = desk.runs.begin(&run_id)?;
    let person = events::sign_in(&app, &desk, &run_id);
    let ended = workspace.check(request, events::progress(&app, &run_id), cancel, person).await;
    desk.runs.finish(&run_id, record, ended.as_ref().ok());
    ended
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_cancel(desk: Desk<'_>, run_id: String) -> Reply<()> {
    desk.runs.cancel(&run_id);
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn sign_in_open(desk: Desk<'_>, run_id: String) -> Reply<()> {
    links::open_sign_in(&desk.runs.sign_in(&run_id)?.address)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn sign_in_copy(desk: Desk<'_>, run_id: String) -> Reply<()> {
    let shell = Arc::clone(&desk);
    blocking(move || shell.clipboard.copy(shell.runs.sign_in(&run_id)?.words())).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn sign_in_forget(desk: Desk<'_>, form: String) -> Reply<()> {
    desk.workspace()?.forget_sign_in(&form);
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_report(desk: Desk<'_>, of: ReportOf) -> Reply<String> {
    let shell = Arc::clone(&desk);
    blocking(move || of.text(&shell, Extent::Report)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_copy_report(desk: Desk<'_>, of: ReportOf) -> Reply<()> {
    let shell = Arc::clone(&desk);
    blocking(move || shell.clipboard.copy(&of.text(&shell, Extent::Report)?)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_save_transcript(app: AppHandle, desk: Desk<'_>, of: ReportOf) -> Reply<Option<SavedFile>> {
    let shell = Arc::clone(&desk);
    let text = blocking(move || of.text(&shell, Extent::WithTranscript)).await?;
    let asked = dialogs::save(&app, "Save the transcript", "credenza-transcript.txt").await;
    let Some(path) = asked else { return Ok(None) };
    let saved = SavedFile { path: path.display().to_string() };
    blocking(move || dialogs::write(&path, &text)).await?;
    Ok(Some(saved))
}

/// Which result is handed on: that of a run of this window, else the last one that is stored with a credential.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub(crate) struct ReportOf {
    run_id: Option<String>,
    credential_id: Option<Uuid>,
}

impl ReportOf {
    fn text(&self, shell: &Shell, extent: Extent) -> Reply<String> {
        let workspace = shell.workspace()?;
        match (&self.run_id, self.credential_id) {
            (Some(run), _) => {
                let kept = shell.runs.result(run)?;
                workspace.report_on(&kept.result, kept.record, extent)
            }
            (None, Some(id)) => workspace.report_of(&id.to_string(), extent),
            (None, None) => Err(Problem::invalid("run_id", "Neither a run nor a credential was named.")),
        }
    }
}
