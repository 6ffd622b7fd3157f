//! `credenza slot …`

use std::path::PathBuf;

use credenza_core::Problem;
use credenza_core::vault::{Operator, Passphrase, Role};
use serde_json::json;

use crate::args::{Global, RoleArg, SlotAdd, SlotCommand};
use crate::output::{Output, table};
use crate::{input, unlock};

pub(super) fn run(global: &Global, command: SlotCommand, output: &Output) -> Result<u8, Problem> {
    let workspace = unlock::workspace(global)?;
    let vault = workspace.vault();
    match command {
        SlotCommand::List => {
            let slots = vault.slots()?;
            output.result(&slots, || {
                let row = |slot: &credenza_core::vault::SlotInfo| {
                    [
                        slot.id.to_string(),
                        word(&slot.kind),
                        slot.operator.name.clone(),
                        word(&slot.operator.role),
                        slot.created_at.to_string(),
                    ]
                };
                table(["id", "kind", "operator", "role", "created"], slots.iter().map(row))
            })?;
        }
        SlotCommand::Add(SlotAdd::Passphrase { name, role, new_passphrase_file }) => {
            workspace.require_administrator("add ways to unlock")?;
            let role = if matches!(role, RoleArg::Helpdesk) { Role::Helpdesk } else { Role::Administrator };
            let operator = Operator { name: name.unwrap_or_else(|| vault.operator().name), role };
            let slot = vault.add_passphrase_slot(operator, &new_passphrase(new_passphrase_file)?)?;
            output.result(&slot, || format!("Slot {} added.", slot.id))?;
        }
        SlotCommand::Add(SlotAdd::Device) => {
            workspace.require_administrator("add ways to unlock")?;
            let slot = vault.add_device_slot(vault.operator())?;
            output.result(&slot, || format!("Slot {} added: this device's keyring unlocks the vault.", slot.id))?;
        }
        SlotCommand::Add(SlotAdd::Recovery) => {
            workspace.require_administrator("add ways to unlock")?;
            let (slot, code) = vault.add_recovery_slot(vault.operator())?;
            // EXPOSE: the recovery code is shown once, here.
            let code = code.expose();
            output.result(&json!({ "id": slot.id, "recovery_code": code }), || {
                format!("Slot {} added. Recovery code, shown once:\n\n    {code}\n", slot.id)
            })?;
        }
        SlotCommand::Remove { id } => {
            workspace.require_administrator("remove ways to unlock")?;
            vault.remove_slot(id)?;
            output.result(&json!({ "removed": id }), || format!("Slot {id} removed."))?;
        }
    }
    Ok(0)
}

fn new_passphrase(file: Option<PathBuf>) -> Result<Passphrase, Problem> {
    match file {
        Some(path) => input::secret(&path).map(|text| Passphrase::new(text.as_str().to_owned().into())),
        None => unlock::typed_twice(),
    }
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
