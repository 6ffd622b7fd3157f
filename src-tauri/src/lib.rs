//! The desktop shell of Credenza: windows, tray, clipboard and dialogs around `credenza-core`.
//!
//! It holds no rule of the product: a command takes the state, makes one call of the core and converts the error.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods))]

mod autostart;
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
    alerts, app, autostart as starting, certificate, check, credential, event, facts, horizon, inventory, many,
    practice as practising, readiness, reveal as revealing, rotation, settings, slot, vault, webhook,
};
use state::Shell;
use tauri::{App, Manager as _, RunEvent, WindowEvent};
use tauri_plugin_window_state::StateFlags;

/// Starts the program and returns when its last window is closed or *Quit* was chosen.
pub fn run() -> ExitCode {
    hardening::apply();
    // W21: but for the one word, nothing on the command line means anything, so that nothing of it is passed on to a running
    // instance.
    let Some(hidden) = wants_hidden(std::env::args_os().skip(1)) else { return ExitCode::from(2) };
    let shell = Arc::new(Shell::new());
    let _log = logging::start(&shell.places.logs);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    match build(Arc::clone(&shell), hidden) {
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

/// Whether the program starts without a window; `None` when the arguments are none of its own.
fn wants_hidden(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> Option<bool> {
    match (arguments.next(), arguments.next()) {
        (None, _) => Some(false),
        (Some(word), None) if word == autostart::HIDDEN => Some(true),
        _ => None,
    }
}

fn build(shell: Arc<Shell>, hidden: bool) -> tauri::Result<App> {
    // A window that was hidden last time is not hidden next time.
    let kept = StateFlags::all() & !StateFlags::VISIBLE;
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
            // What came over the bus is compared and nothing else: a second start at sign-in shows nothing.
            if !arguments.iter().skip(1).any(|word| word == autostart::HIDDEN) {
                windows::show_main(app);
            }
        }))
        .plugin(
            tauri_plugin_window_state::Builder::new().with_denylist(&[windows::REVEAL]).with_state_flags(kept).build(),
        )
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
            starting::autostart_show,
            starting::autostart_save,
            practising::practice_start,
            practising::practice_stop,
            practising::practice_show,
            practising::practice_mailbox,
            practising::practice_add,
        ])
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event
                && windows::hide_instead(window)
            {
                api.prevent_close();
            }
        })
        .setup(move |app| {
            let shell = Arc::clone(&app.state::<Arc<Shell>>());
            tray::place(app.handle());
            if hidden {
                windows::start_hidden(app.handle());
            } else {
                windows::open_main(app.handle())?;
            }
            events::watch(app.handle().clone(), Arc::clone(&shell));
            checker::watch(app.handle().clone(), Arc::clone(&shell));
            let handle = app.handle().clone();
            suspend::watch(move || events::lock(&handle, &shell, idle::Reason::Suspend.word()));
            Ok(())
        })
        .build(tauri::generate_context!())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w21_one_word_is_allowed_alone_and_everything_else_is_refused() {
        let given = |words: &[&str]| wants_hidden(words.iter().map(std::ffi::OsString::from));
        assert_eq!(given(&[]), Some(false));
        assert_eq!(given(&["--hidden"]), Some(true));
        for refused in [
            &["--passphrase"][..],
            &["--hidden", "x"],
            &["--hidden", "--hidden"],
            &["x", "--hidden"],
            &["--hidden=1"],
            &["--HIDDEN"],
            &[""],
            &["--"],
        ] {
            assert_eq!(given(refused), None, "{refused:?}");
        }
    }
}
