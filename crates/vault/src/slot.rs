//! Slots: ways to unlock. A slot's key comes from a passphrase, the keyring or a recovery code, and wraps a root.

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::clock::timestamp;
use crate::crypto::{Binding, Cipher, KdfParams, Key, Roots, expand, random, stretch};
use crate::error::VaultError;
use crate::operator::{Operator, Role, SlotInfo, SlotKind};
use crate::store::{SqlResult, exact};

/// More slots than any vault has; a file with more is hostile.
const MOST: usize = 256;

/// A slot as it is stored.
#[derive(Clone)]
pub(crate) struct Slot {
    /// What may be known of it while locked.
    pub(crate) info: SlotInfo,
    created_at: i64,
    kdf: KdfParams,
    salt: [u8; 32],
    commitment: [u8; 32],
    wrapped: Vec<u8>,
}

/// What a slot's key is made from.
pub(crate) enum Material<'a> {
    /// A passphrase, stretched with the slot's parameters.
    Passphrase(&'a [u8]),
    /// Random bytes.
    Random(&'a [u8]),
}

/// A slot to make.
pub(crate) struct NewSlot {
    pub(crate) kind: SlotKind,
    pub(crate) operator: Operator,
    pub(crate) created_at: i64,
    pub(crate) kdf: KdfParams,
    pub(crate) label: String,
}

impl Slot {
    /// Wraps the root that the operator's role is due.
    ///
    /// # Errors
    /// [`VaultError::Forbidden`] when these roots do not reach that far.
    pub(crate) fn make(new: NewSlot, material: &Material<'_>, roots: &Roots, vault: Uuid) -> Result<Self, VaultError> {
        let role = new.operator.role;
        let root = roots
            .to_wrap(role)
            .ok_or_else(|| VaultError::Forbidden("a helpdesk slot cannot make an administrator's".into()))?;
        let info = SlotInfo {
            id: Uuid::from_bytes(random()?),
            kind: new.kind,
            operator: new.operator,
            created_at: timestamp(new.created_at),
            label: new.label,
        };
        let mut slot = Slot {
            info,
            created_at: new.created_at,
            kdf: new.kdf,
            salt: random()?,
            commitment: [0; 32],
            wrapped: Vec::new(),
        };
        let (key, commitment) = slot.derive(material, vault)?;
        slot.commitment = *commitment;
        slot.wrapped = Cipher::new(&key).seal(&slot.bound(vault), &root[..])?;
        Ok(slot)
    }

    /// Cost of a guess.
    pub(crate) fn kdf(&self) -> KdfParams {
        self.kdf
    }

    /// Unwraps the root.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`] when the key is not this slot's, [`VaultError::Damaged`] when it is but the slot was
    /// changed.
    pub(crate) fn open(&self, material: &Material<'_>, vault: Uuid) -> Result<Roots, VaultError> {
        let key = self.prove(material, vault)?;
        let damaged = || VaultError::damaged("the slot was changed from outside");
        let root = Cipher::new(&key).open(&self.bound(vault), &self.wrapped).ok_or_else(damaged)?;
        let mut unwrapped = Key::default();
        unwrapped.copy_from_slice(root.get(..32).filter(|_| root.len() == 32).ok_or_else(damaged)?);
        Ok(Roots::from_unwrapped(unwrapped, self.info.operator.role, vault))
    }

    /// The slot's key, when the material is this slot's.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`].
    pub(crate) fn prove(&self, material: &Material<'_>, vault: Uuid) -> Result<Key, VaultError> {
        let (key, commitment) = self.derive(material, vault)?;
        if commitment[..].ct_eq(&self.commitment[..]).into() { Ok(key) } else { Err(VaultError::WrongKey) }
    }

    /// Slot key and commitment. The commitment makes a second key that "also opens" impossible (rule A15), which the
    /// AEAD alone would not.
    fn derive(&self, material: &Material<'_>, vault: Uuid) -> Result<(Key, Key), VaultError> {
        let stretched;
        let material = match material {
            Material::Passphrase(text) => {
                stretched = stretch(text, &self.salt, self.kdf)?;
                &stretched[..]
            }
            Material::Random(bytes) => bytes,
        };
        let label = |purpose: &str| Binding::new(purpose, vault).bytes(self.info.id.as_bytes()).done();
        Ok((expand(material, &self.salt, &label("slot-key")), expand(material, &self.salt, &label("slot-commitment"))))
    }

    fn bound(&self, vault: Uuid) -> Vec<u8> {
        self.clear(Binding::new("slot", vault)).done()
    }

    fn clear(&self, binding: Binding) -> Binding {
        binding
            .bytes(self.info.id.as_bytes())
            .number(u64::from(self.info.kind.number()))
            .number(u64::from(self.info.operator.role.number()))
            .text(&self.info.operator.name)
            .text(&self.info.label)
            .time(self.created_at)
            .number(u64::from(self.kdf.memory_kib))
            .number(u64::from(self.kdf.passes))
            .number(u64::from(self.kdf.lanes))
            .bytes(&self.salt)
            .bytes(&self.commitment)
    }

    /// Adds the row.
    pub(crate) fn write(&self, conn: &Connection) -> Result<(), VaultError> {
        conn.prepare_cached("INSERT INTO slots VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
            .sql()?
            .execute(params![
                self.info.id.as_bytes(),
                self.info.kind.number(),
                self.info.operator.role.number(),
                self.info.operator.name,
                self.info.label,
                self.created_at,
                self.kdf.memory_kib,
                self.kdf.passes,
                self.kdf.lanes,
                self.salt,
                self.commitment,
                self.wrapped
            ])
            .sql()?;
        Ok(())
    }

    fn from_row(row: &rusqlite::Row<'_>) -> Result<Self, VaultError> {
        let wrong = || VaultError::damaged("a slot cannot be read");
        let blob = |i: usize| row.get_ref(i).sql()?.as_blob().map_err(|_| wrong());
        let small = |i: usize| u32::try_from(row.get::<_, i64>(i).sql()?).map_err(|_| wrong());
        let created_at = row.get(5).sql()?;
        Ok(Slot {
            info: SlotInfo {
                id: Uuid::from_bytes(exact(blob(0)?)?),
                kind: SlotKind::from_number(row.get(1).sql()?).ok_or_else(wrong)?,
                operator: Operator {
                    role: Role::from_number(row.get(2).sql()?).ok_or_else(wrong)?,
                    name: row.get(3).sql()?,
                },
                created_at: timestamp(created_at),
                label: row.get(4).sql()?,
            },
            created_at,
            kdf: KdfParams { memory_kib: small(6)?, passes: small(7)?, lanes: small(8)? },
            salt: exact(blob(9)?)?,
            commitment: exact(blob(10)?)?,
            wrapped: blob(11)?.to_vec(),
        })
    }
}

/// All slots, oldest first.
pub(crate) fn read_all(conn: &Connection) -> Result<Vec<Slot>, VaultError> {
    let mut statement = conn.prepare("SELECT * FROM slots ORDER BY created_at, kind, id").sql()?;
    let mut rows = statement.query([]).sql()?;
    let mut out = Vec::new();
    while let Some(row) = rows.next().sql()? {
        if out.len() == MOST {
            return Err(VaultError::damaged("there are more slots than any vault has"));
        }
        out.push(Slot::from_row(row)?);
    }
    Ok(out)
}

/// Removes the row.
pub(crate) fn remove(conn: &Connection, id: Uuid) -> Result<(), VaultError> {
    conn.execute("DELETE FROM slots WHERE id = ?1", params![id.as_bytes()]).sql()?;
    Ok(())
}

/// Digest over all slot rows, for the state.
pub(crate) fn digest(slots: &[Slot], vault: Uuid) -> [u8; 32] {
    let mut sorted: Vec<&Slot> = slots.iter().collect();
    sorted.sort_by_key(|s| s.info.id);
    let start = Binding::new("slots", vault).number(sorted.len() as u64);
    let all = sorted.into_iter().fold(start, |b, slot| slot.clear(b).bytes(&slot.wrapped));
    Sha256::digest(all.done()).into()
}
