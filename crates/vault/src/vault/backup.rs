//! Backup while in use.

use std::path::Path;

use rusqlite::Connection;

use super::Vault;
use crate::error::VaultError;
use crate::event::EventAction;
use crate::file::copy_pages;
use crate::report::BackupReport;
use crate::store::database::settle;
use crate::store::manifest::{Manifest, Sort};
use crate::store::path::{beside, discard, private_file, publish};
use crate::store::state::State;
use crate::store::{SqlResult, located};

impl Vault {
    /// Writes a consistent copy as one file; the vault stays in use meanwhile. The copy opens with the slots of this
    /// moment: a passphrase that is changed later does not change in it.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when there is something at `to` already, [`VaultError::DiskFull`], [`VaultError::Io`], and
    /// those of every change, because the event is committed first. Nothing is left at `to` then.
    pub fn backup(&self, to: &Path) -> Result<BackupReport, VaultError> {
        if std::fs::symlink_metadata(to).is_ok() {
            return Err(VaultError::Exists(to.to_path_buf()));
        }
        if !self.is_read_only() {
            self.append(EventAction::VaultBackedUp)?;
        }
        let draft = beside(to, "partial")?;
        let result = self.copy_to(&draft).and_then(|report| {
            publish(&draft, to)?;
            let size_bytes = std::fs::metadata(to).map_err(|e| VaultError::io(to, e))?.len();
            Ok(BackupReport { path: to.to_path_buf(), size_bytes, ..report })
        });
        if result.is_err() {
            discard(&draft);
        }
        result
    }

    fn copy_to(&self, draft: &Path) -> Result<BackupReport, VaultError> {
        drop(private_file(draft)?);
        let mut target = Connection::open(draft).sql().map_err(located(draft))?;
        settle(&target)?;
        copy_pages(&self.lock().db.conn, &mut target).map_err(located(draft))?;
        let finish = || {
            // One file without a log beside it.
            target.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).sql()?;
            let state = State::read(&target)?;
            state.check(&self.keys)?;
            let manifest: Manifest = super::checks::load_manifest(&target, &state, &self.keys)?;
            Ok(BackupReport {
                path: draft.to_path_buf(),
                size_bytes: 0,
                records: manifest.all(Sort::Record).count() as u64,
                events: state.event_seq,
            })
        };
        let report = finish().map_err(located(draft))?;
        target.close().map_err(|(_, e)| e).sql()?;
        Ok(report)
    }
}
