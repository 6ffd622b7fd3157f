//! What is checked whenever the file is opened, and whenever another process changed it.

use rusqlite::Connection;
use uuid::Uuid;

use crate::crypto::Keys;
use crate::error::VaultError;
use crate::slot;
use crate::store::manifest::{Manifest, Sort};
use crate::store::state::State;
use crate::store::{SqlResult, count};

/// Compares the slots with the state, and says whether this slot is among them.
pub(super) fn check_slots(conn: &Connection, state: &State, own: Uuid) -> Result<bool, VaultError> {
    let slots = slot::read_all(conn)?;
    if slot::digest(&slots, state.vault) != state.slots {
        return Err(VaultError::damaged("a slot was changed, added or removed from outside"));
    }
    Ok(slots.iter().any(|s| s.info.id == own))
}

/// Reads the manifest and compares it with the state, and the number of rows with the manifest.
pub(super) fn load_manifest(conn: &Connection, state: &State, keys: &Keys) -> Result<Manifest, VaultError> {
    let manifest = Manifest::load(conn, state.items)?;
    if manifest.len() != state.items || manifest.digest(&keys.manifest, state.vault) != state.manifest {
        return Err(VaultError::damaged("records were removed, added or put back from outside"));
    }
    for (table, sort) in [("records", Sort::Record), ("secrets", Sort::Record), ("documents", Sort::Document)] {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let rows: i64 = conn.query_row(&sql, [], |row| row.get(0)).sql()?;
        if count(rows)? != manifest.all(sort).count() as u64 {
            return Err(VaultError::damaged(format!("{table} were removed or added from outside")));
        }
    }
    Ok(manifest)
}
