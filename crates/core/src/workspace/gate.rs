//! What a lock means for whatever is under way: it ends, and nothing of it is written any more.

use std::sync::{Mutex, PoisonError};

use credenza_vault::{Batch, EventAction};

use super::Workspace;
use crate::check::CancelFlag;
use crate::{Code, Problem};

/// Closed by the lock, for ever.
#[derive(Default)]
pub(super) struct Gate {
    locked: CancelFlag,
    /// Held for each write, so that none is half way through it at the lock.
    writing: Mutex<()>,
}

impl Workspace {
    /// Writes down that the vault is being locked and closes it for whatever is under way: checks end at once, and neither
    /// results nor events of theirs are written after it. Only a refresh token that a provider has just replaced is still kept:
    /// without it the record would be worth nothing.
    ///
    /// # Errors
    /// Whatever writing the vault may fail with; a read-only vault keeps no log. It is closed all the same.
    pub fn note_locked(&self) -> Result<(), Problem> {
        let _writing = self.gate.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = self.vault.append(EventAction::VaultLocked);
        self.gate.locked.cancel();
        noted?;
        Ok(())
    }

    /// Writes a batch down.
    ///
    /// # Errors
    /// `locked` after [`Workspace::note_locked`].
    pub(super) fn commit(&self, batch: Batch) -> Result<(), Problem> {
        self.unless_locked(|| Ok(self.vault.commit(batch)?))
    }

    /// Writes something down.
    ///
    /// # Errors
    /// `locked` after [`Workspace::note_locked`].
    pub(super) fn unless_locked<T>(&self, write: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
        let _writing = self.gate.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.gate.locked.is_cancelled() { Err(locked()) } else { write() }
    }

    /// Does something that a lock ends: it is dropped then, with every connection it holds.
    ///
    /// # Errors
    /// `locked`.
    pub(super) async fn until_locked<T>(&self, work: impl Future<Output = T>) -> Result<T, Problem> {
        tokio::select! {
            biased;
            () = self.gate.locked.cancelled() => Err(locked()),
            done = work => Ok(done),
        }
    }
}

fn locked() -> Problem {
    Problem::new(Code::Locked, "The vault was locked.", "Unlock it and try again.")
}
