//! Every date on which something stops working.

use std::sync::Arc;

use credenza_core::{
    horizon::{ExportFormat, HorizonFilter, ItemSettings},
    view::ExpiryView,
};
use tauri::AppHandle;

use super::{Desk, Reply, ask, blocking, vault::SavedFile};
use crate::dialogs;

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn horizon_list(desk: Desk<'_>, filter: HorizonFilter) -> Reply<Vec<ExpiryView>> {
    ask(&desk, move |workspace| workspace.horizon(&filter)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn horizon_change(desk: Desk<'_>, id: String, change: ItemSettings) -> Reply<ExpiryView> {
    ask(&desk, move |workspace| workspace.change_item(&id, change)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn horizon_export(
    app: AppHandle,
    desk: Desk<'_>,
    filter: HorizonFilter,
    format: ExportFormat,
) -> Reply<Option<SavedFile>> {
    let workspace = Arc::clone(&desk).workspace()?;
    let text = blocking(move || Ok(workspace.horizon_file(&workspace.horizon(&filter)?, format, true))).await?;
    let asked = dialogs::save(&app, "Save the horizon", format.file_name()).await;
    let Some(path) = asked else { return Ok(None) };
    let saved = SavedFile { path: path.display().to_string() };
    blocking(move || dialogs::write(&path, &text)).await?;
    Ok(Some(saved))
}
