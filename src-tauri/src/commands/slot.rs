//! The ways to unlock the vault.

use credenza_core::vault::{Operator, Passphrase, Role, SlotInfo};
use secrecy::SecretString;
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use super::{Desk, Reply, ask};

/// A recovery code, shown once.
#[derive(Serialize, TS)]
#[ts(export)]
pub(crate) struct RecoveryShown {
    recovery_code: String,
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn slot_list(desk: Desk<'_>) -> Reply<Vec<SlotInfo>> {
    ask(&desk, |workspace| Ok(workspace.vault().slots()?)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn slot_add_passphrase(
    desk: Desk<'_>,
    operator: String,
    role: Role,
    passphrase: String,
) -> Reply<SlotInfo> {
    let (operator, passphrase) = (Operator { name: operator, role }, Passphrase::new(SecretString::from(passphrase)));
    ask(&desk, move |workspace| Ok(workspace.vault().add_passphrase_slot(operator, &passphrase)?)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn slot_add_device(desk: Desk<'_>) -> Reply<SlotInfo> {
    ask(&desk, |workspace| Ok(workspace.vault().add_device_slot(workspace.vault().operator())?)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn slot_add_recovery(desk: Desk<'_>) -> Reply<RecoveryShown> {
    let made = ask(&desk, |workspace| Ok(workspace.vault().add_recovery_slot(workspace.vault().operator())?)).await;
    made.map(|(_slot, code)| RecoveryShown { recovery_code: desk.recovery.show(&code) })
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn slot_remove(desk: Desk<'_>, id: Uuid) -> Reply<()> {
    ask(&desk, move |workspace| Ok(workspace.vault().remove_slot(id)?)).await
}
