//! The desktop shell of Credenza: windows, tray, clipboard and dialogs around `credenza-core`.
//!
//! It holds no rule of the product: a command takes the state, makes one call of the core and converts the error.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods))]

mod tray;
mod windows;

use std::process::ExitCode;

/// Starts the program and returns when its last window is closed and *Quit* was chosen.
pub fn run() -> ExitCode {
    // W21: nothing on the command line means anything, so that nothing of it is passed on to a running instance.
    if std::env::args_os().len() > 1 {
        return ExitCode::from(2);
    }
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| windows::show_main(app)))
        .plugin(tauri_plugin_window_state::Builder::new().with_denylist(&[windows::REVEAL]).build())
        .plugin(tauri_plugin_dialog::init())
        .setup(|app| {
            windows::open_main(app.handle())?;
            tray::place(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|_app, _event| {});
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}
