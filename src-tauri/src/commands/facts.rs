//! Settings > *Explanations*: which facts are in use, and replacing them.

use std::sync::Arc;

use credenza_core::{
    Workspace,
    facts::{self, FactsStatus},
    vault::EventAction,
};
use tauri::AppHandle;

use super::{Desk, Reply, ask};
use crate::dialogs;

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn facts_status(desk: Desk<'_>) -> Reply<Vec<FactsStatus>> {
    let places = desk.places.clone();
    ask(&desk, move |_| Ok(facts::status(&places))).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn facts_replace(app: AppHandle, desk: Desk<'_>) -> Reply<Option<Vec<FactsStatus>>> {
    desk.workspace()?.require_administrator("replace the explanations")?;
    let kind: (&str, &[&str]) = ("Facts", &["json"]);
    let Some(path) = dialogs::pick(&app, "Choose a file of explanations", kind).await else { return Ok(None) };
    let shell = Arc::clone(&desk);
    ask(&desk, move |workspace| {
        facts::replace(&shell.places, &path)?;
        changed(workspace, &shell.places).map(Some)
    })
    .await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn facts_restore(desk: Desk<'_>) -> Reply<Vec<FactsStatus>> {
    let shell = Arc::clone(&desk);
    ask(&desk, move |workspace| {
        workspace.require_administrator("replace the explanations")?;
        facts::restore(&shell.places)?;
        changed(workspace, &shell.places)
    })
    .await
}

/// From here on checks explain themselves by the new facts.
fn changed(workspace: &Workspace, places: &credenza_core::Places) -> Reply<Vec<FactsStatus>> {
    if let Some(reason) = workspace.reload_facts(places) {
        tracing::warn!(reason, "some facts in the folder were not used");
    }
    workspace.vault().append(EventAction::SettingsChanged { keys: vec!["explanations".into()] })?;
    Ok(facts::status(places))
}
