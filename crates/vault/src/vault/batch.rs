//! Several changes in one transaction: a check's result costs one flush of the disk, and so do the results of many checks.

use std::sync::Arc;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Vault, Writing};
use crate::error::VaultError;
use crate::event::EventAction;
use crate::record::Class;
use crate::store::document::{self, item_index, kind_index};
use crate::store::manifest::Sort;

/// Events and documents that are committed together, in the order in which they were added: all of them or none.
#[derive(Default)]
pub struct Batch {
    steps: Vec<Step>,
    conditions: Vec<Condition>,
}

/// What must hold when the batch is written, or nothing of it is.
enum Condition {
    Unchanged { kind: String, key: String, seen: Option<Zeroizing<Vec<u8>>> },
    There(Uuid),
}

enum Step {
    Event(EventAction),
    Document { kind: String, key: String, body: Zeroizing<Vec<u8>> },
    Removal { kind: String, key: String },
}

impl Batch {
    /// Nothing to commit yet.
    pub fn new() -> Batch {
        Batch::default()
    }

    /// Adds an event of the audit log.
    pub fn event(&mut self, action: EventAction) {
        self.steps.push(Step::Event(action));
    }

    /// Adds a document, as [`Vault::put_document`] would write it.
    pub fn document(&mut self, kind: &str, key: &str, body: Vec<u8>) {
        self.steps.push(Step::Document { kind: kind.to_owned(), key: key.to_owned(), body: Zeroizing::new(body) });
    }

    /// Removes a document, as [`Vault::remove_document`] would.
    pub fn remove(&mut self, kind: &str, key: &str) {
        self.steps.push(Step::Removal { kind: kind.to_owned(), key: key.to_owned() });
    }

    /// Writes the batch only while a document is as it was read (`None`: there is none). Whoever changes what was read takes
    /// this, or two programs that do so at the same moment lose the change of one.
    pub fn unless_changed(&mut self, kind: &str, key: &str, seen: Option<&[u8]>) {
        let seen = seen.map(|body| Zeroizing::new(body.to_vec()));
        self.conditions.push(Condition::Unchanged { kind: kind.to_owned(), key: key.to_owned(), seen });
    }

    /// Writes the batch only while there is a record with this id: a removed one leaves no document behind.
    pub fn while_there(&mut self, record: Uuid) {
        self.conditions.push(Condition::There(record));
    }

    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

impl Vault {
    /// Writes a batch; it is on the disk when this returns. An empty one writes nothing.
    ///
    /// # Errors
    /// [`VaultError::Overtaken`] and [`VaultError::NotFound`] for a condition that does not hold, and those of every change;
    /// nothing of the batch is written then.
    pub fn commit(&self, batch: Batch) -> Result<(), VaultError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.write(|w| w.all_of(&batch))
    }
}

impl Writing<'_> {
    fn hold(&self, conditions: &[Condition]) -> Result<(), VaultError> {
        for condition in conditions {
            match condition {
                Condition::Unchanged { kind, key, seen } => {
                    if self.document(kind, key)? != *seen {
                        return Err(VaultError::Overtaken);
                    }
                }
                Condition::There(id) => self.opened(*id).map(drop)?,
            }
        }
        Ok(())
    }

    fn document(&self, kind: &str, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let (keys, vault) = (self.keys, self.vault());
        let item = item_index(keys, vault, &kind_index(keys, vault, kind), key);
        let Some(entry) = self.manifest.get(&item).filter(|entry| entry.is(Sort::Document)) else { return Ok(None) };
        document::read(self.conn, vault, keys, &entry).map(|(_, body)| Some(body))
    }

    /// Does every step of a batch as part of the change under way.
    pub(super) fn all_of(&mut self, batch: &Batch) -> Result<(), VaultError> {
        self.hold(&batch.conditions)?;
        for step in &batch.steps {
            match step {
                Step::Event(action) => self.event(action)?,
                Step::Document { kind, key, body } => {
                    let place = (kind.as_str(), key.as_str(), Class::Usable);
                    let entry = document::write(self.conn, (self.vault(), self.keys), place, body)?;
                    Arc::make_mut(&mut self.manifest).put(self.conn, entry)?;
                }
                Step::Removal { kind, key } => {
                    let (keys, vault) = (self.keys, self.vault());
                    let item = item_index(keys, vault, &kind_index(keys, vault, kind), key);
                    if self.manifest.get(&item).is_some() {
                        Arc::make_mut(&mut self.manifest).remove(self.conn, &item)?;
                        document::remove(self.conn, &item)?;
                    }
                }
            }
        }
        Ok(())
    }
}
