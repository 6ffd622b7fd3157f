//! Looks at the dates while the program runs, hidden or not, unlocked or not: at the start, when a vault is opened, and
//! every hour.

mod rhythm;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use credenza_core::{
    Code, DesktopNotice, DueOptions, Problem, Workspace,
    alerts::DueReport,
    vault::{Peek, SlotKind, Unlock},
};
use serde::Serialize;
use tauri::{AppHandle, Manager as _, UserAttentionType};
use ts_rs::TS;

use crate::{
    events, notice,
    state::{self, Shell},
    tray, windows,
};
use rhythm::{Found, Rhythm};

/// How often it is asked whether a look is due.
const TICK: Duration = Duration::from_secs(5);

/// An alert for the person at this desktop, as the event `alert` carries it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub(crate) struct AlertShown {
    title: String,
    text: String,
}

/// Looks for as long as the program runs.
pub(crate) fn watch(app: AppHandle, shell: Arc<Shell>) {
    tauri::async_runtime::spawn(async move {
        let mut rhythm = Rhythm::default();
        let mut standing = tray::Standing::default();
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let asked = tokio::select! {
                _ = ticks.tick() => false,
                () = shell.look_now.notified() => true,
            };
            let open = shell.workspace().ok();
            let looks = asked || rhythm.is_due(open.as_ref(), Instant::now());
            if looks {
                let found = look(&app, &shell, open.as_deref()).await;
                rhythm.looked(open.as_ref(), found, Instant::now());
            }
            // A look may have kept the workspace from being dropped: it goes before anything else is waited for.
            drop(open);
            standing = tray::refresh(&app, &shell, (standing, looks)).await;
            if asked {
                let line = standing.line().to_owned();
                tauri::async_runtime::spawn_blocking(move || notice::show(&format!("Credenza: {line}")));
            }
        }
    });
}

async fn look(app: &AppHandle, shell: &Arc<Shell>, open: Option<&Workspace>) -> Found {
    let looked = match open {
        Some(workspace) => {
            let options = DueOptions { desktop: Some(desktop(app)), ..DueOptions::default() };
            workspace.run_due(&options).await.map(Some)
        }
        None => look_while_locked(shell).await,
    };
    let found = match looked {
        Ok(None) => return Found::NoVault,
        Ok(Some(report)) => {
            let (due, undelivered) = (report.alerts.len(), report.undelivered);
            tracing::info!(due, undelivered, unlocked = open.is_some(), "looked at the dates");
            Found::Looked
        }
        Err(problem) => {
            tracing::warn!(problem.message, "nobody could look at the dates");
            note_failed(shell, &problem);
            Found::Failed
        }
    };
    events::tell(app, "watch-changed", serde_json::json!({}));
    found
}

/// The first of several in a row is what counts: nobody has looked since then.
fn note_failed(shell: &Shell, problem: &Problem) {
    let file = shell.file();
    if file.failed_look().is_some() {
        return;
    }
    if let Err(error) = file.note_failed_look(problem.code.word()) {
        tracing::warn!(%error, "that nobody could look is not noted");
    }
}

/// As `credenza check` looks: the device slot opens the vault for the look alone, and the window stays locked. Nothing
/// where there is no vault.
async fn look_while_locked(shell: &Arc<Shell>) -> Result<Option<DueReport>, Problem> {
    let asked = Arc::clone(shell);
    // The keyring may take its time.
    let peeked = tauri::async_runtime::spawn_blocking(move || peek(&asked)).await;
    let peeked = peeked.map_err(|_| Problem::internal("The look at the dates ended before it was done."))?;
    let Some(peek) = peeked? else { return Ok(None) };
    // Names of credentials are not for the page of a locked window.
    let desktop: DesktopNotice = Arc::new(|title, _text| noticed(title));
    let options = DueOptions { desktop: Some(desktop), ..DueOptions::default() };
    let (report, noted) = credenza_core::look(peek, (&shell.places, state::now()), &options).await?;
    if let Err(problem) = noted {
        tracing::warn!(problem.message, "when this look was taken is not noted");
    }
    Ok(Some(report))
}

fn peek(shell: &Shell) -> Result<Option<Peek>, Problem> {
    let status = shell.status()?;
    if !status.exists {
        return Ok(None);
    }
    if !status.slots.iter().any(|slot| slot.kind == SlotKind::Device) {
        let hint = "Add *Unlock on this device* in Settings, or let a scheduler run `credenza check`.";
        return Err(Problem::new(Code::Locked, "The vault is locked and this machine has no key to it.", hint));
    }
    Ok(Some(shell.file().peek(Unlock::Device)?))
}

/// Shows an alert on this desktop: as its notification, and in the window, which asks for attention. It counts as shown
/// when the notification was taken, or the window can be seen.
pub(crate) fn desktop(app: &AppHandle) -> DesktopNotice {
    let app = app.clone();
    Arc::new(move |title, text| {
        let window = app.get_webview_window(windows::MAIN);
        let seen = window.as_ref().is_some_and(windows::is_seen);
        if let Some(window) = window {
            // A desktop without a way to ask for attention still has the window.
            let _ = window.request_user_attention(Some(UserAttentionType::Informational));
            events::tell(&app, "alert", AlertShown { title: title.to_owned(), text: text.to_owned() });
        }
        noticed(title) || seen
    })
}

/// Shows a notification from a thread of the runtime, which may go on with other work meanwhile.
fn noticed(title: &str) -> bool {
    tokio::task::block_in_place(|| notice::show(title))
}
