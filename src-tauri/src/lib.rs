//! The desktop shell of Credenza: windows, tray, clipboard and dialogs around `credenza-core`.
//!
//! It holds no rule of the product: a command takes the state, makes one call of the core and converts the error.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods))]

mod checker;
mod clipboard;
#[cfg(test)]
mod command_names;
mod commands;
mod dialogs;
mod events;
mod hardening;
mod idle;
mod imports;
mod links;
mod logging;
mod notice;
mod practice;
mod recovery;
mod reveal;
mod runs;
mod state;
mod strength;
mod suspend;
mod tray;
mod windows;

#[cfg(test)]
mod config_tests;
#[cfg(test)]
mod export_bindings_tests;
#[cfg(test)]
mod reveal_tests;

use std::{process::ExitCode, sync::Arc};

use commands::{
    alerts, app, certificate, check, credential, event, facts, horizon, inventory, many, practice as practising,
    readiness, reveal as revealing, rotation, settings, slot, vault, webhook,
};
use state::Shell;
use tauri::{App, Manager as _, RunEvent};

/// Starts the program and returns when its last window is closed or *Quit* was chosen.
pub fn run() -> ExitCode {
    hardening::apply();
    // W21: nothing on the command line means anything, so that nothing of it is passed on to a running instance.
    if std::env::args_os().len() > 1 {
        return ExitCode::from(2);
    }
    let shell = Arc::new(Shell::new());
    let _log = logging::start(&shell.places.logs);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    match build(Arc::clone(&shell)) {
        Ok(app) => {
            app.run(move |_app, event| {
                if matches!(event, RunEvent::Exit) {
                    shell.lock();
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}

fn build(shell: Arc<Shell>) -> tauri::Result<App> {
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| windows::show_main(app)))
        .plugin(tauri_plugin_window_state::Builder::new().with_denylist(&[windows::REVEAL]).build())
        .plugin(tauri_plugin_dialog::init())
        .manage(shell)
        .invoke_handler(tauri::generate_handler![
            app::app_state,
            app::activity,
            app::about,
            app::open_link,
            vault::vault_create,
            vault::vault_unlock,
            vault::vault_unlock_device,
            vault::vault_unlock_recovery,
            vault::vault_lock,
            vault::vault_verify,
            vault::vault_backup,
            vault::vault_restore,
            vault::passphrase_strength,
            vault::recovery_confirm,
            slot::slot_list,
            slot::slot_add_passphrase,
            slot::slot_add_device,
            slot::slot_add_recovery,
            slot::slot_remove,
            credential::credential_list,
            credential::credential_show,
            credential::credential_save,
            credential::credential_remove,
            credential::credential_history,
            credential::credential_lint,
            credential::preset_list,
            check::check_run,
            many::check_many,
            check::check_cancel,
            check::sign_in_open,
            check::sign_in_copy,
            check::sign_in_forget,
            check::check_report,
            check::check_copy_report,
            check::check_save_transcript,
            webhook::webhook_preview,
            webhook::headers_parse,
            webhook::explain_text,
            facts::facts_status,
            facts::facts_replace,
            facts::facts_restore,
            readiness::readiness_show,
            readiness::readiness_copy,
            readiness::sunset_list,
            readiness::sunset_draft,
            rotation::rotation_list,
            rotation::rotation_start,
            rotation::rotation_test,
            rotation::rotation_switch,
            rotation::rotation_return,
            rotation::rotation_revoked,
            rotation::rotation_cancel,
            rotation::rotation_add_use,
            rotation::rotation_start_certificate,
            rotation::rotation_tick,
            rotation::main_password_changed,
            inventory::inventory_read,
            inventory::inventory_show,
            inventory::inventory_import,
            inventory::inventory_mute,
            certificate::certificate_browse,
            certificate::certificate_read,
            certificate::identity_pick,
            certificate::identity_open,
            revealing::reveal_open,
            revealing::reveal_pending,
            revealing::reveal_field,
            revealing::reveal_copy,
            revealing::reveal_close,
            event::event_list,
            event::event_verify,
            event::overview,
            horizon::horizon_list,
            horizon::horizon_change,
            horizon::horizon_export,
            settings::settings_show,
            settings::settings_save,
            alerts::alerts_show,
            alerts::alerts_save,
            alerts::alerts_sample,
            alerts::alerts_watch,
            practising::practice_start,
            practising::practice_stop,
            practising::practice_show,
            practising::practice_mailbox,
            practising::practice_add,
        ])
        .setup(|app| {
            let shell = Arc::clone(&app.state::<Arc<Shell>>());
            windows::open_main(app.handle())?;
            tray::place(app.handle());
            events::watch(app.handle().clone(), Arc::clone(&shell));
            checker::watch(app.handle().clone(), Arc::clone(&shell));
            let handle = app.handle().clone();
            suspend::watch(move || events::lock(&handle, &shell, idle::Reason::Suspend.word()));
            Ok(())
        })
        .build(tauri::generate_context!())
}
