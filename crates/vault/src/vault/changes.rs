//! Adding, saving and removing records. Each is one transaction with its history and its events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::params;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::batch::Batch;
use super::records::none;
use super::{Vault, Writing};
use crate::error::VaultError;
use crate::event::EventAction;
use crate::mask::{is_mask, mask};
use crate::operator::Role;
use crate::record::{Class, HistoryEntry, HistoryKind, NewRecord, RecordChange, RecordHead, SecretChange};
use crate::store::envelope::{Bond, Envelope};
use crate::store::head::{HeadRow, fold, name_place};
use crate::store::manifest::Sort;
use crate::store::{SqlResult, document, history};

type Secrets = BTreeMap<String, SecretString>;

impl Vault {
    /// Adds records, all or none, each with its event; gives their ids in order.
    ///
    /// # Errors
    /// [`VaultError::NameTaken`], [`VaultError::Invalid`] for an empty name or a mask in place of a secret,
    /// [`VaultError::Forbidden`] for a helpdesk slot, and those of every change.
    pub fn insert(&self, records: Vec<NewRecord>) -> Result<Vec<Uuid>, VaultError> {
        self.insert_with(records, |_| Batch::new())
    }

    /// As [`Vault::insert`], with what is committed together with the records: `with` is given their ids, in order.
    ///
    /// # Errors
    /// As [`Vault::insert`], and those of [`Vault::commit`]; nothing of either is written then.
    pub fn insert_with(
        &self,
        records: Vec<NewRecord>,
        with: impl FnOnce(&[Uuid]) -> Batch,
    ) -> Result<Vec<Uuid>, VaultError> {
        self.administrator("adding a credential")?;
        self.write(|w| {
            let mut taken: BTreeSet<[u8; 16]> = w.manifest.all(Sort::Record).map(|e| e.place()).collect();
            let mut ids = Vec::with_capacity(records.len());
            for record in records {
                check_name(&record.name)?;
                if !taken.insert(name_place(w.keys, w.vault(), &record.name)) {
                    return Err(VaultError::NameTaken { name: record.name });
                }
                ids.push(w.add(record)?);
            }
            w.all_of(&with(&ids))?;
            Ok(ids)
        })
    }

    /// Saves a record that was read at `expected_revision`.
    ///
    /// # Errors
    /// [`VaultError::ChangedElsewhere`] when it was saved since, [`VaultError::NameTaken`], [`VaultError::NotFound`],
    /// [`VaultError::Invalid`], [`VaultError::Forbidden`] for what a helpdesk slot may not do (sealed records, another
    /// endpoint, another class), and those of every change.
    pub fn update(&self, id: Uuid, expected_revision: u64, change: RecordChange) -> Result<RecordHead, VaultError> {
        self.update_with((id, expected_revision), change, &Batch::new())
    }

    /// As [`Vault::update`], with events and documents that are committed together with the record.
    ///
    /// # Errors
    /// As [`Vault::update`]; nothing of either is written then.
    pub fn update_with(
        &self,
        (id, expected_revision): (Uuid, u64),
        change: RecordChange,
        batch: &Batch,
    ) -> Result<RecordHead, VaultError> {
        let role = self.slot.operator.role;
        self.write(|w| {
            let (row, old) = w.opened(id)?;
            if old.revision != expected_revision {
                let text = format!("“{}” is at revision {}, not {expected_revision}", old.name, old.revision);
                return Err(VaultError::ChangedElsewhere(text));
            }
            check_role(role, &old, &change)?;
            w.check_free(&change.name, id)?;
            let (secrets, kept) = w.changed_secrets(&row, &old, &change)?;
            let head = w.put(id, Some(&old), &change, &secrets)?;
            w.remember(id, (head.revision, HistoryKind::Edited), change.changed_fields.clone())?;
            w.event(&EventAction::CredentialEdited { id, name: head.name.clone(), fields: change.changed_fields })?;
            if kept && old.endpoint != head.endpoint {
                w.event(&EventAction::EndpointRebound { id, name: head.name.clone() })?;
            }
            w.all_of(batch)?;
            Ok(head)
        })
    }

    /// Removes a record and the documents whose key is its id. Its history stays.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Forbidden`] for a helpdesk slot, and those of every change.
    pub fn remove(&self, id: Uuid) -> Result<(), VaultError> {
        self.administrator("removing a credential")?;
        self.write(|w| {
            let (_, old) = w.opened(id)?;
            for table in ["DELETE FROM records WHERE id = ?1", "DELETE FROM secrets WHERE record = ?1"] {
                w.conn.execute(table, params![id.as_bytes()]).sql()?;
            }
            let manifest = Arc::make_mut(&mut w.manifest);
            manifest.remove(w.conn, id.as_bytes())?;
            for kind in document::kinds(w.conn)? {
                let item = document::item_index(w.keys, w.state.vault, &kind, &id.to_string());
                if manifest.get(&item).is_some() {
                    manifest.remove(w.conn, &item)?;
                    document::remove(w.conn, &item)?;
                }
            }
            w.remember(id, (old.revision + 1, HistoryKind::Removed), Vec::new())?;
            w.event(&EventAction::CredentialRemoved { id, name: old.name })
        })
    }
}

impl Writing<'_> {
    fn add(&mut self, record: NewRecord) -> Result<Uuid, VaultError> {
        let id = Uuid::now_v7();
        let fields: Vec<String> = record.meta.keys().chain(record.secrets.keys()).cloned().collect();
        let NewRecord { record_type, name, class, meta, secrets, endpoint } = record;
        for (field, value) in &secrets {
            check_secret(field, value)?;
        }
        let change = RecordChange {
            record_type,
            name,
            class,
            meta,
            endpoint,
            secrets: BTreeMap::new(),
            changed_fields: Vec::new(),
        };
        let head = self.put(id, None, &change, &secrets)?;
        self.remember(id, (1, HistoryKind::Added), fields)?;
        self.event(&EventAction::CredentialAdded { id, name: head.name })?;
        Ok(id)
    }

    /// Seals and writes a record's next revision.
    fn put(
        &mut self,
        id: Uuid,
        old: Option<&RecordHead>,
        change: &RecordChange,
        secrets: &Secrets,
    ) -> Result<RecordHead, VaultError> {
        // EXPOSE: the mask is made from the value.
        let masks: BTreeMap<String, String> =
            secrets.iter().map(|(field, value)| (field.clone(), mask(value.expose_secret()))).collect();
        let head = RecordHead {
            id,
            record_type: change.record_type.clone(),
            name: change.name.clone(),
            class: change.class,
            revision: old.map_or(1, |o| o.revision + 1),
            created_at: old.map_or(self.at, |o| o.created_at),
            updated_at: self.at,
            endpoint: change.endpoint,
            meta: change.meta.clone().into(),
            masks: masks.into(),
        };
        let vault = self.vault();
        let envelope = Envelope::seal(&Bond::of(&head, vault), secrets, self.keys)?;
        envelope.write(self.conn, id)?;
        let row = HeadRow::seal(&head, envelope.digest(), vault, self.keys)?;
        row.write(self.conn)?;
        let entry = row.entry(&head.name, vault, self.keys);
        Arc::make_mut(&mut self.manifest).put(self.conn, entry)?;
        Ok(head)
    }

    pub(super) fn opened(&self, id: Uuid) -> Result<(HeadRow, RecordHead), VaultError> {
        let entry = self.manifest.get(id.as_bytes()).filter(|e| e.is(Sort::Record)).ok_or_else(|| none(id))?;
        let mut row = HeadRow::read(self.conn, id)?;
        let head = row.open(&entry, self.vault(), self.keys)?;
        Ok((row, head))
    }

    /// The secrets after a change, and whether any stored one is kept.
    fn changed_secrets(
        &self,
        row: &HeadRow,
        old: &RecordHead,
        change: &RecordChange,
    ) -> Result<(Secrets, bool), VaultError> {
        let keep: Vec<&String> = old
            .masks
            .keys()
            .filter(|field| matches!(change.secrets.get(*field), None | Some(SecretChange::Keep)))
            .collect();
        let kept = !keep.is_empty();
        let mut out = Secrets::new();
        if kept {
            let envelope = Envelope::read(self.conn, old.id, row.secrets())?;
            let bond = Bond::of(old, self.vault());
            for field in keep {
                out.insert(field.clone(), envelope.open_one(&bond, field, self.keys)?);
            }
        }
        for (field, change) in &change.secrets {
            if let SecretChange::Replace(value) = change {
                check_secret(field, value)?;
                out.insert(field.clone(), value.clone());
            }
        }
        Ok((out, kept))
    }

    fn check_free(&self, name: &str, id: Uuid) -> Result<(), VaultError> {
        check_name(name)?;
        match self.manifest.named(&name_place(self.keys, self.vault(), name)) {
            Some(other) if other.id() != id => Err(VaultError::NameTaken { name: name.to_owned() }),
            _ => Ok(()),
        }
    }

    fn remember(&self, id: Uuid, (revision, kind): (u64, HistoryKind), fields: Vec<String>) -> Result<(), VaultError> {
        let entry = HistoryEntry { at: self.at, operator: self.operator.to_owned(), revision, fields, kind };
        history::add(self.conn, (self.vault(), self.keys), id, &entry)
    }
}

fn check_name(name: &str) -> Result<(), VaultError> {
    if fold(name).is_empty() { Err(VaultError::invalid("name", "a credential needs a name")) } else { Ok(()) }
}

/// Decision D2: the mask text can never be saved back as a secret.
fn check_secret(field: &str, value: &SecretString) -> Result<(), VaultError> {
    // EXPOSE: compared with the shape of a mask.
    if is_mask(value.expose_secret()) {
        return Err(VaultError::invalid(field, format!("{field} is a mask, not a secret")));
    }
    Ok(())
}

/// What a helpdesk slot's check may save: a rotated token on a usable record. Everything else is an administrator's.
fn check_role(role: Role, old: &RecordHead, change: &RecordChange) -> Result<(), VaultError> {
    if role == Role::Administrator {
        return Ok(());
    }
    let refuse = |what: &str| Err(VaultError::Forbidden(format!("{what} needs an administrator")));
    if old.class == Class::Sealed || change.class == Class::Sealed {
        return refuse("changing a sealed credential");
    }
    if old.endpoint != change.endpoint {
        return refuse("sending stored secrets to another endpoint");
    }
    if old.name != change.name || old.record_type != change.record_type {
        return refuse("changing what a credential is");
    }
    Ok(())
}
