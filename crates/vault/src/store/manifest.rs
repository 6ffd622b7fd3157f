//! The list of everything that belongs to the vault: one narrow entry per record and document.
//!
//! An entry holds the blind index a thing is found by and the AEAD tag of its present content. A MAC over all entries
//! stands in the state row, so a row that was deleted, added, or put back from an older copy is noticed by whoever reads
//! the list (rules A6, A7), without any of the rows being read.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{SqlResult, exact};
use crate::crypto::{Binding, MacKey};
use crate::error::VaultError;

/// What an entry stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A record; `item` is its id, `place` the blind index of its name.
    Record = 1,
    /// A document; `item` is the blind index of kind and key, `place` that of the kind.
    Document = 2,
}

const ITEM: usize = 16;
const LENGTH: usize = ITEM + 1 + 16 + 16;

/// One entry: item ‖ sort ‖ place ‖ tag.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry([u8; LENGTH]);

impl Entry {
    pub(crate) fn new(sort: Sort, item: [u8; 16], place: [u8; 16], tag: [u8; 16]) -> Self {
        let mut bytes = [0; LENGTH];
        bytes[..16].copy_from_slice(&item);
        bytes[16] = sort as u8;
        bytes[17..33].copy_from_slice(&place);
        bytes[33..].copy_from_slice(&tag);
        Entry(bytes)
    }

    pub(crate) fn item(&self) -> [u8; 16] {
        exact(&self.0[..16]).expect("an entry is 49 bytes long")
    }

    pub(crate) fn id(&self) -> Uuid {
        Uuid::from_bytes(self.item())
    }

    pub(crate) fn place(&self) -> [u8; 16] {
        exact(&self.0[17..33]).expect("an entry is 49 bytes long")
    }

    pub(crate) fn tag(&self) -> [u8; 16] {
        exact(&self.0[33..]).expect("an entry is 49 bytes long")
    }

    pub(crate) fn is(&self, sort: Sort) -> bool {
        self.0[16] == sort as u8
    }
}

/// All entries, sorted by item.
#[derive(Clone, Default)]
pub(crate) struct Manifest(Vec<[u8; LENGTH]>);

impl Manifest {
    /// Reads all entries, unchecked.
    pub(crate) fn load(conn: &Connection, expected: u64) -> Result<Self, VaultError> {
        let mut entries = Vec::with_capacity(usize::try_from(expected.min(1 << 20)).unwrap_or(0));
        let mut statement = conn.prepare_cached("SELECT item, entry FROM manifest ORDER BY item").sql()?;
        let mut rows = statement.query([]).sql()?;
        let shape = |_| VaultError::damaged("the manifest");
        while let Some(row) = rows.next().sql()? {
            let item = row.get_ref(0).sql()?.as_blob().map_err(shape)?;
            let rest = row.get_ref(1).sql()?.as_blob().map_err(shape)?;
            if item.len() != ITEM || rest.len() != LENGTH - ITEM {
                return Err(VaultError::damaged("an entry of the manifest has the wrong length"));
            }
            let mut bytes = [0; LENGTH];
            bytes[..ITEM].copy_from_slice(item);
            bytes[ITEM..].copy_from_slice(rest);
            entries.push(bytes);
        }
        Ok(Manifest(entries))
    }

    /// MAC over all entries.
    pub(crate) fn digest(&self, key: &MacKey, vault: Uuid) -> [u8; 32] {
        let head = Binding::new("manifest", vault).number(self.len()).done();
        key.sum(&[&head, self.0.as_flattened()])
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// The entry of an item.
    pub(crate) fn get(&self, item: &[u8; 16]) -> Option<Entry> {
        self.position(item).ok().map(|i| Entry(self.0[i]))
    }

    /// The entry of the record of that blind name.
    pub(crate) fn named(&self, place: &[u8; 16]) -> Option<Entry> {
        self.all(Sort::Record).find(|e| e.place() == *place)
    }

    /// All entries of a sort, in order of their items.
    pub(crate) fn all(&self, sort: Sort) -> impl Iterator<Item = Entry> + '_ {
        self.0.iter().map(|bytes| Entry(*bytes)).filter(move |e| e.is(sort))
    }

    /// Puts an entry in, here and in the table.
    pub(crate) fn put(&mut self, conn: &Connection, entry: Entry) -> Result<(), VaultError> {
        conn.prepare_cached("INSERT OR REPLACE INTO manifest (item, entry) VALUES (?1, ?2)")
            .sql()?
            .execute(params![&entry.0[..ITEM], &entry.0[ITEM..]])
            .sql()?;
        match self.position(&entry.item()) {
            Ok(i) => self.0[i] = entry.0,
            Err(i) => self.0.insert(i, entry.0),
        }
        Ok(())
    }

    /// Takes an entry out, here and in the table.
    pub(crate) fn remove(&mut self, conn: &Connection, item: &[u8; 16]) -> Result<(), VaultError> {
        conn.prepare_cached("DELETE FROM manifest WHERE item = ?1").sql()?.execute(params![item]).sql()?;
        if let Ok(i) = self.position(item) {
            self.0.remove(i);
        }
        Ok(())
    }

    fn position(&self, item: &[u8; 16]) -> Result<usize, usize> {
        self.0.binary_search_by(|e| e[..ITEM].cmp(&item[..]))
    }
}
