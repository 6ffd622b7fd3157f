//! Settings > *Explanations*: which facts are in use, and replacing them.

use std::sync::Arc;

use credenza_core::facts::{self, FactsStatus};
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
    let kind: (&str, &[&str]) = ("Facts", &["json"]);
    let Some(path) = dialogs::pick(&app, "Choose a file of explanations", kind).await else { return Ok(None) };
    let shell = Arc::clone(&desk);
    ask(&desk, move |workspace| workspace.change_facts(&shell.places, Some(&path)).map(Some)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn facts_restore(desk: Desk<'_>) -> Reply<Vec<FactsStatus>> {
    let shell = Arc::clone(&desk);
    ask(&desk, move |workspace| workspace.change_facts(&shell.places, None)).await
}
