//! What the window is told without asking: stages of a check, that the vault was locked, that somebody else wrote.

use std::sync::{Arc, Weak};

use credenza_core::{
    ManyProgress, ManyTold,
    check::{AskPerson, SignIn, SignInKind},
    net::{Progress, Stage},
    vault::RecordHead,
};
use serde::Serialize;
use tauri::{AppHandle, Emitter as _};
use ts_rs::TS;

use crate::{
    idle, links,
    state::{self, Shell},
    windows,
};

/// A stage of a running check, as the event `check-progress` carries it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub(crate) struct CheckProgress {
    run_id: String,
    stage: Stage,
}

/// A person has to sign in for a running check, as the event `sign-in` carries it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub(crate) struct SignInAsked {
    run_id: String,
    sign_in: SignIn,
    /// The browser was started.
    opened: bool,
}

/// A result of a run over many credentials, as the event `check-many-progress` carries it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub(crate) struct CheckManyProgress {
    run_id: String,
    progress: ManyProgress,
}

/// The payload of the event `vault-locked`.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub(crate) struct VaultLocked {
    reason: String,
}

/// Sends each stage of a run to the main window.
pub(crate) fn progress(app: &AppHandle, run_id: &str) -> Progress {
    let (app, run_id) = (app.clone(), run_id.to_owned());
    Arc::new(move |stage: &Stage| {
        tell(&app, "check-progress", CheckProgress { run_id: run_id.clone(), stage: stage.clone() });
    })
}

/// Has a person sign in for a run: the main window shows it, and the browser opens where it comes back by itself.
pub(crate) fn sign_in(app: &AppHandle, shell: &Arc<Shell>, run_id: &str) -> AskPerson {
    let (app, shell, run_id) = (app.clone(), Arc::clone(shell), run_id.to_owned());
    Arc::new(move |sign_in: &SignIn| {
        shell.runs.ask(&run_id, sign_in);
        let opened = sign_in.kind == SignInKind::Browser && links::open_sign_in(&sign_in.address).is_ok();
        tell(&app, "sign-in", SignInAsked { run_id: run_id.clone(), sign_in: sign_in.clone(), opened });
    })
}

/// Sends each result of a run over many credentials to the main window.
pub(crate) fn many_progress(app: &AppHandle, run_id: &str) -> ManyTold {
    let (app, run_id) = (app.clone(), run_id.to_owned());
    Arc::new(move |progress: &ManyProgress| {
        let told = CheckManyProgress { run_id: run_id.clone(), progress: progress.clone() };
        tell(&app, "check-many-progress", told);
    })
}

/// Locks, whoever asked for it: the reveal window goes, the page is told to forget.
pub(crate) fn lock(app: &AppHandle, shell: &Shell, reason: &str) {
    windows::close_reveal(app);
    if shell.lock() {
        tracing::info!(reason, "locked");
        tell(app, "vault-locked", VaultLocked { reason: reason.to_owned() });
    }
}

/// Looks at the clock and at the vault's file every two seconds, for as long as the program runs.
pub(crate) fn watch(app: AppHandle, shell: Arc<Shell>) {
    tauri::async_runtime::spawn(async move {
        let mut seen = Weak::new();
        let mut ticks = tokio::time::interval(idle::TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let (app, shell, before) = (app.clone(), Arc::clone(&shell), seen.clone());
            // Both read the vault, which may wait for another process.
            let looked = tauri::async_runtime::spawn_blocking(move || look(&app, &shell, &before)).await;
            seen = looked.unwrap_or_default();
        }
    });
}

fn look(app: &AppHandle, shell: &Shell, before: &Weak<Vec<RecordHead>>) -> Weak<Vec<RecordHead>> {
    let minutes =
        shell.workspace().and_then(|workspace| workspace.settings()).map_or(0, |settings| settings.auto_lock_minutes);
    if let Some(reason) = shell.idle.look(state::now(), minutes) {
        lock(app, shell, reason.word());
    }
    if let Ok(workspace) = shell.workspace() {
        workspace.forget_old_sign_ins();
    }
    let Some(heads) = shell.heads() else { return Weak::new() };
    let now = Arc::downgrade(&heads);
    // A list that was never seen is that of a vault that has just been opened.
    if before.ptr_eq(&Weak::new()) || before.ptr_eq(&now) {
        return now;
    }
    tell(app, "vault-changed", serde_json::json!({}));
    now
}

pub(crate) fn tell(app: &AppHandle, event: &str, payload: impl Serialize + Clone) {
    if let Err(error) = app.emit_to(windows::MAIN, event, payload) {
        tracing::warn!(event, %error, "the window was not told");
    }
}
