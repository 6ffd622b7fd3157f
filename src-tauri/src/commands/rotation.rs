//! The rotation assistant, and app passwords that a changed main password may have ended.

use credenza_core::{
    Problem, RunOptions, TriedNext, Workspace,
    rotation::{NextCertificate, RotationView, Suspected, SwitchRequest},
};
use secrecy::SecretString;
use serde::Deserialize;
use tauri::AppHandle;
use ts_rs::TS;
use uuid::Uuid;

use super::{Desk, Reply, ask};
use crate::{events, state::Shell};

/// A secret field of a stored credential.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub(crate) struct RotationPlace {
    id: Uuid,
    field: String,
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_list(desk: Desk<'_>, id: Uuid) -> Reply<Vec<RotationView>> {
    ask(&desk, move |workspace| workspace.rotations(&id.to_string())).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_start(desk: Desk<'_>, place: RotationPlace, next: String) -> Reply<RotationView> {
    at(&desk, place, move |workspace, id, field| workspace.rotate_start(id, field, SecretString::from(next))).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_start_certificate(
    desk: Desk<'_>,
    place: RotationPlace,
    certificate_pem: String,
    key_handle: String,
) -> Reply<RotationView> {
    let next = NextCertificate { certificate_pem, private_key: desk.imports.key(&key_handle)? };
    at(&desk, place, move |workspace, id, field| workspace.rotate_start_certificate(id, field, &next)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_test(
    app: AppHandle,
    desk: Desk<'_>,
    place: RotationPlace,
    run_id: String,
) -> Reply<TriedNext> {
    let workspace = desk.workspace()?;
    let cancel = desk.runs.begin(&run_id)?;
    let progress = Some(events::progress(&app, &run_id));
    let options = RunOptions { progress, cancel, ..RunOptions::default() };
    let ended = workspace.rotate_test(&place.id.to_string(), &place.field, options).await;
    desk.runs.finish(&run_id, Some(place.id), ended.as_ref().ok().map(|tried| &tried.result));
    ended
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_switch(desk: Desk<'_>, place: RotationPlace, how: SwitchRequest) -> Reply<RotationView> {
    at(&desk, place, move |workspace, id, field| workspace.rotate_switch(id, field, &how)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_return(desk: Desk<'_>, place: RotationPlace) -> Reply<RotationView> {
    at(&desk, place, Workspace::rotate_return).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_revoked(desk: Desk<'_>, place: RotationPlace) -> Reply<RotationView> {
    at(&desk, place, Workspace::rotate_revoked).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_cancel(desk: Desk<'_>, place: RotationPlace) -> Reply<RotationView> {
    at(&desk, place, Workspace::rotate_cancel).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_add_use(desk: Desk<'_>, place: RotationPlace, text: String) -> Reply<RotationView> {
    at(&desk, place, move |workspace, id, field| workspace.rotate_add_use(id, field, &text)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rotation_tick(
    desk: Desk<'_>,
    place: RotationPlace,
    number: u32,
    done: bool,
) -> Reply<RotationView> {
    at(&desk, place, move |workspace, id, field| workspace.rotate_tick(id, field, (number, done))).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn main_password_changed(desk: Desk<'_>, account: String) -> Reply<Vec<Suspected>> {
    ask(&desk, move |workspace| workspace.main_password_changed(&account)).await
}

/// Asks the unlocked vault about a field of a record.
async fn at(
    desk: &Shell,
    place: RotationPlace,
    work: impl FnOnce(&Workspace, &str, &str) -> Result<RotationView, Problem> + Send + 'static,
) -> Reply<RotationView> {
    ask(desk, move |workspace| work(workspace, &place.id.to_string(), &place.field)).await
}
