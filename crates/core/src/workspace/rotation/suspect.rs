//! App passwords end silently when the main password of their account changes (IQX-17): what depends on it is suspect until
//! a check passes.

use std::collections::HashSet;

use credenza_vault::{Batch, EventAction, RecordHead};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Workspace, credential_of};
use crate::check::{Action, CheckResult, Outcome};
use crate::credential::{Kind, MailAuth, PasswordKind};
use crate::rotation::Suspected;
use crate::{Code, Problem};

/// Document kind of the mark; the key is the record's id.
const SUSPECT: &str = "suspect";

#[derive(Serialize, Deserialize)]
struct Mark {
    since: Timestamp,
}

impl Workspace {
    /// *Main password changed*: marks every credential whose app password depends on this account, and gives them, by name.
    ///
    /// # Errors
    /// `not_found` when nothing depends on that account, `forbidden` for anyone but an administrator.
    pub fn main_password_changed(&self, account: &str) -> Result<Vec<Suspected>, Problem> {
        self.require_administrator("mark credentials as suspect")?;
        let wanted = account.trim().to_lowercase();
        let depends = |head: &RecordHead| depends_on(head).filter(|(known, _)| known.to_lowercase() == wanted);
        let heads = self.vault.heads()?;
        let found: Vec<Suspected> = heads
            .iter()
            .filter_map(|head| {
                depends(head).map(|(_, purpose)| Suspected { id: head.id, name: head.name.clone(), purpose })
            })
            .collect();
        if wanted.is_empty() || found.is_empty() {
            let message = "No credential has an app password that depends on this account.";
            let hint = "A mail server depends on it when its password is an app password and its account, or else its user name, is this one.";
            return Err(Problem::new(Code::NotFound, message, hint).at("account"));
        }
        let body = serde_json::to_vec(&Mark { since: self.now() }).map_err(|_| Problem::internal("suspect"))?;
        let mut batch = Batch::new();
        let credentials = u32::try_from(found.len()).unwrap_or(u32::MAX);
        batch.event(EventAction::MainPasswordChanged { credentials });
        for suspected in &found {
            batch.event(EventAction::CredentialSuspected { id: suspected.id, name: suspected.name.clone() });
            batch.document(SUSPECT, &suspected.id.to_string(), body.clone());
        }
        self.vault.commit(batch)?;
        Ok(found)
    }

    /// The credentials that are suspect now.
    pub(crate) fn suspects(&self) -> Result<HashSet<Uuid>, Problem> {
        let marks = self.vault.documents(SUSPECT)?;
        Ok(marks.into_iter().filter_map(|(key, _)| key.parse().ok()).collect())
    }

    /// Whether this one is.
    pub(crate) fn is_suspect(&self, id: Uuid) -> Result<bool, Problem> {
        Ok(self.vault.document(SUSPECT, &id.to_string())?.is_some())
    }

    /// A check that signed in clears the mark.
    pub(crate) fn clear_suspicion(
        &self,
        id: Uuid,
        (action, result): (&Action, &CheckResult),
        batch: &mut Batch,
    ) -> Result<(), Problem> {
        let signs_in = matches!(action, Action::Connection | Action::Email(_));
        if !signs_in || result.outcome == Outcome::Failed {
            return Ok(());
        }
        let Some(body) = self.vault.document(SUSPECT, &id.to_string())? else { return Ok(()) };
        // A check that began before the password was changed says nothing about what came after.
        let before = serde_json::from_slice::<Mark>(&body).is_ok_and(|mark| result.started_at < mark.since);
        if !before {
            batch.remove(SUSPECT, &id.to_string());
        }
        Ok(())
    }
}

/// The account that an app password depends on, and its purpose; `None` for every other record.
fn depends_on(head: &RecordHead) -> Option<(String, String)> {
    if head.record_type != crate::CredentialType::MailServer.word() {
        return None;
    }
    let Kind::MailServer(mail) = credential_of(head).ok()?.kind else { return None };
    let MailAuth::Password { username, password_kind: Some(PasswordKind::AppPassword), account, purpose, .. } =
        mail.auth
    else {
        return None;
    };
    let account = account.filter(|account| !account.trim().is_empty()).unwrap_or(username);
    Some((account.trim().to_owned(), purpose.unwrap_or_default()))
}
