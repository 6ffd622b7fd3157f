//! Reading records and their secrets.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;
use uuid::Uuid;

use super::sweep::sweep;
use super::{Reading, Vault};
use crate::error::VaultError;
use crate::record::{HeadView, HistoryEntry, RecordHead};
use crate::store::envelope::{Bond, Envelope};
use crate::store::head::{HeadRow, name_place};
use crate::store::history;
use crate::store::manifest::{Entry, Sort};

impl Vault {
    /// All heads, sorted by name without regard to case. Kept in memory: asking again costs nothing until something
    /// changes, and then only what changed is decrypted.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when a record is not as it was saved last.
    pub fn heads(&self) -> Result<Arc<Vec<RecordHead>>, VaultError> {
        self.read(|r| r.heads.all((r.conn, &self.keys), r.state, r.manifest))
    }

    /// Something made of every head, sorted by name without regard to case. Keeps nothing in memory, as [`Vault::heads`]
    /// does: for who asks once.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when a record is not as it was saved last.
    pub fn map_heads<T: Send>(&self, make: impl Fn(&HeadView<'_>) -> T + Sync) -> Result<Vec<T>, VaultError> {
        self.read(|r| sweep(r.conn, r.manifest, (self.id, &self.keys), |_, head| make(head)))
    }

    /// One head; decrypts only this one.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Damaged`].
    pub fn head(&self, id: Uuid) -> Result<RecordHead, VaultError> {
        self.read(|r| Ok(self.opened(r, id)?.1))
    }

    /// The head of the record of that name, without regard to case; decrypts only this one.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Damaged`].
    pub fn head_by_name(&self, name: &str) -> Result<RecordHead, VaultError> {
        let place = name_place(&self.keys, self.id, name);
        self.read(|r| {
            let none = || VaultError::not_found(format!("credential named “{name}”"));
            let entry = r.manifest.named(&place).ok_or_else(none)?;
            HeadRow::read(r.conn, entry.id())?.open(&entry, self.id, &self.keys)
        })
    }

    /// One secret, in plain. The caller has committed the event that says why before asking.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] for record or field, [`VaultError::Forbidden`] for a sealed record with a helpdesk slot,
    /// [`VaultError::Damaged`] when endpoint, class, revision or anything else it is bound to does not fit.
    pub fn secret(&self, id: Uuid, field: &str) -> Result<SecretString, VaultError> {
        self.read(|r| {
            let (row, head) = self.opened(r, id)?;
            if !head.masks.contains_key(field) {
                return Err(VaultError::not_found(format!("stored secret {field} on “{}”", head.name)));
            }
            let envelope = Envelope::read(r.conn, id, row.secrets())?;
            envelope.open_one(&Bond::of(&head, self.id), field, &self.keys)
        })
    }

    /// All secrets of a record, in plain.
    ///
    /// # Errors
    /// As [`Vault::secret`].
    pub fn secrets(&self, id: Uuid) -> Result<BTreeMap<String, SecretString>, VaultError> {
        self.read(|r| {
            let (row, head) = self.opened(r, id)?;
            if head.masks.is_empty() {
                return Ok(BTreeMap::new());
            }
            let envelope = Envelope::read(r.conn, id, row.secrets())?;
            envelope.open_all(&Bond::of(&head, self.id), head.masks.keys(), &self.keys)
        })
    }

    /// Who changed which fields when, newest first. Outlives the record.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Damaged`] when an entry is missing.
    pub fn history(&self, id: Uuid) -> Result<Vec<HistoryEntry>, VaultError> {
        self.read(|r| {
            let entries = history::read(r.conn, self.id, id, &self.keys)?;
            let newest = entries.first().map_or(0, |e| e.revision);
            match record(r, id) {
                Some(_) if self.opened(r, id)?.1.revision != newest => {
                    Err(VaultError::damaged(format!("the history of record {id} is not complete")))
                }
                None if entries.is_empty() => Err(none(id)),
                _ => Ok(entries),
            }
        })
    }

    fn opened(&self, r: &Reading<'_>, id: Uuid) -> Result<(HeadRow, RecordHead), VaultError> {
        let entry = record(r, id).ok_or_else(|| none(id))?;
        let mut row = HeadRow::read(r.conn, id)?;
        let head = row.open(&entry, self.id, &self.keys)?;
        Ok((row, head))
    }
}

fn record(r: &Reading<'_>, id: Uuid) -> Option<Entry> {
    r.manifest.get(id.as_bytes()).filter(|e| e.is(Sort::Record))
}

/// No record of that id.
pub(super) fn none(id: Uuid) -> VaultError {
    VaultError::not_found(format!("credential {id}"))
}
