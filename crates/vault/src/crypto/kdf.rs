//! Argon2id for passphrases, HKDF-SHA256 for everything that is already random.

use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Key;
use crate::error::VaultError;

const MIB: u32 = 1024;

/// Cost of one guess at a passphrase. It is stored with the slot it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    /// Memory in KiB, 8 MiB to 2 GiB.
    pub memory_kib: u32,
    /// Passes over the memory, 1 to 64.
    pub passes: u32,
    /// Lanes, 1 to 16.
    pub lanes: u32,
}

impl Default for KdfParams {
    /// 128 MiB, 3 passes, 4 lanes: about half a second.
    fn default() -> Self {
        KdfParams { memory_kib: 128 * MIB, passes: 3, lanes: 4 }
    }
}

impl KdfParams {
    /// Whether the values lie within the bounds above. Checked before any memory is taken, because values read from a
    /// file may be hostile.
    pub fn within_bounds(&self) -> bool {
        (8 * MIB..=2048 * MIB).contains(&self.memory_kib)
            && (1..=64).contains(&self.passes)
            && (1..=16).contains(&self.lanes)
    }
}

/// Stretches a passphrase.
///
/// # Errors
/// [`VaultError::Damaged`] when the parameters are out of bounds, [`VaultError::Internal`] when memory is refused.
pub(crate) fn stretch(passphrase: &[u8], salt: &[u8; 32], params: KdfParams) -> Result<Key, VaultError> {
    if !params.within_bounds() {
        return Err(VaultError::damaged("a slot's key stretching parameters are out of bounds"));
    }
    let internal = |e: argon2::Error| VaultError::Internal(format!("key stretching failed: {e}"));
    let params = Params::new(params.memory_kib, params.passes, params.lanes, Some(32)).map_err(internal)?;
    let mut out = Key::default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase, salt, &mut out[..])
        .map_err(internal)?;
    Ok(out)
}

/// HKDF-SHA256 (RFC 5869) of random key material under a salt, for one labelled purpose.
pub(crate) fn expand(material: &[u8], salt: &[u8], label: &[u8]) -> Key {
    let mut out = Zeroizing::new([0u8; 32]);
    Hkdf::<Sha256>::new(Some(salt), material)
        .expand(label, &mut out[..])
        .expect("32 bytes are within HKDF's limit of 255 hashes");
    out
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn b5_hostile_parameters_are_refused_before_memory_is_taken() {
        let good = KdfParams::default();
        let bad = [
            KdfParams { memory_kib: u32::MAX, ..good },
            KdfParams { memory_kib: 2048 * MIB + 1, ..good },
            KdfParams { memory_kib: 8 * MIB - 1, ..good },
            KdfParams { memory_kib: 0, ..good },
            KdfParams { passes: 65, ..good },
            KdfParams { passes: 0, ..good },
            KdfParams { lanes: 17, ..good },
            KdfParams { lanes: 0, ..good },
        ];
        let begin = Instant::now();
        for params in bad {
            assert!(matches!(stretch(b"x", &[0; 32], params), Err(VaultError::Damaged(_))), "{params:?}");
        }
        assert!(begin.elapsed() < Duration::from_secs(30));
        assert!(good.within_bounds());
    }

    /// RFC 5869, test case 1 (its first 32 bytes).
    #[test]
    fn rfc_5869_case_1() {
        let salt: Vec<u8> = (0..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let key = expand(&[0x0b; 22], &salt, &info);
        assert_eq!(key[..8], [0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac, 0xd5, 0x7a]);
    }
}
