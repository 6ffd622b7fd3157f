//! Several changes in one transaction: a check's result costs one flush of the disk, and so do the results of many checks.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Vault, Writing};
use crate::error::VaultError;
use crate::event::EventAction;
use crate::record::Class;
use crate::store::document::{self, item_index, kind_index};

/// Events and documents that are committed together, in the order in which they were added: all of them or none.
#[derive(Default)]
pub struct Batch(Vec<Step>);

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
        self.0.push(Step::Event(action));
    }

    /// Adds a document, as [`Vault::put_document`] would write it.
    pub fn document(&mut self, kind: &str, key: &str, body: Vec<u8>) {
        self.0.push(Step::Document { kind: kind.to_owned(), key: key.to_owned(), body: Zeroizing::new(body) });
    }

    /// Removes a document, as [`Vault::remove_document`] would.
    pub fn remove(&mut self, kind: &str, key: &str) {
        self.0.push(Step::Removal { kind: kind.to_owned(), key: key.to_owned() });
    }

    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Vault {
    /// Writes a batch; it is on the disk when this returns. An empty one writes nothing.
    ///
    /// # Errors
    /// Those of every change; nothing of the batch is written then.
    pub fn commit(&self, batch: Batch) -> Result<(), VaultError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.write(|w| w.all_of(&batch))
    }
}

impl Writing<'_> {
    /// Does every step of a batch as part of the change under way.
    pub(super) fn all_of(&mut self, batch: &Batch) -> Result<(), VaultError> {
        for step in &batch.0 {
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
