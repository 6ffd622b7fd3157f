//! Making a new vault: under another name first, so that a crash leaves no half of one.

use uuid::Uuid;

use super::{NewVault, VaultFile};
use crate::clock::millis;
use crate::crypto::{KdfParams, Keys, Roots, random_key};
use crate::device::DeviceKey;
use crate::error::VaultError;
use crate::event::EventAction;
use crate::operator::{Operator, Role, SlotKind};
use crate::recovery::RecoveryCode;
use crate::slot::{self, Material, NewSlot, Slot};
use crate::store::database::Database;
use crate::store::manifest::Manifest;
use crate::store::path::{beside, discard, publish};
use crate::store::state::State;
use crate::store::{SqlResult, chain, located};
use crate::vault::{Peek, Trust, Vault};

/// Slots of the new vault and the keys they came from.
struct Made {
    slots: Vec<Slot>,
    code: RecoveryCode,
    device: Option<DeviceKey>,
}

impl VaultFile {
    /// Creates a vault with a passphrase slot, a recovery slot and, when asked for, a device slot.
    ///
    /// # Errors
    /// [`VaultError::Exists`], [`VaultError::Invalid`] on `passphrase`, `name`, `operator` or `kdf`,
    /// [`VaultError::KeyringUnavailable`] (then nothing is created), [`VaultError::Io`] and its kin.
    pub fn create(&self, new: NewVault) -> Result<(Vault, RecoveryCode), VaultError> {
        new.check()?;
        if std::fs::symlink_metadata(&self.path).is_ok() {
            return Err(VaultError::Exists(self.path.clone()));
        }
        let vault = Uuid::now_v7();
        let roots = Roots::generate(vault)?;
        let made = self.make_slots(&new, &roots, vault)?;
        let owner = made.slots.first().map(|s| s.info.clone());
        let owner = owner.ok_or_else(|| VaultError::Internal("a new vault has no slot".into()))?;
        let keys = Keys::new(roots, vault);
        let draft = beside(&self.path, "creating")?;
        let published = self
            .fill(&draft, &new, &made.slots, (vault, &keys))
            .and_then(|()| self.keep_device_key(vault, made.device.as_ref()))
            .and_then(|()| publish(&draft, &self.path));
        if let Err(e) = published {
            discard(&draft);
            if made.device.is_some() && !matches!(e, VaultError::KeyringUnavailable(_)) {
                let _ = self.place.keyring.remove(vault);
            }
            return Err(e);
        }
        let vault =
            Peek::of(Database::open(&self.path)?, (owner, keys.roots), self.place.clone(), Trust::Anchored)?.open()?;
        Ok((vault, made.code))
    }

    fn make_slots(&self, new: &NewVault, roots: &Roots, vault: Uuid) -> Result<Made, VaultError> {
        let operator = Operator { name: new.operator.trim().to_owned(), role: Role::Administrator };
        let created_at = millis(self.place.clock.now());
        let make = |kind: SlotKind, material: &Material<'_>| {
            let label = String::new();
            let slot = NewSlot { kind, operator: operator.clone(), created_at, kdf: new.kdf, label };
            Slot::make(slot, material, roots, vault)
        };
        let passphrase = new.passphrase.bytes().ok_or(VaultError::WrongKey)?;
        let code = RecoveryCode::generate()?;
        let mut slots = vec![
            make(SlotKind::Passphrase, &Material::Passphrase(&passphrase))?,
            make(SlotKind::Recovery, &Material::Random(&code.bytes()))?,
        ];
        let device = if new.device { Some(random_key()?) } else { None };
        if let Some(key) = &device {
            slots.push(make(SlotKind::Device, &Material::Random(&key[..]))?);
        }
        Ok(Made { slots, code, device })
    }

    fn keep_device_key(&self, vault: Uuid, key: Option<&DeviceKey>) -> Result<(), VaultError> {
        key.map_or(Ok(()), |key| self.place.keyring.store(vault, key))
    }

    fn fill(
        &self,
        draft: &std::path::Path,
        new: &NewVault,
        slots: &[Slot],
        (vault, keys): (Uuid, &Keys),
    ) -> Result<(), VaultError> {
        let mut conn = Database::create(draft)?;
        let now = self.place.clock.now();
        let mut state = State {
            vault,
            name: new.name.trim().to_owned(),
            created_at: millis(now),
            seq: 1,
            items: 0,
            manifest: Manifest::default().digest(&keys.manifest, vault),
            event_seq: 0,
            event_head: [0; 32],
            slots: slot::digest(slots, vault),
            mac: [0; 32],
        };
        let mut work = || {
            let tx = conn.transaction().sql()?;
            slots.iter().try_for_each(|slot| slot.write(&tx))?;
            chain::append(&tx, keys, &mut state, (now, new.operator.trim(), &EventAction::VaultCreated))?;
            state.write(&tx, keys)?;
            tx.commit().sql()
        };
        work().map_err(located(draft))
    }
}

impl NewVault {
    fn check(&self) -> Result<(), VaultError> {
        self.passphrase.check_new()?;
        check_text("name", &self.name)?;
        check_text("operator", &self.operator)?;
        check_kdf(self.kdf)
    }
}

/// A name for people: not empty, one line, not endless.
pub(crate) fn check_text(field: &str, text: &str) -> Result<(), VaultError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(VaultError::invalid(field, format!("{field} is empty")));
    }
    if text.len() > 200 || text.chars().any(char::is_control) {
        return Err(VaultError::invalid(field, format!("{field} is one line of at most 200 bytes")));
    }
    Ok(())
}

fn check_kdf(kdf: KdfParams) -> Result<(), VaultError> {
    if kdf.within_bounds() {
        return Ok(());
    }
    Err(VaultError::invalid("kdf", "key stretching needs 8 MiB to 2 GiB, 1 to 64 passes and 1 to 16 lanes"))
}
