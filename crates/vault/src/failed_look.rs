//! That a check of a vault's dates could not look: noted on this machine outside the vault, because the vault is the very
//! thing that could not be opened. "Could not look" must never read as "nothing ends".
//!
//! The note holds a time and a class of error, nothing of the vault, and is not authenticated: whoever can write it can
//! make the program warn, and no more.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::VaultError;
use crate::file::VaultFile;
use crate::store::chain::hex;
use crate::store::path::{beside, private_file, private_folder};

/// A look that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedLook {
    /// When.
    pub at: Timestamp,
    /// The class of error, as in the exit table of the command line: `locked`, `damaged`, `io` and so on.
    pub code: String,
}

impl VaultFile {
    /// Notes that a look failed now.
    ///
    /// # Errors
    /// [`VaultError::Io`] when the state folder cannot be written.
    pub fn note_failed_look(&self, code: &str) -> Result<(), VaultError> {
        let (place, path) = self.stands();
        let Some(file) = note(place.state_dir.as_deref(), path) else { return Ok(()) };
        let look = FailedLook { at: place.clock.now(), code: code.to_owned() };
        let bytes = serde_json::to_vec(&look).map_err(|e| VaultError::Internal(e.to_string()))?;
        write(&file, &bytes)
    }

    /// The look that failed, if none succeeded since.
    pub fn failed_look(&self) -> Option<FailedLook> {
        let (place, path) = self.stands();
        read(place.state_dir.as_deref(), path)
    }

    /// Forgets it: a look has succeeded.
    pub fn forget_failed_look(&self) {
        let (place, path) = self.stands();
        forget(place.state_dir.as_deref(), path);
    }
}

/// The vault may be unreadable, so its place names it and not its id.
fn note(state_dir: Option<&Path>, vault: &Path) -> Option<PathBuf> {
    let vault = std::path::absolute(vault).unwrap_or_else(|_| vault.to_owned());
    let digest = hex(&Sha256::digest(vault.as_os_str().as_encoded_bytes()));
    Some(state_dir?.join("looks").join(format!("failed-{}.json", digest.get(..32)?)))
}

pub(crate) fn read(state_dir: Option<&Path>, vault: &Path) -> Option<FailedLook> {
    serde_json::from_slice(&fs::read(note(state_dir, vault)?).ok()?).ok()
}

pub(crate) fn forget(state_dir: Option<&Path>, vault: &Path) {
    if let Some(file) = note(state_dir, vault) {
        let _ = fs::remove_file(file);
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let new = beside(path, "new")?;
    let written = private_file(&new)
        .and_then(|mut file| std::io::Write::write_all(&mut file, bytes).map_err(|e| VaultError::io(&new, e)))
        .and_then(|()| fs::rename(&new, path).map_err(|e| VaultError::io(path, e)));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}
