//! Practice mode: servers on this machine for trying everything.

use std::sync::Arc;

use credenza_core::view::CredentialRow;

use super::{Desk, Reply, ask};
use crate::practice::{self, PracticeMail, PracticeView};

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn practice_start(desk: Desk<'_>) -> Reply<PracticeView> {
    practice::start(&desk).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn practice_stop(desk: Desk<'_>) -> Reply<()> {
    practice::stop(&desk).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn practice_show(desk: Desk<'_>) -> Reply<PracticeView> {
    Ok(PracticeView::of(desk.practice.lock().await.as_ref()))
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn practice_mailbox(desk: Desk<'_>) -> Reply<Vec<PracticeMail>> {
    let practice = desk.practice.lock().await;
    Ok(practice
        .as_ref()
        .map(|sandbox| sandbox.mailbox().into_iter().map(PracticeMail::from).collect())
        .unwrap_or_default())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn practice_add(desk: Desk<'_>) -> Reply<Vec<CredentialRow>> {
    practice::start(&desk).await?;
    let drafts = practice::drafts(&*Arc::clone(&desk).practice.lock().await);
    ask(&desk, move |workspace| practice::add(workspace, drafts)).await
}
