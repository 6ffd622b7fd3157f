//! A record's row: clear columns, and one encrypted block with everything else that is not secret.
//!
//! The block's AEAD covers the clear columns, the blind name and the digest of the secrets, so the block's tag, which the
//! manifest remembers, speaks for the whole record: this is the record MAC.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::manifest::{Entry, Sort};
use super::{SqlResult, column, count, exact};
use crate::clock::{millis, timestamp};
use crate::crypto::{Binding, Cipher, Keys};
use crate::error::VaultError;
use crate::record::{Class, EndpointDigest, HeadView, RecordHead};

/// A record's row as it is stored.
pub(crate) struct HeadRow {
    id: Uuid,
    record_type: String,
    class: i64,
    revision: u64,
    created_at: i64,
    updated_at: i64,
    secrets: [u8; 32],
    head: Vec<u8>,
}

#[derive(Serialize)]
struct BlockOut<'a> {
    n: &'a str,
    k: &'a BTreeMap<String, String>,
    m: &'a Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockIn<'a> {
    #[serde(borrow)]
    n: Cow<'a, str>,
    #[serde(borrow)]
    k: &'a RawValue,
    #[serde(borrow)]
    m: &'a RawValue,
}

const COLUMNS: &str = "id, type, class, revision, created_at, updated_at, secrets, head";

impl HeadRow {
    /// Seals a record's head. `secrets` is the digest of its envelope.
    pub(crate) fn seal(head: &RecordHead, secrets: [u8; 32], vault: Uuid, keys: &Keys) -> Result<Self, VaultError> {
        let mut row = HeadRow {
            id: head.id,
            record_type: head.record_type.clone(),
            class: i64::from(head.class.number()),
            revision: head.revision,
            created_at: millis(head.created_at),
            updated_at: millis(head.updated_at),
            secrets,
            head: Vec::new(),
        };
        let block = BlockOut { n: &head.name, k: &head.masks, m: &head.meta };
        let mut plain = head.endpoint.0.to_vec();
        serde_json::to_writer(&mut plain, &block).map_err(|e| VaultError::Internal(format!("metadata: {e}")))?;
        let place = name_place(keys, vault, &head.name);
        row.head = keys.meta.seal(&row.bound(vault, &place), &plain)?;
        Ok(row)
    }

    /// Decrypts the block and compares the row with its manifest entry. Once for each row read.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when anything of the row is not as it was saved last.
    pub(crate) fn open(&mut self, entry: &Entry, vault: Uuid, keys: &Keys) -> Result<RecordHead, VaultError> {
        self.view(entry, vault, keys).map(|view| (&view).into())
    }

    /// As [`HeadRow::open`], where the block lies and borrowing from it.
    pub(crate) fn view(&mut self, entry: &Entry, vault: Uuid, keys: &Keys) -> Result<HeadView<'_>, VaultError> {
        let id = self.id;
        let wrong = || VaultError::damaged(format!("record {id} was changed from outside"));
        if entry.id() != id || Cipher::tag(&self.head) != Some(entry.tag()) {
            return Err(wrong());
        }
        let bound = self.bound(vault, &entry.place());
        let plain = keys.meta.open_in_place(&bound, &mut self.head).ok_or_else(wrong)?;
        let (endpoint, block) = plain.split_at_checked(32).ok_or_else(wrong)?;
        let block: BlockIn<'_> = serde_json::from_slice(block).map_err(|_| wrong())?;
        Ok(HeadView {
            id,
            record_type: &self.record_type,
            name: block.n,
            class: Class::from_number(self.class).ok_or_else(wrong)?,
            revision: self.revision,
            created_at: timestamp(self.created_at),
            updated_at: timestamp(self.updated_at),
            endpoint: EndpointDigest(exact(endpoint)?),
            meta: block.m.get(),
            masks: block.k.get(),
        })
    }

    /// Digest of the envelope with the record's secrets.
    pub(crate) fn secrets(&self) -> &[u8; 32] {
        &self.secrets
    }

    /// The record's id.
    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// Writes the row, replacing the one before.
    pub(crate) fn write(&self, conn: &Connection) -> Result<(), VaultError> {
        let sql = format!("INSERT OR REPLACE INTO records ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        conn.prepare_cached(&sql)
            .sql()?
            .execute(params![
                self.id.as_bytes(),
                self.record_type,
                self.class,
                column(self.revision),
                self.created_at,
                self.updated_at,
                self.secrets,
                self.head
            ])
            .sql()?;
        Ok(())
    }

    /// The manifest entry for this row.
    pub(crate) fn entry(&self, name: &str, vault: Uuid, keys: &Keys) -> Entry {
        let tag = Cipher::tag(&self.head).unwrap_or_default();
        Entry::new(Sort::Record, *self.id.as_bytes(), name_place(keys, vault, name), tag)
    }

    /// Reads one row.
    pub(crate) fn read(conn: &Connection, id: Uuid) -> Result<Self, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM records WHERE id = ?1");
        let mut statement = conn.prepare_cached(&sql).sql()?;
        let mut rows = statement.query(params![id.as_bytes()]).sql()?;
        match rows.next().sql()? {
            Some(row) => Self::from_row(row),
            None => Err(VaultError::damaged(format!("record {id} is missing"))),
        }
    }

    /// Reads all rows and hands them over a batch at a time.
    pub(crate) fn read_all(
        conn: &Connection,
        batch: usize,
        mut take: impl FnMut(Vec<Self>) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM records");
        let mut statement = conn.prepare_cached(&sql).sql()?;
        let mut rows = statement.query([]).sql()?;
        let mut waiting = Vec::with_capacity(batch);
        while let Some(row) = rows.next().sql()? {
            waiting.push(Self::from_row(row)?);
            if waiting.len() == batch {
                take(std::mem::replace(&mut waiting, Vec::with_capacity(batch)))?;
            }
        }
        take(waiting)
    }

    fn from_row(row: &Row<'_>) -> Result<Self, VaultError> {
        let blob = |i: usize| row.get_ref(i).sql()?.as_blob().map_err(|_| VaultError::damaged("a record's row"));
        Ok(HeadRow {
            id: Uuid::from_bytes(exact(blob(0)?)?),
            record_type: row.get(1).sql()?,
            class: row.get(2).sql()?,
            revision: count(row.get(3).sql()?)?,
            created_at: row.get(4).sql()?,
            updated_at: row.get(5).sql()?,
            secrets: exact(blob(6)?)?,
            head: blob(7)?.to_vec(),
        })
    }

    fn bound(&self, vault: Uuid, place: &[u8; 16]) -> Vec<u8> {
        Binding::new("head", vault)
            .bytes(self.id.as_bytes())
            .text(&self.record_type)
            .time(self.class)
            .number(self.revision)
            .time(self.created_at)
            .time(self.updated_at)
            .bytes(place)
            .bytes(&self.secrets)
            .done()
    }
}

/// A name as it is compared: without regard to case or to how letters are composed.
pub(crate) fn fold(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    if name.is_ascii() {
        return name.trim().to_ascii_lowercase();
    }
    name.trim().nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// The blind index of a name.
pub(crate) fn name_place(keys: &Keys, vault: Uuid, name: &str) -> [u8; 16] {
    keys.index.index(&Binding::new("index/name", vault).text(&fold(name)).done())
}
