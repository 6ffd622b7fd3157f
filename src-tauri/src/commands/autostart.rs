//! Settings > *Alerts*: whether the program starts when its user signs in.

use tauri::AppHandle;

use super::{Reply, blocking};
use crate::autostart::Autostart;

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn autostart_show(app: AppHandle) -> Reply<Autostart> {
    blocking(move || Autostart::now(&app)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn autostart_save(app: AppHandle, on: bool) -> Reply<Autostart> {
    blocking(move || Autostart::set(&app, on)).await
}
