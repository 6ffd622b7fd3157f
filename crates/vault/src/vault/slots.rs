//! Ways to unlock, and sessions.

use std::time::Duration;

use uuid::Uuid;

use super::{Vault, Writing};
use crate::clock::millis;
use crate::crypto::{KdfParams, random_key};
use crate::error::VaultError;
use crate::event::EventAction;
use crate::operator::{Operator, Role, SlotInfo, SlotKind};
use crate::passphrase::{Passphrase, SessionKey};
use crate::recovery::RecoveryCode;
use crate::session::Sessions;
use crate::slot::{self, Material, NewSlot, Slot};

impl Vault {
    /// All slots, oldest first.
    ///
    /// # Errors
    /// Those of reading the file.
    pub fn slots(&self) -> Result<Vec<SlotInfo>, VaultError> {
        self.read(|r| Ok(slot::read_all(r.conn)?.into_iter().map(|s| s.info).collect()))
    }

    /// Adds a passphrase slot, stretched at least as hard as those there are.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] on `passphrase` or `operator`, [`VaultError::Forbidden`], and those of every change.
    pub fn add_passphrase_slot(&self, operator: Operator, passphrase: &Passphrase) -> Result<SlotInfo, VaultError> {
        passphrase.check_new()?;
        let bytes = passphrase.bytes().ok_or(VaultError::WrongKey)?;
        self.add_slot(SlotKind::Passphrase, operator, &Material::Passphrase(&bytes))
    }

    /// Adds a device slot and keeps its key in the keyring. The keyring keeps one key per vault, so a device slot that
    /// this machine had before is removed.
    ///
    /// # Errors
    /// [`VaultError::KeyringUnavailable`] within 5 seconds, and as [`Vault::add_passphrase_slot`].
    pub fn add_device_slot(&self, operator: Operator) -> Result<SlotInfo, VaultError> {
        self.administrator("adding a way to unlock")?;
        let before = self.own_device_slot()?;
        let key = random_key()?;
        self.place.keyring.store(self.id, &key)?;
        let added = self.add_slot(SlotKind::Device, operator, &Material::Random(&key[..]));
        match (&added, before) {
            (Ok(_), Some((old, _))) => self.remove_slot_row(old)?,
            (Err(_), Some((_, old_key))) => self.place.keyring.store(self.id, &old_key)?,
            (Err(_), None) => self.place.keyring.remove(self.id)?,
            (Ok(_), None) => {}
        }
        added
    }

    /// Adds a recovery slot; its code is shown once.
    ///
    /// # Errors
    /// As [`Vault::add_passphrase_slot`].
    pub fn add_recovery_slot(&self, operator: Operator) -> Result<(SlotInfo, RecoveryCode), VaultError> {
        let code = RecoveryCode::generate()?;
        let info = self.add_slot(SlotKind::Recovery, operator, &Material::Random(&code.bytes()))?;
        Ok((info, code))
    }

    /// Replaces the recovery slots of this operator by a new one: a code that was used, or seen, opens nothing any more.
    ///
    /// # Errors
    /// As [`Vault::add_passphrase_slot`].
    pub fn renew_recovery_slot(&self) -> Result<(SlotInfo, RecoveryCode), VaultError> {
        let operator = self.operator();
        let mut old = self.slots()?;
        old.retain(|s| s.kind == SlotKind::Recovery && s.operator.name == operator.name);
        let added = self.add_recovery_slot(operator)?;
        for slot in old {
            self.remove_slot_row(slot.id)?;
        }
        Ok(added)
    }

    /// Removes a slot. Its sessions end with it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::LastSlot`] for the last one, the last that does not need the keyring, and
    /// the last of an administrator; [`VaultError::Forbidden`], and those of every change.
    pub fn remove_slot(&self, id: Uuid) -> Result<(), VaultError> {
        self.administrator("removing a way to unlock")?;
        let own_device = self.slots()?.iter().any(|s| s.id == id && s.kind == SlotKind::Device)
            && self.own_device_slot().ok().flatten().is_some_and(|(own, _)| own == id);
        self.remove_slot_row(id)?;
        if own_device {
            // The slot is gone; a key left in the keyring opens nothing.
            let _ = self.place.keyring.remove(self.id);
        }
        Ok(())
    }

    /// Proves that the operator who unlocked the vault is still the one at the keyboard.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`], [`VaultError::NoSuchSlot`] when the operator has no passphrase.
    pub fn check_passphrase(&self, passphrase: &Passphrase) -> Result<(), VaultError> {
        let name = &self.slot.operator.name;
        let mut own = self.read(|r| slot::read_all(r.conn))?;
        own.retain(|s| s.info.kind == SlotKind::Passphrase && s.info.operator.name == *name);
        if own.is_empty() {
            return Err(VaultError::NoSuchSlot(SlotKind::Passphrase));
        }
        let bytes = passphrase.bytes().ok_or(VaultError::WrongKey)?;
        let fits = |slot: &Slot| slot.prove(&Material::Passphrase(&bytes), self.id).is_ok();
        if own.iter().any(fits) { Ok(()) } else { Err(VaultError::WrongKey) }
    }

    /// Starts a session: until it ends, its key opens the vault without a passphrase.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] on `for`, [`VaultError::Io`], and those of every change.
    pub fn start_session(&self, lifetime: Duration) -> Result<SessionKey, VaultError> {
        let none = || VaultError::invalid("for", "this system has no folder for sessions");
        let folder = self.place.runtime_dir.as_deref().ok_or_else(none)?;
        let root = self.keys.roots.to_wrap(self.slot.operator.role);
        let root = root.ok_or_else(|| VaultError::Internal("the slot's own root is missing".into()))?;
        self.append(EventAction::SessionStarted { minutes: lifetime.as_secs().div_ceil(60) })?;
        let now = self.place.clock.now();
        Sessions { folder, vault: self.id }.start((self.slot.id, root), now, lifetime)
    }

    fn add_slot(&self, kind: SlotKind, operator: Operator, material: &Material<'_>) -> Result<SlotInfo, VaultError> {
        self.administrator("adding a way to unlock")?;
        crate::file::check_text("operator", &operator.name)?;
        let operator = Operator { name: operator.name.trim().to_owned(), role: operator.role };
        let kdf = self.read(|r| Ok(hardest(&slot::read_all(r.conn)?)))?;
        let created_at = millis(self.place.clock.now());
        let new = NewSlot { kind, operator, created_at, kdf, label: machine_label(kind) };
        let slot = Slot::make(new, material, &self.keys.roots, self.id)?;
        self.write(|w| {
            slot.write(w.conn)?;
            w.event(&EventAction::SlotAdded { slot_id: slot.info.id, slot_kind: kind })?;
            w.recount_slots()
        })?;
        Ok(slot.info)
    }

    fn remove_slot_row(&self, id: Uuid) -> Result<(), VaultError> {
        self.write(|w| {
            let slots = slot::read_all(w.conn)?;
            let gone = slots.iter().find(|s| s.info.id == id).ok_or_else(|| VaultError::not_found("such slot"))?;
            check_rest(&slots.iter().filter(|s| s.info.id != id).map(|s| &s.info).collect::<Vec<_>>())?;
            slot::remove(w.conn, id)?;
            w.event(&EventAction::SlotRemoved { slot_id: id, slot_kind: gone.info.kind })?;
            w.recount_slots()
        })
    }

    /// The device slot that this machine's keyring opens, with its key.
    fn own_device_slot(&self) -> Result<Option<(Uuid, crate::DeviceKey)>, VaultError> {
        let mut slots = self.read(|r| slot::read_all(r.conn))?;
        slots.retain(|s| s.info.kind == SlotKind::Device);
        if slots.is_empty() {
            return Ok(None);
        }
        let Ok(key) = self.place.keyring.load(self.id) else { return Ok(None) };
        let own = slots.iter().find(|s| s.prove(&Material::Random(&key[..]), self.id).is_ok());
        Ok(own.map(|s| (s.info.id, key)))
    }
}

impl Writing<'_> {
    fn recount_slots(&mut self) -> Result<(), VaultError> {
        self.state.slots = slot::digest(&slot::read_all(self.conn)?, self.vault());
        Ok(())
    }
}

/// The parameters of the costliest passphrase slot.
fn hardest(slots: &[Slot]) -> KdfParams {
    let cost = |kdf: &KdfParams| u64::from(kdf.memory_kib) * u64::from(kdf.passes);
    slots.iter().map(Slot::kdf).max_by_key(cost).unwrap_or_default()
}

/// For people: on which machine a device slot works.
fn machine_label(kind: SlotKind) -> String {
    let system = std::env::consts::OS;
    if kind == SlotKind::Device { format!("keyring on {system}") } else { String::new() }
}

/// Rule B13: what remains after a removal has to let an administrator in without the keyring.
fn check_rest(rest: &[&SlotInfo]) -> Result<(), VaultError> {
    if rest.is_empty() {
        return Err(VaultError::LastSlot("it is the last one".into()));
    }
    if rest.iter().all(|s| s.kind == SlotKind::Device) {
        return Err(VaultError::LastSlot("it is the last one that does not need the keyring".into()));
    }
    if !rest.iter().any(|s| s.operator.role == Role::Administrator && s.kind != SlotKind::Device) {
        return Err(VaultError::LastSlot("it is an administrator's last one that does not need the keyring".into()));
    }
    Ok(())
}
