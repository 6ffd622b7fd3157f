//! A vault as a path: locked, and all that can be done with it in that state.

mod create;
mod place;
mod restore;
mod unlock;

use std::path::PathBuf;
use std::sync::Arc;

pub(crate) use create::check_text;
pub(crate) use place::Place;
pub(crate) use restore::copy_pages;

use crate::clock::Clock;
use crate::crypto::KdfParams;
use crate::device::DeviceKeyring;
use crate::error::VaultError;
use crate::passphrase::{Passphrase, SessionKey};
use crate::recovery::RecoveryCode;
use crate::report::VaultStatus;
use crate::session::Sessions;
use crate::slot;
use crate::store::database::Database;
use crate::store::path::regular;
use crate::store::state::State;

/// A path that is, or is to be, a vault. Locked.
#[derive(Clone)]
pub struct VaultFile {
    path: PathBuf,
    place: Arc<Place>,
}

/// What a new vault is made from.
pub struct NewVault {
    /// Its name; readable without unlocking.
    pub name: String,
    /// The first operator, an administrator.
    pub operator: String,
    /// The first slot.
    pub passphrase: Passphrase,
    /// Whether to add a device slot as well.
    pub device: bool,
    /// Cost of a guess.
    pub kdf: KdfParams,
}

/// The ways to unlock.
#[derive(Clone, Copy)]
pub enum Unlock<'a> {
    /// With a passphrase.
    Passphrase(&'a Passphrase),
    /// With the key in the operating system's keyring.
    Device,
    /// With the recovery code.
    Recovery(&'a RecoveryCode),
    /// With the key of a session.
    Session(&'a SessionKey),
}

impl VaultFile {
    /// A vault at this path, with the system's clock, folders and keyring.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        VaultFile { path: path.into(), place: Arc::new(Place::system()) }
    }

    /// Takes the time from here.
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        self.change(|place| place.clock = clock)
    }

    /// Keeps sessions in this folder.
    pub fn with_runtime_dir(self, folder: PathBuf) -> Self {
        self.change(|place| place.runtime_dir = Some(folder))
    }

    /// Remembers the newest state of vaults in this folder.
    pub fn with_state_dir(self, folder: PathBuf) -> Self {
        self.change(|place| place.state_dir = Some(folder))
    }

    /// Keeps device keys here.
    pub fn with_keyring(self, keyring: Arc<dyn DeviceKeyring>) -> Self {
        self.change(|place| place.keyring = keyring)
    }

    /// Unlocks only with slots of this operator.
    pub fn with_operator(self, name: Option<String>) -> Self {
        self.change(|place| place.operator = name)
    }

    /// Where it stands, for what is remembered of it outside.
    pub(crate) fn stands(&self) -> (&Place, &std::path::Path) {
        (&self.place, &self.path)
    }

    fn change(mut self, change: impl FnOnce(&mut Place)) -> Self {
        let mut place = (*self.place).clone();
        change(&mut place);
        self.place = Arc::new(place);
        self
    }

    /// What may be known without unlocking. Creates nothing.
    ///
    /// # Errors
    /// [`VaultError::NotAVault`], [`VaultError::NewerFormat`], [`VaultError::Damaged`], [`VaultError::Io`].
    pub fn status(&self) -> Result<VaultStatus, VaultError> {
        let mut status = VaultStatus {
            path: self.path.clone(),
            exists: false,
            vault_id: None,
            name: None,
            format: None,
            slots: Vec::new(),
            size_bytes: 0,
        };
        let Some((_, size)) = regular(&self.path)? else { return Ok(status) };
        let database = Database::open(&self.path)?;
        let state = State::read(&database.conn)?;
        status.exists = true;
        status.size_bytes = size;
        status.vault_id = Some(state.vault);
        status.name = Some(state.name);
        status.format = Some(crate::FORMAT);
        status.slots = slot::read_all(&database.conn)?.into_iter().map(|s| s.info).collect();
        Ok(status)
    }

    /// Ends all sessions of this vault and counts them.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no vault, [`VaultError::Io`] when a session's file cannot be removed.
    pub fn end_sessions(&self) -> Result<u32, VaultError> {
        let none = || VaultError::not_found(format!("vault at {}", self.path.display()));
        let vault = self.status()?.vault_id.ok_or_else(none)?;
        let Some(folder) = &self.place.runtime_dir else { return Ok(0) };
        Sessions { folder, vault }.end_all()
    }
}
