//! The practice servers of the window, and how they look to the page.

use credenza_core::{Problem, Workspace, view::CredentialRow};
use credenza_sandbox::{Identity, Mail, PracticeServer, Sandbox, SandboxOptions};
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use crate::state::Shell;

/// Where the vault keeps what makes the practice servers the same ones next time.
const DOCUMENT: &str = "practice";

/// The practice servers, for the page.
#[derive(Serialize, TS)]
#[ts(export)]
pub(crate) struct PracticeView {
    running: bool,
    servers: Vec<PracticeRow>,
    /// The authority that signed their certificates.
    ca_pem: String,
}

/// One practice server, with a record ready to add. What is secret here protects nothing but practice.
#[derive(Serialize, TS)]
#[ts(export)]
pub(crate) struct PracticeRow {
    name: String,
    address: String,
    what: String,
    username: String,
    password: String,
    #[ts(type = "Record<string, unknown>")]
    draft: Value,
}

/// A message that a practice mail server accepted.
#[derive(Serialize, TS)]
#[ts(export)]
pub(crate) struct PracticeMail {
    id: String,
    at: String,
    from: String,
    to: Vec<String>,
    subject: String,
    text: String,
}

impl PracticeView {
    /// The servers that run, or none.
    pub(crate) fn of(sandbox: Option<&Sandbox>) -> PracticeView {
        let servers = sandbox.map(|sandbox| sandbox.servers().into_iter().map(PracticeRow::from).collect());
        PracticeView {
            running: sandbox.is_some(),
            servers: servers.unwrap_or_default(),
            ca_pem: sandbox.map(|sandbox| sandbox.ca_pem().to_owned()).unwrap_or_default(),
        }
    }
}

impl From<PracticeServer> for PracticeRow {
    fn from(server: PracticeServer) -> PracticeRow {
        let PracticeServer { name, address, what, username, password, draft, .. } = server;
        PracticeRow { name, address, what, username, password, draft }
    }
}

impl From<Mail> for PracticeMail {
    fn from(mail: Mail) -> PracticeMail {
        let Mail { id, at, from, to, subject, text, .. } = mail;
        PracticeMail { id: id.to_string(), at: at.to_string(), from, to, subject, text }
    }
}

/// Starts the servers, as the ones they were before where the vault remembers; running ones are left as they are.
///
/// # Errors
/// `io` when a port or the certificates cannot be had.
pub(crate) async fn start(shell: &Shell) -> Result<PracticeView, Problem> {
    let mut place = shell.practice.lock().await;
    if place.is_none() {
        let workspace = shell.workspace().ok();
        let identity = workspace.as_ref().and_then(|workspace| remembered(workspace));
        let started = Sandbox::start(SandboxOptions { identity, ..SandboxOptions::default() }).await;
        let sandbox = started.map_err(|error| {
            Problem::new(
                credenza_core::Code::Io,
                format!("The practice servers could not be started: {error}."),
                "Try again.",
            )
        })?;
        if let Some(workspace) = workspace {
            remember(&workspace, &sandbox.identity())?;
            workspace.note_practice(true)?;
        }
        *place = Some(sandbox);
    }
    Ok(PracticeView::of(place.as_ref()))
}

/// Starts the servers with the vault, where its settings say so. Practice is no reason to keep anybody out.
pub(crate) async fn resume(shell: &Shell) {
    let settings = shell.workspace().and_then(|workspace| workspace.settings());
    if settings.is_ok_and(|settings| settings.practice_mode)
        && let Err(problem) = start(shell).await
    {
        tracing::warn!(%problem, "practice mode did not start");
    }
}

/// Ends the servers and forgets the mail they took.
///
/// # Errors
/// Whatever writing the event may fail with.
pub(crate) async fn stop(shell: &Shell) -> Result<(), Problem> {
    let Some(sandbox) = shell.practice.lock().await.take() else { return Ok(()) };
    sandbox.stop().await;
    shell.workspace().map_or(Ok(()), |workspace| workspace.note_practice(false))
}

/// The records that the running servers suggest.
pub(crate) fn drafts(sandbox: &Option<Sandbox>) -> Vec<Value> {
    sandbox.iter().flat_map(Sandbox::servers).map(|server| server.draft).collect()
}

/// Adds those of the suggested records whose names are free; tells which.
///
/// # Errors
/// As [`Workspace::add`].
pub(crate) fn add(workspace: &Workspace, drafts: Vec<Value>) -> Result<Vec<CredentialRow>, Problem> {
    let is_new = |draft: &Value| draft["name"].as_str().is_some_and(|name| workspace.resolve(name).is_err());
    let ids = workspace.add(drafts.into_iter().filter(is_new).collect())?;
    let rows = workspace.rows()?;
    Ok(rows.into_iter().filter(|row| ids.contains(&row.id)).collect())
}

fn remembered(workspace: &Workspace) -> Option<Identity> {
    let body = workspace.vault().document(DOCUMENT, DOCUMENT).ok()??;
    serde_json::from_slice(&body).ok()
}

fn remember(workspace: &Workspace, identity: &Identity) -> Result<(), Problem> {
    let body = serde_json::to_vec(identity).map_err(|error| Problem::internal(format!("practice: {error}")))?;
    Ok(workspace.vault().put_document(DOCUMENT, DOCUMENT, &body)?)
}
