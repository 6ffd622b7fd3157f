//! HMAC-SHA256 under one key of the tree.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::Key;

/// A MAC key, ready to use.
pub(crate) struct MacKey(Hmac<Sha256>);

impl MacKey {
    pub(crate) fn new(key: &Key) -> Self {
        MacKey(Hmac::new_from_slice(&key[..]).expect("HMAC takes keys of any length"))
    }

    /// MAC of the parts one after the other; they must already be unambiguous (see [`super::Binding`]).
    pub(crate) fn sum(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The first half of a MAC: a blind index.
    pub(crate) fn index(&self, bound: &[u8]) -> [u8; 16] {
        *self.sum(&[bound]).first_chunk().expect("a SHA-256 MAC has 32 bytes")
    }

    /// Compares in constant time.
    pub(crate) fn check(&self, parts: &[&[u8]], mac: &[u8; 32]) -> bool {
        self.sum(parts).ct_eq(mac).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 1, with its 20-byte key zero-padded to 32 bytes (which HMAC does itself).
    #[test]
    fn rfc_4231_case_1() {
        let mut key = Key::default();
        key[..20].fill(0x0b);
        let mac = MacKey::new(&key).sum(&[b"Hi ", b"There"]);
        assert_eq!(mac[..4], [0xb0, 0x34, 0x4c, 0x61]);
        assert!(MacKey::new(&key).check(&[b"Hi There"], &mac));
        assert!(!MacKey::new(&key).check(&[b"Hi there"], &mac));
    }
}
