//! What this machine remembers of a vault outside the vault's folder: how far it had come, and its state then.
//!
//! It holds nothing secret. With it, an older copy of the file that was put back is noticed (rule A9, "rolled back").

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::VaultError;
use crate::store::chain::hex;
use crate::store::path::{beside, private_file, private_folder};
use crate::store::state::State;

/// A state that was seen.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Its change counter.
    pub(crate) seq: u64,
    /// Its MAC, hex.
    head: String,
}

impl Seen {
    /// # Errors
    /// [`VaultError::RolledBack`] when the file is older, or has come as far with other content.
    pub(crate) fn allow(&self, state: &State) -> Result<(), VaultError> {
        if state.seq < self.seq || (state.seq == self.seq && self.head != hex(&state.mac)) {
            return Err(VaultError::RolledBack { found: state.seq, seen: self.seq });
        }
        Ok(())
    }
}

/// The memory of one vault.
pub(crate) struct Anchor {
    path: PathBuf,
}

impl Anchor {
    pub(crate) fn of(state_dir: &std::path::Path, vault: Uuid) -> Self {
        Anchor { path: state_dir.join("anchors").join(format!("{vault}.json")) }
    }

    /// What was seen last. It has to be asked for before the file's state is read: another process writes down only
    /// what it has committed, so a state read later is at least as new.
    pub(crate) fn seen(&self) -> Option<Seen> {
        serde_json::from_slice(&fs::read(&self.path).ok()?).ok()
    }

    /// Remembers a state that is newer than what was seen. A state folder that cannot be written makes no operation
    /// fail: the promise is only that a rollback is noticed where a newer state was remembered.
    pub(crate) fn remember(&self, state: &State) {
        if self.seen().is_none_or(|seen| seen.seq < state.seq) {
            self.reset(state);
        }
    }

    /// Remembers a state, whatever was seen before.
    pub(crate) fn reset(&self, state: &State) {
        if let Err(e) = self.write(state) {
            tracing::warn!(error = %e, "the newest state of the vault could not be remembered");
        }
    }

    fn write(&self, state: &State) -> Result<(), VaultError> {
        if let Some(folder) = self.path.parent() {
            private_folder(folder)?;
        }
        let seen = Seen { seq: state.seq, head: hex(&state.mac) };
        let bytes = serde_json::to_vec(&seen).map_err(|e| VaultError::Internal(e.to_string()))?;
        let new = beside(&self.path, "new")?;
        let result = private_file(&new)
            .and_then(|mut file| std::io::Write::write_all(&mut file, &bytes).map_err(|e| VaultError::io(&new, e)))
            .and_then(|()| fs::rename(&new, &self.path).map_err(|e| VaultError::io(&self.path, e)));
        if result.is_err() {
            let _ = fs::remove_file(&new);
        }
        result
    }
}
