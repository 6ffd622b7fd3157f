//! The rotation assistant (capability C9) on stored credentials: what there is, entering the next value, throwing it away.

mod certificate;
mod due;
mod step;
mod suspect;
mod switch;
mod trial;
mod uses;

use std::collections::BTreeMap;

use credenza_vault::{Batch, EndpointDigest, EventAction, RecordChange, RecordHead, SecretChange};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::again::{overtaken_by_another, until_alone};
use super::{Workspace, credential_of};
use crate::credential::{Credential, Finding, Severity, field_label, refuse_in};
use crate::rotation::{Book, Entry, RotationView, certificate_path, next_path, old_path, rotates, secret_of};
use crate::{Code, Problem};

pub use trial::TriedNext;

/// Document kind of what is kept of rotations; the key is the record's id.
pub(super) const ROTATION: &str = "rotation";

/// The field of a stored record that is being rotated.
struct Place {
    head: RecordHead,
    credential: Credential,
    field: String,
    book: Book,
    /// The book as it was read.
    seen: Option<Zeroizing<Vec<u8>>>,
}

impl Workspace {
    /// Every secret field of a credential that can be rotated, with how far it is.
    ///
    /// # Errors
    /// `not_found`, `damaged`.
    pub fn rotations(&self, reference: &str) -> Result<Vec<RotationView>, Problem> {
        let head = self.head(reference)?;
        let credential = credential_of(&head)?;
        let book = self.book(head.id)?;
        let fields = credential.secret_fields().into_iter().filter(|field| rotates(&credential, field).is_ok());
        let fields =
            fields.filter(|field| head.masks.contains_key(field) || head.masks.contains_key(&next_path(field)));
        let users = self.users_of(&head)?;
        Ok(fields.map(|field| step::view((&head, &credential), &field, entry(&book, &field), &users)).collect())
    }

    /// Every rotation that is under way, of all credentials, by name.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn rotations_under_way(&self) -> Result<Vec<RotationView>, Problem> {
        let mut all = Vec::new();
        for (key, _) in self.vault.documents(ROTATION)? {
            all.extend(
                self.rotations(&key)?.into_iter().filter(|view| view.step != crate::rotation::RotationStep::Idle),
            );
        }
        all.sort_by_key(|view| view.credential_name.to_lowercase());
        Ok(all)
    }

    /// How far the rotation of one field is.
    ///
    /// # Errors
    /// `not_found`, `invalid` for a field that cannot be rotated.
    pub fn rotation(&self, reference: &str, field: &str) -> Result<RotationView, Problem> {
        self.view_of(&self.place(reference, field)?)
    }

    /// Enters the next value of a secret field beside the current one; one that was there is replaced. Its test begins anew.
    ///
    /// # Errors
    /// `forbidden` for anyone but an administrator; `invalid` for a blank value, a mask, a line break, the value that is in
    /// force already, or a field that cannot be rotated.
    pub fn rotate_start(&self, reference: &str, field: &str, next: SecretString) -> Result<RotationView, Problem> {
        self.require_administrator("rotate secrets")?;
        until_alone(|| self.enter_next(reference, field, &next))
    }

    fn enter_next(&self, reference: &str, field: &str, next: &SecretString) -> Result<RotationView, Problem> {
        let place = self.place(reference, field)?;
        place.refuse_key_alone()?;
        self.refuse_next(&place, next)?;
        self.keep_next(place, next)
    }

    /// Keeps the next value; what is known of the one before is forgotten.
    fn keep_next(&self, mut place: Place, next: &SecretString) -> Result<RotationView, Problem> {
        let entry = place.entry();
        if entry.switched.is_none() {
            entry.open_uses();
        }
        entry.next_id = Some(Uuid::now_v7());
        entry.next_since = Some(self.now());
        entry.trial = None;
        self.bring_uses_in(&mut place)?;
        let event = |id, name, field| EventAction::RotationStarted { id, name, field };
        let path = next_path(&place.field);
        self.put_secrets(place, [(path, SecretChange::Replace(next.clone()))].into(), event)
    }

    /// What looks wrongly pasted in a next value (capability C18).
    ///
    /// # Errors
    /// As [`Workspace::rotation`].
    pub fn lint_next(&self, reference: &str, field: &str, next: &SecretString) -> Result<Vec<Finding>, Problem> {
        let place = self.place(reference, field)?;
        let fault = place.credential.secret_fault(&place.field, next);
        let finding = |fault: crate::credential::SecretFault| Finding {
            field: place.field.clone(),
            severity: Severity::Warning,
            message: fault.message.to_owned(),
            fix: fault.fix,
        };
        Ok(fault.map(finding).into_iter().collect())
    }

    /// Throws the next value away.
    ///
    /// # Errors
    /// `forbidden` for anyone but an administrator, `not_found` when there is none.
    pub fn rotate_cancel(&self, reference: &str, field: &str) -> Result<RotationView, Problem> {
        self.require_administrator("rotate secrets")?;
        until_alone(|| {
            let mut place = self.place(reference, field)?;
            place.next()?;
            place.entry().forget_next();
            let event = |id, name, field| EventAction::RotationCancelled { id, name, field };
            let path = next_path(&place.field);
            self.put_secrets(place, [(path, SecretChange::Remove)].into(), event)
        })
    }

    fn refuse_next(&self, place: &Place, next: &SecretString) -> Result<(), Problem> {
        let field = place.field.as_str();
        // EXPOSE: only whether it is blank or a mask is looked at.
        let text = next.expose_secret();
        if text.trim().is_empty() {
            return Err(Problem::invalid(field, "The next value is blank."));
        }
        if credenza_vault::is_mask(text) {
            return Err(Problem::invalid(field, "The next value is a mask, not a secret."));
        }
        refuse_in(field, next)?;
        let current = place.head.masks.contains_key(field).then(|| self.vault.secret(place.head.id, field));
        // A certificate may be renewed for the same key.
        let current = current.filter(|_| certificate_path(field).is_none());
        // EXPOSE: compared with the value in force.
        if current.transpose()?.is_some_and(|current| current.expose_secret() == text) {
            return Err(Problem::invalid(field, "The next value is the one that is in force already."));
        }
        Ok(())
    }

    /// The field by its path or, where only one fits, by its last part.
    fn place(&self, reference: &str, field: &str) -> Result<Place, Problem> {
        let head = self.head(reference)?;
        let credential = credential_of(&head)?;
        let fields = credential.secret_fields();
        let named = secret_of(field);
        let field = named.as_str();
        let tail = format!(".{field}");
        let fitting: Vec<&String> = fields
            .iter()
            .filter(|path| path.ends_with(&tail) || field_label(path).eq_ignore_ascii_case(field))
            .collect();
        let known = match fitting.as_slice() {
            _ if fields.iter().any(|path| path == field) => field,
            [one] => one.as_str(),
            _ => field,
        };
        rotates(&credential, known)?;
        let field = known.to_owned();
        let seen = self.vault.document(ROTATION, &head.id.to_string())?;
        Ok(Place { head, credential, field, book: read_book(seen.as_deref())?, seen })
    }

    fn book(&self, id: Uuid) -> Result<Book, Problem> {
        read_book(self.vault.document(ROTATION, &id.to_string())?.as_deref())
    }

    fn view_of(&self, place: &Place) -> Result<RotationView, Problem> {
        let users = self.users_of(&place.head)?;
        let entry = entry(&place.book, &place.field);
        Ok(step::view((&place.head, &place.credential), &place.field, entry, &users))
    }

    /// Saves secrets of the record, the book and an event in one transaction.
    fn put_secrets(
        &self,
        place: Place,
        secrets: BTreeMap<String, SecretChange>,
        event: impl FnOnce(Uuid, String, String) -> EventAction,
    ) -> Result<RotationView, Problem> {
        let fields = secrets.keys().cloned().collect();
        let meta = (*place.head.meta).clone();
        self.put_record(place, (meta, secrets, fields), event)
    }

    fn put_record(
        &self,
        mut place: Place,
        (meta, secrets, changed_fields): (
            serde_json::Map<String, serde_json::Value>,
            BTreeMap<String, SecretChange>,
            Vec<String>,
        ),
        event: impl FnOnce(Uuid, String, String) -> EventAction,
    ) -> Result<RotationView, Problem> {
        let head = &place.head;
        let mut batch = place.kept()?;
        batch.event(event(head.id, head.name.clone(), place.field.clone()));
        let change = RecordChange {
            record_type: head.record_type.clone(),
            name: head.name.clone(),
            class: head.class,
            meta,
            endpoint: EndpointDigest(place.credential.endpoint().digest()),
            secrets,
            changed_fields,
        };
        let saved = self.vault.update_with((head.id, head.revision), change, &batch);
        place.head = saved.map_err(|error| overtaken_by_another(error, &head.name))?;
        place.credential = credential_of(&place.head)?;
        self.view_of(&place)
    }

    /// Saves the book alone, with an event.
    fn put_book(&self, place: Place, event: Option<EventAction>) -> Result<RotationView, Problem> {
        let mut batch = place.kept()?;
        if let Some(event) = event {
            batch.event(event);
        }
        self.vault.commit(batch)?;
        self.view_of(&place)
    }
}

impl Place {
    fn entry(&mut self) -> &mut Entry {
        self.book.0.entry(self.field.clone()).or_default()
    }

    /// Refuses when there is no next value.
    fn next(&self) -> Result<(), Problem> {
        if self.head.masks.contains_key(&next_path(&self.field)) {
            return Ok(());
        }
        let what = format!("next {} of \u{201c}{}\u{201d}", field_label(&self.field), self.head.name);
        let hint = "Enter it first: `credenza rotate start`, or Rotate… in the window.";
        Err(Problem { hint: hint.into(), ..Problem::not_found(what) }.at(&self.field))
    }

    fn has_old(&self) -> bool {
        self.head.masks.contains_key(&old_path(&self.field))
    }

    /// The book as it is to be kept, while it is as it was read.
    fn kept(&self) -> Result<Batch, Problem> {
        let mut batch = Batch::new();
        batch.while_there(self.head.id);
        batch.unless_changed(ROTATION, &self.head.id.to_string(), self.seen.as_deref().map(Vec::as_slice));
        let body = serde_json::to_vec(&self.book).map_err(|error| Problem::internal(format!("rotation: {error}")))?;
        batch.document(ROTATION, &self.head.id.to_string(), body);
        Ok(batch)
    }
}

impl Entry {
    fn forget_next(&mut self) {
        (self.next_id, self.next_since, self.trial) = (None, None, None);
        self.next_certificate = None;
    }
}

fn read_book(body: Option<&Vec<u8>>) -> Result<Book, Problem> {
    let damaged = |_| Problem::new(Code::Damaged, "What is kept of a rotation cannot be read.", "Restore a backup.");
    body.map_or(Ok(Book::default()), |body| serde_json::from_slice(body).map_err(damaged))
}

/// What is kept of a field; nothing yet for most.
fn entry(book: &Book, field: &str) -> Entry {
    book.0.get(field).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests;
