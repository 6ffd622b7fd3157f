//! A vault that a slot has opened and whose state was checked, before anything of its content is read.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use rusqlite::TransactionBehavior;
use uuid::Uuid;

use super::checks::{check_slots, load_manifest};
use super::heads::HeadCache;
use super::{Inner, Trust, Vault};
use crate::anchor::Anchor;
use crate::crypto::{Keys, Roots};
use crate::error::VaultError;
use crate::failed_look::{self, FailedLook};
use crate::file::Place;
use crate::look::{Look, Looks, Mark};
use crate::operator::{Operator, SlotInfo};
use crate::store::database::Database;
use crate::store::state::State;
use crate::store::{SqlResult, located};

/// A vault whose slot is open and whose state and slots are as they were written, and not older than what this machine
/// has seen. Its records have not been looked at: that costs the same however many there are.
pub struct Peek {
    db: Database,
    slot: SlotInfo,
    place: Arc<Place>,
    keys: Keys,
    anchor: Option<Anchor>,
    state: State,
}

impl Peek {
    /// Checks state, slots and anchor.
    pub(crate) fn of(
        mut db: Database,
        (slot, roots): (SlotInfo, Roots),
        place: Arc<Place>,
        trust: Trust,
    ) -> Result<Self, VaultError> {
        let path = db.path.clone();
        let anchor = match trust {
            Trust::Anchored => place.anchor(State::read(&db.conn).map_err(located(&path))?.vault),
            Trust::FileAlone => None,
        };
        // Asked for before the state is read: see [`Anchor::seen`].
        let seen = anchor.as_ref().and_then(Anchor::seen);
        let check = |db: &mut Database| {
            let tx = db.conn.transaction_with_behavior(TransactionBehavior::Deferred).sql()?;
            let state = State::read(&tx)?;
            let keys = Keys::new(roots, state.vault);
            state.check(&keys)?;
            check_slots(&tx, &state, slot.id)?.then_some(()).ok_or(VaultError::NoSuchSlot(slot.kind))?;
            tx.commit().sql()?;
            Ok((state, keys))
        };
        let (state, keys) = check(&mut db).map_err(located(&path))?;
        if let Some(seen) = seen {
            seen.allow(&state)?;
        }
        if let Some(anchor) = &anchor {
            anchor.remember(&state);
        }
        Ok(Peek { db, slot, place, keys, anchor, state })
    }

    /// The vault's id.
    pub fn id(&self) -> Uuid {
        self.state.vault
    }

    /// Who unlocked it.
    pub fn operator(&self) -> Operator {
        self.slot.operator.clone()
    }

    /// Whether the last full look was taken at this very state and found that nothing is due before a moment after `now`.
    /// Whatever is not certain is a no.
    pub fn nothing_due(&self, now: Timestamp) -> bool {
        let look = self.looks().and_then(|looks| looks.last(&self.state));
        look.is_some_and(|(look, same)| same && look.next_due.is_none_or(|next| now < next))
    }

    /// What the last full look found, if it was taken at this very state.
    pub fn last_look(&self) -> Option<Look> {
        self.looks()?.last(&self.state).filter(|(_, same)| *same).map(|(look, _)| look)
    }

    /// Writes down that this look was taken and found what the one before it found.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn note_look(&self, now: Timestamp) -> Result<(), VaultError> {
        let Some(looks) = self.looks() else { return Ok(()) };
        match looks.last(&self.state) {
            Some((look, true)) => looks.remember(&Mark::of(&self.state), Look { at: now, ..look }),
            _ => Ok(()),
        }
    }

    /// As [`VaultFile::forget_failed_look`](crate::VaultFile::forget_failed_look).
    pub fn forget_failed_look(&self) {
        failed_look::forget(self.place.state_dir.as_deref(), &self.db.path);
    }

    fn looks(&self) -> Option<Looks<'_>> {
        looks(&self.place, &self.keys, self.id())
    }

    /// Reads and checks the rest.
    ///
    /// # Errors
    /// [`VaultError::Damaged`], [`VaultError::RolledBack`], and those of reading the file.
    pub fn open(self) -> Result<Vault, VaultError> {
        let Peek { mut db, slot, place, keys, anchor, state } = self;
        let path = db.path.clone();
        let mut open = || {
            let tx = db.conn.transaction_with_behavior(TransactionBehavior::Deferred).sql()?;
            let now = State::read(&tx)?;
            if now != state {
                now.check(&keys)?;
                if now.vault != state.vault || now.seq <= state.seq {
                    return Err(VaultError::RolledBack { found: now.seq, seen: state.seq });
                }
                check_slots(&tx, &now, slot.id)?.then_some(()).ok_or(VaultError::NoSuchSlot(slot.kind))?;
            }
            let manifest = load_manifest(&tx, &now, &keys)?;
            tx.commit().sql()?;
            Ok((now, manifest))
        };
        let (state, manifest) = open().map_err(located(&path))?;
        let id = state.vault;
        let inner = Mutex::new(Inner { db, state, manifest: Arc::new(manifest), heads: HeadCache::default() });
        Ok(Vault { id, path, slot, place, keys, anchor, inner })
    }
}

/// Where looks at this vault are remembered, if anywhere.
fn looks<'a>(place: &'a Place, keys: &Keys, vault: Uuid) -> Option<Looks<'a>> {
    Some(Looks { vault, state_dir: place.state_dir.as_deref()?, key: keys.looks(vault) })
}

impl Vault {
    /// The state as it is now. What is read after this belongs to it, unless somebody writes in between: then it fits no
    /// later state, and what is remembered under it counts for nothing.
    ///
    /// # Errors
    /// Those of reading the file.
    pub fn mark(&self) -> Result<Mark, VaultError> {
        self.read(|r| Ok(Mark::of(r.state)))
    }

    /// Remembers what a full look at the marked state found.
    ///
    /// # Errors
    /// [`VaultError::Io`]; the next look is then a full one.
    pub fn remember_look(&self, mark: &Mark, look: Look) -> Result<(), VaultError> {
        looks(&self.place, &self.keys, self.id).map_or(Ok(()), |looks| looks.remember(mark, look))
    }

    /// As [`VaultFile::failed_look`](crate::VaultFile::failed_look).
    pub fn failed_look(&self) -> Option<FailedLook> {
        failed_look::read(self.place.state_dir.as_deref(), &self.path)
    }

    /// As [`VaultFile::forget_failed_look`](crate::VaultFile::forget_failed_look).
    pub fn forget_failed_look(&self) {
        failed_look::forget(self.place.state_dir.as_deref(), &self.path);
    }

    /// The last look on this machine, whatever happened to the vault since.
    pub fn last_look(&self) -> Option<Look> {
        let state = self.lock().state.clone();
        looks(&self.place, &self.keys, self.id)?.last(&state).map(|(look, _)| look)
    }
}
