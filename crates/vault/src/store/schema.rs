//! The tables, and the check that a file has exactly these and nothing else (rule A10).

use rusqlite::Connection;

use super::SqlResult;
use crate::error::VaultError;

/// `Crdz`, in the database header.
pub(crate) const APPLICATION_ID: i32 = 0x4372_647a;

/// Every object of the schema, spelled exactly as it is stored.
const OBJECTS: [&str; 8] = [
    "CREATE TABLE vault (id INTEGER PRIMARY KEY CHECK (id = 1), vault_id BLOB NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, seq INTEGER NOT NULL, items INTEGER NOT NULL, manifest BLOB NOT NULL, event_seq INTEGER NOT NULL, event_head BLOB NOT NULL, slots BLOB NOT NULL, mac BLOB NOT NULL) STRICT",
    "CREATE TABLE slots (id BLOB PRIMARY KEY NOT NULL, kind INTEGER NOT NULL, role INTEGER NOT NULL, operator TEXT NOT NULL, label TEXT NOT NULL, created_at INTEGER NOT NULL, memory_kib INTEGER NOT NULL, passes INTEGER NOT NULL, lanes INTEGER NOT NULL, salt BLOB NOT NULL, commitment BLOB NOT NULL, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE manifest (item BLOB PRIMARY KEY NOT NULL, entry BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE records (id BLOB NOT NULL UNIQUE, type TEXT NOT NULL, class INTEGER NOT NULL, revision INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, secrets BLOB NOT NULL, head BLOB NOT NULL) STRICT",
    "CREATE TABLE secrets (record BLOB NOT NULL UNIQUE, envelope BLOB NOT NULL) STRICT",
    "CREATE TABLE history (record BLOB NOT NULL, revision INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (record, revision)) STRICT, WITHOUT ROWID",
    "CREATE TABLE documents (item BLOB NOT NULL UNIQUE, kind BLOB NOT NULL, body BLOB NOT NULL) STRICT",
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL, mac BLOB NOT NULL) STRICT",
];

const DOCUMENT_INDEX: &str = "CREATE INDEX documents_kind ON documents (kind)";

/// Makes the tables of a new vault and marks the file as one.
pub(crate) fn create(conn: &Connection) -> Result<(), VaultError> {
    for object in OBJECTS.iter().chain([&DOCUMENT_INDEX]) {
        conn.execute_batch(object).sql()?;
    }
    conn.pragma_update(None, "application_id", APPLICATION_ID).sql()?;
    conn.pragma_update(None, "user_version", crate::FORMAT).sql()
}

/// Refuses a file that is not a vault, is of another format, or has a schema with anything missing, changed or added.
pub(crate) fn check(conn: &Connection) -> Result<(), VaultError> {
    let application: i32 = conn.query_row("PRAGMA application_id", [], |r| r.get(0)).sql()?;
    if application != APPLICATION_ID {
        let reason = "it is another program's database".into();
        return Err(VaultError::NotAVault { path: Default::default(), reason });
    }
    let format: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0)).sql()?;
    let format = u32::try_from(format).unwrap_or(0);
    if format > crate::FORMAT {
        return Err(VaultError::NewerFormat { found: format, known: crate::FORMAT });
    }
    if format != crate::FORMAT {
        return Err(VaultError::damaged(format!("format {format} never existed")));
    }
    objects(conn)
}

fn objects(conn: &Connection) -> Result<(), VaultError> {
    let mut wanted: Vec<&str> = OBJECTS.iter().copied().chain([DOCUMENT_INDEX]).collect();
    let mut statement = conn.prepare("SELECT name, sql FROM sqlite_schema").sql()?;
    let mut rows = statement.query([]).sql()?;
    while let Some(row) = rows.next().sql()? {
        let name: String = row.get(0).sql()?;
        let sql: Option<String> = row.get(1).sql()?;
        match sql {
            // Made by the engine itself for UNIQUE columns.
            None if name.starts_with("sqlite_autoindex_") => {}
            Some(sql) if wanted.contains(&sql.as_str()) => wanted.retain(|w| *w != sql),
            _ => {
                return Err(VaultError::damaged("its tables are not those of a vault; something was added or changed"));
            }
        }
    }
    if wanted.is_empty() { Ok(()) } else { Err(VaultError::damaged("a table is missing")) }
}
