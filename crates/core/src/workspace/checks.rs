//! The four buttons and their twins on the command line: intent, run, result.

use std::time::Duration;

use credenza_net::Progress;
use credenza_vault::Batch;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

use super::Workspace;
use super::held::FormPlace;
use super::subject::Prepared;
use super::tokens::Ledger;
use crate::Problem;
use crate::check::{
    self, Action, AskPerson, AskedBy, CancelFlag, CheckContext, CheckKind, CheckResult, EmailRequest, Finished,
    TokenUse, WebhookSample,
};
use crate::view::Settings;

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
    /// The page's name for the form; a sign-in on it is held for its *Save*.
    #[serde(default)]
    #[ts(optional)]
    pub form: Option<String>,
    /// Use a refresh token although its end is known to have passed (TUF-23).
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub despite_expiry: bool,
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
    /// Nobody pressed a button: a refresh token that is stopped or in doubt is not tried.
    pub unattended: bool,
    /// A token that was fetched since then counts as fetched by this run, even where a new one is asked for.
    pub fetched_since: Option<Timestamp>,
    /// Use a refresh token although its end is known to have passed (TUF-23).
    pub despite_expiry: bool,
    /// Told when a person has to sign in (*Fetch Token* alone asks); `None` when nobody is there.
    pub person: Option<AskPerson>,
    /// The form whose unsaved record is tested; a sign-in on it is held for its *Save*.
    pub form: Option<String>,
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
        let mut prepared = match (request.draft, &head) {
            (Some(draft), head) => self.draft_subject(head.as_ref(), draft, request.confirm_rebind)?,
            (None, Some(head)) => self.stored_subject(head)?,
            (None, None) => return Err(Problem::invalid("id", "Neither a stored credential nor a form was given.")),
        };
        if let Some(form) = &request.form {
            self.carry_sign_in(form, &mut prepared);
        }
        let action = action_of(request.kind, request.email)?;
        let options = RunOptions {
            progress: Some(progress),
            cancel,
            person: Some(person),
            form: request.form,
            despite_expiry: request.despite_expiry,
            ..RunOptions::default()
        };
        let stored = head.map(|head| head.id).filter(|_| !prepared.draft);
        let finished = self.perform(prepared, &action, options).await?;
        if let Some(id) = stored.filter(|_| !finished.cancelled) {
            self.tell_of(&finished.result, id).await;
        }
        Ok(finished.result)
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

    pub(super) async fn perform(
        &self,
        prepared: Prepared,
        action: &Action,
        options: RunOptions,
    ) -> Result<Finished, Problem> {
        let settings = self.settings()?;
        let mut intent = Batch::new();
        prepared.note_intent(action, settings.token_scripts_allowed, &mut intent)?;
        self.commit(intent)?;
        let mut finished = self.until_locked(self.execute(&prepared, action, options, &settings)).await?;
        let mut results = Batch::new();
        self.note_result((&prepared, action), &mut finished, &mut results)?;
        self.commit(results)?;
        Ok(finished)
    }

    /// Runs the check itself; intent and result are the caller's to write down.
    pub(super) async fn execute(
        &self,
        prepared: &Prepared,
        action: &Action,
        options: RunOptions,
        settings: &Settings,
    ) -> Finished {
        let ledger = Ledger {
            workspace: self,
            owner: prepared.owner.as_ref(),
            secrets: &prepared.subject.secrets,
            stored: !prepared.draft,
            form: options.form.and_then(|form| FormPlace::under_test(&form, prepared)),
            kept_refresh: prepared.kept_refresh,
        };
        let catalogue = self.catalogue();
        let context = CheckContext {
            catalogue: &catalogue,
            clock: &*self.clock,
            tokens: &ledger,
            progress: options.progress,
            timeout: options.timeout.unwrap_or(Duration::from_secs(u64::from(settings.check_timeout_seconds))),
            cancel: options.cancel,
            token_use: TokenUse {
                by: if options.unattended { AskedBy::Job } else { asked_by(action) },
                since: options.fetched_since,
                despite_expiry: options.despite_expiry,
            },
            person: options.person,
            stand_in_key: Some(self.vault.stand_in_key()),
        };
        check::run(&prepared.subject, action, &context).await
    }

    /// Now, by this workspace's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The four buttons are a person's, wherever they are pressed; what is really sent or called is a job's.
fn asked_by(action: &Action) -> AskedBy {
    match action {
        Action::Connection | Action::Token { force: true } | Action::Webhook(_) | Action::Inventory(_) => {
            AskedBy::Person
        }
        Action::Email(mail) if mail.test => AskedBy::Person,
        Action::Token { force: false } => AskedBy::Fetch,
        Action::Email(_) | Action::Call(_) => AskedBy::Job,
    }
}

fn action_of(kind: CheckKind, email: Option<EmailDraft>) -> Result<Action, Problem> {
    Ok(match kind {
        CheckKind::Connection => Action::Connection,
        CheckKind::Token => Action::Token { force: true },
        CheckKind::Action => Action::Webhook(WebhookSample::default()),
        CheckKind::Inventory => return Err(Problem::invalid("kind", "Reading from Entra has a command of its own.")),
        CheckKind::Email => {
            let EmailDraft { to, from, subject, text } = email.unwrap_or_default();
            let from = from.filter(|from| !from.trim().is_empty());
            Action::Email(EmailRequest { to, from, subject, text, test: true, ..EmailRequest::default() })
        }
    })
}
