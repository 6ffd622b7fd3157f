//! An unlocked vault.

mod backup;
mod batch;
mod changes;
mod checks;
mod documents;
mod exclusive;
mod heads;
mod peek;
mod records;
mod slots;
mod sweep;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use uuid::Uuid;

use crate::anchor::Anchor;
use crate::crypto::Keys;
use crate::error::VaultError;
use crate::event::{Event, EventAction, EventFilter};
use crate::file::Place;
use crate::operator::{Operator, Role, SlotInfo};
use crate::report::EventVerification;
use crate::store::database::Database;
use crate::store::manifest::Manifest;
use crate::store::state::State;
use crate::store::{SqlResult, chain, located};
pub use batch::Batch;
use checks::{check_slots, load_manifest};
pub use exclusive::Exclusive;
use heads::HeadCache;
pub use peek::Peek;

/// Whether the file is compared with what this machine has seen of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Compared, and remembered.
    Anchored,
    /// Neither: a backup is older by nature.
    FileAlone,
}

/// An unlocked vault. All methods take `&self`; several threads may use it, and several processes may have the same
/// file unlocked. Dropping it locks: the keys are wiped and everything is brought into the main file.
pub struct Vault {
    id: Uuid,
    path: PathBuf,
    slot: SlotInfo,
    place: Arc<Place>,
    keys: Keys,
    anchor: Option<Anchor>,
    inner: Mutex<Inner>,
}

struct Inner {
    db: Database,
    state: State,
    manifest: Arc<Manifest>,
    heads: HeadCache,
}

/// One consistent view of the file.
struct Reading<'a> {
    conn: &'a Connection,
    state: &'a State,
    manifest: &'a Manifest,
    heads: &'a mut HeadCache,
}

/// One change under way; it is committed whole or not at all.
struct Writing<'a> {
    conn: &'a Connection,
    keys: &'a Keys,
    state: State,
    manifest: Arc<Manifest>,
    at: Timestamp,
    operator: &'a str,
}

impl Writing<'_> {
    fn event(&mut self, action: &EventAction) -> Result<(), VaultError> {
        chain::append(self.conn, self.keys, &mut self.state, (self.at, self.operator, action))
    }

    fn vault(&self) -> Uuid {
        self.state.vault
    }
}

impl Vault {
    /// The vault's id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// A key of this vault for the marks that stand for secrets in reports (`#a1f3`): equal secrets get equal marks in every
    /// report of the vault, and nobody without the vault can try guesses against them.
    pub fn stand_in_key(&self) -> zeroize::Zeroizing<[u8; 32]> {
        self.keys.stand_ins(self.id)
    }

    /// The vault's name.
    pub fn name(&self) -> String {
        self.lock().state.name.clone()
    }

    /// Who unlocked it.
    pub fn operator(&self) -> Operator {
        self.slot.operator.clone()
    }

    /// The slot it was unlocked with.
    pub fn unlocked_with(&self) -> SlotInfo {
        self.slot.clone()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the system allows no writing; every change then fails with [`VaultError::ReadOnly`].
    pub fn is_read_only(&self) -> bool {
        self.lock().db.read_only
    }

    /// Adds an event; it is on the disk when this returns.
    ///
    /// # Errors
    /// Those of every change: [`VaultError::Busy`], [`VaultError::DiskFull`], [`VaultError::ReadOnly`],
    /// [`VaultError::ChangedElsewhere`] when the file was replaced, [`VaultError::Damaged`].
    pub fn append(&self, action: EventAction) -> Result<u64, VaultError> {
        self.write(|w| {
            w.event(&action)?;
            Ok(w.state.event_seq)
        })
    }

    /// Events, newest first.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when one of them is not as it was written, or the newest are missing.
    pub fn events(&self, filter: &EventFilter) -> Result<Vec<Event>, VaultError> {
        self.read(|r| chain::list(r.conn, &self.keys, r.state, filter))
    }

    /// Walks the whole chain of events.
    ///
    /// # Errors
    /// Only those of reading the file; a broken chain is a result.
    pub fn verify_events(&self) -> Result<EventVerification, VaultError> {
        self.read(|r| chain::verify(r.conn, &self.keys, r.state))
    }

    /// Gives the vault another name.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], [`VaultError::Forbidden`], and those of every change.
    pub fn rename(&self, name: &str) -> Result<(), VaultError> {
        self.administrator("renaming the vault")?;
        crate::file::check_text("name", name)?;
        self.write(|w| {
            w.state.name = name.trim().to_owned();
            w.event(&EventAction::SettingsChanged { keys: vec!["vault_name".into()] })
        })
    }

    /// Adds an event and moves the change counter beyond `seen`; gives the state that was written.
    pub(crate) fn append_beyond(&self, seen: u64, action: EventAction) -> Result<State, VaultError> {
        self.write(|w| {
            w.state.seq = w.state.seq.max(seen);
            w.event(&action)
        })?;
        Ok(self.lock().state.clone())
    }

    /// Refuses what only administrators do.
    pub(crate) fn administrator(&self, what: &str) -> Result<(), VaultError> {
        match self.slot.operator.role {
            Role::Administrator => Ok(()),
            Role::Helpdesk => Err(VaultError::Forbidden(format!("{what} needs an administrator"))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves no half change: transactions roll back when they are dropped.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, f: impl FnOnce(&mut Reading<'_>) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let mut inner = self.lock();
        let Inner { db, state, manifest, heads } = &mut *inner;
        let work = || {
            let tx = db.conn.transaction_with_behavior(TransactionBehavior::Deferred).sql()?;
            self.refresh(&tx, state, manifest)?;
            f(&mut Reading { conn: &tx, state, manifest, heads })
        };
        work().map_err(located(&self.path))
    }

    fn write<T>(&self, f: impl FnOnce(&mut Writing<'_>) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let mut inner = self.lock();
        let Inner { db, state, manifest, .. } = &mut *inner;
        if db.read_only {
            return Err(VaultError::ReadOnly(self.path.clone()));
        }
        db.still_the_same()?;
        let work = || {
            let tx = db.conn.transaction_with_behavior(TransactionBehavior::Immediate).sql()?;
            self.refresh(&tx, state, manifest)?;
            let mut writing = Writing {
                conn: &tx,
                keys: &self.keys,
                state: state.clone(),
                manifest: manifest.clone(),
                at: self.place.clock.now(),
                operator: &self.slot.operator.name,
            };
            let out = f(&mut writing)?;
            let Writing { state: mut new, manifest: listed, .. } = writing;
            if !Arc::ptr_eq(&listed, manifest) {
                new.items = listed.len();
                new.manifest = listed.digest(&self.keys.manifest, self.id);
            }
            new.seq += 1;
            new.write(&tx, &self.keys)?;
            tx.commit().sql()?;
            (*state, *manifest) = (new, listed);
            Ok(out)
        };
        let out = work().map_err(located(&self.path))?;
        if let Some(anchor) = &self.anchor {
            anchor.remember(state);
        }
        Ok(out)
    }

    /// Takes over what another process committed since, and checks it like a file just opened.
    fn refresh(&self, conn: &Connection, state: &mut State, manifest: &mut Arc<Manifest>) -> Result<(), VaultError> {
        let now = State::read(conn)?;
        if now == *state {
            return Ok(());
        }
        now.check(&self.keys)?;
        if now.vault != self.id {
            return Err(VaultError::damaged("the file now holds another vault"));
        }
        if now.seq <= state.seq {
            return Err(VaultError::RolledBack { found: now.seq, seen: state.seq });
        }
        if now.slots != state.slots && !check_slots(conn, &now, self.slot.id)? {
            return Err(VaultError::NoSuchSlot(self.slot.kind));
        }
        if now.manifest != state.manifest {
            *manifest = Arc::new(load_manifest(conn, &now, &self.keys)?);
        }
        *state = now;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
