//! A record's secrets: a fresh key for every save, wrapped, and each field encrypted on its own with it.
//!
//! wrapped key (60 bytes) ‖ for each field: blind field index (16) ‖ length (4, little endian) ‖ sealed value.
//! The value is padded to a multiple of 64 bytes, so that its length is not written in the file.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{SqlResult, exact};
use crate::crypto::{Binding, Cipher, Key, Keys, OVERHEAD, random_key};
use crate::error::VaultError;
use crate::record::{Class, EndpointDigest, RecordHead};

const WRAPPED: usize = 32 + OVERHEAD;
const BLOCK: usize = 64;

/// Blind index and sealed value.
type Field<'a> = ([u8; 16], &'a [u8]);

/// What every secret of a record is bound to.
pub(crate) struct Bond<'a> {
    pub(crate) vault: Uuid,
    pub(crate) id: Uuid,
    pub(crate) record_type: &'a str,
    pub(crate) class: Class,
    pub(crate) revision: u64,
    pub(crate) endpoint: &'a EndpointDigest,
}

impl<'a> Bond<'a> {
    pub(crate) fn of(head: &'a RecordHead, vault: Uuid) -> Self {
        Bond {
            vault,
            id: head.id,
            record_type: &head.record_type,
            class: head.class,
            revision: head.revision,
            endpoint: &head.endpoint,
        }
    }

    fn start(&self, purpose: &str) -> Binding {
        Binding::new(purpose, self.vault)
            .bytes(self.id.as_bytes())
            .text(self.record_type)
            .number(u64::from(self.class.number()))
            .number(self.revision)
    }

    fn wrap(&self) -> Vec<u8> {
        self.start("record-key").done()
    }

    fn field(&self, field: &str) -> Vec<u8> {
        self.start("secret").text(field).bytes(&self.endpoint.0).done()
    }

    fn blind(&self, keys: &Keys, field: &str) -> [u8; 16] {
        keys.index.index(&Binding::new("index/field", self.vault).bytes(self.id.as_bytes()).text(field).done())
    }
}

/// A record's stored secrets, checked against the digest in its head.
pub(crate) struct Envelope(Vec<u8>);

impl Envelope {
    /// Seals all secrets of a record under a fresh key.
    pub(crate) fn seal(
        bond: &Bond<'_>,
        secrets: &BTreeMap<String, SecretString>,
        keys: &Keys,
    ) -> Result<Self, VaultError> {
        let key = random_key()?;
        let mut out = keys.wrap(bond.class)?.seal(&bond.wrap(), &key[..])?;
        let cipher = Cipher::new(&key);
        for (field, value) in secrets {
            // EXPOSE: it is encrypted here.
            let sealed = cipher.seal(&bond.field(field), &pad(value.expose_secret()))?;
            out.extend_from_slice(&bond.blind(keys, field));
            out.extend_from_slice(&(sealed.len() as u32).to_le_bytes());
            out.extend_from_slice(&sealed);
        }
        Ok(Envelope(out))
    }

    /// Reads the secrets of a record; they have to be those its head speaks of.
    pub(crate) fn read(conn: &Connection, id: Uuid, digest: &[u8; 32]) -> Result<Self, VaultError> {
        let mut statement = conn.prepare_cached("SELECT envelope FROM secrets WHERE record = ?1").sql()?;
        let mut rows = statement.query(params![id.as_bytes()]).sql()?;
        let missing = || VaultError::damaged(format!("the secrets of record {id} are missing"));
        let bytes: Vec<u8> = rows.next().sql()?.ok_or_else(missing)?.get(0).sql()?;
        let envelope = Envelope(bytes);
        if envelope.digest() != *digest {
            return Err(damaged(id));
        }
        Ok(envelope)
    }

    /// Writes them, replacing those before.
    pub(crate) fn write(&self, conn: &Connection, id: Uuid) -> Result<(), VaultError> {
        conn.prepare_cached("INSERT OR REPLACE INTO secrets (record, envelope) VALUES (?1, ?2)")
            .sql()?
            .execute(params![id.as_bytes(), self.0])
            .sql()?;
        Ok(())
    }

    /// SHA-256 of the stored bytes.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    /// Decrypts one field; the others stay closed.
    pub(crate) fn open_one(&self, bond: &Bond<'_>, field: &str, keys: &Keys) -> Result<SecretString, VaultError> {
        let cipher = self.cipher(bond, keys)?;
        let blind = bond.blind(keys, field);
        let sealed = self.fields(bond.id)?.into_iter().find(|(index, _)| *index == blind);
        let (_, sealed) = sealed.ok_or_else(|| damaged(bond.id))?;
        let plain = cipher.open(&bond.field(field), sealed).ok_or_else(|| damaged(bond.id))?;
        unpad(&plain).ok_or_else(|| damaged(bond.id))
    }

    /// Decrypts all fields; there have to be exactly these.
    pub(crate) fn open_all<'f>(
        &self,
        bond: &Bond<'_>,
        names: impl Iterator<Item = &'f String>,
        keys: &Keys,
    ) -> Result<BTreeMap<String, SecretString>, VaultError> {
        let out: BTreeMap<_, _> = names
            .map(|name| Ok((name.clone(), self.open_one(bond, name, keys)?)))
            .collect::<Result<_, VaultError>>()?;
        if out.len() == self.fields(bond.id)?.len() { Ok(out) } else { Err(damaged(bond.id)) }
    }

    fn cipher(&self, bond: &Bond<'_>, keys: &Keys) -> Result<Cipher, VaultError> {
        let wrap = keys.wrap(bond.class)?;
        let wrapped = self.0.get(..WRAPPED).ok_or_else(|| damaged(bond.id))?;
        let plain = wrap.open(&bond.wrap(), wrapped).ok_or_else(|| damaged(bond.id))?;
        let key: Key = Zeroizing::new(exact(&plain)?);
        Ok(Cipher::new(&key))
    }

    fn fields(&self, id: Uuid) -> Result<Vec<Field<'_>>, VaultError> {
        let mut rest = self.0.get(WRAPPED..).ok_or_else(|| damaged(id))?;
        let mut out = Vec::new();
        while !rest.is_empty() {
            let (index, after) = rest.split_first_chunk::<16>().ok_or_else(|| damaged(id))?;
            let (length, after) = after.split_first_chunk::<4>().ok_or_else(|| damaged(id))?;
            let (sealed, after) =
                after.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(|| damaged(id))?;
            out.push((*index, sealed));
            rest = after;
        }
        Ok(out)
    }
}

fn damaged(id: Uuid) -> VaultError {
    VaultError::damaged(format!("the secrets of record {id} were changed from outside"))
}

/// Length (4, little endian) ‖ text ‖ zeros.
fn pad(text: &str) -> Zeroizing<Vec<u8>> {
    let total = (4 + text.len()).div_ceil(BLOCK) * BLOCK;
    let mut out = Zeroizing::new(Vec::with_capacity(total));
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    out.resize(total, 0);
    out
}

fn unpad(plain: &[u8]) -> Option<SecretString> {
    let (length, rest) = plain.split_first_chunk::<4>()?;
    let text = rest.get(..u32::from_le_bytes(*length) as usize)?;
    std::str::from_utf8(text).ok().map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_hides_the_length_and_comes_off_again() {
        for length in [0, 1, 59, 60, 61, 123, 124, 125, 4096] {
            let text = "x".repeat(length);
            let padded = pad(&text);
            assert_eq!(padded.len() % BLOCK, 0);
            assert_eq!(unpad(&padded).unwrap().expose_secret(), text);
        }
        assert_eq!(pad("a").len(), pad(&"a".repeat(60)).len());
        assert!(unpad(&[255, 255, 255, 255, 0]).is_none());
        assert!(unpad(&[1, 0]).is_none());
    }
}
