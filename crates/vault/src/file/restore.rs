//! Guarded restore: a backup takes the vault's place only after it has been unlocked and verified as a whole.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;

use super::{Unlock, VaultFile};
use crate::error::VaultError;
use crate::event::EventAction;
use crate::report::RestoreReport;
use crate::store::database::{Database, settle};
use crate::store::path::{beside, discard, private_file, private_folder, regular, sync_folder, with_suffix};
use crate::store::state::State;
use crate::store::{SqlResult, located};
use crate::vault::Trust;

impl VaultFile {
    /// Puts a backup in this vault's place. The file that was there is kept beside it under another name.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the backup does not verify, [`VaultError::WrongKey`] and its kin when it does not
    /// unlock, [`VaultError::Invalid`] on `backup` when it is a backup of another vault, [`VaultError::Forbidden`] for a
    /// helpdesk slot, [`VaultError::Busy`] when another program has the vault open. The vault is then as it was.
    pub fn restore(&self, backup: &Path, with: Unlock<'_>) -> Result<RestoreReport, VaultError> {
        if let Some(folder) = self.path.parent() {
            private_folder(folder)?;
        }
        let draft = beside(&self.path, "restoring")?;
        let result = copy_database(backup, &draft).and_then(|()| self.swap_in(&draft, with));
        if result.is_err() {
            discard(&draft);
        }
        result
    }

    fn swap_in(&self, draft: &Path, with: Unlock<'_>) -> Result<RestoreReport, VaultError> {
        let copy = VaultFile { path: draft.to_path_buf(), place: self.place.clone() };
        let vault = copy.unlock_trusting(with, Trust::FileAlone)?;
        vault.administrator("restoring a backup")?;
        let found = vault.verify()?;
        if let Some(problem) = found.problems.first() {
            return Err(VaultError::damaged(format!("the backup is not intact: {problem}")));
        }
        let live = self.live_state()?;
        if live.as_ref().is_some_and(|state| state.vault != vault.id()) {
            return Err(VaultError::invalid("backup", "this is a backup of another vault"));
        }
        let anchor = self.place.anchor(vault.id());
        let seen = anchor.as_ref().and_then(|a| a.seen()).map_or(0, |s| s.seq).max(live.map_or(0, |s| s.seq));
        // Beyond everything seen so far, so that this and other machines take the restored file for the newest.
        let state = vault.append_beyond(seen, EventAction::VaultRestored)?;
        let report =
            RestoreReport { vault_id: vault.id(), records: found.records, events: state.event_seq, replaced: None };
        drop(vault);
        let replaced = self.move_away()?;
        fs::rename(draft, &self.path).map_err(|e| VaultError::io(&self.path, e))?;
        sync_folder(&self.path)?;
        if let Some(anchor) = anchor {
            anchor.reset(&state);
        }
        Ok(RestoreReport { replaced, ..report })
    }

    /// State of the file that is to be replaced; one that cannot be read any more may be replaced as well.
    fn live_state(&self) -> Result<Option<State>, VaultError> {
        if regular(&self.path).is_ok_and(|found| found.is_none()) {
            return Ok(None);
        }
        match Database::open(&self.path).and_then(|db| State::read(&db.conn)) {
            Ok(state) => Ok(Some(state)),
            Err(VaultError::Busy) => Err(VaultError::Busy),
            Err(VaultError::NewerFormat { found, known }) => Err(VaultError::NewerFormat { found, known }),
            Err(_) => Ok(None),
        }
    }

    /// Moves the present file aside, once nobody has it open.
    fn move_away(&self) -> Result<Option<PathBuf>, VaultError> {
        match fs::symlink_metadata(&self.path) {
            Err(_) => return Ok(None),
            Ok(meta) if !meta.is_file() => regular(&self.path).map(|_| ())?,
            Ok(_) => {}
        }
        let mut exclusive = match Database::open(&self.path) {
            Ok(database) => Some(alone(database)?),
            Err(VaultError::Busy) => return Err(VaultError::Busy),
            Err(_) => None,
        };
        if cfg!(windows) {
            // An open file cannot be renamed there: closed before, not at the end.
            exclusive = None;
        }
        let at = self.place.clock.now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let mut aside = with_suffix(&self.path, &format!(".replaced-{at}"));
        if fs::symlink_metadata(&aside).is_ok() {
            aside = beside(&self.path, &format!("replaced-{at}"))?;
        }
        for suffix in ["-wal", "-shm", "-journal"] {
            let log = with_suffix(&self.path, suffix);
            if fs::symlink_metadata(&log).is_ok() {
                fs::rename(&log, with_suffix(&aside, suffix)).map_err(|e| VaultError::io(&log, e))?;
            }
        }
        fs::rename(&self.path, &aside).map_err(|e| VaultError::io(&self.path, e))?;
        drop(exclusive);
        Ok(Some(aside))
    }
}

/// Makes sure no other program has the file open (leaving write-ahead logging needs that) and keeps it so.
fn alone(database: Database) -> Result<Database, VaultError> {
    let mode = database.conn.query_row("PRAGMA journal_mode = DELETE", [], |r| r.get::<_, String>(0)).sql();
    match mode {
        Ok(mode) if mode == "delete" => {}
        Ok(_) | Err(VaultError::Busy) => return Err(VaultError::Busy),
        Err(e) => return Err(located(&database.path)(e)),
    }
    database.conn.execute_batch("BEGIN EXCLUSIVE").sql()?;
    Ok(database)
}

/// Copies a database page by page; nothing is taken from it on trust.
fn copy_database(from: &Path, to: &Path) -> Result<(), VaultError> {
    let source = Database::open(from)?;
    drop(private_file(to)?);
    let copy = || {
        let mut target = rusqlite::Connection::open(to).sql()?;
        settle(&target)?;
        copy_pages(&source.conn, &mut target)
    };
    copy().map_err(located(to))
}

/// One consistent copy; writers go on meanwhile and are not in it.
pub(crate) fn copy_pages(source: &rusqlite::Connection, target: &mut rusqlite::Connection) -> Result<(), VaultError> {
    Backup::new(source, target).sql()?.run_to_completion(i32::MAX, std::time::Duration::from_millis(50), None).sql()
}
