//! The operating system's keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.

use std::sync::mpsc;
use std::time::Duration;

use keyring::v1::{Entry, Error};
use uuid::Uuid;
use zeroize::{Zeroize, Zeroizing};

use crate::error::VaultError;

/// Key material of a device slot, wiped when dropped.
pub type DeviceKey = Zeroizing<[u8; 32]>;

/// Longest time the keyring may take; a locked one waits for a prompt that may never come.
const LIMIT: Duration = Duration::from_millis(4_500);
const SERVICE: &str = "credenza";

/// A place outside the vault's folder that keeps 32 bytes for a vault, readable by this user only.
pub trait DeviceKeyring: Send + Sync {
    /// Keeps the key, replacing one that is there.
    ///
    /// # Errors
    /// [`VaultError::KeyringUnavailable`] within 5 seconds.
    fn store(&self, vault: Uuid, key: &[u8; 32]) -> Result<(), VaultError>;
    /// The kept key.
    ///
    /// # Errors
    /// [`VaultError::KeyringUnavailable`] within 5 seconds, also when no key is kept.
    fn load(&self, vault: Uuid) -> Result<DeviceKey, VaultError>;
    /// Forgets the key; nothing kept is no error.
    ///
    /// # Errors
    /// [`VaultError::KeyringUnavailable`] within 5 seconds.
    fn remove(&self, vault: Uuid) -> Result<(), VaultError>;
}

/// The keyring of the operating system. Never falls back to a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsKeyring;

impl DeviceKeyring for OsKeyring {
    fn store(&self, vault: Uuid, key: &[u8; 32]) -> Result<(), VaultError> {
        let key = Zeroizing::new(*key);
        limited(move || entry(vault)?.set_secret(&key[..]).map_err(refused))
    }

    fn load(&self, vault: Uuid) -> Result<DeviceKey, VaultError> {
        limited(move || {
            let secret = Zeroizing::new(entry(vault)?.get_secret().map_err(refused)?);
            let key: &[u8; 32] = secret[..].try_into().map_err(|_| {
                VaultError::KeyringUnavailable("what it keeps for this vault is not a key of this vault".into())
            })?;
            Ok(Zeroizing::new(*key))
        })
    }

    fn remove(&self, vault: Uuid) -> Result<(), VaultError> {
        limited(move || match entry(vault)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(e) => Err(refused(e)),
        })
    }
}

fn entry(vault: Uuid) -> Result<Entry, VaultError> {
    if let Err(e) = Entry::store_status() {
        return Err(VaultError::KeyringUnavailable(words(e)));
    }
    Entry::new(SERVICE, &vault.to_string()).map_err(refused)
}

fn refused(mut error: Error) -> VaultError {
    let reason = words(&error);
    // These two carry the bytes that were found.
    if let Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) = &mut error {
        bytes.zeroize();
    }
    VaultError::KeyringUnavailable(reason)
}

/// Our own words for the library's errors; what came from the keyring itself is left out.
fn words(error: &Error) -> String {
    match error {
        Error::PlatformFailure(cause) => format!("it cannot be reached ({cause})"),
        Error::NoStorageAccess(cause) => format!("it is locked or refuses access ({cause})"),
        Error::NoEntry => "it keeps no key for this vault".into(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            "what it keeps for this vault cannot be read".into()
        }
        Error::Ambiguous(_) => "it keeps more than one key for this vault".into(),
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => "this system has none that Credenza can use".into(),
        _ => "it refused".into(),
    }
}

/// Runs on a thread of its own and stops waiting after [`LIMIT`]; the thread is left to end by itself, because a call
/// into the keyring cannot be broken off.
fn limited<T: Send + 'static>(f: impl FnOnce() -> Result<T, VaultError> + Send + 'static) -> Result<T, VaultError> {
    let (tell, told) = mpsc::channel();
    std::thread::Builder::new()
        .name("keyring".into())
        .spawn(move || tell.send(f()))
        .map_err(|e| VaultError::KeyringUnavailable(format!("no thread to ask it with ({e})")))?;
    match told.recv_timeout(LIMIT) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err(VaultError::KeyringUnavailable("it did not answer within 5 seconds".into()))
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(VaultError::KeyringUnavailable("it broke off without an answer".into()))
        }
    }
}
