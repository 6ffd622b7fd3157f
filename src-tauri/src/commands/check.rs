//! The four buttons, and what is done with a result.

use std::sync::Arc;

use credenza_core::{
    CheckRequest,
    check::{CheckResult, report},
    net::{Party, TranscriptLine},
};
use tauri::AppHandle;

use super::{Desk, Reply, blocking, vault::SavedFile};
use crate::{dialogs, events, links};

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_run(app: AppHandle, desk: Desk<'_>, request: CheckRequest) -> Reply<CheckResult> {
    let workspace = desk.workspace()?;
    let run_id = request.run_id.clone();
    let cancel = desk.runs.begin(&run_id)?;
    let person = events::sign_in(&app, &desk, &run_id);
    let ended = workspace.check(request, events::progress(&app, &run_id), cancel, person).await;
    desk.runs.finish(&run_id, ended.as_ref().ok());
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
pub(crate) async fn check_report(desk: Desk<'_>, run_id: String) -> Reply<String> {
    desk.runs.result(&run_id).map(|result| report(&result))
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_copy_report(desk: Desk<'_>, run_id: String) -> Reply<()> {
    let shell = Arc::clone(&desk);
    blocking(move || shell.clipboard.copy(&report(&*shell.runs.result(&run_id)?))).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_save_transcript(app: AppHandle, desk: Desk<'_>, run_id: String) -> Reply<Option<SavedFile>> {
    let result = desk.runs.result(&run_id)?;
    let Some(path) = dialogs::save(&app, "Save the transcript", "credenza-transcript.txt").await else {
        return Ok(None);
    };
    let saved = SavedFile { path: path.display().to_string() };
    blocking(move || dialogs::write(&path, &transcript(&result))).await?;
    Ok(Some(saved))
}

/// The report, and below it what was said on the wire, line by line with its time.
fn transcript(result: &CheckResult) -> String {
    let line = |line: &TranscriptLine| {
        let from = match line.from {
            Party::Client => "client",
            Party::Server => "server",
            Party::Note => "note",
        };
        format!("{:>7} ms  {from:<6}  {}\n", line.at_ms, line.text)
    };
    let lines: String = result.transcript.iter().map(line).collect();
    format!("{}\nTranscript\n{lines}", report(result))
}
