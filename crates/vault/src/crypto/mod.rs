//! The few cryptographic operations the vault stands on, each in its own file.

mod aead;
mod binding;
mod kdf;
mod keys;
mod mac;

pub(crate) use aead::{Cipher, OVERHEAD};
pub(crate) use binding::Binding;
pub use kdf::KdfParams;
pub(crate) use kdf::{expand, stretch};
pub(crate) use keys::{Keys, Roots};
pub(crate) use mac::MacKey;
use zeroize::Zeroizing;

use crate::error::VaultError;

/// A 256-bit key, wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Fresh random bytes from the operating system.
///
/// # Errors
/// [`VaultError::Internal`] when the system gives none; whatever needed them must not go on.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut out = [0u8; N];
    getrandom::fill(&mut out).map_err(|e| VaultError::Internal(format!("no random numbers: {e}")))?;
    Ok(out)
}

/// A fresh random key.
pub(crate) fn random_key() -> Result<Key, VaultError> {
    let mut key = Key::default();
    getrandom::fill(&mut key[..]).map_err(|e| VaultError::Internal(format!("no random numbers: {e}")))?;
    Ok(key)
}
