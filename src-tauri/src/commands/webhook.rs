//! What the forms ask while they are filled in, and *Paste an error*: no vault is needed.

use std::sync::Arc;

use credenza_core::{
    Problem,
    check::{WebhookSample, render_payload},
    credential::{Header, Pair, parse_headers},
    net::{Channel, Explanation},
};
use serde::Serialize;
use ts_rs::TS;

use super::{Desk, Reply, blocking};

/// The JSON that a webhook would send.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub(crate) struct WebhookPreview {
    json: String,
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn webhook_preview(payload: Vec<Pair>, name: String) -> Reply<WebhookPreview> {
    let sample = WebhookSample { credential_name: Some(name), ..WebhookSample::default() };
    render_payload(&payload, &sample).map(|payload| WebhookPreview { json: format!("{payload:#}") })
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn headers_parse(line: String) -> Reply<Vec<Header>> {
    parse_headers(&line).map_err(|reason| Problem::invalid("headers", reason))
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn explain_text(
    desk: Desk<'_>,
    channel: Option<Channel>,
    host: Option<String>,
    text: String,
) -> Reply<Explanation> {
    let shell = Arc::clone(&desk);
    blocking(move || Ok(shell.explain(channel, host.as_deref(), &text))).await
}
