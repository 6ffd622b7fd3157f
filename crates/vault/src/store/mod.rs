//! What lies in the file: the database, its tables, and how each row is sealed. SQL stays in here and in `vault`.

pub(crate) mod chain;
pub(crate) mod database;
pub(crate) mod document;
pub(crate) mod envelope;
pub(crate) mod head;
pub(crate) mod history;
pub(crate) mod manifest;
pub(crate) mod path;
pub(crate) mod schema;
pub(crate) mod state;

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::error::VaultError;

/// Turns database errors into the vault's own. The path is filled in by [`located`].
pub(crate) trait SqlResult<T> {
    /// The same result in the vault's terms.
    fn sql(self) -> Result<T, VaultError>;
}

impl<T> SqlResult<T> for rusqlite::Result<T> {
    fn sql(self) -> Result<T, VaultError> {
        self.map_err(|e| translate(&e))
    }
}

fn translate(error: &rusqlite::Error) -> VaultError {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        // A column of the wrong type or a missing row: the schema was checked, so the content is at fault.
        return VaultError::damaged("a row does not have the expected shape");
    };
    let nowhere = PathBuf::new();
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => VaultError::Busy,
        ErrorCode::DiskFull => VaultError::DiskFull,
        ErrorCode::ReadOnly => VaultError::ReadOnly(nowhere),
        ErrorCode::NotADatabase => VaultError::NotAVault { path: nowhere, reason: "it is another kind of file".into() },
        ErrorCode::DatabaseCorrupt => VaultError::damaged("the database structure is broken"),
        ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::PermissionDenied => {
            VaultError::Io { path: nowhere, source: std::io::Error::other(failure.to_string()) }
        }
        ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch => {
            VaultError::damaged("the rows contradict each other")
        }
        ErrorCode::OutOfMemory => VaultError::Internal("out of memory".into()),
        _ => VaultError::Internal(failure.to_string()),
    }
}

/// Fills the vault's path into an error that a lower layer could not know it for.
pub(crate) fn located(path: &Path) -> impl Fn(VaultError) -> VaultError + '_ {
    move |error| {
        let here = |p: PathBuf| if p.as_os_str().is_empty() { path.to_path_buf() } else { p };
        match error {
            VaultError::ReadOnly(p) => VaultError::ReadOnly(here(p)),
            VaultError::Io { path: p, source } => VaultError::Io { path: here(p), source },
            VaultError::NotAVault { path: p, reason } => VaultError::NotAVault { path: here(p), reason },
            other => other,
        }
    }
}

/// A column that has to have a fixed length.
pub(crate) fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], VaultError> {
    bytes.try_into().map_err(|_| VaultError::damaged("a column does not have the expected length"))
}

/// A column that counts something.
pub(crate) fn count(number: i64) -> Result<u64, VaultError> {
    u64::try_from(number).map_err(|_| VaultError::damaged("a counter is negative"))
}

/// A counter as a column.
pub(crate) fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
