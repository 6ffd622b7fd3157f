//! Small encrypted documents beside the records: settings, last results, token caches.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::Vault;
use crate::error::VaultError;
use crate::record::Class;
use crate::store::document::{self, Document, item_index, kind_index};
use crate::store::manifest::Sort;

impl Vault {
    /// Keeps a document every operator's slot can read, replacing the one of that kind and key.
    ///
    /// # Errors
    /// Those of every change.
    pub fn put_document(&self, kind: &str, key: &str, body: &[u8]) -> Result<(), VaultError> {
        self.put_classed_document((kind, key), Class::Usable, body)
    }

    /// As [`Vault::put_document`]; a sealed document can be read with an administrator's slot only.
    ///
    /// # Errors
    /// [`VaultError::Forbidden`] for a sealed document with a helpdesk slot, and those of every change.
    pub fn put_classed_document(&self, (kind, key): (&str, &str), class: Class, body: &[u8]) -> Result<(), VaultError> {
        self.write(|w| {
            let entry = document::write(w.conn, (self.id, w.keys), (kind, key, class), body)?;
            Arc::make_mut(&mut w.manifest).put(w.conn, entry)
        })
    }

    /// A document, if there is one.
    ///
    /// # Errors
    /// [`VaultError::Damaged`], and [`VaultError::Forbidden`] for a sealed document with a helpdesk slot.
    pub fn document(&self, kind: &str, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let item = item_index(&self.keys, self.id, &kind_index(&self.keys, self.id, kind), key);
        self.read(|r| match r.manifest.get(&item).filter(|e| e.is(Sort::Document)) {
            None => Ok(None),
            Some(entry) => document::read(r.conn, self.id, &self.keys, &entry).map(|(_, body)| Some(body)),
        })
    }

    /// All documents of a kind with their keys, by key. Sealed ones that this slot cannot read are left out.
    ///
    /// # Errors
    /// [`VaultError::Damaged`].
    pub fn documents(&self, kind: &str) -> Result<Vec<Document>, VaultError> {
        let place = kind_index(&self.keys, self.id, kind);
        self.read(|r| {
            let mut out = Vec::new();
            for entry in r.manifest.all(Sort::Document).filter(|e| e.place() == place) {
                match document::read(r.conn, self.id, &self.keys, &entry) {
                    Ok(found) => out.push(found),
                    Err(VaultError::Forbidden(_)) => {}
                    Err(e) => return Err(e),
                }
            }
            out.sort_by(|a, b| a.0.cmp(&b.0));
            Ok(out)
        })
    }

    /// Removes a document; one that is not there is no error.
    ///
    /// # Errors
    /// Those of every change.
    pub fn remove_document(&self, kind: &str, key: &str) -> Result<(), VaultError> {
        let item = item_index(&self.keys, self.id, &kind_index(&self.keys, self.id, kind), key);
        self.write(|w| {
            if w.manifest.get(&item).is_some() {
                Arc::make_mut(&mut w.manifest).remove(w.conn, &item)?;
                document::remove(w.conn, &item)?;
            }
            Ok(())
        })
    }
}
