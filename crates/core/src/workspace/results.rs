//! What is written down of a check: its intent before, its result and what the servers showed after.

use credenza_vault::{Batch, EventAction};
use serde_json::Value;
use uuid::Uuid;

use super::Workspace;
use super::subject::Prepared;
use crate::Problem;
use crate::check::{self, Action, CheckKind, CheckResult, EmailRequest, Fingerprint, Finished, Outcome};
use crate::credential::field_label;
use crate::rotation::part_of;
use crate::view::CheckSummary;

/// Document kind of the last result of a record.
const RESULT: &str = "check-result";
/// Document kind of the last result in one line.
pub(super) const SUMMARY: &str = "check-summary";

/// Document kind of what the servers showed when a check of this kind passed last.
fn fingerprint_kind(kind: CheckKind) -> String {
    format!("check-fingerprint-{}", kind.word())
}

impl Prepared {
    /// No log, no action: what is about to happen, to be committed before it does.
    ///
    /// # Errors
    /// `invalid` when the action does not apply; `forbidden` when it would start a script and scripts are switched off.
    pub(super) fn note_intent(&self, action: &Action, scripts_allowed: bool, batch: &mut Batch) -> Result<(), Problem> {
        check::applicable(&self.subject.credential, action)?;
        let (id, name) = (self.subject.id, &self.subject.credential.common.name);
        if let Some(script) = check::script_to_run(&self.subject) {
            if !scripts_allowed {
                let hint = "An administrator can allow them in Settings.";
                let message = format!("Token scripts are switched off for this vault; {script} was not started.");
                return Err(Problem::forbidden(message, hint).at("auth.token_script"));
            }
            batch.event(EventAction::ScriptStarted { id, name: name.clone() });
        }
        let kind = CheckKind::of(action).word().to_owned();
        batch.event(EventAction::CheckStarted { id, name: name.clone(), kind, draft: self.draft });
        Ok(())
    }
}

impl Workspace {
    /// The last check of a record in full.
    pub(super) fn last_result(&self, id: Uuid) -> Result<Option<CheckResult>, Problem> {
        let body = self.vault.document(RESULT, &id.to_string())?;
        Ok(body.and_then(|body| serde_json::from_slice(&body).ok()))
    }

    /// Puts what is different from the last pass into the result, and into the batch what is to be kept of it. A check that
    /// was stopped leaves its event and nothing else: the result before it still stands.
    pub(super) fn note_result(
        &self,
        (prepared, action): (&Prepared, &Action),
        finished: &mut Finished,
        batch: &mut Batch,
    ) -> Result<(), Problem> {
        let result = &mut finished.result;
        if finished.cancelled {
            batch.event(finished_event(prepared.subject.id, result, "cancelled"));
            return Ok(());
        }
        let seen = self.compared(action, result)?;
        batch.event(finished_event(prepared.subject.id, result, result.outcome.word()));
        batch_action(prepared.subject.id, action, result, batch);
        if let Some(id) = prepared.subject.id {
            self.clear_suspicion(id, (action, result), batch)?;
        }
        // A record that was removed meanwhile leaves nothing behind.
        let kept = |id: &Uuid| counts(action, result) && self.vault.head(*id).is_ok();
        let Some(id) = prepared.subject.id.filter(kept) else { return Ok(()) };
        put(batch, RESULT, id, result)?;
        put(batch, SUMMARY, id, &CheckSummary::of(result, id))?;
        match seen {
            Some(seen) if result.outcome != Outcome::Failed => put(batch, &fingerprint_kind(result.kind), id, &seen),
            _ => Ok(()),
        }
    }

    /// Compares a stored record's result with the last pass; gives what it shows itself.
    fn compared(&self, action: &Action, result: &mut CheckResult) -> Result<Option<Fingerprint>, Problem> {
        let Some(id) = result.credential.id.filter(|_| !matches!(action, Action::Call(_))) else { return Ok(None) };
        let Ok(head) = self.vault.head(id) else { return Ok(None) };
        let revision = head.revision;
        let stored = self.vault.document(&fingerprint_kind(result.kind), &id.to_string())?;
        let before: Option<Fingerprint> = stored.and_then(|body| serde_json::from_slice(&body).ok());
        if let Some(before) = &before {
            let edited = if before.revision == revision { None } else { self.edited_since(id, before.revision)? };
            let (changes, last_pass) = check::last_pass(before, result, edited.as_deref());
            result.changes_since_last_pass = changes;
            result.last_pass = Some(last_pass);
        }
        Ok(Some(Fingerprint::of(result, revision).remembering(before.as_ref())))
    }

    /// The fields that people edited since a revision. A refresh token that the provider replaced is no edit.
    fn edited_since(&self, id: Uuid, revision: u64) -> Result<Option<String>, Problem> {
        let history = self.vault.history(id)?;
        let newer = history.iter().filter(|entry| entry.revision > revision);
        let mut fields: Vec<String> = newer
            .flat_map(|entry| &entry.fields)
            .filter(|field| !field.ends_with("refresh_token") && part_of(field).is_none())
            .map(|field| field_label(field))
            .collect();
        fields.sort();
        fields.dedup();
        Ok(Some(fields)
            .filter(|fields| !fields.is_empty())
            .map(|fields| format!("edited since: {}", fields.join(", "))))
    }
}

fn finished_event(id: Option<Uuid>, result: &CheckResult, outcome: &str) -> EventAction {
    EventAction::CheckFinished {
        id,
        name: result.credential.name.clone(),
        kind: result.kind.word().to_owned(),
        outcome: outcome.to_owned(),
        failed_stage: result.failed_stage.filter(|_| outcome != "cancelled").map(|stage| stage.as_str().to_owned()),
    }
}

/// What really left the machine has an event of its own.
fn batch_action(id: Option<Uuid>, action: &Action, result: &CheckResult, batch: &mut Batch) {
    let name = result.credential.name.clone();
    match action {
        Action::Email(mail) if result.outcome != Outcome::Failed => {
            let recipients = u32::try_from(mail.to.len() + mail.cc.len() + mail.bcc.len()).unwrap_or(u32::MAX);
            batch.event(EventAction::MailSent { id, name, recipients });
        }
        Action::Call(call) => {
            let status = result.result.get("status").and_then(Value::as_u64);
            let status = status.and_then(|status| u16::try_from(status).ok());
            batch.event(EventAction::RequestSent { id, name, method: call.method.clone(), status });
        }
        _ => {}
    }
}

/// Whether a result says something new about the record. A job that sends mail does not while it works; its failure does.
fn counts(action: &Action, result: &CheckResult) -> bool {
    match action {
        Action::Call(_) => false,
        Action::Email(EmailRequest { test: false, .. }) => result.outcome == Outcome::Failed,
        _ => true,
    }
}

fn put(batch: &mut Batch, kind: &str, id: Uuid, value: &impl serde::Serialize) -> Result<(), Problem> {
    let body = serde_json::to_vec(value).map_err(|error| Problem::internal(format!("{kind}: {error}")))?;
    batch.document(kind, &id.to_string(), body);
    Ok(())
}
