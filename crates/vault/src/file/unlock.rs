//! Finding the slot that a key opens.

use uuid::Uuid;

use super::{Unlock, VaultFile};
use crate::crypto::{KdfParams, Roots, stretch};
use crate::error::VaultError;
use crate::operator::{SlotInfo, SlotKind};
use crate::passphrase::{Passphrase, SessionKey};
use crate::recovery::RecoveryCode;
use crate::session::Sessions;
use crate::slot::{self, Material, Slot};
use crate::store::database::Database;
use crate::store::state::State;
use crate::vault::{Peek, Trust, Vault};

impl VaultFile {
    /// Unlocks the vault: opens a slot, then checks state, slots and manifest, and that the file is not older than what
    /// this machine has seen.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`], [`VaultError::NoSuchSlot`], [`VaultError::KeyringUnavailable`],
    /// [`VaultError::SessionEnded`], [`VaultError::RolledBack`], and those of opening the file.
    pub fn unlock(&self, with: Unlock<'_>) -> Result<Vault, VaultError> {
        self.unlock_trusting(with, Trust::Anchored)
    }

    /// Unlocks with a recovery code and uses it up: the code that comes back opens the vault from now on, and is shown once.
    /// `None` when no other could be made (a read-only file, a slot that may not add one): then the old one stays good.
    ///
    /// # Errors
    /// Those of [`VaultFile::unlock`], and those of every change.
    pub fn unlock_with_recovery(&self, code: &RecoveryCode) -> Result<(Vault, Option<RecoveryCode>), VaultError> {
        let vault = self.unlock(Unlock::Recovery(code))?;
        match vault.renew_recovery_slot() {
            Ok((_, renewed)) => {
                drop(vault);
                // By its own slot: the one it was opened with is gone.
                Ok((self.unlock(Unlock::Recovery(&renewed))?, Some(renewed)))
            }
            Err(VaultError::ReadOnly(_) | VaultError::Forbidden(_)) => Ok((vault, None)),
            Err(error) => Err(error),
        }
    }

    /// Opens a slot and checks state and slots, and reads nothing of the content yet: [`Peek::open`] goes on from there
    /// without asking for the key again.
    ///
    /// # Errors
    /// Those of [`VaultFile::unlock`].
    pub fn peek(&self, with: Unlock<'_>) -> Result<Peek, VaultError> {
        self.peek_trusting(with, Trust::Anchored)
    }

    pub(super) fn unlock_trusting(&self, with: Unlock<'_>, trust: Trust) -> Result<Vault, VaultError> {
        self.peek_trusting(with, trust)?.open()
    }

    fn peek_trusting(&self, with: Unlock<'_>, trust: Trust) -> Result<Peek, VaultError> {
        let database = Database::open(&self.path)?;
        let vault = State::read(&database.conn)?.vault;
        let slots = slot::read_all(&database.conn)?;
        let (slot, roots) = self.find(with, &slots, vault)?;
        Peek::of(database, (slot, roots), self.place.clone(), trust)
    }

    fn find(&self, with: Unlock<'_>, slots: &[Slot], vault: Uuid) -> Result<(SlotInfo, Roots), VaultError> {
        match with {
            Unlock::Passphrase(passphrase) => self.by_passphrase(passphrase, slots, vault),
            Unlock::Device => {
                let own = self.of_kind(slots, SlotKind::Device)?;
                let key = self.place.keyring.load(vault)?;
                let foreign = || VaultError::KeyringUnavailable("the key it keeps is not one of this vault".into());
                match first(&own, &Material::Random(&key[..]), vault) {
                    Err(VaultError::WrongKey) => Err(foreign()),
                    other => other,
                }
            }
            Unlock::Recovery(code) => {
                first(&self.of_kind(slots, SlotKind::Recovery)?, &Material::Random(&code.bytes()), vault)
            }
            Unlock::Session(key) => self.by_session(key, slots, vault),
        }
    }

    fn by_passphrase(
        &self,
        passphrase: &Passphrase,
        slots: &[Slot],
        vault: Uuid,
    ) -> Result<(SlotInfo, Roots), VaultError> {
        let own = self.of_kind(slots, SlotKind::Passphrase)?;
        let bytes = passphrase.bytes().ok_or(VaultError::WrongKey)?;
        if own.is_empty() {
            // An unknown operator costs as much time as a wrong passphrase (rule B2).
            stretch(&bytes, &[0; 32], KdfParams::default())?;
        }
        first(&own, &Material::Passphrase(&bytes), vault)
    }

    fn by_session(&self, key: &SessionKey, slots: &[Slot], vault: Uuid) -> Result<(SlotInfo, Roots), VaultError> {
        let folder = self.place.runtime_dir.as_deref().ok_or(VaultError::SessionEnded)?;
        let (slot, root) = Sessions { folder, vault }.open(key, self.place.clock.now())?;
        // A slot that was removed ends its sessions.
        let slot = slots.iter().find(|s| s.info.id == slot).ok_or(VaultError::SessionEnded)?;
        let roots = Roots::from_unwrapped(root, slot.info.operator.role, vault);
        Ok((slot.info.clone(), roots))
    }

    /// The slots of a kind that belong to the operator asked for.
    fn of_kind<'s>(&self, slots: &'s [Slot], kind: SlotKind) -> Result<Vec<&'s Slot>, VaultError> {
        let all: Vec<&Slot> = slots.iter().filter(|s| s.info.kind == kind).collect();
        if all.is_empty() {
            return Err(VaultError::NoSuchSlot(kind));
        }
        let wanted = |s: &&Slot| self.place.operator.as_ref().is_none_or(|name| s.info.operator.name == *name);
        Ok(all.into_iter().filter(wanted).collect())
    }
}

/// The first slot this material opens. A damaged slot is only named when no other opens.
fn first(slots: &[&Slot], material: &Material<'_>, vault: Uuid) -> Result<(SlotInfo, Roots), VaultError> {
    let mut worst = VaultError::WrongKey;
    for slot in slots {
        match slot.open(material, vault) {
            Ok(roots) => return Ok((slot.info.clone(), roots)),
            Err(VaultError::WrongKey) => {}
            Err(e) => worst = e,
        }
    }
    Err(worst)
}
