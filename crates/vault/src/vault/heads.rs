//! The overview of all records, decrypted once and kept while the vault is unlocked.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;
use uuid::Uuid;

use super::sweep::sweep;
use crate::crypto::Keys;
use crate::error::VaultError;
use crate::record::RecordHead;
use crate::store::head::{HeadRow, fold};
use crate::store::manifest::{Entry, Manifest, Sort};
use crate::store::state::State;

/// More changed records than this are read in one sweep.
const FEW: usize = 64;

struct Known {
    tag: [u8; 16],
    folded: Arc<str>,
    head: RecordHead,
}

/// Heads that were decrypted before; each is good as long as the manifest holds its tag.
#[derive(Default)]
pub(super) struct HeadCache {
    known: HashMap<Uuid, Known>,
    list: Option<([u8; 32], Arc<Vec<RecordHead>>)>,
}

impl HeadCache {
    /// All heads by name, decrypting only those that changed.
    pub(super) fn all(
        &mut self,
        (conn, keys): (&Connection, &Keys),
        state: &State,
        manifest: &Manifest,
    ) -> Result<Arc<Vec<RecordHead>>, VaultError> {
        if let Some((of, list)) = &self.list
            && *of == state.manifest
        {
            return Ok(list.clone());
        }
        let entries: Vec<Entry> = manifest.all(Sort::Record).collect();
        let changed: Vec<&Entry> =
            entries.iter().filter(|e| self.known.get(&e.id()).is_none_or(|k| k.tag != e.tag())).collect();
        if changed.len() > FEW {
            let made = sweep(conn, manifest, (state.vault, keys), |entry, head| known(entry, head.into()))?;
            self.known = made.into_iter().map(|known| (known.head.id, known)).collect();
        } else {
            for entry in changed {
                let head = HeadRow::read(conn, entry.id())?.open(entry, state.vault, keys)?;
                self.known.insert(entry.id(), known(entry, head));
            }
            if self.known.len() > entries.len() {
                self.known.retain(|id, _| manifest.get(id.as_bytes()).is_some());
            }
        }
        let mut sorted: Vec<&Known> = self.known.values().collect();
        sorted.sort_unstable_by(|a, b| a.folded.cmp(&b.folded).then(a.head.id.cmp(&b.head.id)));
        let list = Arc::new(sorted.into_iter().map(|k| k.head.clone()).collect::<Vec<_>>());
        self.list = Some((state.manifest, list.clone()));
        Ok(list)
    }
}

fn known(entry: &Entry, head: RecordHead) -> Known {
    Known { tag: entry.tag(), folded: fold(&head.name).into(), head }
}
