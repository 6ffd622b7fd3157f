//! Looks at the dates while the program runs, hidden or not: once when a vault is opened, to catch up, and every hour.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use credenza_core::{DesktopNotice, DueOptions, Workspace};
use serde::Serialize;
use tauri::{AppHandle, Manager as _, UserAttentionType};
use ts_rs::TS;

use crate::{events, notice, state::Shell, windows};

/// How often it is asked whether a look is due, and how often one is.
const TICK: Duration = Duration::from_secs(5);
const HOUR: Duration = Duration::from_secs(3600);

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
        let mut looked: Option<(Weak<Workspace>, Instant)> = None;
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Ok(workspace) = shell.workspace() else { continue };
            let known = Arc::downgrade(&workspace);
            let recent = |(of, at): &(Weak<Workspace>, Instant)| of.ptr_eq(&known) && at.elapsed() < HOUR;
            if looked.as_ref().is_some_and(recent) {
                continue;
            }
            looked = Some((known, Instant::now()));
            look(&app, &shell, &workspace).await;
        }
    });
}

async fn look(app: &AppHandle, shell: &Shell, workspace: &Workspace) {
    let options = DueOptions { desktop: Some(desktop(app)), ..DueOptions::default() };
    match workspace.run_due(&options).await {
        Ok(report) => {
            tracing::info!(due = report.alerts.len(), undelivered = report.undelivered, "looked at the dates")
        }
        Err(problem) => {
            tracing::warn!(problem.message, "nobody could look at the dates");
            if let Err(error) = shell.file().note_failed_look(problem.code.word()) {
                tracing::warn!(%error, "that nobody could look is not noted");
            }
        }
    }
    events::tell(app, "watch-changed", serde_json::json!({}));
}

/// Shows an alert on this desktop: as its notification where it has them, and in the window, which asks for attention.
pub(crate) fn desktop(app: &AppHandle) -> DesktopNotice {
    let app = app.clone();
    Arc::new(move |title, text| {
        let Some(window) = app.get_webview_window(windows::MAIN) else { return false };
        // A desktop without a way to ask for attention still has the window.
        let _ = window.request_user_attention(Some(UserAttentionType::Informational));
        notice::show(title);
        events::tell(&app, "alert", AlertShown { title: title.to_owned(), text: text.to_owned() });
        true
    })
}
