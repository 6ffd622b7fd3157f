//! `credenza vault …`

use std::time::Duration;

use credenza_core::vault::{KdfParams, NewVault};
use credenza_core::{Code, Problem};
use serde_json::json;

use crate::args::{Global, VaultCommand};
use crate::output::Output;
use crate::unlock;

pub(super) fn run(global: &Global, command: VaultCommand, output: &Output) -> Result<u8, Problem> {
    match command {
        VaultCommand::Create { device, name } => create(global, name, device, output),
        VaultCommand::Unlock { lifetime } => start_session(global, lifetime, output),
        VaultCommand::Lock => lock(global, output),
        VaultCommand::Status => status(global, output),
        VaultCommand::Verify => verify(global, output),
        VaultCommand::Backup { file } => {
            let report = unlock::workspace(global)?.vault().backup(&file)?;
            output.result(&report, || format!("Backup written to {}.", file.display()))?;
            Ok(0)
        }
        VaultCommand::Restore { file } => restore(global, &file, output),
    }
}

fn create(global: &Global, name: String, device: bool, output: &Output) -> Result<u8, Problem> {
    let place = unlock::places(global).vault;
    if place.symlink_metadata().is_ok() {
        let message = format!("There is a file at {} already.", place.display());
        return Err(Problem::new(Code::Conflict, message, "Name another file with --vault; nothing was changed."));
    }
    let operator = global.operator.clone().unwrap_or_else(system_user);
    let passphrase = unlock::new_passphrase(global)?;
    let new = NewVault { name, operator, passphrase, device, kdf: KdfParams::default() };
    let (vault, recovery_code) = unlock::file(global).create(new)?;
    // EXPOSE: the recovery code is shown once, here.
    let code = recovery_code.expose();
    let document = json!({ "vault_id": vault.id(), "recovery_code": code });
    output.result(&document, || {
        format!(
            "Vault {} created at {}.\nRecovery code, shown once; print it or store it elsewhere:\n\n    {code}\n",
            vault.id(),
            place.display()
        )
    })?;
    Ok(0)
}

fn start_session(global: &Global, lifetime: Duration, output: &Output) -> Result<u8, Problem> {
    if lifetime.is_zero() || lifetime > Duration::from_secs(7 * 86_400) {
        return Err(Problem::invalid("for", "A session lasts from 1s to 7d."));
    }
    let (workspace, renewed) = unlock::workspace_or_renewed(global, true)?;
    let key = workspace.vault().start_session(lifetime)?;
    // EXPOSE: the session key is what this command is asked for.
    let text = key.expose();
    let mut document = json!({ "session": text, "seconds": lifetime.as_secs() });
    if let Some(code) = &renewed {
        // EXPOSE: shown once, here; standard output belongs to the shell that evaluates it.
        document["recovery_code"] = code.expose().into();
        output.insist(&format!(
            "The recovery code is used up. The new one, shown once; print it or store it elsewhere:\n\n    {}\n",
            code.expose()
        ));
    }
    output.result(&document, || format!("CREDENZA_SESSION={text}"))?;
    Ok(0)
}

fn lock(global: &Global, output: &Output) -> Result<u8, Problem> {
    let ended = unlock::file(global).end_sessions()?;
    output.result(&json!({ "sessions_ended": ended }), || format!("{ended} session(s) ended."))?;
    Ok(0)
}

fn status(global: &Global, output: &Output) -> Result<u8, Problem> {
    let status = unlock::file(global).status()?;
    output.result(&status, || {
        if !status.exists {
            return format!("There is no vault at {}.", status.path.display());
        }
        let slots: Vec<String> = status.slots.iter().map(|slot| format!("{:?}", slot.kind).to_lowercase()).collect();
        let name = status.name.as_deref().unwrap_or_default();
        format!(
            "{name}: {}, format {}, {} bytes, unlocks with {}",
            status.path.display(),
            status.format.unwrap_or_default(),
            status.size_bytes,
            slots.join(", ")
        )
    })?;
    Ok(if status.exists { 0 } else { Code::NotFound.exit() })
}

fn verify(global: &Global, output: &Output) -> Result<u8, Problem> {
    let report = unlock::workspace(global)?.vault().verify()?;
    let sound = report.problems.is_empty();
    output.result(&report, || {
        let counts = format!(
            "{} records, {} secrets, {} events, {} slots",
            report.records, report.secrets, report.events, report.slots
        );
        if sound { format!("Sound: {counts}.") } else { format!("Damaged: {counts}.\n{}", report.problems.join("\n")) }
    })?;
    Ok(if sound { 0 } else { Code::Damaged.exit() })
}

fn restore(global: &Global, file: &std::path::Path, output: &Output) -> Result<u8, Problem> {
    let given = unlock::given(global)?;
    let report = match &given {
        Some(text) => unlock::open(text, |way| unlock::file(global).restore(file, way))?,
        None => {
            let hint =
                "Give the backup's passphrase with --passphrase-stdin, --passphrase-file or CREDENZA_PASSPHRASE_FILE.";
            return Err(Problem::new(
                Code::Locked,
                "A backup is opened and checked before it replaces a vault; no passphrase was given.",
                hint,
            ));
        }
    };
    output.result(&report, || format!("Restored from {}. The replaced file was kept beside it.", file.display()))?;
    Ok(0)
}

fn system_user() -> String {
    let named = |variable| std::env::var(variable).ok().filter(|name| !name.trim().is_empty());
    named("USER").or_else(|| named("USERNAME")).unwrap_or_else(|| "administrator".into())
}
