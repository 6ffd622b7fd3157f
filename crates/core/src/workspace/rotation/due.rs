//! What a rotation leaves to do: reminders, and old values whose time is over.

use std::collections::BTreeMap;

use credenza_vault::{EventAction, SecretChange};
use uuid::Uuid;

use super::{ROTATION, Workspace, credential_of};
use crate::credential::{ExpirySource, field_label};
use crate::rotation::{Book, old_path};
use crate::view::{Attention, AttentionWeight, ExpiryView};
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
                removed += u32::from(self.remove_old(id, field)?);
            }
        }
        Ok(removed)
    }

    fn remove_old(&self, id: Uuid, field: &str) -> Result<bool, Problem> {
        // A field that no longer applies took its values beside with it.
        let Ok(place) = self.place(&id.to_string(), field) else { return Ok(false) };
        if !place.has_old() {
            return Ok(false);
        }
        let event = |id, name, field| EventAction::RotationOldRemoved { id, name, field };
        match self.put_secrets(place, [(old_path(field), SecretChange::Remove)].into(), event) {
            Ok(_) => Ok(true),
            Err(problem) if matches!(problem.code, Code::Forbidden | Code::Conflict) => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// Old values that are still valid at their provider, by record: an item of the horizon for each.
    pub(crate) fn reminders(&self) -> Result<BTreeMap<Uuid, Vec<ExpiryView>>, Problem> {
        let today = self.today();
        let mut all = BTreeMap::new();
        for (id, book) in self.books()? {
            let Ok(head) = self.vault.head(id) else { continue };
            let owner = head.meta.get("owner").and_then(|owner| owner.as_str()).unwrap_or_default().to_owned();
            // A field that no longer applies has no rotation that could be ended.
            let applies = credential_of(&head).map(|credential| credential.secret_fields()).unwrap_or_default();
            let item = |(field, entry): (&String, &crate::rotation::Entry)| {
                let on = entry.switched.as_ref().filter(|_| applies.contains(field))?.keep_until;
                Some(ExpiryView {
                    credential_id: id,
                    credential_name: head.name.clone(),
                    item: format!("Old {}, still valid", field_label(field)),
                    on,
                    source: ExpirySource::Entered,
                    note: "Revoke it at its provider, then tick it off in the rotation.".into(),
                    owner: owner.clone(),
                    days: today.until(on).map(|span| span.get_days()).unwrap_or(0),
                })
            };
            let items: Vec<ExpiryView> = book.0.iter().filter_map(item).collect();
            if !items.is_empty() {
                all.insert(id, items);
            }
        }
        Ok(all)
    }

    /// The reminders in words, for the first page.
    pub(crate) fn rotation_attention(&self) -> Result<Vec<Attention>, Problem> {
        let line = |item: ExpiryView| {
            let kept = if item.days < 0 { "it is no longer kept here" } else { "it is kept here until" };
            let until = if item.days < 0 { String::new() } else { format!(" {}", item.on) };
            let label = item.item.trim_start_matches("Old ").trim_end_matches(", still valid");
            Attention {
                severity: AttentionWeight::Warn,
                text: format!(
                    "{}: old value of {label} still valid: revoke it at its provider ({kept}{until})",
                    item.credential_name
                ),
                credential_ids: vec![item.credential_id],
                topic: Some("rotation".to_owned()),
            }
        };
        Ok(self.reminders()?.into_values().flatten().map(line).collect())
    }

    fn books(&self) -> Result<Vec<(Uuid, Book)>, Problem> {
        let read = |(key, body): (String, zeroize::Zeroizing<Vec<u8>>)| {
            Some((key.parse().ok()?, serde_json::from_slice(&body).ok()?))
        };
        Ok(self.vault.documents(ROTATION)?.into_iter().filter_map(read).collect())
    }
}
