//! Where a vault stands: clock, folders outside its own, keyring.

use std::path::PathBuf;
use std::sync::Arc;

use directories::BaseDirs;
use uuid::Uuid;

use crate::anchor::Anchor;
use crate::clock::{Clock, SystemClock};
use crate::device::{DeviceKeyring, OsKeyring};

/// A vault's surroundings.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) runtime_dir: Option<PathBuf>,
    pub(crate) state_dir: Option<PathBuf>,
    pub(crate) keyring: Arc<dyn DeviceKeyring>,
    pub(crate) operator: Option<String>,
}

impl Place {
    /// The system's own.
    pub(crate) fn system() -> Self {
        let dirs = BaseDirs::new();
        let own = |folder: &std::path::Path| folder.join("credenza");
        let local = |d: &BaseDirs| own(d.data_local_dir()).join("state");
        Place {
            clock: Arc::new(SystemClock),
            runtime_dir: dirs.as_ref().map(|d| d.runtime_dir().map_or_else(|| local(d).join("run"), own)),
            state_dir: dirs.as_ref().map(|d| d.state_dir().map_or_else(|| local(d), own)),
            keyring: Arc::new(OsKeyring),
            operator: None,
        }
    }

    /// What this machine remembers of the vault.
    pub(crate) fn anchor(&self, vault: Uuid) -> Option<Anchor> {
        self.state_dir.as_ref().map(|folder| Anchor::of(folder, vault))
    }
}
