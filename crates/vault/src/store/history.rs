//! Who changed which fields when. One encrypted row per revision; the numbers have no gaps, so a missing row shows.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{SqlResult, column, count};
use crate::crypto::{Binding, Keys};
use crate::error::VaultError;
use crate::record::HistoryEntry;

fn bound(vault: Uuid, record: Uuid, revision: u64) -> Vec<u8> {
    Binding::new("history", vault).bytes(record.as_bytes()).number(revision).done()
}

/// Adds the entry of a revision.
pub(crate) fn add(
    conn: &Connection,
    (vault, keys): (Uuid, &Keys),
    record: Uuid,
    entry: &HistoryEntry,
) -> Result<(), VaultError> {
    let plain = serde_json::to_vec(entry).map_err(|e| VaultError::Internal(format!("history: {e}")))?;
    let body = keys.meta.seal(&bound(vault, record, entry.revision), &plain)?;
    conn.prepare_cached("INSERT INTO history (record, revision, body) VALUES (?1, ?2, ?3)")
        .sql()?
        .execute(params![record.as_bytes(), column(entry.revision), body])
        .sql()?;
    Ok(())
}

/// All entries of a record, newest first; there is one for every revision from 1.
pub(crate) fn read(conn: &Connection, vault: Uuid, record: Uuid, keys: &Keys) -> Result<Vec<HistoryEntry>, VaultError> {
    let mut statement =
        conn.prepare_cached("SELECT revision, body FROM history WHERE record = ?1 ORDER BY revision").sql()?;
    let mut rows = statement.query(params![record.as_bytes()]).sql()?;
    let wrong = || VaultError::damaged(format!("the history of record {record} is not complete"));
    let mut out: Vec<HistoryEntry> = Vec::new();
    while let Some(row) = rows.next().sql()? {
        let revision = count(row.get(0).sql()?)?;
        let body: Vec<u8> = row.get(1).sql()?;
        let plain = keys.meta.open(&bound(vault, record, revision), &body).ok_or_else(wrong)?;
        let entry: HistoryEntry = serde_json::from_slice(&plain).map_err(|_| wrong())?;
        if entry.revision != revision || revision != out.len() as u64 + 1 {
            return Err(wrong());
        }
        out.push(entry);
    }
    out.reverse();
    Ok(out)
}
