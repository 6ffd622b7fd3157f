//! The four buttons and their twins on the command line: intent, run, result.

use std::time::Duration;

use credenza_net::Progress;
use credenza_vault::EventAction;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

use super::Workspace;
use super::subject::Prepared;
use super::tokens::Ledger;
use crate::Problem;
use crate::check::{
    self, Action, AskPerson, CancelFlag, CheckContext, CheckKind, CheckResult, EmailRequest, Finished, WebhookSample,
};
use crate::view::CheckSummary;

/// Document kind of the last result of a record.
const RESULT: &str = "check-result";
/// Document kind of the last result in one line.
pub(super) const SUMMARY: &str = "check-summary";

/// What the window sends when one of the four buttons is pressed.
#[derive(Debug, Clone, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct CheckRequest {
    /// Chosen by the caller; progress and cancel name it.
    pub run_id: String,
    /// The stored credential, if there is one.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// The unsaved form: a record in which a missing secret means the stored one.
    #[serde(default)]
    #[ts(type = "Record<string, unknown> | null")]
    pub draft: Option<Value>,
    /// Which button.
    pub kind: CheckKind,
    /// What to send, with kind `email`.
    #[serde(default)]
    pub email: Option<EmailDraft>,
    /// The administrator's word that stored secrets may go to a new endpoint (product vector 14).
    #[serde(default)]
    pub confirm_rebind: bool,
}

/// What *Send test email* asks for.
#[derive(Debug, Clone, Default, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct EmailDraft {
    /// Recipients.
    pub to: Vec<String>,
    /// Sender, where the record has none (IQX-10).
    #[serde(default)]
    #[ts(optional)]
    pub from: Option<String>,
    /// Subject.
    #[serde(default)]
    #[ts(optional)]
    pub subject: Option<String>,
    /// Text.
    #[serde(default)]
    #[ts(optional)]
    pub text: Option<String>,
}

/// How a caller wants a run to go.
#[derive(Default)]
pub struct RunOptions {
    /// Told of each stage as it begins and ends.
    pub progress: Option<Progress>,
    /// Stops the run.
    pub cancel: CancelFlag,
    /// The deadline; the vault's setting when left out.
    pub timeout: Option<Duration>,
    /// The administrator's word that stored secrets may go to a new endpoint.
    pub rebind: bool,
    /// Told when a person has to sign in (*Fetch Token* alone asks); `None` when nobody is there.
    pub person: Option<AskPerson>,
}

impl Workspace {
    /// Runs what the window asked for.
    ///
    /// # Errors
    /// Whatever keeps the check from starting: `invalid`, `not_found`, `forbidden`. A check that fails is a result.
    pub async fn check(
        &self,
        request: CheckRequest,
        progress: Progress,
        cancel: CancelFlag,
        person: AskPerson,
    ) -> Result<CheckResult, Problem> {
        let head = request.id.map(|id| self.vault.head(id)).transpose()?;
        let prepared = match (request.draft, &head) {
            (Some(draft), head) => self.draft_subject(head.as_ref(), draft, request.confirm_rebind)?,
            (None, Some(head)) => self.stored_subject(head)?,
            (None, None) => return Err(Problem::invalid("id", "Neither a stored credential nor a form was given.")),
        };
        let action = action_of(request.kind, request.email);
        let options = RunOptions { progress: Some(progress), cancel, person: Some(person), ..RunOptions::default() };
        Ok(self.perform(prepared, &action, options).await?.result)
    }

    /// Runs an action on a stored credential, or on it with a merge patch over it (`--draft`).
    ///
    /// # Errors
    /// As [`Workspace::check`].
    pub async fn run(
        &self,
        reference: &str,
        patch: Option<Value>,
        action: &Action,
        options: RunOptions,
    ) -> Result<Finished, Problem> {
        let head = self.head(reference)?;
        let prepared = match patch {
            Some(patch) => self.patched_subject(&head, patch, options.rebind)?,
            None => self.stored_subject(&head)?,
        };
        self.perform(prepared, action, options).await
    }

    /// The last check of a record in full.
    pub(super) fn last_result(&self, id: Uuid) -> Result<Option<CheckResult>, Problem> {
        let body = self.vault.document(RESULT, &id.to_string())?;
        Ok(body.and_then(|body| serde_json::from_slice(&body).ok()))
    }

    async fn perform(&self, prepared: Prepared, action: &Action, options: RunOptions) -> Result<Finished, Problem> {
        check::applicable(&prepared.subject.credential, action)?;
        let settings = self.settings()?;
        let name = prepared.subject.credential.common.name.clone();
        self.note_intent(&prepared, action, &name, settings.token_scripts_allowed)?;
        let ledger = Ledger {
            workspace: self,
            owner: prepared.owner.as_ref(),
            secrets: &prepared.subject.secrets,
            stored: !prepared.draft,
        };
        let catalogue = self.catalogue();
        let context = CheckContext {
            catalogue: &catalogue,
            clock: &*self.clock,
            tokens: &ledger,
            progress: options.progress,
            timeout: options.timeout.unwrap_or(Duration::from_secs(u64::from(settings.check_timeout_seconds))),
            cancel: options.cancel,
            person: options.person,
        };
        let finished = check::run(&prepared.subject, action, &context).await;
        self.keep_result(&prepared, action, &finished.result)?;
        Ok(finished)
    }

    /// No log, no action: what is about to happen is committed first.
    fn note_intent(
        &self,
        prepared: &Prepared,
        action: &Action,
        name: &str,
        scripts_allowed: bool,
    ) -> Result<(), Problem> {
        let subject = &prepared.subject;
        if let Some(script) = check::script_to_run(subject) {
            if !scripts_allowed {
                let hint = "An administrator can allow them in Settings.";
                return Err(Problem::forbidden(
                    format!("Token scripts are switched off for this vault; {script} was not started."),
                    hint,
                )
                .at("auth.token_script"));
            }
            self.vault.append(EventAction::ScriptStarted { id: subject.id, name: name.to_owned() })?;
        }
        let kind = CheckKind::of(action).word().to_owned();
        self.vault.append(EventAction::CheckStarted {
            id: subject.id,
            name: name.to_owned(),
            kind,
            draft: prepared.draft,
        })?;
        Ok(())
    }

    fn keep_result(&self, prepared: &Prepared, action: &Action, result: &CheckResult) -> Result<(), Problem> {
        let name = result.credential.name.clone();
        let failed_stage =
            result.failed_stage.and_then(|stage| serde_json::to_value(stage).ok()?.as_str().map(str::to_owned));
        self.vault.append(EventAction::CheckFinished {
            id: prepared.subject.id,
            name: name.clone(),
            kind: result.kind.word().to_owned(),
            outcome: result.outcome.word().to_owned(),
            failed_stage,
        })?;
        let id = prepared.subject.id;
        if let (Action::Email(mail), true) = (action, result.outcome != check::Outcome::Failed) {
            let recipients = mail.to.len() + mail.cc.len() + mail.bcc.len();
            self.vault.append(EventAction::MailSent {
                id,
                name: name.clone(),
                recipients: u32::try_from(recipients).unwrap_or(u32::MAX),
            })?;
        }
        if let Action::Call(call) = action {
            let status =
                result.result.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
            self.vault.append(EventAction::RequestSent { id, name, method: call.method.clone(), status })?;
            return Ok(());
        }
        if let Action::Email(EmailRequest { test: false, .. }) = action {
            // A job that sends mail says nothing new about the record while it works; its failure does.
            if result.outcome != check::Outcome::Failed {
                return Ok(());
            }
        }
        let Some(id) = id else { return Ok(()) };
        self.put(RESULT, id, result)?;
        self.put(SUMMARY, id, &CheckSummary::of(result, id))
    }

    fn put(&self, kind: &str, id: Uuid, value: &impl serde::Serialize) -> Result<(), Problem> {
        let body = serde_json::to_vec(value).map_err(|error| Problem::internal(format!("{kind}: {error}")))?;
        Ok(self.vault.put_document(kind, &id.to_string(), &body)?)
    }

    /// Now, by this workspace's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

fn action_of(kind: CheckKind, email: Option<EmailDraft>) -> Action {
    match kind {
        CheckKind::Connection => Action::Connection,
        CheckKind::Token => Action::Token { force: true },
        CheckKind::Action => Action::Webhook(WebhookSample::default()),
        CheckKind::Email => {
            let EmailDraft { to, from, subject, text } = email.unwrap_or_default();
            let from = from.filter(|from| !from.trim().is_empty());
            Action::Email(EmailRequest { to, from, subject, text, test: true, ..EmailRequest::default() })
        }
    }
}
