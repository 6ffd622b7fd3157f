//! The vault as a whole: created, unlocked, locked, verified, backed up, restored.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use credenza_core::vault::{KdfParams, NewVault, Passphrase, RecoveryCode, Unlock, Vault, VerifyReport};
use secrecy::SecretString;
use serde::Serialize;
use tauri::AppHandle;
use ts_rs::TS;
use uuid::Uuid;

use super::{Desk, Reply, app::AppState, ask, blocking};
use crate::{dialogs, events, practice, state::Shell, strength::Strength};

/// What a new vault gives, once.
#[derive(Serialize, TS)]
#[ts(export)]
pub(crate) struct VaultCreated {
    vault_id: Uuid,
    recovery_code: String,
}

/// The vault unlocked with a recovery code, which is used up by it.
#[derive(Serialize, TS)]
#[ts(export)]
pub(crate) struct RecoveryUsed {
    state: AppState,
    /// The code in its place, shown once; none when the old one stays good (a vault that cannot be written).
    recovery_code: Option<String>,
}

/// Where something was written.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub(crate) struct SavedFile {
    pub(crate) path: String,
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn vault_create(
    desk: Desk<'_>,
    name: String,
    operator: String,
    passphrase: String,
    device: bool,
) -> Reply<VaultCreated> {
    let new = NewVault { name, operator, passphrase: secret(passphrase), device, kdf: KdfParams::default() };
    let shell = Arc::clone(&desk);
    blocking(move || created(&shell, new)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn vault_unlock(desk: Desk<'_>, passphrase: String) -> Reply<AppState> {
    unlock(&desk, move |shell| Ok(shell.file().unlock(Unlock::Passphrase(&secret(passphrase)))?)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn vault_unlock_device(desk: Desk<'_>) -> Reply<AppState> {
    unlock(&desk, |shell| Ok(shell.file().unlock(Unlock::Device)?)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn vault_unlock_recovery(desk: Desk<'_>, code: String) -> Reply<RecoveryUsed> {
    let code = RecoveryCode::parse(&SecretString::from(code))?;
    let renewed = Arc::new(OnceLock::new());
    let kept = Arc::clone(&renewed);
    let state = unlock(&desk, move |shell| recovered(shell, &code, &kept)).await?;
    Ok(RecoveryUsed { state, recovery_code: renewed.get().cloned() })
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn vault_lock(app: AppHandle, desk: Desk<'_>) -> Reply<AppState> {
    let shell = Arc::clone(&desk);
    let locked = move || {
        events::lock(&app, &shell, "asked");
        AppState::now(&shell)
    };
    blocking(locked).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn vault_verify(desk: Desk<'_>) -> Reply<VerifyReport> {
    ask(&desk, |workspace| Ok(workspace.vault().verify()?)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn vault_backup(app: AppHandle, desk: Desk<'_>) -> Reply<Option<SavedFile>> {
    let name = format!("credenza-{}.backup.db", crate::state::now().strftime("%Y-%m-%d"));
    let Some(path) = dialogs::save(&app, "Back up the vault", &name).await else { return Ok(None) };
    let report = ask(&desk, move |workspace| Ok(workspace.vault().backup(&path)?)).await?;
    Ok(Some(SavedFile { path: report.path.display().to_string() }))
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn vault_restore(app: AppHandle, desk: Desk<'_>, passphrase: String) -> Reply<Option<AppState>> {
    let (shell, passphrase) = (Arc::clone(&desk), secret(passphrase));
    let Some(path) = dialogs::pick(&app, "Restore a backup", ("Vault", &["db"])).await else { return Ok(None) };
    blocking(move || restored(&app, &shell, &path, &passphrase).map(Some)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn passphrase_strength(passphrase: String) -> Reply<Strength> {
    blocking(move || Ok(Strength::of(&SecretString::from(passphrase)))).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn recovery_confirm(desk: Desk<'_>, last_group: String) -> Reply<bool> {
    Ok(desk.recovery.confirm(&SecretString::from(last_group)))
}

fn created(shell: &Shell, new: NewVault) -> Reply<VaultCreated> {
    let (vault, code) = shell.file().create(new)?;
    let vault_id = shell.enter(vault).vault().id();
    Ok(VaultCreated { vault_id, recovery_code: shell.recovery.show(&code) })
}

/// Unlocks, and leaves in `renewed` the code that takes the used one's place.
fn recovered(shell: &Shell, code: &RecoveryCode, renewed: &OnceLock<String>) -> Reply<Vault> {
    let (vault, next) = shell.file().unlock_with_recovery(code)?;
    if let Some(next) = next {
        renewed.get_or_init(|| shell.recovery.show(&next));
    }
    Ok(vault)
}

/// The file is replaced under nobody's feet: whoever has it open here is locked out first.
fn restored(app: &AppHandle, shell: &Shell, backup: &Path, passphrase: &Passphrase) -> Reply<AppState> {
    events::lock(app, shell, "restore");
    shell.file().restore(backup, Unlock::Passphrase(passphrase))?;
    AppState::now(shell)
}

async fn unlock<F>(desk: &Desk<'_>, open: F) -> Reply<AppState>
where
    F: FnOnce(&Shell) -> Reply<Vault> + Send + 'static,
{
    let shell = Arc::clone(desk);
    blocking(move || Ok(shell.enter(open(&shell)?))).await?;
    practice::resume(desk).await;
    let shell = Arc::clone(desk);
    blocking(move || AppState::now(&shell)).await
}

fn secret(passphrase: String) -> Passphrase {
    Passphrase::new(SecretString::from(passphrase))
}
