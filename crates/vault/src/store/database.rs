//! The one connection to the file and its settings.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::path::{FileId, private_file, private_folder, regular, with_suffix};
use super::{SqlResult, located, schema};
use crate::error::VaultError;

/// How long another writer is waited for.
const BUSY: Duration = Duration::from_secs(5);
/// How long locking may wait for another program before it leaves the checkpoint to that one.
const BUSY_ON_CLOSE: Duration = Duration::from_millis(100);

/// An open vault file whose schema has been checked; its content has not.
pub(crate) struct Database {
    /// The connection.
    pub(crate) conn: Connection,
    /// The file.
    pub(crate) path: PathBuf,
    /// Whether the system allows no writing.
    pub(crate) read_only: bool,
    id: FileId,
}

impl Database {
    /// Opens an existing vault.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::NotAVault`], [`VaultError::NewerFormat`], [`VaultError::Damaged`],
    /// [`VaultError::Busy`], [`VaultError::Io`].
    pub(crate) fn open(path: &Path) -> Result<Self, VaultError> {
        let Some((id, _)) = regular(path)? else {
            return Err(VaultError::not_found(format!("vault at {}", path.display())));
        };
        let database = Self::connect(path, id).map_err(located(path))?;
        if regular(path)?.is_none_or(|(now, _)| now != id) {
            return Err(VaultError::ChangedElsewhere("the vault file was replaced while it was being opened".into()));
        }
        Ok(database)
    }

    fn connect(path: &Path, id: FileId) -> Result<Self, VaultError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags).sql()?;
        let conn = match settle(&conn).and_then(|()| schema::check(&conn)) {
            Ok(()) => conn,
            // A read-only folder has no room for the log's index beside the file.
            Err(VaultError::Io { .. } | VaultError::ReadOnly(_)) if no_log(path) => {
                drop(conn);
                let conn = immutable(path)?;
                settle(&conn)?;
                schema::check(&conn)?;
                return Ok(Database { conn, path: path.to_path_buf(), read_only: true, id });
            }
            Err(e) => return Err(e),
        };
        let read_only = conn.is_readonly("main").sql()?;
        if !read_only {
            log_mode(&conn)?;
        }
        Ok(Database { conn, path: path.to_path_buf(), read_only, id })
    }

    /// Creates an empty database with the vault's tables; the caller publishes it under its final name.
    pub(crate) fn create(path: &Path) -> Result<Connection, VaultError> {
        if let Some(folder) = path.parent() {
            private_folder(folder)?;
        }
        drop(private_file(path)?);
        let make = || {
            let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).sql()?;
            settle(&conn)?;
            schema::create(&conn)?;
            Ok(conn)
        };
        make().map_err(located(path))
    }

    /// Refuses to go on when the path now names another file: what is written here would be lost.
    pub(crate) fn still_the_same(&self) -> Result<(), VaultError> {
        match regular(&self.path)? {
            Some((now, _)) if now == self.id => Ok(()),
            _ => Err(VaultError::ChangedElsewhere("the vault file was replaced or moved; unlock it again".into())),
        }
    }
}

impl Drop for Database {
    /// Brings everything into the main file, so that a copy of it alone is complete.
    fn drop(&mut self) {
        if !self.read_only {
            let _ = self.conn.busy_timeout(BUSY_ON_CLOSE);
            let _ = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }
}

/// Settings of a connection; none of them is stored in the file.
pub(crate) fn settle(conn: &Connection) -> Result<(), VaultError> {
    conn.busy_timeout(BUSY).sql()?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).sql()?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).sql()?;
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;",
    )
    .sql()
}

/// Write-ahead logging is a property of the file; a backup comes without it.
fn log_mode(conn: &Connection) -> Result<(), VaultError> {
    let mode: String = conn.query_row("PRAGMA journal_mode", [], |r| r.get(0)).sql()?;
    if mode != "wal" {
        conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).sql()?;
    }
    Ok(())
}

fn no_log(path: &Path) -> bool {
    std::fs::symlink_metadata(with_suffix(path, "-wal")).is_ok_and(|m| m.len() == 0)
        || std::fs::symlink_metadata(with_suffix(path, "-wal")).is_err()
}

/// Opens a file that nobody can be writing to.
fn immutable(path: &Path) -> Result<Connection, VaultError> {
    let text = path.to_str().ok_or_else(|| VaultError::ReadOnly(path.to_path_buf()))?;
    let mut uri = String::from("file:");
    for byte in text.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b':' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri, flags).sql()
}
