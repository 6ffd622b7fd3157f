//! The overview of all records, decrypted once and kept while the vault is unlocked.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;
use uuid::Uuid;

use crate::crypto::Keys;
use crate::error::VaultError;
use crate::record::RecordHead;
use crate::store::head::{HeadRow, fold};
use crate::store::manifest::{Entry, Manifest, Sort};
use crate::store::state::State;

/// More changed records than this are read in one sweep.
const FEW: usize = 64;
/// Fewer rows than this are not worth a second thread.
const WORTH_A_THREAD: usize = 1_000;

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
            let mut rows = HeadRow::read_all(conn)?;
            if rows.len() != entries.len() {
                return Err(VaultError::damaged("records were removed or added from outside"));
            }
            self.known = open_all(&mut rows, manifest, state.vault, keys)?;
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

/// Decrypts rows on all processors.
fn open_all(
    rows: &mut [HeadRow],
    manifest: &Manifest,
    vault: Uuid,
    keys: &Keys,
) -> Result<HashMap<Uuid, Known>, VaultError> {
    let open = |row: &mut HeadRow| {
        let foreign = || VaultError::damaged(format!("record {} was added from outside", row.id()));
        let entry = manifest.get(row.id().as_bytes()).filter(|e| e.is(Sort::Record)).ok_or_else(foreign)?;
        Ok((row.id(), known(&entry, row.open(&entry, vault, keys)?)))
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8).min(rows.len() / WORTH_A_THREAD);
    if threads < 2 {
        return rows.iter_mut().map(open).collect();
    }
    let part = rows.len().div_ceil(threads);
    let parts = std::thread::scope(|scope| {
        let run = |rows: &'_ mut [HeadRow]| rows.iter_mut().map(open).collect::<Result<Vec<_>, _>>();
        let running: Vec<_> = rows.chunks_mut(part).map(|rows| scope.spawn(move || run(rows))).collect();
        let crashed = |_| Err(VaultError::Internal("a thread that decrypts broke off".into()));
        running.into_iter().map(|t| t.join().unwrap_or_else(crashed)).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(parts.into_iter().flatten().collect())
}
