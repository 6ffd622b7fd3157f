//! What is handed to others of a result: cleaned and searched with everything the vault knows of the record.

use credenza_net::Recorder;
use credenza_vault::RecordHead;
use uuid::Uuid;

use super::Workspace;
use crate::Problem;
use crate::check::{CheckResult, Extent, checked_report};

impl Workspace {
    /// The last result of a stored credential, for a ticket.
    ///
    /// # Errors
    /// `not_found` when it was never tested; otherwise as [`Workspace::report_on`].
    pub fn report_of(&self, reference: &str, extent: Extent) -> Result<String, Problem> {
        let head = self.head(reference)?;
        let result = self.last_result(head.id)?.ok_or_else(|| {
            let what = format!("result of a test of \u{201c}{}\u{201d}", head.name);
            Problem { hint: "Test it first.".into(), ..Problem::not_found(what) }
        })?;
        self.report_on(&result, Some(head.id), extent)
    }

    /// A result, for a ticket. `record` is the stored credential whose secrets were in play, if there is one.
    ///
    /// # Errors
    /// `forbidden` when a secret is still in the text, or when the operator may not use the record's secrets and so cannot know
    /// whether one is.
    pub fn report_on(&self, result: &CheckResult, record: Option<Uuid>, extent: Extent) -> Result<String, Problem> {
        let known = Recorder::marking_with(&self.vault.stand_in_key(), None);
        // A record that was removed since has no secrets that could be known; the check itself has looked for them.
        if let Some(head) = record.and_then(|id| self.vault.head(id).ok()) {
            self.protect_all_of(&head, &known)?;
        }
        checked_report(result, extent, &known)
    }

    fn protect_all_of(&self, head: &RecordHead, known: &Recorder) -> Result<(), Problem> {
        match self.stored_subject(head) {
            Ok(prepared) => prepared.subject.secrets.protect_on(known),
            Err(problem) if problem.code == crate::Code::Forbidden => return Err(problem),
            // Its app registration is gone: what it has of its own is still looked for.
            Err(_) => crate::Secrets::from(self.vault.secrets(head.id)?).protect_on(known),
        }
        if let Ok(token) = self.cached_token(head) {
            known.protect("access_token", &token);
        }
        Ok(())
    }
}
