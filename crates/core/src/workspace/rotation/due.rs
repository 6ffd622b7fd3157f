//! What a rotation leaves to do: reminders, and old values whose time is over.

use credenza_vault::{EventAction, SecretChange};
use jiff::civil::Date;
use uuid::Uuid;

use super::super::again::until_alone;
use super::{ROTATION, Workspace};
use crate::credential::field_label;
use crate::rotation::{Book, old_path};
use crate::view::{Attention, AttentionWeight};
use crate::{Code, Problem};

impl Workspace {
    /// Removes the old values whose date has passed; gives how many. What this operator may not change waits for one who may.
    ///
    /// # Errors
    /// Whatever reading or writing the vault may fail with.
    pub fn remove_outdated(&self) -> Result<u32, Problem> {
        if self.vault.is_read_only() {
            return Ok(0);
        }
        let today = self.today();
        let mut removed = 0;
        for (id, book) in self.books()? {
            let over = book
                .0
                .iter()
                .filter(|(_, entry)| entry.switched.as_ref().is_some_and(|switched| switched.keep_until < today));
            for field in over.map(|(field, _)| field) {
                removed += u32::from(until_alone(|| self.remove_old(id, field, today))?);
            }
        }
        Ok(removed)
    }

    fn remove_old(&self, id: Uuid, field: &str, today: Date) -> Result<bool, Problem> {
        // A field that no longer applies took its values beside with it.
        let Ok(place) = self.place(&id.to_string(), field) else { return Ok(false) };
        // Another switch since the books were read keeps another old value, until another date.
        let over = place.book.0.get(field).and_then(|entry| entry.switched.as_ref());
        if !place.has_old() || over.is_none_or(|switched| switched.keep_until >= today) {
            return Ok(false);
        }
        let event = |id, name, field| EventAction::RotationOldRemoved { id, name, field };
        match self.put_secrets(place, [(old_path(field), SecretChange::Remove)].into(), event) {
            Ok(_) => Ok(true),
            Err(problem) if problem.reason.as_deref() == Some("overtaken") => Err(problem),
            Err(problem) if matches!(problem.code, Code::Forbidden | Code::Conflict) => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// Old values that are still valid at their provider, in words, for the first page.
    pub(crate) fn rotation_attention(&self) -> Result<Vec<Attention>, Problem> {
        let today = self.today();
        let mut lines = Vec::new();
        for (id, book) in self.books()? {
            let Ok(head) = self.vault.head(id) else { continue };
            // A field that no longer applies has no value, and no rotation that could be ended.
            let switched = book.0.iter().filter(|(field, _)| head.masks.contains_key(*field));
            for (field, switched) in switched.filter_map(|(field, entry)| Some((field, entry.switched.as_ref()?))) {
                let until = switched.keep_until;
                let kept =
                    if until < today { "it is no longer kept here".into() } else { format!("kept here until {until}") };
                let label = field_label(field);
                lines.push(Attention {
                    severity: AttentionWeight::Warn,
                    text: format!(
                        "{}: old value of {label} still valid: revoke it at its provider ({kept})",
                        head.name
                    ),
                    credential_ids: vec![id],
                    topic: Some("rotation".to_owned()),
                });
            }
        }
        lines.sort_by(|a, b| a.text.cmp(&b.text));
        Ok(lines)
    }

    fn books(&self) -> Result<Vec<(Uuid, Book)>, Problem> {
        let read = |(key, body): (String, zeroize::Zeroizing<Vec<u8>>)| {
            Some((key.parse().ok()?, serde_json::from_slice(&body).ok()?))
        };
        Ok(self.vault.documents(ROTATION)?.into_iter().filter_map(read).collect())
    }
}
