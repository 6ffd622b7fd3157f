//! One at a time across processes: a lock file per thing, outside the vault's folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::Vault;
use crate::crypto::Binding;
use crate::error::VaultError;
use crate::store::chain::hex;
use crate::store::path::private_folder;

/// The right to do something that one program at a time may do. It ends when this is dropped, or when the process dies:
/// the system lets go of a dead process's locks.
#[derive(Debug)]
pub struct Exclusive {
    // On a machine without a state folder there is nothing to hold.
    _file: Option<File>,
}

impl Vault {
    /// The sole right to `what` in this vault, on this machine; `None` while another program, or another task of this
    /// one, has it. The file's name is a keyed digest of `what`, so that the folder tells nothing about the vault.
    ///
    /// # Errors
    /// [`VaultError::Io`] when the state folder cannot be written or its file system knows no locks.
    pub fn try_exclusive(&self, what: &str) -> Result<Option<Exclusive>, VaultError> {
        let Some(folder) = self.place.state_dir.as_ref().map(|dir| dir.join("locks")) else {
            return Ok(Some(Exclusive { _file: None }));
        };
        private_folder(&folder)?;
        let name = self.keys.index.index(&Binding::new("index/exclusive", self.id).text(what).done());
        let path = folder.join(format!("{}.lock", hex(&name)));
        let file = open(&path).map_err(|e| VaultError::io(&path, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Exclusive { _file: Some(file) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(VaultError::io(&path, e)),
        }
    }
}

// The file stays: whoever removed it would let two programs lock two files of one name.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
