//! One secret in plain: `reveal_open` belongs to the main window, the rest to the reveal window alone.

use std::sync::Arc;

use credenza_core::vault::Passphrase;
use secrecy::SecretString;
use tauri::AppHandle;
use uuid::Uuid;

use super::{Desk, Reply, ask, blocking};
use crate::{
    clipboard,
    reveal::{RevealOnce, RevealPending, SHOWN},
    windows,
};

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn reveal_open(app: AppHandle, desk: Desk<'_>, id: Uuid, field: String) -> Reply<()> {
    let shell = Arc::clone(&desk);
    ask(&desk, move |workspace| shell.reveals.ask(workspace, id, &field)).await?;
    windows::open_reveal(&app)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn reveal_pending(desk: Desk<'_>) -> Reply<RevealPending> {
    desk.reveals.pending()
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn reveal_field(app: AppHandle, desk: Desk<'_>, passphrase: String) -> Reply<RevealOnce> {
    let (shell, passphrase) = (Arc::clone(&desk), Passphrase::new(SecretString::from(passphrase)));
    let (value, turn) = ask(&desk, move |workspace| shell.reveals.value(workspace, &passphrase)).await?;
    windows::close_reveal_after(&app, Arc::clone(&desk), turn, SHOWN);
    Ok(value)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn reveal_copy(desk: Desk<'_>) -> Reply<()> {
    let shell = Arc::clone(&desk);
    blocking(move || shell.clipboard.copy_secret(&shell.reveals.shown()?)).await.map(|turn| clear_later(&desk, turn))
}

/// Clears the clipboard when its time is over, if it is still ours.
fn clear_later(desk: &Desk<'_>, turn: u64) {
    let shell = Arc::clone(desk);
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(clipboard::LIFETIME).await;
        shell.clipboard.clear_turn(turn);
    });
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn reveal_close(app: AppHandle, desk: Desk<'_>) -> Reply<()> {
    desk.reveals.forget();
    windows::close_reveal(&app);
    Ok(())
}
