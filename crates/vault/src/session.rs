//! Sessions for scripts: a root, wrapped by a key that only the environment of those scripts holds, in a file of the
//! runtime folder that only this user can read, until a set time.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::clock::millis;
use crate::crypto::{Binding, Cipher, Key, random};
use crate::error::VaultError;
use crate::passphrase::SessionKey;
use crate::store::path::{private_file, private_folder};

/// Longest lifetime.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);
const PREFIX: &str = "cs1.";

#[derive(Serialize, Deserialize)]
struct Stored {
    vault: Uuid,
    slot: Uuid,
    /// Milliseconds since 1970.
    ends_at: i64,
    /// The root, base64url.
    root: String,
}

/// Sessions of one runtime folder.
pub(crate) struct Sessions<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) vault: Uuid,
}

impl Sessions<'_> {
    /// Keeps the root of this slot until `lifetime` is over.
    pub(crate) fn start(
        &self,
        (slot, root): (Uuid, &Key),
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<SessionKey, VaultError> {
        if lifetime.is_zero() || lifetime > LONGEST {
            return Err(VaultError::invalid("for", "a session lasts between a second and seven days"));
        }
        let ends_at = millis(now).saturating_add(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX));
        let secret = Zeroizing::new(random::<48>()?);
        let (id, cipher) = parts(&secret);
        let sealed = cipher.seal(&self.bound(&id, slot, ends_at), &root[..])?;
        let stored = Stored { vault: self.vault, slot, ends_at, root: URL_SAFE_NO_PAD.encode(sealed) };
        let bytes = serde_json::to_vec(&stored).map_err(|e| VaultError::Internal(e.to_string()))?;
        private_folder(self.folder)?;
        let path = self.path(&id);
        let mut file = private_file(&path)?;
        std::io::Write::write_all(&mut file, &bytes).map_err(|e| VaultError::io(&path, e))?;
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(&secret[..]));
        Ok(SessionKey::new(SecretString::from(format!("{PREFIX}{}", text.as_str()))))
    }

    /// The slot and root of a session that has not ended.
    ///
    /// # Errors
    /// [`VaultError::SessionEnded`], whatever else may be wrong with it.
    pub(crate) fn open(&self, key: &SessionKey, now: Timestamp) -> Result<(Uuid, Key), VaultError> {
        // EXPOSE: the key is decoded.
        let text = key.expose().trim().strip_prefix(PREFIX).ok_or(VaultError::SessionEnded)?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).map_err(|_| VaultError::SessionEnded)?);
        let secret: Zeroizing<[u8; 48]> = Zeroizing::new(bytes[..].try_into().map_err(|_| VaultError::SessionEnded)?);
        let (id, cipher) = parts(&secret);
        let path = self.path(&id);
        let stored: Stored = fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or(VaultError::SessionEnded)?;
        if millis(now) >= stored.ends_at {
            let _ = fs::remove_file(&path);
            return Err(VaultError::SessionEnded);
        }
        let sealed = URL_SAFE_NO_PAD.decode(&stored.root).map_err(|_| VaultError::SessionEnded)?;
        let plain =
            cipher.open(&self.bound(&id, stored.slot, stored.ends_at), &sealed).ok_or(VaultError::SessionEnded)?;
        let root: Key = Zeroizing::new(plain[..].try_into().map_err(|_| VaultError::SessionEnded)?);
        Ok((stored.slot, root))
    }

    /// Ends all sessions of the vault and counts them.
    pub(crate) fn end_all(&self) -> Result<u32, VaultError> {
        let prefix = self.prefix();
        let entries = match fs::read_dir(self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(0),
            Err(e) => return Err(VaultError::io(self.folder, e)),
        };
        let mut ended = 0;
        for entry in entries.flatten().filter(|e| e.file_name().to_string_lossy().starts_with(&prefix)) {
            fs::remove_file(entry.path()).map_err(|e| VaultError::io(entry.path(), e))?;
            ended += 1;
        }
        Ok(ended)
    }

    fn bound(&self, id: &[u8; 16], slot: Uuid, ends_at: i64) -> Vec<u8> {
        Binding::new("session", self.vault).bytes(id).bytes(slot.as_bytes()).time(ends_at).done()
    }

    fn prefix(&self) -> String {
        format!("session-{}-", self.vault.simple())
    }

    fn path(&self, id: &[u8; 16]) -> PathBuf {
        self.folder.join(format!("{}{}", self.prefix(), Uuid::from_bytes(*id).simple()))
    }
}

/// The session's public id and its cipher.
fn parts(secret: &[u8; 48]) -> ([u8; 16], Cipher) {
    let (id, key) = secret.split_at(16);
    let mut cipher = Key::default();
    cipher.copy_from_slice(key);
    (id.try_into().expect("16 of 48 bytes"), Cipher::new(&cipher))
}
