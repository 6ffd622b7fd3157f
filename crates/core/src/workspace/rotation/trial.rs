//! Testing the next value: the fitting check with it in place of the current one. The record keeps nothing of it.

use credenza_vault::{EndpointDigest, EventAction, RecordChange, SecretChange, VaultError};
use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use super::super::again::until_alone;
use super::super::checks::RunOptions;
use super::certificate::put_certificate;
use super::{Place, Workspace};
use crate::check::CheckResult;
use crate::credential::field_label;
use crate::rotation::{Entry, RotationView, Trial, fitting, next_path, setup};
use crate::view::CheckSummary;
use crate::{Code, Problem};

/// A test of a next value, and how far the rotation is with it.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct TriedNext {
    /// The check in full, free of secrets.
    pub result: CheckResult,
    /// The rotation now.
    pub rotation: RotationView,
}

impl Workspace {
    /// Runs the fitting check with the next value in place of the current one. What uses the record goes on with the current
    /// one, and the record's own last result stays as it is.
    ///
    /// # Errors
    /// `not_found` without a next value, `invalid` where no check can prove a value; a check that fails is a result.
    pub async fn rotate_test(&self, reference: &str, field: &str, options: RunOptions) -> Result<TriedNext, Problem> {
        let place = self.place(reference, field)?;
        place.next()?;
        let action = fitting(&place.credential, &place.field).ok_or_else(|| untestable(&place))?;
        let Entry { next_id: tried, next_certificate, .. } = super::entry(&place.book, &place.field);
        let mut head = place.head.clone();
        if let Some(pem) = next_certificate {
            let mut meta = (*head.meta).clone();
            put_certificate(&mut meta, &place.field, Some(&pem));
            head.meta = meta.into();
        }
        let prepared = self.next_subject(&head, &place.field)?;
        let sent = prepared.subject.secrets.text(&place.field).cloned();
        let finished = self.perform(prepared, &action, options).await?;
        if let Some(sent) = sent {
            self.keep_successor(&place, &sent)?;
        }
        let result = finished.result;
        if finished.cancelled {
            return Ok(TriedNext { rotation: self.rotation(&place.head.id.to_string(), &place.field)?, result });
        }
        let trial = Trial {
            at: result.started_at,
            outcome: result.outcome,
            headline: CheckSummary::of(&result, place.head.id).headline,
            setup: setup(&place.head),
        };
        let rotation = until_alone(|| self.note_trial(&place, tried, &trial))?;
        Ok(TriedNext { result, rotation })
    }

    /// Notes how a next value did, if it is the one that is there now.
    fn note_trial(&self, place: &Place, tried: Option<Uuid>, trial: &Trial) -> Result<RotationView, Problem> {
        let mut now = self.place(&place.head.id.to_string(), &place.field)?;
        if super::entry(&now.book, &now.field).next_id != tried {
            let hint = "Test it again: this result is not that of the value which is there now.";
            return Err(Problem::new(Code::Conflict, "Another next value was entered during the test.", hint));
        }
        now.entry().trial = Some(trial.clone());
        let (id, name, field) = (now.head.id, now.head.name.clone(), now.field.clone());
        let outcome = trial.outcome.word().to_owned();
        self.put_book(now, Some(EventAction::RotationTested { id, name, field, outcome }))
    }

    /// A refresh token that the provider replaced in its test has a successor, which is the next value from now on.
    fn keep_successor(&self, place: &Place, sent: &secrecy::SecretString) -> Result<(), Problem> {
        let newest = self.newest(sent.clone());
        // EXPOSE: compared with each other.
        if newest.expose_secret() == sent.expose_secret() {
            return Ok(());
        }
        loop {
            let head = self.vault.head(place.head.id)?;
            let path = next_path(&place.field);
            let kept = head.masks.contains_key(&path).then(|| self.vault.secret(head.id, &path)).transpose()?;
            // EXPOSE: compared with each other. Another next value that was entered meanwhile stays.
            if kept.is_none_or(|kept| kept.expose_secret() != sent.expose_secret()) {
                return Ok(());
            }
            let change = RecordChange {
                record_type: head.record_type.clone(),
                name: head.name.clone(),
                class: head.class,
                meta: (*head.meta).clone(),
                endpoint: EndpointDigest(super::credential_of(&head)?.endpoint().digest()),
                secrets: [(path.clone(), SecretChange::Replace(newest.clone()))].into(),
                changed_fields: vec![path],
            };
            match self.vault.update(head.id, head.revision, change) {
                // The provider knows no other token any more: whatever was saved meanwhile, this one is kept.
                Err(VaultError::ChangedElsewhere(_)) => {}
                done => return Ok(done.map(drop)?),
            }
        }
    }
}

fn untestable(place: &Place) -> Problem {
    let message = format!("Nothing can test the {} of \u{201c}{}\u{201d}.", field_label(&place.field), place.head.name);
    let hint = "Try it where it is used, then switch with an administrator's word (command line: --override).";
    Problem::new(Code::Invalid, message, hint).at(&place.field)
}
